//! How a track is published.

use crate::{ffi::messages as pb, track::TrackSource};

pub use crate::webrtc::{rtp_parameters::DegradationPreference, rtp_sender::VideoEncoderBackend};

/// Video codecs.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum VideoCodec {
    /// Every client has it.
    VP8,
    /// The cheapest one here.
    H264,
    /// Sharper at the same rate, dearer.
    VP9,
    /// Sharper still.
    AV1,
    /// Becomes VP8 where there is no hardware for it.
    H265,
}

impl VideoCodec {
    /// Its name in lower case.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::VP8 => "vp8",
            Self::H264 => "h264",
            Self::VP9 => "vp9",
            Self::AV1 => "av1",
            Self::H265 => "h265",
        }
    }
}

/// Limits of a video encoder.
#[derive(Debug, Clone)]
pub struct VideoEncoding {
    /// In bits per second.
    pub max_bitrate: u64,
    /// In frames per second.
    pub max_framerate: f64,
}

/// Limits of an audio encoder.
#[derive(Debug, Clone)]
pub struct AudioEncoding {
    /// In bits per second.
    pub max_bitrate: u64,
}

/// How a track is published. Encodings that are not set are chosen by size and source.
#[derive(Clone, Debug)]
pub struct TrackPublishOptions {
    /// Limits for video.
    pub video_encoding: Option<VideoEncoding>,
    /// Limits for audio.
    pub audio_encoding: Option<AudioEncoding>,
    /// For video.
    pub video_codec: VideoCodec,
    /// Send nothing during silence.
    pub dtx: bool,
    /// Send audio twice, against loss. Never together with end-to-end encryption.
    pub red: bool,
    /// Send several sizes at once. In a room of two it only costs: leave it off.
    pub simulcast: bool,
    /// What the track shows.
    pub source: TrackSource,
    /// Tracks with the same name are played in step.
    pub stream: String,
    /// Tell the server that sound from before the connection is coming.
    pub preconnect_buffer: bool,
    /// The wanted encoder.
    pub video_encoder: VideoEncoderBackend,
    /// Layers of one encoding, such as `L3T3_KEY`; VP9 and AV1 only.
    pub scalability_mode: Option<String>,
    /// What is given up on a slow network; by source when it is not set.
    pub degradation_preference: Option<DegradationPreference>,
}

impl Default for TrackPublishOptions {
    fn default() -> Self {
        Self {
            video_encoding: None,
            audio_encoding: None,
            video_codec: VideoCodec::VP8,
            dtx: true,
            red: true,
            simulcast: true,
            source: TrackSource::Unknown,
            stream: String::new(),
            preconnect_buffer: false,
            video_encoder: VideoEncoderBackend::Auto,
            scalability_mode: None,
            degradation_preference: None,
        }
    }
}

impl From<TrackPublishOptions> for pb::TrackPublishOptions {
    fn from(options: TrackPublishOptions) -> Self {
        let codec = match options.video_codec {
            VideoCodec::VP8 => pb::VideoCodec::Vp8,
            VideoCodec::H264 => pb::VideoCodec::H264,
            VideoCodec::VP9 => pb::VideoCodec::Vp9,
            VideoCodec::AV1 => pb::VideoCodec::Av1,
            VideoCodec::H265 => pb::VideoCodec::H265,
        };
        Self {
            video_encoding: options.video_encoding.map(|encoding| pb::VideoEncoding {
                max_bitrate: encoding.max_bitrate,
                max_framerate: encoding.max_framerate,
            }),
            audio_encoding: options
                .audio_encoding
                .map(|encoding| pb::AudioEncoding { max_bitrate: encoding.max_bitrate }),
            video_codec: Some(codec.into()),
            dtx: Some(options.dtx),
            red: Some(options.red),
            simulcast: Some(options.simulcast),
            source: Some(pb::TrackSource::from(options.source).into()),
            stream: Some(options.stream),
            preconnect_buffer: Some(options.preconnect_buffer),
            frame_metadata_features: Vec::new(),
            scalability_mode: options.scalability_mode,
            video_encoder: Some(pb::VideoEncoderBackend::from(options.video_encoder).into()),
            degradation_preference: options
                .degradation_preference
                .map(|preference| pb::DegradationPreference::from(preference).into()),
        }
    }
}
