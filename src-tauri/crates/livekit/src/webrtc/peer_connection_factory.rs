//! How connections find a way through the network.

use crate::ffi::messages as pb;
use std::fmt;

/// A STUN or TURN server.
#[derive(Clone)]
pub struct IceServer {
    /// `stun:` or `turn:` addresses.
    pub urls: Vec<String>,
    /// Empty for STUN.
    pub username: String,
    /// Empty for STUN.
    pub password: String,
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// Whether new network paths are looked for during a call.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum ContinualGatheringPolicy {
    /// Only at the start.
    GatherOnce,
    /// Whenever the network changes.
    GatherContinually,
}

/// Which network paths may be used.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum IceTransportsType {
    /// Only through a TURN server: hides this machine's addresses from the peer.
    Relay,
    /// Everything but this machine's own addresses.
    NoHost,
    /// Everything.
    All,
}

/// Network settings of a room. Servers left empty come from the LiveKit server.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RtcConfiguration {
    /// STUN and TURN servers.
    pub ice_servers: Vec<IceServer>,
    /// Whether new paths are looked for during a call.
    pub continual_gathering_policy: ContinualGatheringPolicy,
    /// Which paths may be used.
    pub ice_transport_type: IceTransportsType,
}

impl Default for RtcConfiguration {
    fn default() -> Self {
        Self {
            ice_servers: vec![],
            continual_gathering_policy: ContinualGatheringPolicy::GatherContinually,
            ice_transport_type: IceTransportsType::All,
        }
    }
}

impl From<RtcConfiguration> for pb::RtcConfig {
    fn from(config: RtcConfiguration) -> Self {
        let transport = match config.ice_transport_type {
            IceTransportsType::Relay => pb::IceTransportType::TransportRelay,
            IceTransportsType::NoHost => pb::IceTransportType::TransportNohost,
            IceTransportsType::All => pb::IceTransportType::TransportAll,
        };
        let gathering = match config.continual_gathering_policy {
            ContinualGatheringPolicy::GatherOnce => pb::ContinualGatheringPolicy::GatherOnce,
            ContinualGatheringPolicy::GatherContinually => pb::ContinualGatheringPolicy::GatherContinually,
        };
        let server = |server: IceServer| pb::IceServer {
            urls: server.urls,
            username: Some(server.username),
            password: Some(server.password),
        };
        Self {
            ice_transport_type: Some(transport.into()),
            continual_gathering_policy: Some(gathering.into()),
            ice_servers: config.ice_servers.into_iter().map(server).collect(),
        }
    }
}
