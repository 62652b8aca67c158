//! Streams of local tracks: what is captured comes out, and only the newest of it.

use futures_util::StreamExt;
use livekit::{
    prelude::*,
    webrtc::{
        audio_source::native::NativeAudioSource, audio_stream::native::NativeAudioStream, prelude::*,
        video_source::native::NativeVideoSource, video_stream::native::NativeVideoStream,
    },
};
use std::time::Duration;
use tokio::time::{interval, timeout};

const DEADLINE: Duration = Duration::from_secs(20);

fn camera(width: u32, height: u32) -> (NativeVideoSource, LocalVideoTrack) {
    let source = NativeVideoSource::new(VideoResolution { width, height }, false);
    let track = LocalVideoTrack::create_video_track("camera", RtcVideoSource::Native(source.clone()));
    (source, track)
}

fn capture(source: &NativeVideoSource, width: u32, height: u32, number: u8) {
    let mut buffer = I420Buffer::new_black(width, height);
    buffer.data_mut().0.fill(number);
    let mut frame = VideoFrame::new(VideoRotation::VideoRotation0, buffer);
    frame.timestamp_us = i64::from(number) * 33_333;
    assert!(source.capture_frame(&frame));
}

fn number(frame: &BoxVideoFrame) -> u8 {
    frame.buffer.as_i420().map_or(0, |buffer| buffer.data().0[0])
}

#[tokio::test]
async fn a_captured_picture_comes_out_unchanged() {
    let (source, track) = camera(320, 240);
    let mut stream = NativeVideoStream::new(track.rtc_track());
    capture(&source, 320, 240, 77);
    let mut frame = timeout(DEADLINE, stream.next()).await.unwrap().unwrap();
    // Until it was given a picture, a source sends blank ones of its own; one may have come first.
    while number(&frame) != 77 {
        frame = timeout(DEADLINE, stream.next()).await.unwrap().unwrap();
    }
    assert_eq!((frame.buffer.width(), frame.buffer.height()), (320, 240));
    assert_eq!(frame.rotation, VideoRotation::VideoRotation0);
    let mut copy = frame.buffer.to_i420();
    let (y, u, v) = frame.buffer.as_i420().unwrap().data();
    assert!(y.iter().take(320).all(|sample| *sample == 77));
    assert!(u.iter().chain(v).all(|sample| *sample == 128));
    assert_eq!(copy.data(), (y, u, v));
    copy.data_mut().0.fill(1);
    assert_eq!(number(&frame), 77);
}

#[tokio::test]
async fn a_slow_reader_gets_the_newest_picture_only() {
    const LAST: u8 = 60;
    let (source, track) = camera(64, 64);
    let mut slow = NativeVideoStream::new(track.rtc_track());
    let mut quick = NativeVideoStream::new(track.rtc_track());
    let mut pace = interval(Duration::from_millis(5));
    for picture in 1..=LAST {
        pace.tick().await;
        capture(&source, 64, 64, picture);
    }
    while number(&timeout(DEADLINE, quick.next()).await.unwrap().unwrap()) != LAST {}
    let mut received = Vec::new();
    while received.last() != Some(&LAST) {
        received.push(number(&timeout(DEADLINE, slow.next()).await.unwrap().unwrap()));
    }
    assert!(received.len() <= 2, "{received:?}");
}

#[tokio::test]
async fn captured_sound_comes_out() {
    let source = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 1, 0);
    let track = LocalAudioTrack::create_audio_track("microphone", RtcAudioSource::Native(source.clone()));
    let mut stream = NativeAudioStream::new(track.rtc_track(), 48_000, 1);
    let tone: Vec<i16> = (0..480).map(|sample| if sample % 48 < 24 { 8_000 } else { -8_000 }).collect();
    let sound = AudioFrame { data: tone.into(), sample_rate: 48_000, num_channels: 1, samples_per_channel: 480 };
    let mut pace = interval(Duration::from_millis(10));
    let loud = timeout(DEADLINE, async {
        loop {
            tokio::select! {
                _ = pace.tick() => source.capture_frame(&sound).await.unwrap(),
                frame = stream.next() => {
                    let frame = frame.unwrap();
                    assert_eq!((frame.sample_rate, frame.num_channels, frame.samples_per_channel), (48_000, 1, 480));
                    if frame.data.iter().any(|sample| sample.unsigned_abs() > 6_000) {
                        break;
                    }
                }
            }
        }
    });
    loud.await.unwrap();
}

#[tokio::test]
async fn a_closed_stream_has_ended() {
    let (source, track) = camera(64, 64);
    let mut stream = NativeVideoStream::new(track.rtc_track());
    capture(&source, 64, 64, 1);
    stream.close();
    assert!(stream.next().await.is_none());
}
