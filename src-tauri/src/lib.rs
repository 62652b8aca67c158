//! The app's shell: its `windows`, their page, and the native side of both.
//!
//! It is thin: it reads the `settings`, finds or hosts a backend (`hosting`), starts a `pizoo_client::Client`
//! (`life`), and answers the page's `commands`, by which the page also asks for the client's views. Pictures go to the screen
//! past the page (`surface`). What the user is told outside of the windows is in `desktop`. It knows nothing of tokens,
//! rooms or devices; those are the client's. With `commands/` this is the only code that names `tauri`. It may depend on
//! `client`, `media`'s pictures and, only to embed it, `backend`.

mod again;
mod commands;
mod desktop;
mod hosting;
mod life;
mod link;
mod logging;
mod report;
mod server;
mod settings;
mod shell;
mod surface;
mod texts;
mod windows;

use life::{Life, Stage};
use logging::Recent;
use settings::Settings;
use shell::Shell;
use std::process::ExitCode;
use std::sync::Arc;
use tauri_plugin_deep_link::DeepLinkExt as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

/// Runs the app until its window is closed or the program is told to end; everything is released by then.
pub fn run() -> ExitCode {
    let settings = match Settings::read() {
        Ok(settings) => settings,
        Err(error) => return error.explain(),
    };
    let log = logging::start(&settings.log);
    match run_with(settings, log) {
        Ok(code) => code,
        Err(failure) => {
            error!("Pizoo cannot start: {failure:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_with(settings: Settings, log: Recent) -> anyhow::Result<ExitCode> {
    let mut context = context();
    let identifier = &mut context.config_mut().identifier;
    *identifier = windows::identifier(identifier, &settings.profile);

    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let surface = surface::choose(settings.pictures, &tasks, &stop);
    let (shell, client, changes) = Shell::new(Arc::clone(&surface), settings.clone(), log);
    let life = Life::new(tasks, stop);
    let (at_start, at_windows, of_window) = (life.clone(), life.clone(), Arc::clone(&surface));
    let builder = tauri::Builder::default()
        // First, so that a second start ends before it does anything else.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            if arguments.iter().any(|argument| argument == "--register-links") {
                register_links(app);
            }
            link::offer(app, arguments.iter().map(String::as_str));
            windows::bring_to_front(app);
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(desktop::autostart(&settings))
        .plugin(windows::remember(&settings))
        .manage(shell)
        .invoke_handler(commands::handler())
        .on_window_event(move |window, event| at_windows.on_window_event(window, event))
        .setup(move |app| {
            let window = windows::open(app, &settings)?;
            of_window.attach(&window)?;
            open_links(app.handle(), &settings);
            let app = app.handle().clone();
            at_start.begin(Stage { app, settings, surface: of_window, client }, changes);
            Ok(())
        });
    let app = match surface.register(desktop::register(builder)).build(context) {
        Ok(app) => app,
        Err(tauri::Error::PluginInitialization(plugin, why)) if plugin == "single-instance" => {
            return again::start(&why);
        }
        Err(error) => return Err(error.into()),
    };
    let code = app.run_return(move |app, event| life.on_event(app, &event));
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Takes the links that this start was made for, and those that macOS hands over by an event of its own.
fn open_links(app: &tauri::AppHandle, settings: &Settings) {
    link::offer(app, settings.links.0.iter().map(String::as_str));
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        link::offer(&handle, event.urls().iter().map(url::Url::as_str));
    });
    // There the event may have come before anybody listened.
    if cfg!(target_os = "macos")
        && let Ok(Some(urls)) = app.deep_link().get_current()
    {
        link::offer(app, urls.iter().map(url::Url::as_str));
    }
    if settings.register_links {
        register_links(app);
    }
}

/// Writes into the user's home, so it is done only when asked for.
fn register_links(app: &tauri::AppHandle) {
    match app.deep_link().register_all() {
        Ok(()) => info!("The system opens links with this program from now on."),
        Err(error) => warn!("The system does not open links with this program: {error}"),
    }
}

/// `tauri.conf.json`, the capabilities and the page, as they were at build time.
#[expect(clippy::disallowed_methods, reason = "the macro exits if the context cannot be made, before anything runs")]
fn context() -> tauri::Context {
    tauri::generate_context!()
}
