//! Alice and Bob: the two seeded people as clients without a window.

use crate::backend::{Backend, MATCH, USER_ONE, USER_TWO};
use crate::deadline::eventually;
use anyhow::{Context, Result, anyhow};
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_client::view::{CallAvailability, CallPhase, CallView, CameraStart, UserError};
use pizoo_client::{CameraSource, Client, ClientConfig, KeychainChoice};
use pizoo_media::audio::{AudioConfig, Input, Output};
use pizoo_pattern::Scene;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(15);

/// User One, signed in, with the test picture for a camera and a synthetic voice.
///
/// # Errors
/// The sign-in fails.
pub async fn alice(backend: &Backend) -> Result<Person> {
    Person::sign_in(backend, USER_ONE, Devices::synthetic(Scene::One)).await
}

/// User Two, likewise.
///
/// # Errors
/// The sign-in fails.
pub async fn bob(backend: &Backend) -> Result<Person> {
    Person::sign_in(backend, USER_TWO, Devices::synthetic(Scene::Two)).await
}

/// Where a person's picture and sound come from and go to.
#[derive(Clone, Debug)]
pub struct Devices {
    /// The camera.
    pub camera: CameraSource,
    /// Microphone and loudspeaker.
    pub audio: AudioConfig,
}

impl Devices {
    /// No device at all: a drawn picture, a synthetic voice, nobody who listens.
    pub fn synthetic(scene: Scene) -> Self {
        let audio = AudioConfig { input: Input::Speech, output: Output::None };
        Self { camera: CameraSource::Pattern(scene), audio }
    }

    /// The default devices of this process's environment.
    pub fn real() -> Self {
        let audio = AudioConfig { input: Input::Default, output: Output::Default };
        Self { camera: CameraSource::Default, audio }
    }
}

/// A signed-in client.
#[derive(Clone)]
pub struct Person {
    /// The client itself.
    pub client: Client,
}

impl Person {
    /// Signs somebody in with those devices, and waits for their conversations.
    ///
    /// # Errors
    /// The backend refuses, or does not answer in time.
    pub async fn sign_in(backend: &Backend, email: &str, devices: Devices) -> Result<Self> {
        let link = backend.link(email).await?;
        let client = Client::start(ClientConfig {
            server: backend.url()?,
            profile: email.into(),
            keychain: KeychainChoice::Memory,
            camera: devices.camera,
            audio: devices.audio,
            folder: None,
            on_this_computer: true,
        })?;
        client.verify_link(&link, "").await.map_err(spoken)?;
        let mut conversations = client.conversations();
        let loaded = conversations.wait_for(|view| view.loaded);
        drop(tokio::time::timeout(SOON, loaded).await.context("no conversations")??);
        let mut server = client.server();
        let known = server.wait_for(|view| view.calls != CallAvailability::Unknown);
        drop(tokio::time::timeout(SOON, known).await.context("the server does not say what it can do")??);
        Ok(Self { client })
    }

    /// Presses the call button for [`MATCH`]; a video call begins with the own camera.
    ///
    /// # Errors
    /// What the user would be told.
    pub async fn call(&self, kind: CallType) -> Result<()> {
        self.client.start_call(&MatchId::from(MATCH), kind, CameraStart::On).await.map_err(spoken)
    }

    /// The call on the screen.
    pub fn view(&self) -> Option<CallView> {
        self.client.call().borrow().clone()
    }

    /// Waits until the call's view is as wanted.
    ///
    /// # Errors
    /// It is not in time; the error tells what it is.
    pub async fn sees(&self, what: &str, within: Duration, wanted: impl Fn(&CallView) -> bool) -> Result<CallView> {
        let found = eventually(what, within, async || self.view().filter(|view| wanted(view))).await;
        found.with_context(|| format!("the call is {:?}", self.view()))
    }

    /// Waits until both sides are there.
    ///
    /// # Errors
    /// They are not in time.
    pub async fn talks(&self) -> Result<CallView> {
        self.sees("a call of two", SOON, |view| view.phase == CallPhase::Active).await
    }

    /// Waits until the call is over.
    ///
    /// # Errors
    /// It is not in time.
    pub async fn is_through(&self, within: Duration) -> Result<CallView> {
        self.sees("the end of the call", within, |view| matches!(view.phase, CallPhase::Ended { .. })).await
    }
}

/// A user's error as an error of ours.
pub fn spoken(error: UserError) -> anyhow::Error {
    anyhow!("{:?}: {}", error.code, error.detail.unwrap_or_default())
}
