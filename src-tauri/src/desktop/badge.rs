//! How many messages wait, on the window's title and, where the system has such a thing, on the app's icon.

use crate::shell::Shell;
use crate::windows::{self, MAIN};
use pizoo_api::chat::Conversation;
use pizoo_client::Client;
use tauri::{AppHandle, Manager};
use tokio_util::sync::CancellationToken;
use tracing::debug;

/// Messages that were not read.
pub(super) fn unread(list: &[Conversation]) -> u32 {
    list.iter().fold(0, |sum, conversation| sum.saturating_add(conversation.unread_count))
}

/// A title that says how many messages wait.
pub(super) fn counted(title: &str, unread: u32) -> String {
    match unread {
        0 => title.to_owned(),
        1..=99 => format!("({unread}) {title}"),
        _ => format!("(99+) {title}"),
    }
}

/// The main window's title without a count.
pub(super) fn title(app: &AppHandle) -> String {
    let name = app.config().product_name.as_deref().unwrap_or("Pizoo");
    windows::title(name, &app.state::<Shell>().settings.profile)
}

/// Follows the conversation list.
pub(super) async fn follow(app: AppHandle, client: Client, stop: CancellationToken) {
    let mut conversations = client.conversations();
    let (title, mut shown) = (title(&app), 0);
    loop {
        let now = unread(&conversations.borrow_and_update().list);
        if now != shown {
            show(&app, &counted(&title, now), now);
            shown = now;
        }
        tokio::select! {
            changed = conversations.changed() => if changed.is_err() { return },
            () = stop.cancelled() => return show(&app, &title, 0),
        }
    }
}

fn show(app: &AppHandle, title: &str, unread: u32) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    // Neither is of such worth that a system without it should be complained about.
    let count = Some(i64::from(unread)).filter(|count| *count > 0);
    if let Err(error) = window.set_title(title).and_then(|()| window.set_badge_count(count)) {
        debug!("The number of messages is not shown: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_says_how_many_messages_wait() {
        assert_eq!(counted("Pizoo", 0), "Pizoo");
        assert_eq!(counted("Pizoo – two", 3), "(3) Pizoo – two");
        assert_eq!(counted("Pizoo", 100), "(99+) Pizoo");
    }
}
