//! What a call may do to the main window: make it small and keep it above all others, or let it cover the screen. When
//! the call is over, the window is as it was.
//!
//! The user's window manager may leave full screen, too; the page is told of what is so (`window-shape`).

use super::{MAIN, bring_to_front, config};
use crate::shell::Shell;
use pizoo_client::Client;
use pizoo_client::view::{CallPhase, CallView};
use serde::Serialize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, Emitter, LogicalSize, Manager, PhysicalPosition, PhysicalSize, WebviewWindow};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::warn;

const MINI: LogicalSize<f64> = LogicalSize::new(360.0, 240.0);
/// Small enough to be out of the way, large enough for the buttons.
const MINI_LEAST: LogicalSize<f64> = LogicalSize::new(240.0, 160.0);
/// Between the small window and the screen's corner, in logical pixels.
const MARGIN: f64 = 24.0;

/// How the main window differs from what it usually is.
#[derive(Default)]
pub(crate) struct Shape {
    state: Mutex<State>,
    /// What the main thread may ask, for which the holder of the lock may be waiting.
    now: watch::Sender<WindowShape>,
}

/// The main window as the page may have to know it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct WindowShape {
    /// It is small, above all others.
    mini: bool,
    /// It covers the screen, whoever wanted that.
    full_screen: bool,
}

#[derive(Default)]
struct State {
    /// What it was before it became small.
    before: Option<Before>,
    /// A call wanted that; the user may have ended it since.
    full_screen: bool,
}

struct Before {
    size: PhysicalSize<u32>,
    position: PhysicalPosition<i32>,
    maximized: bool,
}

impl Shape {
    /// Makes the window small, or gives it back its size and place.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn set_mini(&self, app: &AppHandle, on: bool) -> tauri::Result<()> {
        let Some(window) = app.get_webview_window(MAIN) else { return Ok(()) };
        let mut state = self.lock();
        match (on, state.before.take()) {
            (true, None) => {
                if std::mem::take(&mut state.full_screen) {
                    window.set_fullscreen(false)?;
                }
                state.before = Some(shrink(&window)?);
            }
            (true, before) => state.before = before,
            (false, Some(before)) => grow(&window, &before)?,
            (false, None) => {}
        }
        drop(state);
        self.note(|now| now.mini = on);
        Ok(())
    }

    /// The window is small now.
    pub(super) fn is_mini(&self) -> bool {
        self.now().mini
    }

    /// As the window is.
    pub(crate) fn now(&self) -> WindowShape {
        *self.now.borrow()
    }

    /// Takes note of what became of the window, for whoever watches it.
    fn note(&self, change: impl FnOnce(&mut WindowShape)) {
        self.now.send_if_modified(|now| {
            let before = *now;
            change(now);
            *now != before
        });
    }

    /// Lets the window cover the screen, or not.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn set_full_screen(&self, app: &AppHandle, on: bool) -> tauri::Result<()> {
        if on {
            self.set_mini(app, false)?;
        }
        let Some(window) = app.get_webview_window(MAIN) else { return Ok(()) };
        window.set_fullscreen(on)?;
        self.lock().full_screen = on;
        Ok(())
    }

    /// Gives the window back what a call took from it. What the user did to it stays.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn reset(&self, app: &AppHandle) -> tauri::Result<()> {
        self.set_mini(app, false)?;
        let full_screen = self.lock().full_screen;
        if full_screen { self.set_full_screen(app, false) } else { Ok(()) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shrink(window: &WebviewWindow) -> tauri::Result<Before> {
    let maximized = window.is_maximized()?;
    let before = Before { size: window.inner_size()?, position: window.outer_position()?, maximized };
    if maximized {
        window.unmaximize()?;
    }
    window.set_min_size(Some(MINI_LEAST))?;
    window.set_size(MINI)?;
    window.set_always_on_top(true)?;
    if let Some(monitor) = window.current_monitor()? {
        let (area, scale) = (monitor.work_area(), monitor.scale_factor());
        let distance = |length: f64| ((length + MARGIN) * scale) as i32;
        let x = area.position.x + area.size.width.cast_signed() - distance(MINI.width);
        let y = area.position.y + area.size.height.cast_signed() - distance(MINI.height);
        window.set_position(PhysicalPosition::new(x, y))?;
    }
    Ok(before)
}

fn grow(window: &WebviewWindow, before: &Before) -> tauri::Result<()> {
    window.set_always_on_top(false)?;
    let usual = config(window.app_handle(), MAIN);
    let least = usual.and_then(|usual| Some(LogicalSize::new(usual.min_width?, usual.min_height?)));
    match usual.filter(|_| before.maximized) {
        // What it was before it was maximized is not known any more.
        Some(usual) => window.set_size(LogicalSize::new(usual.width, usual.height))?,
        None => window.set_size(before.size)?,
    }
    window.set_min_size(least)?;
    window.set_position(before.position)?;
    if before.maximized { window.maximize() } else { Ok(()) }
}

/// Takes note of what the window manager does; on the main thread. Asked later, the window only tells what the app wanted.
#[cfg(target_os = "linux")]
pub(super) fn watch(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::gdk::WindowState;
    use gtk::glib::Propagation;
    use gtk::prelude::WidgetExt as _;
    let app = window.app_handle().clone();
    window.gtk_window()?.connect_window_state_event(move |_, event| {
        let full_screen = event.new_window_state().contains(WindowState::FULLSCREEN);
        app.state::<Shell>().shape.note(|now| now.full_screen = full_screen);
        Propagation::Proceed
    });
    Ok(())
}

/// Takes note of what made the window larger or smaller.
#[cfg(not(target_os = "linux"))]
pub(super) fn resized(window: &tauri::Window) {
    match window.is_fullscreen() {
        Ok(full_screen) => window.state::<Shell>().shape.note(|now| now.full_screen = full_screen),
        Err(error) => warn!("Whether the window covers the screen is not known: {error}"),
    }
}

/// Tells the page what became of the window.
pub(super) async fn tell(app: AppHandle, stop: CancellationToken) {
    let mut now = app.state::<Shell>().shape.now.subscribe();
    loop {
        tokio::select! {
            changed = now.changed() => if changed.is_err() { return },
            () = stop.cancelled() => return,
        }
        let shape = *now.borrow_and_update();
        if let Err(error) = app.emit_to(MAIN, "window-shape", shape) {
            warn!("The page was not told of its window: {error}");
        }
    }
}

/// Shows the main window when a call begins, wherever it was answered, and resets it when the call is over.
pub(super) async fn follow(app: AppHandle, client: Client, stop: CancellationToken) {
    let mut call = client.call();
    let mut before = false;
    loop {
        let now = is_on(call.borrow_and_update().as_ref());
        if now && !before {
            bring_to_front(&app);
        } else if before && !now {
            give_back(&app);
        }
        before = now;
        tokio::select! {
            changed = call.changed() => if changed.is_err() { return },
            // What is remembered of the window is not what a call made of it.
            () = stop.cancelled() => return give_back(&app),
        }
    }
}

/// Whether a call goes on, or is about to.
pub(crate) fn is_on(call: Option<&CallView>) -> bool {
    call.is_some_and(|call| !matches!(call.phase, CallPhase::Ended { .. }))
}

fn give_back(app: &AppHandle) {
    if let Err(error) = app.state::<Shell>().shape.reset(app) {
        warn!("The window does not get its size back: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_told_of_its_window_when_that_changed() {
        let shape = Shape::default();
        let mut told = shape.now.subscribe();
        shape.note(|now| now.full_screen = true);
        assert!(told.has_changed().unwrap());
        // Left by the window manager.
        told.mark_unchanged();
        shape.note(|now| now.full_screen = false);
        assert!(told.has_changed().unwrap());
        told.mark_unchanged();
        shape.note(|now| now.full_screen = false);
        assert!(!told.has_changed().unwrap());
    }

    #[test]
    fn shape_is_what_the_page_reads() {
        let shape = Shape::default();
        shape.note(|now| now.mini = true);
        assert!(shape.is_mini());
        let json = serde_json::to_value(shape.now()).unwrap();
        assert_eq!(json, serde_json::json!({ "mini": true, "full_screen": false }));
    }
}
