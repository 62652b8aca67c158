//! The app's shell: one window, its page, and the native side of both.
//!
//! It is thin: it reads the `settings`, finds or hosts a backend (`hosting`), starts a `pizoo_client::Client`
//! (`life`), and passes the page's `commands` in and the client's views out (`views`). Pictures go to the screen
//! past the page (`surface`). It knows nothing of tokens, rooms or devices; those are the client's. With
//! `commands/` this is the only code that names `tauri`. It may depend on `client`, `media`'s pictures and, only to
//! embed it, `backend`.

mod commands;
mod hosting;
mod life;
mod logging;
mod settings;
mod shell;
mod surface;
mod views;
mod windows;

use life::Life;
use settings::Settings;
use shell::Shell;
use std::process::ExitCode;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::error;

/// Runs the app until its window is closed or the program is told to end; everything is released by then.
pub fn run() -> ExitCode {
    let settings = match Settings::read() {
        Ok(settings) => settings,
        Err(error) => return error.explain(),
    };
    logging::start(&settings.log);
    match run_with(settings) {
        Ok(code) => code,
        Err(failure) => {
            error!("Pizoo cannot start: {failure:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_with(settings: Settings) -> anyhow::Result<ExitCode> {
    let mut context = context();
    let identifier = &mut context.config_mut().identifier;
    *identifier = windows::identifier(identifier, &settings.profile);

    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let surface = surface::choose(settings.pictures, &tasks, &stop);
    let (shell, stage) = Shell::new(Arc::clone(&surface));
    let life = Life::new(tasks, stop);
    let (at_start, of_window) = (life.clone(), Arc::clone(&surface));
    let builder = tauri::Builder::default()
        // First, so that a second start ends before it does anything else.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| windows::bring_to_front(app)))
        .manage(shell)
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let window = windows::open(app, &settings)?;
            of_window.attach(&window)?;
            at_start.begin(app.handle().clone(), settings, of_window, stage);
            Ok(())
        });
    let app = surface.register(builder).build(context)?;
    let code = app.run_return(move |app, event| life.on_event(app, &event));
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// `tauri.conf.json`, the capabilities and the page, as they were at build time.
#[expect(clippy::disallowed_methods, reason = "the macro exits if the context cannot be made, before anything runs")]
fn context() -> tauri::Context {
    tauri::generate_context!()
}
