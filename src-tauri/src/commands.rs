//! What the page may ask for. Each command is a few lines, then the client's; which window may use which is in
//! `permissions/` and `capabilities/`.

mod account;
mod app;
mod call;
mod chat;
mod devices;
mod people;
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
        session::changes,
        session::send_link,
        session::verify_link,
        session::development_link,
        session::sign_in_with_password,
        session::register,
        session::send_phone_code,
        session::verify_phone_code,
        session::retry_start,
        session::sign_out,
        session::sign_out_everywhere,
        account::rename,
        account::devices_signed_in,
        account::sign_out_device,
        account::export_data,
        account::delete_account,
        account::photo,
        account::set_photo,
        account::remove_photo,
        account::set_preferences,
        people::discover,
        people::swipe,
        people::unmatch,
        people::block,
        people::unblock,
        people::blocked,
        people::report,
        chat::open_chat,
        chat::close_chat,
        chat::send_message,
        chat::retry_message,
        chat::load_older,
        chat::set_typing,
        chat::set_visible,
        chat::reload,
        call::start_call,
        call::allow_calling,
        call::accept_call,
        call::decline_call,
        call::silence_call,
        call::end_call,
        call::dismiss_call,
        call::set_microphone,
        call::set_camera,
        call::set_own_blur,
        call::confirm_code,
        call::call_statistics,
        devices::list_devices,
        devices::start_preview,
        devices::preview,
        devices::stop_preview,
        devices::test_speaker,
        pictures::place_pictures,
        app::set_mini,
        app::set_full_screen,
        app::window_shape,
        app::network_changed,
        app::server_is_fixed,
        app::choose_server,
        app::open_system_settings,
        app::export_log,
        app::version,
        app::pending_link,
        app::answer_link,
    ]
}
