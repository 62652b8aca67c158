//! Two real apps, each on a desk of its own: one rings, the other answers.

use super::report::{AppReport, Report, Versions};
use crate::app::{App, Usage};
use crate::backend::{Backend, MATCH, USER_ONE, USER_TWO};
use crate::deadline::{eventually, until};
use crate::desk::{Desk, DeskSettings};
use crate::display::StampReader;
use crate::sfu::Sfu;
use crate::sound::{Feed, Voice, matches, save, speech};
use anyhow::{Context, Result};
use pizoo_pattern::Scene;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// How long they talk.
const TALK: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(30);
/// What every exit from a call is held to, with some patience for a busy machine.
const RELEASE: Duration = Duration::from_secs(5);

/// What the demo is run with.
#[derive(Clone, Debug)]
pub struct Headless {
    /// Where report and pictures go.
    pub out: PathBuf,
    /// How long installing and building took before.
    pub setup_seconds: f64,
}

/// Runs the demo and writes its report.
///
/// # Errors
/// A sentence that says what does not work. Whatever was started is ended by then, or by [`crate::children::sweep`].
pub async fn call_each_other(settings: Headless) -> Result<Report> {
    std::fs::create_dir_all(&settings.out).with_context(|| format!("{}", settings.out.display()))?;
    let versions = Versions::ask().await?;
    let sfu = Sfu::start(Some(&settings.out.join("livekit-server.log"))).await?;
    let backend = Backend::start(&sfu).await?;
    let (mut one, mut two) = tokio::try_join!(
        Side::sit_down("one", USER_ONE, Scene::One, Voice::One, &backend),
        Side::sit_down("two", USER_TWO, Scene::Two, Voice::Two, &backend),
    )?;
    let talked = talk(&mut one, &mut two, &settings).await;
    for side in [&one, &two] {
        // The log is what one needs when something failed; a copy that fails must not hide that.
        let _ = std::fs::copy(side.desk.log(), settings.out.join(format!("{}.log", side.name)));
    }
    let apps = talked?;
    tokio::try_join!(one.leave(), two.leave())?;
    backend.stop().await;
    sfu.stop().await;
    let report = Report { versions, setup_seconds: settings.setup_seconds, apps };
    let file = settings.out.join("report.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&report)?).with_context(|| format!("{}", file.display()))?;
    report.apps.iter().try_for_each(AppReport::check)?;
    Ok(report)
}

async fn talk(one: &mut Side, two: &mut Side, settings: &Headless) -> Result<Vec<AppReport>> {
    tokio::try_join!(one.sign_in(), two.sign_in())?;
    let (before_one, before_two) = (one.app.usage(), two.app.usage());
    one.app.call("call-video").await?;
    two.app.click("accept-video").await.context("two does not see it ring")?;
    tokio::try_join!(one.connected(), two.connected())?;
    let (said_by_one, said_by_two) = (one.said.clone(), two.said.clone());
    let reports = tokio::try_join!(
        one.observe(&said_by_two, before_one, settings),
        two.observe(&said_by_one, before_two, settings),
    )?;
    one.app.click("end-call").await?;
    tokio::try_join!(one.hung_up(), two.hung_up())?;
    Ok(vec![reports.0, reports.1])
}

/// One person, at their desk, with the app open.
struct Side {
    name: &'static str,
    email: &'static str,
    desk: Desk,
    app: App,
    voice: Feed,
    said: Vec<i16>,
}

impl Side {
    async fn sit_down(
        name: &'static str,
        email: &'static str,
        scene: Scene,
        voice: Voice,
        backend: &Backend,
    ) -> Result<Self> {
        let desk = Desk::set_up(DeskSettings { camera: Some(scene), ..DeskSettings::default() }).await?;
        let said = speech(voice).await?;
        let voice = desk.sound.feed(&said).await?;
        let app = App::start(desk.settings(name, &backend.url()?)?).await?;
        Ok(Self { name, email, desk, app, voice, said })
    }

    /// With the development backend's button, up to the open chat.
    async fn sign_in(&self) -> Result<()> {
        sign_in(&self.app, self.email).await.with_context(|| format!("{} signs in", self.name))
    }

    /// Until both are there and a picture has arrived.
    async fn connected(&self) -> Result<()> {
        self.app.wait_for_phase("active", CONNECT).await.with_context(|| format!("{}: no call", self.name))?;
        let what = format!("the other's picture in app {}", self.name);
        let first = async || self.statistics().await.ok()?["press_to_first_frame_ms"].as_f64();
        eventually(&what, CONNECT, first).await?;
        self.app.unblur().await
    }

    async fn statistics(&self) -> Result<Value> {
        self.app.invoke("call_statistics", json!({})).await
    }

    /// Looks and listens for the length of the talk.
    async fn observe(&self, said_by_other: &[i16], before: Usage, settings: &Headless) -> Result<AppReport> {
        let size = self.statistics().await?;
        let bars =
            self.desk.bars(&self.app, "tile-remote", (dimension(&size, "width"), dimension(&size, "height"))).await?;
        let stamps = StampReader::start(self.desk.display.screen()?, bars, false);
        let recording = self.desk.sound.record().await?;
        tokio::time::sleep(TALK).await;
        let picture = format!("{}.png", self.name);
        let screen = self.desk.display.screen()?;
        screen.look(screen.window()?)?.save(&settings.out.join(&picture))?;
        let (seen, heard) = tokio::try_join!(stamps.stop(), recording.stop())?;
        save(&heard, &settings.out.join(format!("{}.wav", self.name)))?;
        let usage = self.app.usage().since(&before);
        let said_by_other = said_by_other.to_vec();
        let found = tokio::task::spawn_blocking(move || matches(&said_by_other, &heard)).await?;
        let figures = self.statistics().await?;
        let number = |name: &str| figures[name].as_f64().with_context(|| format!("{}: no {name}", self.name));
        Ok(AppReport {
            name: self.name.into(),
            press_to_joined_ms: number("press_to_joined_ms")?,
            press_to_first_frame_ms: number("press_to_first_frame_ms")?,
            frames_received: number("frames_received")? as u64,
            width: dimension(&figures, "width"),
            height: dimension(&figures, "height"),
            fps: number("fps")?,
            stamps_read: seen.stamps.len(),
            audio_rms: found.rms,
            audio_matches: found.recognised(),
            fps_on_screen: seen.fps(),
            cpu_seconds: usage.cpu_seconds,
            pss_mb: usage.pss_mb,
            picture,
        })
    }

    /// Until the call is over and its devices are free.
    async fn hung_up(&self) -> Result<()> {
        self.app.wait_for_phase("ended", CONNECT).await.with_context(|| format!("{}: hanging up", self.name))?;
        let what = format!("the release of camera and microphone by app {}", self.name);
        until(&what, RELEASE, async || {
            !self.desk.camera.in_use() && self.desk.sound.microphone_users().await.is_ok_and(|users| users == 0)
        })
        .await
    }

    async fn leave(self) -> Result<()> {
        self.app.close().await?;
        self.voice.stop().await?;
        self.desk.clear().await
    }
}

/// Signs in by the development backend's button and opens the chat of [`MATCH`].
///
/// # Errors
/// The user interface does not get there in time.
pub async fn sign_in(app: &App, email: &str) -> Result<()> {
    app.wait_for("email", CONNECT).await?;
    app.enter("email", email).await?;
    app.click("send-link").await?;
    app.click("development-link").await?;
    let conversation = format!("[data-testid='conversation'][data-match-id='{MATCH}']");
    app.wait_for_selector(&conversation, CONNECT).await?;
    app.click_selector(&conversation).await?;
    app.wait_for("call-video", CONNECT).await
}

fn dimension(statistics: &Value, name: &str) -> u32 {
    statistics[name].as_u64().unwrap_or(0) as u32
}
