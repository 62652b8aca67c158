//! What a call may do to the main window: make it small and keep it above all others, or let it cover the screen. When
//! the call is over, the window is as it was.

use super::{MAIN, bring_to_front, config};
use crate::shell::Shell;
use pizoo_client::Client;
use pizoo_client::view::{CallPhase, CallView};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, LogicalSize, Manager, PhysicalPosition, PhysicalSize, WebviewWindow};
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
    mini: AtomicBool,
}

#[derive(Default)]
struct State {
    /// What it was before it became small.
    before: Option<Before>,
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
        self.mini.store(on, Ordering::SeqCst);
        Ok(())
    }

    /// The window is small now.
    pub(super) fn is_mini(&self) -> bool {
        self.mini.load(Ordering::SeqCst)
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
