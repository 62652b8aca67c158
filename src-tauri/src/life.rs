//! From start to end: what runs behind the window, who owns it, and how it is released.
//!
//! ```text
//! begin: backend found or hosted > client > surface > commands are answered
//! another server: all of that is released, and begun again
//! end (window closed, SIGINT, SIGTERM): surface hidden, call ended and devices released, hosted servers stopped
//! ```

use crate::desktop;
use crate::hosting::{self, Hosted};
use crate::server::{self, Change};
use crate::settings::Settings;
use crate::surface::Surface;
use crate::windows;
use jiff::Timestamp;
use pizoo_client::{CameraSource, Client, ClientConfig, KeychainChoice};
use pizoo_media::audio::AudioConfig;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tauri::{AppHandle, RunEvent, Window, WindowEvent};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};
use url::Url;

/// How long the end may take. Every part has a tighter limit of its own; this one is for a part that breaks it.
const END_LIMIT: Duration = Duration::from_secs(3);

/// The app's life. All clones are one.
#[derive(Clone)]
pub(crate) struct Life {
    tasks: TaskTracker,
    stop: CancellationToken,
    over: Arc<AtomicBool>,
}

/// What a client's life happens on.
pub(crate) struct Stage {
    pub(crate) app: AppHandle,
    pub(crate) settings: Settings,
    pub(crate) surface: Arc<dyn Surface>,
    /// Where the client is put while it runs.
    pub(crate) client: watch::Sender<Option<Client>>,
}

/// One client's life.
struct Round {
    /// Without one, this computer's.
    server: Option<Url>,
    /// The user wanted quiet until then, for a while.
    quiet_until: Option<Timestamp>,
    /// Who waits for the client.
    done: Option<oneshot::Sender<()>>,
}

impl Life {
    /// `stop` ends everything that was spawned on `tasks`.
    pub(crate) fn new(tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { tasks, stop, over: Arc::default() }
    }

    /// Starts what runs behind the window, again with each change of the server.
    pub(crate) fn begin(&self, stage: Stage, mut changes: mpsc::Receiver<Change>) {
        let life = self.clone();
        tauri::async_runtime::spawn(async move {
            life.tasks.spawn(end_by_signal(life.stop.clone()));
            let server = server::chosen(&stage.settings.profile_folder()).await;
            desktop::stay(&stage.app, &life.tasks, &life.stop);
            let mut round = Round { server, quiet_until: None, done: None };
            while let Some((Change { to, done }, quiet_until)) = life.live(&stage, round, &mut changes).await {
                round = Round { server: to, quiet_until, done: Some(done) };
            }
            let Stage { app, client, .. } = stage;
            drop(client);
            life.tasks.close();
            if tokio::time::timeout(END_LIMIT, life.tasks.wait()).await.is_err() {
                error!("Not everything ended within {END_LIMIT:?}; ending all the same.");
            }
            life.over.store(true, Ordering::SeqCst);
            app.exit(0);
        });
    }

    /// Takes note of what happens to a window.
    pub(crate) fn on_window_event(&self, window: &Window, event: &WindowEvent) {
        windows::on_event(window, event, &self.stop);
    }

    /// Holds the program's end back until everything is released.
    pub(crate) fn on_event(&self, app: &AppHandle, event: &RunEvent) {
        // A click on the icon in the dock, when the window may be hidden.
        #[cfg(target_os = "macos")]
        if let RunEvent::Reopen { .. } = event {
            windows::bring_to_front(app);
        }
        #[cfg(not(target_os = "macos"))]
        let _ = app;
        if let RunEvent::ExitRequested { api, .. } = event
            && !self.over.load(Ordering::SeqCst)
        {
            api.prevent_exit();
            self.stop.cancel();
        }
    }

    /// One client's life. Ends with the change of the server that ended it, if it was one, and what outlasts that.
    async fn live(
        &self,
        stage: &Stage,
        round: Round,
        changes: &mut mpsc::Receiver<Change>,
    ) -> Option<(Change, Option<Timestamp>)> {
        let Stage { app, settings, surface, client: place } = stage;
        let hosted = tokio::select! {
            hosted = hosting::start(settings, round.server) => hosted,
            () = self.stop.cancelled() => return None,
        };
        let client = match Client::start(client_config(settings, &hosted)) {
            Ok(client) => client,
            Err(failure) => {
                error!("Pizoo cannot start: {failure}");
                self.stop.cancel();
                release(None, &TaskTracker::new(), hosted).await;
                return None;
            }
        };
        client.set_quiet_until(round.quiet_until);
        let (tasks, stop) = (TaskTracker::new(), self.stop.child_token());
        surface.start(&client, &tasks, &stop);
        windows::follow(app, &client, &tasks, &stop);
        desktop::follow(app, &client, &tasks, &stop);
        place.send_replace(Some(client.clone()));
        if let Some(done) = round.done {
            // Whoever asked may not wait any more.
            done.send(()).unwrap_or_default();
        }
        let change = tokio::select! {
            () = self.stop.cancelled() => None,
            change = changes.recv() => change,
        };
        surface.hide();
        place.send_replace(None);
        stop.cancel();
        let quiet_until = *client.quiet_until().borrow();
        release(Some(client), &tasks, hosted).await;
        change.map(|change| (change, quiet_until))
    }
}

async fn release(client: Option<Client>, tasks: &TaskTracker, hosted: Hosted) {
    let release = async {
        if let Some(client) = client {
            client.shutdown().await;
        }
        tasks.close();
        tasks.wait().await;
        hosted.stop().await;
    };
    match tokio::time::timeout(END_LIMIT, release).await {
        Ok(()) => info!("Everything is released."),
        Err(_) => error!("Not everything was released within {END_LIMIT:?}; going on all the same."),
    }
}

fn client_config(settings: &Settings, hosted: &Hosted) -> ClientConfig {
    ClientConfig {
        server: hosted.url().clone(),
        profile: settings.profile.clone(),
        keychain: KeychainChoice::System,
        camera: CameraSource::Default,
        audio: AudioConfig::default(),
        folder: Some(settings.profile_folder()),
        on_this_computer: hosted.on_this_computer(),
    }
}

/// Turns the system's wish that the program ends into an orderly end.
async fn end_by_signal(stop: CancellationToken) {
    tokio::select! {
        signal = next_signal() => match signal {
            Ok(name) => info!("Ending, because of {name}."),
            Err(error) => return warn!("Signals cannot be heard: {error}"),
        },
        () = stop.cancelled() => {}
    }
    stop.cancel();
}

#[cfg(unix)]
async fn next_signal() -> std::io::Result<&'static str> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
        _ = hangup.recv() => "SIGHUP",
    })
}

#[cfg(not(unix))]
async fn next_signal() -> std::io::Result<&'static str> {
    tokio::signal::ctrl_c().await?;
    Ok("Ctrl-C")
}
