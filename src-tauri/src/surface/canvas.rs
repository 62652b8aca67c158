//! Pictures for a page that draws them itself: the scheme `vid`.
//!
//! `GET vid://localhost/remote?after=SEQUENCE` (or `/own`) is a long poll. It answers with the newest frame as soon as it
//! is another than `SEQUENCE`, scaled to its tile (and mirrored, if it is the own one), or with 204 when none came. The
//! page asks again when it has drawn, which is all the back-pressure there is. No port is open.

mod answer;
mod request;

use super::{DeviceTile, Surface};
use answer::{Newest, encode};
use pizoo_client::Client;
use pizoo_client::view::{Picture, PicturePath};
use pizoo_media::picture::{Frame, Scaler};
use request::{Wish, allowed_origin, wish};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Builder, Wry};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

/// How long a request waits for a frame.
const PATIENCE: Duration = Duration::from_secs(2);
/// Requests that wait at a time; the page has one for each picture, and one more while it reloads.
const WAITERS: usize = 4;

/// The scheme's side of the app.
pub(super) struct Canvas {
    own: Side,
    remote: Side,
    waiters: Semaphore,
    patience: Duration,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// One of the two pictures.
struct Side {
    newest: watch::Sender<Newest>,
    tile: watch::Sender<Option<DeviceTile>>,
    scaler: Arc<Mutex<Scaler>>,
}

impl Side {
    fn new() -> Self {
        let (newest, tile) = (watch::Sender::new(Newest::default()), watch::Sender::new(None));
        Self { newest, tile, scaler: Arc::new(Mutex::new(Scaler::new())) }
    }
}

impl Canvas {
    pub(super) fn new(tasks: TaskTracker, stop: CancellationToken) -> Self {
        let waiters = Semaphore::new(WAITERS);
        Self { own: Side::new(), remote: Side::new(), waiters, patience: PATIENCE, tasks, stop }
    }

    fn side(&self, picture: Picture) -> &Side {
        match picture {
            Picture::Own => &self.own,
            Picture::Remote => &self.remote,
        }
    }

    async fn respond<B>(&self, request: &Request<B>) -> Response<Vec<u8>> {
        let Some(origin) = allowed_origin(request.headers()) else { return plain(StatusCode::FORBIDDEN) };
        let mut response = match wish(request.uri()) {
            Some(wish) => self.frame(wish).await,
            None => plain(StatusCode::NOT_FOUND),
        };
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response
    }

    async fn frame(&self, wish: Wish) -> Response<Vec<u8>> {
        let Ok(_waiting) = self.waiters.try_acquire() else { return plain(StatusCode::TOO_MANY_REQUESTS) };
        let side = self.side(wish.picture);
        let next = tokio::time::timeout(self.patience, next(side, wish.after));
        let next = tokio::select! {
            next = next => next.ok().flatten(),
            () = self.stop.cancelled() => None,
        };
        let Some((sequence, frame, tile)) = next else { return plain(StatusCode::NO_CONTENT) };
        let scaler = Arc::clone(&side.scaler);
        let encoded = tokio::task::spawn_blocking(move || {
            encode(sequence, &frame, &tile, &mut scaler.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match encoded.await {
            Ok(Some(body)) => {
                let mut response = plain(StatusCode::OK);
                *response.body_mut() = body;
                response
            }
            Ok(None) => plain(StatusCode::NO_CONTENT),
            Err(failure) => {
                warn!("A picture could not be scaled: {failure}");
                plain(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

/// The newest frame that is another than `after`, once there is one and a tile to show it in.
async fn next(side: &Side, after: u64) -> Option<(u64, Arc<Frame>, DeviceTile)> {
    let (mut newest, mut tile) = (side.newest.subscribe(), side.tile.subscribe());
    let tile = (*tile.wait_for(Option::is_some).await.ok()?)?;
    let newest = newest.wait_for(|newest| newest.is_news(after)).await.ok()?;
    Some((newest.sequence, newest.frame.clone()?, tile))
}

fn plain(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/octet-stream"));
    response
}

impl Surface for Canvas {
    fn path(&self) -> PicturePath {
        PicturePath::Canvas
    }

    fn register(self: Arc<Self>, builder: Builder<Wry>) -> Builder<Wry> {
        builder.register_asynchronous_uri_scheme_protocol("vid", move |_, request, responder| {
            let canvas = Arc::clone(&self);
            let task = async move { responder.respond(canvas.respond(&request).await) };
            self.tasks.spawn_on(task, tauri::async_runtime::handle().inner());
        })
    }

    fn start(&self, client: &Client, tasks: &TaskTracker, stop: &CancellationToken) {
        for picture in [Picture::Own, Picture::Remote] {
            let (frames, newest) = (client.picture(picture), self.side(picture).newest.clone());
            let stop = stop.clone();
            tasks.spawn(async move {
                tokio::select! { () = answer::count(frames, newest) => {}, () = stop.cancelled() => {} }
            });
        }
    }

    fn place(&self, tiles: &[DeviceTile]) {
        for picture in [Picture::Own, Picture::Remote] {
            let tile = tiles.iter().find(|tile| tile.picture == picture).copied();
            self.side(picture).tile.send_replace(tile);
        }
    }
}

#[cfg(test)]
mod tests;
