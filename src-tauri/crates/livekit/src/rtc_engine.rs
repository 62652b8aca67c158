//! Errors and test scenarios of the connection below the room.

use crate::{
    ffi::{messages as pb, request::CallError},
    webrtc::{RtcError, stats::RtcStats},
};
use std::borrow::Cow;

/// What a room's connection gives.
pub type EngineResult<T> = Result<T, EngineError>;

/// Failures of the signalling connection, in the library's words, free of secrets.
#[derive(thiserror::Error, Debug)]
#[error("{0}")]
pub struct SignalError(String);

/// Failures of a room's connection.
#[derive(thiserror::Error, Debug)]
pub enum EngineError {
    /// The server could not be reached, or refused.
    #[error("signal failure: {0}")]
    Signal(#[from] SignalError),
    /// Media failed.
    #[error("internal webrtc failure")]
    Rtc(#[from] RtcError),
    /// The connection was not made in time, or broke.
    #[error("connection error: {0}")]
    Connection(Cow<'static, str>),
    /// The library failed, or is not there.
    #[error("internal error: {0}")]
    Internal(Cow<'static, str>),
}

impl EngineError {
    /// Sorts an error text of the library, whose beginning names the variant it was made from.
    pub(crate) fn reported(text: &str) -> Self {
        let text = crate::ffi::redact::redact(text);
        let text = text.strip_prefix("engine: ").unwrap_or(&text);
        if let Some(text) = text.strip_prefix("signal failure: ") {
            return Self::Signal(SignalError(text.to_owned()));
        }
        if let Some(text) = text.strip_prefix("connection error: ") {
            return Self::Connection(text.to_owned().into());
        }
        Self::Internal(text.strip_prefix("internal error: ").unwrap_or(text).to_owned().into())
    }
}

impl From<CallError> for EngineError {
    fn from(error: CallError) -> Self {
        Self::Internal(error.to_string().into())
    }
}

/// Statistics of a room's two directions.
#[derive(Clone, Default, Debug)]
pub struct SessionStats {
    /// What is sent; in single-connection mode everything.
    pub publisher_stats: Vec<RtcStats>,
    /// What is received; empty in single-connection mode.
    pub subscriber_stats: Vec<RtcStats>,
}

/// Disturbances for tests.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum SimulateScenario {
    /// The signalling connection breaks; media goes on.
    SignalReconnect,
    /// The server reports a speaker.
    Speaker,
    /// The server's node is gone.
    NodeFailure,
    /// The server ends the session.
    ServerLeave,
    /// The room moves to another node.
    Migration,
    /// Media moves to TCP.
    ForceTcp,
    /// Media moves to TURN over TLS.
    ForceTls,
    /// Everything is connected anew.
    FullReconnect,
    /// The first attempt to resume fails.
    DisconnectSignalOnResume,
}

impl From<SimulateScenario> for pb::SimulateScenarioKind {
    fn from(scenario: SimulateScenario) -> Self {
        match scenario {
            SimulateScenario::SignalReconnect => Self::SimulateSignalReconnect,
            SimulateScenario::Speaker => Self::SimulateSpeaker,
            SimulateScenario::NodeFailure => Self::SimulateNodeFailure,
            SimulateScenario::ServerLeave => Self::SimulateServerLeave,
            SimulateScenario::Migration => Self::SimulateMigration,
            SimulateScenario::ForceTcp => Self::SimulateForceTcp,
            SimulateScenario::ForceTls => Self::SimulateForceTls,
            SimulateScenario::FullReconnect => Self::SimulateFullReconnect,
            SimulateScenario::DisconnectSignalOnResume => Self::SimulateDisconnectSignalOnResume,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EngineError;

    #[test]
    fn a_reported_error_reads_as_in_livekits_crate() {
        let text = "engine: signal failure: client error: 401 Unauthorized - token eyJhbGciOi.eyJz.c2ln is expired";
        let error = EngineError::reported(text);
        assert!(matches!(error, EngineError::Signal(_)));
        assert_eq!(error.to_string(), "signal failure: client error: 401 Unauthorized - token [redacted] is expired");
    }
}
