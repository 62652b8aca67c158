//! Statistics of connections and tracks, as the W3C defines them (<https://www.w3.org/TR/webrtc-stats/>). Times are in
//! seconds and sizes in bytes unless the name says otherwise.

#![expect(missing_docs, reason = "the fields are those of the W3C's dictionaries, where they are explained")]

use crate::ffi::messages as pb;

/// One report. Reports that a calling client has no use for (certificates, transports, ...) are left out.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "the variants are those of LiveKit's crate, and reports are few")]
pub enum RtcStats {
    /// A codec in use.
    Codec(CodecStats),
    /// A received track.
    InboundRtp(InboundRtpStats),
    /// A sent track.
    OutboundRtp(OutboundRtpStats),
    /// What the receiver says about a sent track.
    RemoteInboundRtp(RemoteInboundRtpStats),
    /// A network path.
    CandidatePair(CandidatePairStats),
    /// Our end of a path.
    LocalCandidate(LocalCandidateStats),
    /// The server's end of a path.
    RemoteCandidate(RemoteCandidateStats),
}

/// What holds the encoder back.
#[derive(Debug, Default, Copy, Clone, PartialEq, Eq)]
pub enum QualityLimitationReason {
    #[default]
    None,
    Cpu,
    Bandwidth,
    Other,
}

/// How far the check of a network path is.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum IceCandidatePairState {
    Frozen,
    Waiting,
    InProgress,
    Failed,
    Succeeded,
}

/// How an address was found.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum IceCandidateType {
    Host,
    Srflx,
    Prflx,
    Relay,
}

impl From<pb::QualityLimitationReason> for QualityLimitationReason {
    fn from(reason: pb::QualityLimitationReason) -> Self {
        match reason {
            pb::QualityLimitationReason::LimitationNone => Self::None,
            pb::QualityLimitationReason::LimitationCpu => Self::Cpu,
            pb::QualityLimitationReason::LimitationBandwidth => Self::Bandwidth,
            pb::QualityLimitationReason::LimitationOther => Self::Other,
        }
    }
}

impl From<pb::IceCandidatePairState> for IceCandidatePairState {
    fn from(state: pb::IceCandidatePairState) -> Self {
        match state {
            pb::IceCandidatePairState::PairFrozen => Self::Frozen,
            pb::IceCandidatePairState::PairWaiting => Self::Waiting,
            pb::IceCandidatePairState::PairInProgress => Self::InProgress,
            pb::IceCandidatePairState::PairFailed => Self::Failed,
            pb::IceCandidatePairState::PairSucceeded => Self::Succeeded,
        }
    }
}

impl From<pb::IceCandidateType> for IceCandidateType {
    fn from(kind: pb::IceCandidateType) -> Self {
        match kind {
            pb::IceCandidateType::Host => Self::Host,
            pb::IceCandidateType::Srflx => Self::Srflx,
            pb::IceCandidateType::Prflx => Self::Prflx,
            pb::IceCandidateType::Relay => Self::Relay,
        }
    }
}

/// A report made of the W3C's dictionaries.
macro_rules! report {
    ($(#[$doc:meta])* $name:ident from $message:ident { $($field:ident = $part:ident: $type:ident),+ }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Clone)]
        pub struct $name {
            pub rtc: dictionaries::RtcStats,
            $(pub $field: dictionaries::$type,)+
        }

        impl From<pb::rtc_stats::$message> for $name {
            fn from(message: pb::rtc_stats::$message) -> Self {
                Self { rtc: message.rtc.into(), $($field: message.$part.into(),)+ }
            }
        }
    };
}

report!(
    /// A codec in use.
    CodecStats from Codec { codec = codec: CodecStats }
);
report!(
    /// A received track.
    InboundRtpStats from InboundRtp {
        stream = stream: RtpStreamStats,
        received = received: ReceivedRtpStreamStats,
        inbound = inbound: InboundRtpStreamStats
    }
);
report!(
    /// A sent track.
    OutboundRtpStats from OutboundRtp {
        stream = stream: RtpStreamStats,
        sent = sent: SentRtpStreamStats,
        outbound = outbound: OutboundRtpStreamStats
    }
);
report!(
    /// What the receiver says about a sent track.
    RemoteInboundRtpStats from RemoteInboundRtp {
        stream = stream: RtpStreamStats,
        received = received: ReceivedRtpStreamStats,
        remote_inbound = remote_inbound: RemoteInboundRtpStreamStats
    }
);
report!(
    /// A network path.
    CandidatePairStats from CandidatePair { candidate_pair = candidate_pair: CandidatePairStats }
);
report!(
    /// Our end of a path.
    LocalCandidateStats from LocalCandidate { local_candidate = candidate: IceCandidateStats }
);
report!(
    /// The server's end of a path.
    RemoteCandidateStats from RemoteCandidate { remote_candidate = candidate: IceCandidateStats }
);

/// The reports that this API has.
pub(crate) fn from_messages(messages: Vec<pb::RtcStats>) -> Vec<RtcStats> {
    use pb::rtc_stats::Stats;
    let report = |message: pb::RtcStats| {
        Some(match message.stats? {
            Stats::Codec(stats) => RtcStats::Codec(stats.into()),
            Stats::InboundRtp(stats) => RtcStats::InboundRtp(stats.into()),
            Stats::OutboundRtp(stats) => RtcStats::OutboundRtp(stats.into()),
            Stats::RemoteInboundRtp(stats) => RtcStats::RemoteInboundRtp(stats.into()),
            Stats::CandidatePair(stats) => RtcStats::CandidatePair(stats.into()),
            Stats::LocalCandidate(stats) => RtcStats::LocalCandidate(stats.into()),
            Stats::RemoteCandidate(stats) => RtcStats::RemoteCandidate(stats.into()),
            _ => return None,
        })
    };
    messages.into_iter().filter_map(report).collect()
}

/// The W3C's dictionaries.
pub mod dictionaries;
