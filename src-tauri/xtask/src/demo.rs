//! The demo: everything set up and built, then `pizoo-demo` of the testbed shows a call.

use crate::{build, generated, interrupt, orphans, place::Place, run, setup, setup::Purpose, ui};
use anyhow::Result;
use std::{env, process::ExitCode, time::Instant};

/// Shows a call; `headless` as asked for, and wherever there is no display.
pub(crate) fn demo(place: &Place, headless: bool) -> Result<ExitCode> {
    let started = Instant::now();
    let headless = headless || !has_display();
    setup::setup(place, if headless { Purpose::HeadlessDemo } else { Purpose::App })?;
    generated::write(place)?;
    ui::build(place)?;
    build::products(place)?;
    let before = orphans::children();
    run::heading("demo", if headless { "two apps call each other on virtual displays" } else { "you are User One" });
    let mut demo = run::program(place, place.built("pizoo-demo"));
    demo.arg(if headless { "--headless" } else { "--with-display" });
    demo.arg("--setup-seconds").arg(format!("{:.1}", started.elapsed().as_secs_f64()));
    let status = run::status(&mut demo)?;
    let left = orphans::sweep(&before);
    for process in &left {
        eprintln!("error: the demo left {process} behind; it was killed");
    }
    if interrupt::happened() {
        return Ok(ExitCode::from(interrupt::EXIT_CODE));
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(if code == 0 && !left.is_empty() { ExitCode::FAILURE } else { ExitCode::from(code) })
}

/// Only Linux can lack one.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
