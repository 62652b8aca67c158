//! The window of a ring: small, above all others, and there only while somebody rings and the main window is not where
//! the user looks. It takes no keyboard focus, so that nobody answers by typing on.

use super::{INCOMING, focus::Focused};
use crate::shell::Shell;
use crate::texts::Texts;
use pizoo_api::CallId;
use pizoo_client::Client;
use pizoo_client::view::{IncomingView, Preferences};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, LogicalPosition, Manager, PhysicalPosition, WebviewWindowBuilder};
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Between the window and the screen's edges, in logical pixels.
const MARGIN: f64 = 24.0;

/// Which ring the user closed the window of; it does not open again for that one.
#[derive(Default)]
pub(crate) struct Popup(Mutex<Option<CallId>>);

impl Popup {
    fn closed(&self) -> MutexGuard<'_, Option<CallId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The user closed the window: the ring may go on, silently and in the main window.
pub(super) fn closed(shell: &Shell) {
    let Some(client) = shell.client_now() else { return };
    let ring = client.incoming().borrow().as_ref().map(|ring| ring.call_id.clone());
    if let Some(id) = ring {
        client.silence_call(&id);
        *shell.popup.closed() = Some(id);
    }
}

/// Opens and closes the window as it is wanted.
pub(super) async fn follow(app: AppHandle, client: Client, stop: CancellationToken) {
    let shell = app.state::<Shell>();
    let (mut incoming, mut preferences, mut quiet) = (client.incoming(), client.preferences(), client.quiet());
    let mut focus = shell.focus.view();
    loop {
        let (ring, chosen) = (incoming.borrow_and_update().clone(), preferences.borrow_and_update().clone());
        let focused = *focus.borrow_and_update();
        // Asked anew: the clock went on.
        quiet.mark_unchanged();
        let shown = wanted(focused, client.is_quiet(), ring.as_ref(), shell.popup.closed().as_ref());
        let done = match (shown, app.get_webview_window(INCOMING)) {
            (Some(ring), None) => open(&app, ring, &chosen),
            // Not asked whether it may close: nobody but the user is asked that.
            (None, Some(window)) => window.destroy(),
            _ => Ok(()),
        };
        if let Err(error) = done {
            warn!("The window of a ring: {error}");
        }
        tokio::select! {
            changed = incoming.changed() => if changed.is_err() { return },
            changed = preferences.changed() => if changed.is_err() { return },
            changed = quiet.changed() => if changed.is_err() { return },
            changed = focus.changed() => if changed.is_err() { return },
            () = stop.cancelled() => {
                // The app's end may take a moment.
                if let Some(window) = app.get_webview_window(INCOMING)
                    && let Err(error) = window.destroy()
                {
                    warn!("The window of a ring: {error}");
                }
                return;
            }
        }
    }
}

/// Which ring has a window.
fn wanted<'a>(
    focused: Focused,
    quiet: bool,
    ring: Option<&'a IncomingView>,
    closed: Option<&CallId>,
) -> Option<&'a IncomingView> {
    ring.filter(|ring| !focused.main && !quiet && closed != Some(&ring.call_id))
}

fn open(app: &AppHandle, ring: &IncomingView, preferences: &Preferences) -> tauri::Result<()> {
    let Some(config) = super::config(app, INCOMING) else { return Ok(()) };
    let title = Texts::of(preferences.language.as_deref()).incoming(ring.call_type);
    let folder = app.state::<Shell>().settings.profile_folder().join("web");
    let mut builder = WebviewWindowBuilder::from_config(app, config)?.title(title).data_directory(folder);
    if let Some(monitor) = app.primary_monitor()? {
        let (area, scale) = (monitor.work_area(), monitor.scale_factor());
        let corner = PhysicalPosition::new(area.position.x + area.size.width.cast_signed(), area.position.y);
        let LogicalPosition { x, y } = corner.to_logical::<f64>(scale);
        builder = builder.position(x - config.width - MARGIN, y + MARGIN);
    }
    builder.build().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pizoo_api::livekit::CallType;

    const ELSEWHERE: Focused = Focused { main: false, incoming: false, reading: false };

    fn ring(id: &str) -> IncomingView {
        IncomingView {
            call_id: id.into(),
            match_id: "match".into(),
            partner_id: "partner".into(),
            partner_name: "Sara".to_owned(),
            partner_photo: None,
            call_type: CallType::Video,
            silenced: false,
        }
    }

    fn is_wanted(focused: Focused, quiet: bool, closed: Option<&str>) -> bool {
        wanted(focused, quiet, Some(&ring("one")), closed.map(CallId::from).as_ref()).is_some()
    }

    #[test]
    fn ring_has_a_window_while_the_user_is_elsewhere() {
        assert!(is_wanted(ELSEWHERE, false, None));
        assert!(is_wanted(Focused { incoming: true, ..ELSEWHERE }, false, None), "it stays when it is clicked");
        assert!(!is_wanted(Focused { main: true, ..ELSEWHERE }, false, None));
        assert!(wanted(ELSEWHERE, false, None, None).is_none());
    }

    #[test]
    fn nobody_is_disturbed_who_does_not_want_it() {
        assert!(!is_wanted(ELSEWHERE, true, None));
    }

    #[test]
    fn closed_window_opens_again_for_another_ring_only() {
        assert!(!is_wanted(ELSEWHERE, false, Some("one")));
        assert!(is_wanted(ELSEWHERE, false, Some("another")));
    }
}
