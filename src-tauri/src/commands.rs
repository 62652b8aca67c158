//! What the page may ask for. Each command is a few lines, then the client's; which window may use which is in
//! `permissions/` and `capabilities/`.

mod app;
mod call;
mod chat;
mod pictures;
mod session;

use pizoo_client::view::UserError;
use tauri::ipc::Invoke;

/// What a command answers: something for the page, or words for the user.
type Answer<T = ()> = Result<T, UserError>;

/// All commands by their names.
pub(crate) fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        session::snapshot,
        session::send_link,
        session::verify_link,
        session::development_link,
        session::sign_out,
        chat::open_chat,
        chat::close_chat,
        chat::send_message,
        chat::retry_message,
        chat::reload,
        call::start_call,
        call::end_call,
        call::dismiss_call,
        call::set_microphone,
        call::set_camera,
        call::call_statistics,
        pictures::place_pictures,
        app::set_mini,
        app::set_full_screen,
        app::export_log,
        app::version,
        app::pending_link,
        app::answer_link,
    ]
}
