//! From start to end: what runs behind the window, who owns it, and how it is released.
//!
//! ```text
//! begin: backend found or hosted > client > surface and views > commands are answered
//! end (window closed, SIGINT, SIGTERM): surface hidden, call ended and devices released, hosted servers stopped
//! ```

use crate::desktop;
use crate::hosting::{self, Hosted};
use crate::settings::Settings;
use crate::surface::Surface;
use crate::views;
use crate::windows;
use pizoo_client::{CameraSource, Client, ClientConfig, KeychainChoice};
use pizoo_media::audio::AudioConfig;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tauri::{AppHandle, RunEvent, Window, WindowEvent};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

/// How long the end may take. Every part has a tighter limit of its own; this one is for a part that breaks it.
const END_LIMIT: Duration = Duration::from_secs(3);

/// The app's life. All clones are one.
#[derive(Clone)]
pub(crate) struct Life {
    tasks: TaskTracker,
    stop: CancellationToken,
    over: Arc<AtomicBool>,
}

impl Life {
    /// `stop` ends everything that was spawned on `tasks`.
    pub(crate) fn new(tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { tasks, stop, over: Arc::default() }
    }

    /// Starts what runs behind the window; the client is put on `stage` when it runs.
    pub(crate) fn begin(
        &self,
        app: AppHandle,
        settings: Settings,
        surface: Arc<dyn Surface>,
        stage: watch::Sender<Option<Client>>,
    ) {
        let life = self.clone();
        tauri::async_runtime::spawn(async move {
            life.tasks.spawn(end_by_signal(life.stop.clone()));
            life.live(&app, &settings, &surface, stage).await;
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

    async fn live(
        &self,
        app: &AppHandle,
        settings: &Settings,
        surface: &Arc<dyn Surface>,
        stage: watch::Sender<Option<Client>>,
    ) {
        let hosted = tokio::select! {
            hosted = hosting::start(settings) => hosted,
            () = self.stop.cancelled() => return self.end(None, None).await,
        };
        let client = match Client::start(client_config(settings, &hosted)) {
            Ok(client) => client,
            Err(failure) => {
                error!("Pizoo cannot start: {failure}");
                self.stop.cancel();
                return self.end(None, Some(hosted)).await;
            }
        };
        surface.start(&client, &self.tasks, &self.stop);
        views::send(app, &client, &self.tasks, &self.stop);
        windows::follow(app, &client, &self.tasks, &self.stop);
        desktop::follow(app, &client, &self.tasks, &self.stop);
        stage.send_replace(Some(client.clone()));
        self.stop.cancelled().await;
        surface.hide();
        self.end(Some(client), Some(hosted)).await;
    }

    async fn end(&self, client: Option<Client>, hosted: Option<Hosted>) {
        let release = async {
            if let Some(client) = client {
                client.shutdown().await;
            }
            self.tasks.close();
            self.tasks.wait().await;
            if let Some(hosted) = hosted {
                hosted.stop().await;
            }
        };
        match tokio::time::timeout(END_LIMIT, release).await {
            Ok(()) => info!("Everything is released."),
            Err(_) => error!("Not everything was released within {END_LIMIT:?}; ending all the same."),
        }
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
