//! The W3C's dictionaries, field by field as LiveKit's crate has them.

use super::{IceCandidatePairState, IceCandidateType, QualityLimitationReason};
use crate::ffi::messages as pb;

/// A dictionary and its conversion from the library's message of the same shape; `field: type = conversion` where the
/// types differ.
macro_rules! dictionary {
    ($(#[$doc:meta])* $name:ident from $message:ident { $($field:ident: $type:ty $(= $convert:expr)?,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Clone)]
        pub struct $name {
            $(pub $field: $type,)+
        }

        impl From<pb::$message> for $name {
            fn from(message: pb::$message) -> Self {
                Self { $($field: dictionary!(@value message, $field $(, $convert)?),)+ }
            }
        }
    };
    (@value $message:ident, $field:ident) => { $message.$field.clone() };
    (@value $message:ident, $field:ident, $convert:expr) => {{
        let convert = $convert;
        convert(&$message)
    }};
}

dictionary!(
    /// What all reports have.
    RtcStats from RtcStatsData {
        id: String,
        timestamp: i64,
    }
);

dictionary!(
    /// A codec.
    CodecStats from CodecStats {
        payload_type: u32,
        transport_id: String,
        mime_type: String,
        clock_rate: u32,
        channels: u32,
    }
);

dictionary!(
    /// What all RTP streams have.
    RtpStreamStats from RtpStreamStats {
        ssrc: u32,
        kind: String,
        transport_id: String,
    }
);

dictionary!(
    /// What all received streams have.
    ReceivedRtpStreamStats from ReceivedRtpStreamStats {
        packets_received: u64,
        packets_lost: i64,
    }
);

dictionary!(
    /// A received stream. Width, height, rate and frames: video; levels and concealment: audio.
    InboundRtpStreamStats from InboundRtpStreamStats {
        track_identifier: String,
        mid: String,
        remote_id: String,
        frames_decoded: u32,
        key_frames_decoded: u32,
        frames_rendered: u32,
        frames_dropped: u32,
        frame_width: u32,
        frame_height: u32,
        frames_per_second: f64,
        qp_sum: u64,
        total_decode_time: f64,
        total_inter_frame_delay: f64,
        total_squared_inter_frame_delay: f64,
        pause_count: u32,
        total_pause_duration: f64,
        freeze_count: u32,
        total_freeze_duration: f64,
        last_packet_received_timestamp: f64,
        header_bytes_received: u64,
        packets_discarded: u64,
        fec_bytes_received: u64,
        fec_packets_received: u64,
        fec_packets_discarded: u64,
        bytes_received: u64,
        nack_count: u32,
        fir_count: u32,
        pli_count: u32,
        total_processing_delay: f64,
        estimated_playout_timestamp: f64,
        jitter_buffer_delay: f64,
        jitter_buffer_target_delay: f64,
        jitter_buffer_emitted_count: u64,
        jitter_buffer_minimum_delay: f64,
        total_samples_received: u64,
        concealed_samples: u64,
        silent_concealed_samples: u64,
        concealment_events: u64,
        inserted_samples_for_deceleration: u64,
        removed_samples_for_acceleration: u64,
        audio_level: f64,
        total_audio_energy: f64,
        total_samples_duration: f64,
        frames_received: u64,
        decoder_implementation: String,
        playout_id: String,
        power_efficient_decoder: bool,
        frames_assembled_from_multiple_packets: u64,
        total_assembly_time: f64,
        retransmitted_packets_received: u64,
        retransmitted_bytes_received: u64,
        rtx_ssrc: u32,
    }
);

dictionary!(
    /// What all sent streams have.
    SentRtpStreamStats from SentRtpStreamStats {
        packets_sent: u64,
    }
);

dictionary!(
    /// A sent stream.
    OutboundRtpStreamStats from OutboundRtpStreamStats {
        mid: String,
        media_source_id: String,
        remote_id: String,
        rid: String,
        header_bytes_sent: u64,
        retransmitted_packets_sent: u64,
        retransmitted_bytes_sent: u64,
        rtx_ssrc: u32,
        target_bitrate: f64,
        total_encoded_bytes_target: u64,
        frame_width: u32,
        frame_height: u32,
        frames_per_second: f64,
        frames_sent: u32,
        huge_frames_sent: u32,
        frames_encoded: u32,
        key_frames_encoded: u32,
        qp_sum: u64,
        total_encode_time: f64,
        total_packet_send_delay: f64,
        quality_limitation_reason: QualityLimitationReason = |message: &pb::OutboundRtpStreamStats| message.quality_limitation_reason().into(),
        quality_limitation_resolution_changes: u32,
        nack_count: u32,
        fir_count: u32,
        pli_count: u32,
        encoder_implementation: String,
        power_efficient_encoder: bool,
        active: bool,
    }
);

dictionary!(
    /// A sent stream as its receiver sees it.
    RemoteInboundRtpStreamStats from RemoteInboundRtpStreamStats {
        local_id: String,
        round_trip_time: f64,
        total_round_trip_time: f64,
        fraction_lost: f64,
    }
);

dictionary!(
    /// A network path.
    CandidatePairStats from CandidatePairStats {
        transport_id: String,
        local_candidate_id: String,
        remote_candidate_id: String,
        state: Option<IceCandidatePairState> = |message: &pb::CandidatePairStats| message.state.map(|_| message.state().into()),
        nominated: bool,
        packets_sent: u64,
        packets_received: u64,
        bytes_sent: u64,
        bytes_received: u64,
        last_packet_sent_timestamp: f64,
        last_packet_received_timestamp: f64,
        total_round_trip_time: f64,
        current_round_trip_time: f64,
        available_outgoing_bitrate: f64,
        available_incoming_bitrate: f64,
        requests_received: u64,
        requests_sent: u64,
        responses_received: u64,
        responses_sent: u64,
        consent_requests_sent: u64,
        packets_discarded_on_send: u32,
    }
);

dictionary!(
    /// One end of a path.
    IceCandidateStats from IceCandidateStats {
        transport_id: String,
        address: String,
        port: i32,
        protocol: String,
        candidate_type: Option<IceCandidateType> = |message: &pb::IceCandidateStats| message.candidate_type.map(|_| message.candidate_type().into()),
        priority: i32,
        url: String,
        foundation: String,
        related_address: String,
        related_port: i32,
        username_fragment: String,
    }
);
