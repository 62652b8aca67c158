//! How an encoder saves bits.

use crate::ffi::messages as pb;

/// What an encoder gives up when the network is too slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DegradationPreference {
    /// Neither; frames may be dropped before encoding.
    MaintainFramerateAndResolution,
    /// Sharpness.
    MaintainFramerate,
    /// Smoothness.
    MaintainResolution,
    /// A little of both.
    #[default]
    Balanced,
}

impl From<DegradationPreference> for pb::DegradationPreference {
    fn from(preference: DegradationPreference) -> Self {
        match preference {
            DegradationPreference::MaintainFramerateAndResolution => Self::MaintainFramerateAndResolution,
            DegradationPreference::MaintainFramerate => Self::MaintainFramerate,
            DegradationPreference::MaintainResolution => Self::MaintainResolution,
            DegradationPreference::Balanced => Self::Balanced,
        }
    }
}
