//! What the other side sends: decoded pictures to the picture slot, sound to the loudspeaker.

use super::{PictureSlot, Statistics};
use crate::livekit::prelude::RemoteTrack;
use crate::livekit::webrtc::audio_stream::native::NativeAudioStream;
use crate::livekit::webrtc::prelude::VideoBuffer;
use crate::livekit::webrtc::video_stream::native::NativeVideoStream;
use futures_util::StreamExt;
use pizoo_media::audio::RemoteAudio;
use pizoo_media::picture::Frame;
use std::sync::Arc;
use tokio_util::task::AbortOnDropHandle;

/// Sound frames (10 ms) at a stream's begin that are not played. What arrived before LiveKit's library decrypts a track is
/// decoded as it is: the loudest noise there can be.
const UNHEARD: u32 = 15;

/// The running streams; dropping one ends it.
#[derive(Default)]
pub(super) struct Receiving {
    video: Option<AbortOnDropHandle<()>>,
    audio: Option<AbortOnDropHandle<()>>,
}

impl Receiving {
    /// Starts reading a track, in place of the one of its kind before it.
    pub(super) fn start(
        &mut self,
        track: RemoteTrack,
        picture: Arc<PictureSlot>,
        loudspeaker: impl FnOnce() -> RemoteAudio,
        statistics: Arc<Statistics>,
    ) {
        match track {
            RemoteTrack::Video(track) => {
                let stream = NativeVideoStream::new(track.rtc_track());
                self.video = Some(AbortOnDropHandle::new(tokio::spawn(show(stream, picture, statistics))));
            }
            RemoteTrack::Audio(track) => {
                let stream = NativeAudioStream::new(track.rtc_track(), 48_000, 1);
                self.audio = Some(AbortOnDropHandle::new(tokio::spawn(play(stream, loudspeaker(), statistics))));
            }
        }
    }

    pub(super) fn stop_video(&mut self) {
        self.video = None;
    }

    pub(super) fn stop_audio(&mut self) {
        self.audio = None;
    }
}

async fn show(mut stream: NativeVideoStream, picture: Arc<PictureSlot>, statistics: Arc<Statistics>) {
    while let Some(received) = stream.next().await {
        let converted;
        let buffer = match received.buffer.as_i420() {
            Some(buffer) => buffer,
            None => {
                converted = received.buffer.to_i420();
                &converted
            }
        };
        let (width, height) = (buffer.width(), buffer.height());
        let mut frame = Frame::new(width, height);
        frame.timestamp_us = received.timestamp_us;
        let ((y, u, v), (sy, su, sv)) = (buffer.data(), buffer.strides());
        let (to_y, to_u, to_v) = frame.planes_mut();
        let (w, half) = (width as usize, (width as usize).div_ceil(2));
        copy(y, sy as usize, to_y, w);
        copy(u, su as usize, to_u, half);
        copy(v, sv as usize, to_v, half);
        statistics.frame(width, height);
        picture.send_replace(Some(Arc::new(frame)));
    }
}

fn copy(from: &[u8], stride: usize, to: &mut [u8], width: usize) {
    if width == 0 || stride == 0 {
        return;
    }
    for (to, from) in to.chunks_exact_mut(width).zip(from.chunks(stride)) {
        // The last row of a plane may end with its last pixel.
        let n = width.min(from.len());
        to[..n].copy_from_slice(&from[..n]);
    }
}

async fn play(mut stream: NativeAudioStream, loudspeaker: RemoteAudio, statistics: Arc<Statistics>) {
    let mut heard = 0;
    while let Some(frame) = stream.next().await {
        heard += 1;
        if heard <= UNHEARD {
            continue;
        }
        statistics.sound(&frame.data);
        loudspeaker.push(&frame.data);
    }
}
