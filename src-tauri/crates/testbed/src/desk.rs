//! Everything on one person's desk: screen, sound, camera, keychain, a home folder, and the app when it is open.

use crate::app::{App, AppSettings};
use crate::camera::Camera;
use crate::display::{Display, Rectangle};
use crate::keychain::{Keychain, Lock};
use crate::sound::{Devices, SoundServer};
use anyhow::{Context, Result};
use pizoo_pattern::Scene;
use std::path::PathBuf;
use tempfile::TempDir;
use url::Url;

/// What is on a desk.
#[derive(Clone, Copy, Debug)]
pub struct DeskSettings {
    /// Width and height of the screen in pixels.
    pub screen: (u32, u32),
    /// Device pixels for one of the page.
    pub scale: u32,
    /// What the camera shows; without it there is none.
    pub camera: Option<Scene>,
    /// Loudspeaker and microphone.
    pub sound: Devices,
    /// The keychain's state.
    pub keychain: Lock,
}

impl Default for DeskSettings {
    /// Everything there, and working.
    fn default() -> Self {
        Self { screen: (1100, 750), scale: 1, camera: Some(Scene::One), sound: Devices::Both, keychain: Lock::Open }
    }
}

/// One person's desk.
#[derive(Debug)]
pub struct Desk {
    /// The screen.
    pub display: Display,
    /// Loudspeaker and microphone.
    pub sound: SoundServer,
    /// The camera's cable.
    pub camera: Camera,
    /// The keychain.
    pub keychain: Keychain,
    home: TempDir,
    scale: u32,
}

impl Desk {
    /// Sets one up.
    ///
    /// # Errors
    /// A part of it does not start.
    pub async fn set_up(settings: DeskSettings) -> Result<Self> {
        let home = TempDir::with_prefix("pizoo-home-")?;
        let camera = match settings.camera {
            Some(scene) => Camera::plugged_in(scene)?,
            None => Camera::none(Scene::One)?,
        };
        let (width, height) = settings.screen;
        let display = Display::start(width, height, &home.path().join("display.log")).await?;
        let sound = SoundServer::start(settings.sound).await?;
        let keychain = Keychain::start(settings.keychain).await?;
        Ok(Self { display, sound, camera, keychain, home, scale: settings.scale })
    }

    /// Where the app's output goes.
    pub fn log(&self) -> PathBuf {
        self.home.path().join("app.log")
    }

    /// What opens the app here: with this desk's devices, a home of its own, and `profile`.
    ///
    /// # Errors
    /// The test camera is not built.
    pub fn settings(&self, profile: &str, server: &Url) -> Result<AppSettings> {
        let home = self.home.path();
        let inside = |name: &str| home.join(name).display().to_string();
        let mut env: Vec<(String, String)> = [
            ("HOME", inside("")),
            ("XDG_CONFIG_HOME", inside("config")),
            ("XDG_DATA_HOME", inside("share")),
            ("XDG_CACHE_HOME", inside("cache")),
            ("XDG_RUNTIME_DIR", inside("run")),
            ("PIZOO_DATA_DIR", inside("data")),
            ("GDK_SCALE", self.scale.to_string()),
            ("LC_ALL", "C.UTF-8".into()),
            ("RUST_LOG", "info,pizoo=debug".into()),
        ]
        .map(|(name, value)| (name.into(), value))
        .into();
        std::fs::create_dir_all(home.join("run")).context("the home's runtime folder")?;
        env.extend([self.display.env(), self.sound.env(), self.keychain.env()].concat());
        let mut app_env = self.camera.env()?;
        app_env.push(("PIZOO_API_URL".into(), server.to_string()));
        Ok(AppSettings { arguments: vec!["--profile".into(), profile.into()], env, app_env, log: self.log() })
    }

    /// Where the bars of a picture of that size must be on the screen, when it is fitted into the tile with that test
    /// id. The screen is the app's alone.
    ///
    /// # Errors
    /// There is no such tile, or no window.
    pub async fn bars(&self, app: &App, tile: &str, (width, height): (u32, u32)) -> Result<Rectangle> {
        let window = self.display.screen()?.window()?;
        let tile = app.place(tile).await?;
        let scale = f64::min(f64::from(tile.width) / f64::from(width), f64::from(tile.height) / f64::from(height));
        let fitted = |edge: u32| (f64::from(edge) * scale) as u32 & !1;
        let (width, height) = (fitted(width), fitted(height));
        // The middle rows of the bars: the first and the last are blended with what is next to them.
        let rows = (height * 16 / 720).max(3);
        Ok(Rectangle {
            x: window.x + tile.x + (tile.width - width) / 2,
            y: window.y + tile.y + (tile.height - height) / 2 + rows / 3,
            width,
            height: (rows / 3).max(1),
        })
    }

    /// Clears it away. The app must be closed.
    ///
    /// # Errors
    /// A part of it does not end.
    pub async fn clear(self) -> Result<()> {
        self.keychain.stop().await?;
        self.sound.stop().await?;
        self.display.stop().await
    }
}
