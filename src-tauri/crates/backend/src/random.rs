//! Unpredictable bytes, as an argument, and what is made of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;

/// A source of unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The process's cryptographic generator, seeded and reseeded by the operating system.
#[derive(Clone, Copy, Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        rand::rng().fill_bytes(buffer);
    }
}

/// 256 unguessable bits in the URL-safe alphabet, 43 characters.
pub(crate) fn token(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A code of eight digits that a person can type.
pub(crate) fn code(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    // The remainder favours no code by more than 1 in 10^11.
    format!("{:08}", u64::from_be_bytes(bytes) % 100_000_000)
}

/// A random (version 4) UUID.
pub(crate) fn id(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The id of a photo: 128 unguessable bits in hexadecimal.
pub(crate) fn photo(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// Any time from zero to this, to keep many from doing one thing at once.
pub(crate) fn part(random: &dyn Random, whole: std::time::Duration) -> std::time::Duration {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    whole.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}
