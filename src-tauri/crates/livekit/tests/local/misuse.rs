//! Every argument on which the library would abort the process is refused here.

use livekit::{
    options::TrackPublishOptions,
    prelude::*,
    webrtc::{
        audio_source::native::NativeAudioSource, audio_stream::native::NativeAudioStream,
        native::apm::AudioProcessingModule, prelude::*, video_source::native::NativeVideoSource,
    },
};

fn frame(sample_rate: u32, num_channels: u32, samples_per_channel: u32) -> AudioFrame<'static> {
    AudioFrame::new(sample_rate, num_channels, samples_per_channel)
}

#[test]
fn audio_processing_takes_whole_multiples_of_10_ms_only() {
    let mut apm = AudioProcessingModule::new(true, true, true, true);
    for length in [0, 1, 479, 481, 960 + 1] {
        assert!(apm.process_stream(&mut vec![0; length], 48_000, 1).is_err(), "{length} samples");
        assert!(apm.process_reverse_stream(&mut vec![0; length], 48_000, 1).is_err(), "{length} samples");
    }
    for length in [480, 960] {
        apm.process_reverse_stream(&mut vec![0; length], 48_000, 1).unwrap();
        apm.process_stream(&mut vec![0; length], 48_000, 1).unwrap();
    }
}

#[test]
fn audio_processing_refuses_impossible_rates_channels_and_delays() {
    let mut apm = AudioProcessingModule::new(true, false, false, false);
    for (rate, channels) in [(0, 1), (-48_000, 1), (48_000, 0), (48_000, -1), (48_000, 9), (11_025, 1), (i32::MAX, 1)] {
        assert!(apm.process_stream(&mut [0; 480], rate, channels).is_err(), "{rate} Hz, {channels} channels");
    }
    assert!(apm.set_stream_delay_ms(-1).is_err());
    assert!(apm.set_stream_delay_ms(501).is_err());
    apm.set_stream_delay_ms(50).unwrap();
}

#[test]
fn audio_processing_takes_every_rate_it_promises() {
    let mut apm = AudioProcessingModule::new(true, true, true, true);
    for rate in [8_000, 16_000, 32_000, 48_000] {
        for channels in [1, 2] {
            let mut samples = vec![100; rate as usize / 100 * channels as usize];
            apm.process_reverse_stream(&mut samples.clone(), rate, channels).unwrap();
            apm.process_stream(&mut samples, rate, channels).unwrap();
        }
    }
}

#[tokio::test]
async fn an_audio_source_of_impossible_shape_is_inert() {
    for (rate, channels, queue) in
        [(48_000, 1, 15), (48_000, 0, 0), (48_000, 99, 0), (0, 1, 0), (1, 1, 0), (48_000, 1, 99_990)]
    {
        let source = NativeAudioSource::new(AudioSourceOptions::default(), rate, channels, queue);
        assert!(source.capture_frame(&frame(rate, channels, rate / 100)).await.is_err());
        let track = LocalAudioTrack::create_audio_track("inert", RtcAudioSource::Native(source));
        assert!(track.get_stats().await.is_err());
        track.mute();
    }
}

#[tokio::test]
async fn an_audio_source_refuses_frames_of_another_shape() {
    let direct = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 1, 0);
    let mut wrong_length = frame(48_000, 1, 480);
    wrong_length.data = vec![0; 100].into();
    for bad in [frame(44_100, 1, 441), frame(48_000, 2, 480), frame(48_000, 1, 481), frame(48_000, 1, 0), wrong_length]
    {
        assert!(direct.capture_frame(&bad).await.is_err());
    }
    direct.capture_frame(&frame(48_000, 1, 480)).await.unwrap();
}

#[tokio::test]
async fn an_audio_source_with_a_queue_takes_frames_of_any_length() {
    let queued = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 2, 100);
    for samples in [480, 100, 1, 960, 479] {
        queued.capture_frame(&frame(48_000, 2, samples)).await.unwrap();
    }
    assert!(queued.capture_frame(&frame(48_000, 2, 0)).await.is_err());
    queued.clear_buffer();
}

#[test]
fn a_video_source_takes_odd_and_padded_pictures_and_refuses_empty_ones() {
    let source = NativeVideoSource::new(VideoResolution { width: 640, height: 480 }, false);
    for (width, height) in [(1, 1), (2, 1), (3, 5), (641, 361), (1280, 720)] {
        let buffer = I420Buffer::new_black(width, height);
        assert!(source.capture_frame(&VideoFrame::new(VideoRotation::VideoRotation0, buffer)), "{width} x {height}");
    }
    let padded = I420Buffer::with_strides(640, 360, 704, 352, 352);
    assert!(source.capture_frame(&VideoFrame::new(VideoRotation::VideoRotation90, padded)));
    for (width, height) in [(0, 0), (0, 10), (10, 0), (20_000, 2)] {
        let buffer = I420Buffer::new(width, height);
        assert!(!source.capture_frame(&VideoFrame::new(VideoRotation::VideoRotation0, buffer)), "{width} x {height}");
    }
}

#[test]
fn a_stride_below_the_width_is_raised() {
    let buffer = I420Buffer::with_strides(640, 480, 1, 0, 7);
    assert_eq!(buffer.strides(), (640, 320, 320));
    let (y, u, v) = buffer.data();
    assert_eq!((y.len(), u.len(), v.len()), (640 * 480, 320 * 240, 320 * 240));
}

#[test]
fn a_video_source_of_impossible_size_is_inert() {
    for (width, height) in [(0, 0), (0, 480), (640, 0), (u32::MAX, u32::MAX)] {
        let source = NativeVideoSource::new(VideoResolution { width, height }, false);
        assert!(!source.capture_frame(&VideoFrame::new(VideoRotation::VideoRotation0, I420Buffer::new(64, 64))));
    }
}

#[tokio::test]
async fn streams_of_impossible_shape_or_inert_tracks_have_ended() {
    use futures_util::StreamExt;
    let source = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 1, 0);
    let track = LocalAudioTrack::create_audio_track("good", RtcAudioSource::Native(source));
    for (rate, channels) in [(0, 1), (-1, 1), (48_000, 0), (48_000, 1_000)] {
        assert!(NativeAudioStream::new(track.rtc_track(), rate, channels).next().await.is_none());
    }
    let source = NativeAudioSource::new(AudioSourceOptions::default(), 1, 1, 0);
    let inert = LocalAudioTrack::create_audio_track("inert", RtcAudioSource::Native(source));
    assert!(NativeAudioStream::new(inert.rtc_track(), 48_000, 1).next().await.is_none());
}

#[test]
fn publish_options_are_those_of_livekits_crate() {
    let options = TrackPublishOptions::default();
    assert!(options.dtx && options.red && options.simulcast);
}
