//! The app's own measurements: from its start until it is usable, from a press to the screen, memory over many calls, and
//! what it uses while nothing happens. Figures are for people; nothing is asserted.

mod figures;

use crate::app::App;
use crate::backend::{Backend, MATCH, USER_ONE, USER_TWO};
use crate::children::{Child, Program};
use crate::demo::sign_in;
use crate::desk::{Desk, DeskSettings};
use crate::sfu::Sfu;
use crate::{app::built, children};
use anyhow::{Context, Result};
use figures::{Browser, Figures, Look};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SOON: Duration = Duration::from_secs(30);
/// The same script that Chromium runs.
const IN_PAGE: &str = include_str!("../../../../ui/bench/in-page.js");
/// A script's answer may take half a minute.
const AT_ONCE: usize = 50;
/// The same with calls.
const CALLS_AT_ONCE: usize = 5;
const TICKS_A_SECOND: f64 = 100.0;
/// What is freed late is freed by then.
const SETTLE: Duration = Duration::from_secs(5);
/// How long the app may rest before its memory counts.
const REST: Duration = Duration::from_secs(60);
/// Calls and chat switches before the first look at the memory.
const WARM: (usize, usize) = (20, 500);
const IDLE: Duration = Duration::from_secs(20);

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Starts of the app, and of the browser.
    pub starts: usize,
    /// Calls between the two looks at the memory.
    pub calls: usize,
    /// Chat switches between them.
    pub switches: usize,
    /// Key presses.
    pub keys: usize,
    /// The command that measures in Chromium (`npm run bench`), and its folder.
    pub browser: (Vec<String>, PathBuf),
    /// Where the page of figures goes.
    pub write: PathBuf,
}

/// Measures both and writes the page.
///
/// # Errors
/// A sentence that says what does not work.
pub async fn run(plan: &Plan) -> Result<String> {
    children::adopt_orphans();
    let sfu = Sfu::start(None).await?;
    let backend = Backend::start(&sfu).await?;
    let desk = Desk::set_up(DeskSettings::default()).await?;
    let mut figures = Figures::default();
    let app = open(&desk, &backend).await?;
    sign_in(&app, USER_ONE).await?;
    app.close().await?;
    for _ in 0..plan.starts {
        let app = open(&desk, &backend).await?;
        figures.cold.push(cold_start(&app).await?);
        app.close().await?;
    }
    let app = open(&desk, &backend).await?;
    app.wait_for("conversation", SOON).await?;
    app.click("conversation").await?;
    app.script(IN_PAGE, Vec::new()).await?;
    ask(&app, "switches", 20).await?;
    tokio::time::sleep(SETTLE).await;
    figures.memory_idle = memory(&app).values().sum();
    let before = app.usage();
    tokio::time::sleep(IDLE).await;
    let spent: f64 = app.usage().since(&before).cpu_seconds.values().sum();
    figures.idle_share = spent / IDLE.as_secs_f64();
    figures.keys = ask(&app, "keys", plan.keys).await?;
    figures.switches = ask(&app, "switches", plan.switches.min(200)).await?;

    app.click_selector(&format!("[data-testid='conversation'][data-match-id='{MATCH}']")).await?;
    let peer = peer(&backend).await?;
    // What is made once and kept, and a heap that finds its size, is not growth.
    calls(&app, &backend, WARM.0).await?;
    ask(&app, "switches", WARM.1).await?;
    app.click_selector(&format!("[data-testid='conversation'][data-match-id='{MATCH}']")).await?;
    figures.memory_before = look(&app).await?;
    figures.pictures = calls(&app, &backend, plan.calls).await?;
    figures.memory_between = look(&app).await?;
    ask(&app, "switches", plan.switches).await?;
    figures.memory_after = look(&app).await?;
    (figures.calls, figures.chats, figures.warm) = (plan.calls, plan.switches, WARM);
    peer.stop().await?;
    app.close().await?;
    desk.clear().await?;
    backend.stop().await;
    sfu.stop().await;
    let browser = chromium(plan).await?;
    let page = figures.page(&browser);
    std::fs::write(&plan.write, &page).with_context(|| format!("{}", plan.write.display()))?;
    Ok(page)
}

async fn open(desk: &Desk, backend: &Backend) -> Result<App> {
    App::start(desk.settings("bench", &backend.url()?)?).await
}

async fn peer(backend: &Backend) -> Result<Child> {
    Program::new(built("pizoo-peer")?)
        .args(["--email", USER_TWO])
        .env("PIZOO_API_URL", backend.url()?.as_str())
        .spawn()
        .await
}

/// Milliseconds from the process's start to the conversations on its screen.
async fn cold_start(app: &App) -> Result<f64> {
    app.wait_for("conversation", SOON).await?;
    app.script(IN_PAGE, Vec::new()).await?;
    let usable = app.script("return pizooBench.usable();", Vec::new()).await?;
    Ok(usable.as_f64().context("no time")? - began(app.process().pid)?)
}

/// When a process began: milliseconds since 1970, to a hundredth of a second.
fn began(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit_once(") ").context("a process without a name")?.1;
    // The 22nd field of all; two stand before the bracket.
    let ticks: f64 = fields.split(' ').nth(19).context("a process without a start")?.parse()?;
    let uptime: f64 = std::fs::read_to_string("/proc/uptime")?.split(' ').next().context("no uptime")?.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    Ok((now - uptime + ticks / TICKS_A_SECOND) * 1000.0)
}

async fn ask(app: &App, what: &str, count: usize) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(count);
    while times.len() < count {
        let some = (count - times.len()).min(AT_ONCE);
        let answer = app.script(&format!("return pizooBench.{what}({some});"), Vec::new()).await?;
        let list = answer.as_array().with_context(|| format!("{what}: {answer}"))?;
        times.extend(list.iter().filter_map(Value::as_f64));
    }
    Ok(times)
}

/// Milliseconds from the press to the first picture, of each call.
async fn calls(app: &App, backend: &Backend, count: usize) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(count);
    while times.len() < count {
        println!("call {} of {count}; {:.0?}", times.len(), memory(app));
        backend.forget_tokens().await?;
        times.extend(ask(app, "calls", CALLS_AT_ONCE.min(count - times.len())).await?);
    }
    Ok(times)
}

/// Megabytes (10^6) of the app and its web processes, by program.
fn memory(app: &App) -> BTreeMap<String, f64> {
    app.usage().pss_mb
}

/// At rest, and at rest after a collection of the page's whole heap. WebKit looks at the old part of its heap rarely: what
/// lies in there until then comes and goes by some 50 MB, whatever the page keeps.
async fn look(app: &App) -> Result<Look> {
    let at_rest = at_rest(app).await;
    ask(app, "collect", 1).await?;
    Ok(Look { at_rest, collected: self::at_rest(app).await })
}

/// The lowest of a while without work, so that no single moment counts.
async fn at_rest(app: &App) -> BTreeMap<String, f64> {
    let mut lowest = memory(app);
    let end = Instant::now() + REST;
    while Instant::now() < end {
        tokio::time::sleep(SETTLE).await;
        let now = memory(app);
        println!("memory: {:.0} MB", now.values().sum::<f64>());
        if now.values().sum::<f64>() < lowest.values().sum() {
            lowest = now;
        }
    }
    lowest
}

async fn chromium(plan: &Plan) -> Result<Browser> {
    let (command, folder) = &plan.browser;
    let counts = [plan.starts, plan.switches.min(200), plan.keys].map(|count| count.to_string());
    // The folder is the shell's business: the children of this program all begin in its own.
    let script = r#"cd "$1" && shift && exec "$@""#;
    let program = Program::new("sh").args(["-c", script, "sh"]).arg(folder).args(command).args(counts);
    let printed = program.run(Duration::from_secs(300)).await?;
    serde_json::from_slice(&printed).context("what Chromium's side prints")
}
