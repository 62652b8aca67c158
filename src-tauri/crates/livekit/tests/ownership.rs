//! What the library owns for us is given back. The count is the process's, so these tests take turns.

use livekit::{
    prebuilt,
    prelude::*,
    webrtc::{
        audio_source::native::NativeAudioSource, audio_stream::native::NativeAudioStream,
        native::apm::AudioProcessingModule, prelude::*, video_source::native::NativeVideoSource,
        video_stream::native::NativeVideoStream,
    },
};
use std::time::Duration;
use tokio::{
    net::TcpListener,
    sync::Mutex,
    time::{Instant, interval, sleep},
};

static TURN: Mutex<()> = Mutex::const_new(());
const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until at most `count` objects are left.
async fn settle(count: usize) -> usize {
    let deadline = Instant::now() + DEADLINE;
    while prebuilt::live_objects() > count && Instant::now() < deadline {
        sleep(Duration::from_millis(10)).await;
    }
    prebuilt::live_objects()
}

#[tokio::test]
async fn everything_local_is_given_back() {
    let _turn = TURN.lock().await;
    {
        let source = NativeVideoSource::new(VideoResolution::default(), false);
        let camera = LocalVideoTrack::create_video_track("camera", RtcVideoSource::Native(source));
        let source = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 1, 0);
        let microphone = LocalAudioTrack::create_audio_track("microphone", RtcAudioSource::Native(source));
        let _pictures = NativeVideoStream::new(camera.rtc_track());
        let _sound = NativeAudioStream::new(microphone.rtc_track(), 48_000, 1);
        let _apm = AudioProcessingModule::new(true, true, true, true);
        assert!(prebuilt::live_objects() >= 7);
    }
    assert_eq!(settle(0).await, 0);
    assert!(prebuilt::loaded_from().is_some());
}

#[tokio::test]
async fn pictures_that_nobody_reads_do_not_pile_up() {
    let _turn = TURN.lock().await;
    {
        let source = NativeVideoSource::new(VideoResolution { width: 320, height: 240 }, false);
        let track = LocalVideoTrack::create_video_track("camera", RtcVideoSource::Native(source.clone()));
        let _unread = NativeVideoStream::new(track.rtc_track());
        let before = prebuilt::live_objects();
        let mut pace = interval(Duration::from_millis(2));
        for picture in 0..100 {
            pace.tick().await;
            let mut frame = VideoFrame::new(VideoRotation::VideoRotation0, I420Buffer::new_black(320, 240));
            frame.timestamp_us = picture * 33_333;
            assert!(source.capture_frame(&frame));
        }
        // The waiting picture, and perhaps one on its way.
        assert!(prebuilt::live_objects() <= before + 2, "{before} before, {} after", prebuilt::live_objects());
    }
    assert_eq!(settle(0).await, 0);
}

#[tokio::test]
async fn a_dropped_connect_leaves_nothing() {
    let _turn = TURN.lock().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    for _ in 0..3 {
        let connecting = Room::connect(&url, "token", RoomOptions::default());
        let reached = tokio::select! {
            _ = connecting => false,
            _ = listener.accept() => true,
        };
        assert!(reached);
    }
    assert_eq!(settle(0).await, 0);
}
