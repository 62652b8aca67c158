//! The fake camera's cable: what a program sees when `pizoo-vcam` is preloaded into it.

use anyhow::{Context, Result};
use pizoo_pattern::Scene;
use std::fs::File;
use std::path::PathBuf;
use tempfile::TempDir;

/// The camera's name, as programs list it.
pub const NAME: &str = "Pizoo Test Camera";

/// A folder that describes one camera. Each program that is started with [`Camera::env`] sees it.
#[derive(Debug)]
pub struct Camera {
    dir: PathBuf,
    scene: Scene,
    /// Removes the folder; nothing for a camera that was found in the environment.
    _own: Option<TempDir>,
}

impl Camera {
    /// A camera that is plugged in.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn plugged_in(scene: Scene) -> Result<Self> {
        let camera = Self::none(scene)?;
        camera.plug_in()?;
        Ok(camera)
    }

    /// No camera, but a place to plug one in.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn none(scene: Scene) -> Result<Self> {
        let dir = TempDir::with_prefix("pizoo-camera-")?;
        std::fs::create_dir_all(dir.path().join("dev"))?;
        std::fs::create_dir_all(dir.path().join("sys/video0"))?;
        std::fs::write(dir.path().join("sys/video0/name"), NAME)?;
        Ok(Self { dir: dir.path().to_owned(), scene, _own: Some(dir) })
    }

    /// The camera that this process itself sees.
    pub fn of_environment() -> Option<Self> {
        let dir = PathBuf::from(std::env::var_os("VCAM_DIR")?);
        let scene =
            if std::env::var_os("VCAM_SCENE").is_some_and(|name| name == "two") { Scene::Two } else { Scene::One };
        Some(Self { dir, scene, _own: None })
    }

    fn device(&self) -> PathBuf {
        self.dir.join("dev/video0")
    }

    /// Plugs it in.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn plug_in(&self) -> Result<()> {
        Ok(std::fs::write(self.device(), "")?)
    }

    /// Pulls it out.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn unplug(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.device())?)
    }

    /// Makes it deliver no frame from now on.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn stall(&self) -> Result<()> {
        Ok(std::fs::write(self.dir.join("stall"), "")?)
    }

    /// Makes it deliver again.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn resume(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.dir.join("stall"))?)
    }

    /// Takes it, as another program would; given back when the result is dropped.
    ///
    /// # Errors
    /// Somebody has it.
    pub fn take(&self) -> Result<File> {
        let device = File::open(self.device())?;
        device.try_lock().context("the camera is in use")?;
        Ok(device)
    }

    /// Whether some program is filming.
    pub fn in_use(&self) -> bool {
        self.device().exists() && self.take().is_err()
    }

    /// The variables that let a program see it.
    ///
    /// # Errors
    /// The library is not built.
    pub fn env(&self) -> Result<Vec<(String, String)>> {
        let scene = match self.scene {
            Scene::One => "one",
            Scene::Two => "two",
        };
        Ok(vec![
            ("LD_PRELOAD".into(), library()?.display().to_string()),
            ("VCAM_DIR".into(), self.dir.display().to_string()),
            ("VCAM_SCENE".into(), scene.into()),
        ])
    }
}

/// The built library of `pizoo-vcam`.
fn library() -> Result<PathBuf> {
    crate::app::built("libpizoo_vcam.so").context("`cargo build -p pizoo-vcam` builds the test camera")
}
