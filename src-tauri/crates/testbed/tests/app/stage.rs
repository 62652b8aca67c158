//! One app on a desk, and User Two as a head-less peer.

use pizoo_testbed::app::{App, built};
use pizoo_testbed::backend::{Backend, USER_TWO};
use pizoo_testbed::children::{self, Child, Program};
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::desk::{Desk, DeskSettings};
use pizoo_testbed::display::StampReader;
use pizoo_testbed::sfu::Sfu;
use serde_json::json;
use std::time::Duration;

/// An app on a busy machine takes its time.
pub(crate) const SOON: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    pub(crate) sfu: Sfu,
    pub(crate) backend: Backend,
    pub(crate) desk: Desk,
    pub(crate) app: App,
}

impl Stage {
    /// Everything, with further variables for the app.
    pub(crate) async fn set(settings: DeskSettings, variables: &[(&str, &str)]) -> Self {
        children::adopt_orphans();
        let sfu = Sfu::start(None).await.unwrap();
        let backend = Backend::start(&sfu).await.unwrap();
        let desk = Desk::set_up(settings).await.unwrap();
        let mut wanted = desk.settings("test", &backend.url().unwrap()).unwrap();
        wanted.app_env.extend(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        let app = App::start(wanted).await.unwrap();
        Self { sfu, backend, desk, app }
    }

    /// User Two, who joins the room and stays.
    pub(crate) async fn peer(&self) -> Child {
        Program::new(built("pizoo-peer").unwrap())
            .args(["--email", USER_TWO])
            .env("PIZOO_API_URL", self.backend.url().unwrap().as_str())
            .spawn()
            .await
            .unwrap()
    }

    /// Size of the picture that arrives, as soon as one does.
    pub(crate) async fn size(&self) -> (u32, u32) {
        eventually("a picture of the other side", SOON, async || {
            let figures = self.app.invoke("call_statistics", json!({})).await.ok()?;
            let edge = |name: &str| figures[name].as_u64().filter(|edge| *edge > 0).map(|edge| edge as u32);
            Some((edge("width")?, edge("height")?))
        })
        .await
        .unwrap()
    }

    /// Waits until at least so many different pictures of the other side are on the screen within three seconds.
    pub(crate) async fn sees_pictures(&self, at_least: usize) {
        let size = self.size().await;
        let mut seen = None;
        let moving = until("moving pictures on the screen", SOON, async || {
            // The tile's place is asked for each time: after a resize the page needs a moment to lay itself out.
            let Ok(bars) = self.desk.bars(&self.app, "tile-remote", size).await else { return false };
            let reader = StampReader::start(self.desk.display.screen().unwrap(), bars, false);
            tokio::time::sleep(Duration::from_secs(3)).await;
            seen = reader.stop().await.ok();
            seen.as_ref().is_some_and(|seen| seen.stamps.len() >= at_least)
        });
        let moving = moving.await;
        assert!(moving.is_ok(), "{moving:?}: {seen:?}");
    }

    pub(crate) async fn strike(self) {
        self.app.close().await.unwrap();
        self.desk.clear().await.unwrap();
        self.backend.stop().await;
        self.sfu.stop().await;
        children::end_all().await.unwrap();
    }
}
