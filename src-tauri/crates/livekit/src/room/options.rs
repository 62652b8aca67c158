//! How to connect to a room.

use crate::{e2ee::E2eeOptions, ffi::messages as pb, webrtc::peer_connection_factory::RtcConfiguration};
use std::time::Duration;

/// LiveKit's limit for one attempt to reach the server.
const SIGNAL_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How to connect to a room.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RoomOptions {
    /// Receive every track without asking. For calls: off, publish first, then subscribe; publishing while receiving can
    /// stall a received video in single-connection mode.
    pub auto_subscribe: bool,
    /// Tell the server that sizes follow what is shown.
    pub adaptive_stream: bool,
    /// Stop sending sizes that nobody receives.
    pub dynacast: bool,
    /// End-to-end encryption of frames only; data stays as it is.
    #[deprecated(note = "Use `encryption` field instead")]
    pub e2ee: Option<E2eeOptions>,
    /// End-to-end encryption of frames and data: no data can be sent or read before the keys are set.
    pub encryption: Option<E2eeOptions>,
    /// Network settings.
    pub rtc_config: RtcConfiguration,
    /// Further attempts when the server does not answer.
    pub join_retries: u32,
    /// One connection for both directions: faster to join.
    pub single_peer_connection: bool,
    /// The limit of one attempt. All attempts together are bounded here too.
    pub connect_timeout: Duration,
}

impl Default for RoomOptions {
    fn default() -> Self {
        #[expect(deprecated, reason = "the field is part of the API")]
        Self {
            auto_subscribe: true,
            adaptive_stream: false,
            dynacast: false,
            e2ee: None,
            encryption: None,
            rtc_config: RtcConfiguration::default(),
            join_retries: 3,
            single_peer_connection: true,
            connect_timeout: SIGNAL_CONNECT_TIMEOUT,
        }
    }
}

impl RoomOptions {
    /// The time after which connecting has failed, whatever the library is waiting for.
    pub(super) fn limit(&self) -> Duration {
        self.connect_timeout.saturating_mul(self.join_retries.saturating_add(1))
    }

    /// The encryption that is asked for, in whichever way.
    pub(super) fn encryption(&self) -> Option<E2eeOptions> {
        #[expect(deprecated, reason = "the field is part of the API")]
        self.encryption.clone().or_else(|| self.e2ee.clone())
    }

    #[expect(deprecated, reason = "the field is part of the API, here and in the library")]
    pub(super) fn message(&self) -> pb::RoomOptions {
        let e2ee = if self.encryption.is_some() { None } else { self.e2ee.as_ref() };
        pb::RoomOptions {
            auto_subscribe: Some(self.auto_subscribe),
            adaptive_stream: Some(self.adaptive_stream),
            dynacast: Some(self.dynacast),
            e2ee: e2ee.map(Into::into),
            rtc_config: Some(self.rtc_config.clone().into()),
            join_retries: Some(self.join_retries),
            encryption: self.encryption.as_ref().map(Into::into),
            single_peer_connection: Some(self.single_peer_connection),
            connect_timeout_ms: Some(u64::try_from(self.connect_timeout.as_millis()).unwrap_or(u64::MAX)),
            data_stream: None,
            other_sdks: None,
        }
    }
}
