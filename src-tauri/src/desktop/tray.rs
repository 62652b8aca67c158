//! The icon in the tray: opening the app, peace and quiet, and an end. On Linux it is put on the session bus; a desktop
//! without a tray is no error, and one whose tray comes later gets the icon then.
//!
//! There is one icon in the app, and what its menu does is said once: neither could be taken back. It shows how things are
//! with one client after the other.

use super::badge;
use crate::shell::Shell;
use crate::texts::Texts;
use crate::windows::{self, call_is_on};
use jiff::{SignedDuration, Timestamp};
use pizoo_client::Client;
use std::sync::atomic::Ordering;
use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

const STATE: &str = "state";
const OPEN: &str = "open";
const QUIET: &str = "quiet";
const HOUR: &str = "hour";
const QUIT: &str = "quit";

/// How long "for an hour" is.
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

struct Tray {
    icon: TrayIcon,
    /// Only to be read.
    state: MenuItem<Wry>,
    open: MenuItem<Wry>,
    quiet: CheckMenuItem<Wry>,
    hour: CheckMenuItem<Wry>,
    quit: MenuItem<Wry>,
}

/// How things are.
struct Shown {
    texts: &'static Texts,
    unread: u32,
    in_call: bool,
    /// Neither sound nor notification now, for whatever reason.
    quiet: bool,
    /// For good.
    do_not_disturb: bool,
    /// For a while.
    hour: bool,
}

/// Puts the icon up as soon as there is a tray, and shows how things are with each client until `stop`.
pub(super) async fn run(app: AppHandle, tasks: TaskTracker, stop: CancellationToken) {
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
    let shell = app.state::<Shell>();
    shell.tray.store(true, Ordering::SeqCst);
    let (tray, title) = (&tray, badge::title(&app));
    let title = title.as_str();
    tokio::select! {
        () = one_after_the_other(shell.clients(), move |client| follow(tray, title, client)) => {}
        () = stop.cancelled() => {}
    }
}

/// Does that with each of them for as long as it is the newest, and with none while there is none.
async fn one_after_the_other<C: Clone, F: Future<Output = ()>>(
    mut all: watch::Receiver<Option<C>>,
    follow: impl Fn(Option<C>) -> F,
) {
    loop {
        let newest = all.borrow_and_update().clone();
        let followed = async {
            follow(newest).await;
            // It has come to its end; the next one is waited for.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = followed => {}
            changed = all.changed() => if changed.is_err() { return },
        }
    }
}

/// Shows how things are with that client.
async fn follow(tray: &Tray, title: &str, client: Option<Client>) {
    let Some(client) = client else { return tray.show(title, &Shown::nothing()) };
    let (mut preferences, mut quiet, mut until) = (client.preferences(), client.quiet(), client.quiet_until());
    let (mut call, mut conversations) = (client.call(), client.conversations());
    loop {
        let chosen = preferences.borrow_and_update().clone();
        let shown = Shown {
            texts: Texts::of(chosen.language.as_deref()),
            unread: badge::unread(&conversations.borrow_and_update().list),
            in_call: call_is_on(call.borrow_and_update().as_ref()),
            quiet: *quiet.borrow_and_update(),
            do_not_disturb: chosen.do_not_disturb,
            hour: until.borrow_and_update().is_some(),
        };
        tray.show(title, &shown);
        tokio::select! {
            changed = preferences.changed() => if changed.is_err() { return },
            changed = quiet.changed() => if changed.is_err() { return },
            changed = until.changed() => if changed.is_err() { return },
            changed = call.changed() => if changed.is_err() { return },
            changed = conversations.changed() => if changed.is_err() { return },
        }
    }
}

impl Shown {
    /// While there is no client.
    fn nothing() -> Self {
        let texts = Texts::of(None);
        Self { texts, unread: 0, in_call: false, quiet: false, do_not_disturb: false, hour: false }
    }

    /// What the icon says when the pointer is on it.
    fn tip(&self, title: &str) -> String {
        let title = badge::counted(title, self.unread);
        match (self.in_call, self.quiet) {
            (true, _) => format!("{title} – {}", self.texts.in_a_call),
            (false, true) => format!("{title} – {}", self.texts.do_not_disturb),
            (false, false) => title,
        }
    }
}

impl Tray {
    fn put(app: &AppHandle, tasks: &TaskTracker) -> tauri::Result<Self> {
        let tasks = tasks.clone();
        let texts = Texts::of(None);
        let state = MenuItem::with_id(app, STATE, texts.unread(0), false, None::<&str>)?;
        let open = MenuItem::with_id(app, OPEN, texts.open, true, None::<&str>)?;
        let quiet = CheckMenuItem::with_id(app, QUIET, texts.do_not_disturb, true, false, None::<&str>)?;
        let hour = CheckMenuItem::with_id(app, HOUR, texts.quiet_for_an_hour, true, false, None::<&str>)?;
        let quit = MenuItem::with_id(app, QUIT, texts.quit, true, None::<&str>)?;
        let [above, below] = [PredefinedMenuItem::separator(app)?, PredefinedMenuItem::separator(app)?];
        let menu = Menu::with_items(app, &[&state, &above, &open, &hour, &quiet, &below, &quit])?;
        let mut builder = TrayIconBuilder::with_id(&app.config().identifier)
            .menu(&menu)
            // On macOS a click opens an icon's menu, elsewhere its window.
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(move |app, event| on_menu(app, &event, &tasks))
            .on_tray_icon_event(|icon, event| on_click(icon.app_handle(), &event));
        if let Some(icon) = app.default_window_icon() {
            builder = builder.icon(icon.clone());
        }
        Ok(Self { icon: builder.build(app)?, state, open, quiet, hour, quit })
    }

    fn show(&self, title: &str, shown: &Shown) {
        if let Err(error) = self.say(title, shown) {
            warn!("The tray does not show how things are: {error}");
        }
    }

    fn say(&self, title: &str, shown: &Shown) -> tauri::Result<()> {
        let texts = shown.texts;
        self.state.set_text(texts.unread(shown.unread))?;
        self.open.set_text(texts.open)?;
        self.quiet.set_text(texts.do_not_disturb)?;
        self.quiet.set_checked(shown.do_not_disturb)?;
        self.hour.set_text(texts.quiet_for_an_hour)?;
        self.hour.set_checked(shown.hour)?;
        self.quit.set_text(texts.quit)?;
        self.icon.set_tooltip(Some(shown.tip(title)))
    }
}

fn on_menu(app: &AppHandle, event: &MenuEvent, tasks: &TaskTracker) {
    let client = || app.state::<Shell>().client_now();
    match event.id().as_ref() {
        OPEN => windows::bring_to_front(app),
        HOUR => {
            if let Some(client) = client() {
                let until = *client.quiet_until().borrow();
                client.set_quiet_until(an_hour_or_not(until, Timestamp::now()));
            }
        }
        QUIET => {
            let Some(client) = client() else { return };
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

/// Chosen once more, it is taken back.
fn an_hour_or_not(until: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    match until {
        Some(_) => None,
        None => now.checked_add(AN_HOUR).ok(),
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
    use tokio::sync::mpsc;

    #[test]
    fn tip_tells_of_messages_a_call_and_quiet() {
        let shown = Shown { texts: Texts::of(Some("en")), unread: 3, ..Shown::nothing() };
        assert_eq!(shown.tip("Pizoo"), "(3) Pizoo");
        let shown = Shown { quiet: true, ..shown };
        assert_eq!(shown.tip("Pizoo"), "(3) Pizoo – Do not disturb");
        let shown = Shown { in_call: true, unread: 0, ..shown };
        assert_eq!(shown.tip("Pizoo"), "Pizoo – In a call");
    }

    #[test]
    fn hour_of_quiet_can_be_taken_back() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let until = an_hour_or_not(None, now);
        assert_eq!(until, Some("2026-01-02T04:04:05Z".parse().unwrap()));
        assert_eq!(an_hour_or_not(until, now), None);
    }

    #[tokio::test]
    async fn each_client_is_shown_in_place_of_the_one_before() {
        let (clients, watched) = watch::channel(None);
        let (show, mut shown) = mpsc::unbounded_channel();
        // The second one comes to its end before it is replaced.
        let follow = |client: Option<u32>| {
            show.send(client).unwrap();
            async move {
                if client != Some(2) {
                    std::future::pending::<()>().await;
                }
            }
        };
        let change = async {
            assert_eq!(shown.recv().await, Some(None));
            for client in [Some(1), None, Some(2), None, Some(3)] {
                clients.send_replace(client);
                assert_eq!(shown.recv().await, Some(client));
            }
            drop(clients);
        };
        tokio::join!(one_after_the_other(watched, follow), change);
        assert!(shown.is_empty());
    }
}
