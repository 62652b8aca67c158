//! Running a test in a process whose devices are private.
//!
//! Programs find camera and sound server through their environment, which a running process must not change. So a test
//! that uses devices itself starts its own program once more, with only that test and the environment it needs.

use crate::camera::Camera;
use crate::children::Program;
use crate::sound::{Devices, Sound, SoundServer, Voice, speech};
use anyhow::{Context, Result, ensure};
use pizoo_pattern::Scene;
use std::time::Duration;

/// Set where a test runs inside.
const INSIDE: &str = "PIZOO_TEST_DEVICES";
const LIMIT: Duration = Duration::from_secs(300);

/// The devices of this process.
#[derive(Debug)]
pub struct Inside {
    /// The camera, showing [`Scene::One`].
    pub camera: Camera,
    /// The sound server; [`Voice::One`] speaks into its microphone.
    pub sound: Sound,
}

/// Inside: the devices. Outside: runs the test of that name inside, fails if it fails, and returns `None`.
///
/// # Errors
/// The devices cannot be set up, or the test failed inside; its output is in the error.
pub async fn with_devices(test: &str) -> Result<Option<Inside>> {
    if std::env::var_os(INSIDE).is_some() {
        let camera = Camera::of_environment().context("no camera in the environment")?;
        let sound = Sound::of_environment().context("no sound server in the environment")?;
        return Ok(Some(Inside { camera, sound }));
    }
    let camera = Camera::plugged_in(Scene::One)?;
    let server = SoundServer::start(Devices::Both).await?;
    let voice = server.feed(&speech(Voice::One).await?).await?;
    let output = Program::new(std::env::current_exe()?)
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .envs(&camera.env()?)
        .envs(&server.env())
        .run(LIMIT)
        .await?;
    let output = String::from_utf8_lossy(&output);
    ensure!(output.contains("1 passed"), "{test} did not run inside: {output}");
    voice.stop().await?;
    server.stop().await?;
    Ok(None)
}
