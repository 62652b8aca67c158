//! What a client is started with.

use pizoo_media::audio::AudioConfig;
use pizoo_pattern::Scene;
use std::path::PathBuf;
use url::Url;

/// What a client is started with.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The backend's root, such as `http://127.0.0.1:8001`.
    pub server: Url,
    /// Keeps several accounts on one computer apart.
    pub profile: String,
    /// Where the refresh token lives.
    pub keychain: KeychainChoice,
    /// Where pictures come from.
    pub camera: CameraSource,
    /// Where sound comes from and goes to.
    pub audio: AudioConfig,
    /// Where this profile's files are kept; `None` keeps nothing.
    pub folder: Option<PathBuf>,
    /// The backend runs in this program or in another one on this computer.
    pub on_this_computer: bool,
}

/// Where the refresh token lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainChoice {
    /// The system's: Keychain, Credential Manager or Secret Service.
    System,
    /// This process; the session ends with it. For head-less peers.
    Memory,
}

/// Where pictures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraSource {
    /// The first camera found.
    Default,
    /// The moving test picture.
    Pattern(Scene),
    /// No camera.
    None,
}
