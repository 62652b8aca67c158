//! The icon in the tray: opening the app, peace and quiet, and an end. On Linux it is put on the session bus; a desktop
//! without a tray is no error, and one whose tray comes later gets the icon then.

use super::badge;
use crate::shell::Shell;
use crate::texts::Texts;
use crate::windows::{self, call_is_on};
use pizoo_client::Client;
use std::sync::atomic::Ordering;
use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

const OPEN: &str = "open";
const QUIET: &str = "quiet";
const QUIT: &str = "quit";

struct Tray {
    icon: TrayIcon,
    open: MenuItem<Wry>,
    quiet: CheckMenuItem<Wry>,
    quit: MenuItem<Wry>,
}

/// Follows what the icon tells until `stop`.
pub(super) async fn follow(app: AppHandle, client: Client, tasks: TaskTracker, stop: CancellationToken) {
    let tray = loop {
        match Tray::put(&app, &tasks) {
            Ok(tray) => break tray,
            Err(error) => info!("There is no tray here, so closing the window ends the app: {error}"),
        }
        tokio::select! {
            appeared = host::appears() => if !appeared { return },
            () = stop.cancelled() => return,
        }
    };
    app.state::<Shell>().tray.store(true, Ordering::SeqCst);
    let (mut preferences, mut call, mut conversations) = (client.preferences(), client.call(), client.conversations());
    let title = badge::title(&app);
    loop {
        let texts = Texts::of(preferences.borrow_and_update().language.as_deref());
        let quiet = preferences.borrow().do_not_disturb;
        let title = badge::counted(&title, badge::unread(&conversations.borrow_and_update().list));
        let tip = tip(&title, call_is_on(call.borrow_and_update().as_ref()), texts);
        if let Err(error) = tray.say(texts, quiet, &tip) {
            warn!("The tray does not show how things are: {error}");
        }
        tokio::select! {
            changed = preferences.changed() => if changed.is_err() { return },
            changed = call.changed() => if changed.is_err() { return },
            changed = conversations.changed() => if changed.is_err() { return },
            () = stop.cancelled() => return,
        }
    }
}

/// What the icon says when the pointer is on it.
fn tip(title: &str, in_call: bool, texts: &Texts) -> String {
    if in_call { format!("{title} – {}", texts.in_a_call) } else { title.to_owned() }
}

impl Tray {
    fn put(app: &AppHandle, tasks: &TaskTracker) -> tauri::Result<Self> {
        let tasks = tasks.clone();
        let texts = Texts::of(None);
        let open = MenuItem::with_id(app, OPEN, texts.open, true, None::<&str>)?;
        let quiet = CheckMenuItem::with_id(app, QUIET, texts.do_not_disturb, true, false, None::<&str>)?;
        let quit = MenuItem::with_id(app, QUIT, texts.quit, true, None::<&str>)?;
        let line = PredefinedMenuItem::separator(app)?;
        let menu = Menu::with_items(app, &[&open, &quiet, &line, &quit])?;
        let mut builder = TrayIconBuilder::with_id(&app.config().identifier)
            .menu(&menu)
            // On macOS a click opens an icon's menu, elsewhere its window.
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(move |app, event| on_menu(app, &event, &tasks))
            .on_tray_icon_event(|icon, event| on_click(icon.app_handle(), &event));
        if let Some(icon) = app.default_window_icon() {
            builder = builder.icon(icon.clone());
        }
        Ok(Self { icon: builder.build(app)?, open, quiet, quit })
    }

    fn say(&self, texts: &Texts, quiet: bool, tip: &str) -> tauri::Result<()> {
        self.open.set_text(texts.open)?;
        self.quiet.set_text(texts.do_not_disturb)?;
        self.quiet.set_checked(quiet)?;
        self.quit.set_text(texts.quit)?;
        self.icon.set_tooltip(Some(tip))
    }
}

fn on_menu(app: &AppHandle, event: &MenuEvent, tasks: &TaskTracker) {
    match event.id().as_ref() {
        OPEN => windows::bring_to_front(app),
        QUIET => {
            let Some(client) = app.state::<Shell>().client_now() else { return };
            // The menu's thread is none of the runtime's.
            tauri::async_runtime::spawn(tasks.track_future(async move {
                let mut chosen = client.preferences().borrow().clone();
                chosen.do_not_disturb = !chosen.do_not_disturb;
                if let Err(error) = client.set_preferences(chosen).await {
                    warn!("What was chosen in the tray is not kept: {:?}", error.code);
                }
            }));
        }
        QUIT => app.exit(0),
        _ => {}
    }
}

fn on_click(app: &AppHandle, event: &TrayIconEvent) {
    let left =
        matches!(event, TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. });
    if left && cfg!(not(target_os = "macos")) {
        windows::bring_to_front(app);
    }
}

#[cfg(target_os = "linux")]
mod host {
    //! A desktop's tray may start after the app, above all where the app starts with the computer.

    use futures_util::StreamExt as _;
    use zbus::fdo::DBusProxy;

    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    /// Returns when a tray came; false when none can.
    pub(super) async fn appears() -> bool {
        wait().await.unwrap_or(false)
    }

    async fn wait() -> zbus::Result<bool> {
        let bus = DBusProxy::new(&zbus::Connection::session().await?).await?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
        while let Some(change) = owners.next().await {
            if change.args()?.new_owner.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(not(target_os = "linux"))]
mod host {
    /// These systems always have a tray: what failed once will fail again.
    pub(super) fn appears() -> std::future::Ready<bool> {
        std::future::ready(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tip_tells_of_messages_and_a_call() {
        let texts = Texts::of(Some("en"));
        assert_eq!(tip("(3) Pizoo", false, texts), "(3) Pizoo");
        assert_eq!(tip("Pizoo", true, texts), "Pizoo – In a call");
    }
}
