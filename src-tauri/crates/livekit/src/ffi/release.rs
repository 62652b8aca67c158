//! Frees what a message carries when nobody is left to own it: a late connection, a frame after its stream.

use super::{
    handle::Handle,
    messages::{self as pb, Callback},
};

/// Frees every object that the message hands over.
pub(super) fn release(message: &Callback) {
    match message {
        Callback::VideoStreamEvent(event) => {
            if let Some(pb::video_stream_event::Message::FrameReceived(frame)) = &event.message {
                free(&frame.buffer.handle);
            }
        }
        Callback::AudioStreamEvent(event) => {
            if let Some(pb::audio_stream_event::Message::FrameReceived(frame)) = &event.message {
                free(&frame.frame.handle);
            }
        }
        Callback::PublishTrack(answer) => {
            if let Some(pb::publish_track_callback::Message::Publication(publication)) = &answer.message {
                free(&publication.handle);
            }
        }
        Callback::Connect(answer) => {
            if let Some(pb::connect_callback::Message::Result(result)) = &answer.message {
                connection(result);
            }
        }
        Callback::RoomEvent(event) => room(event),
        _ => {}
    }
}

fn connection(result: &pb::connect_callback::Result) {
    for remote in &result.participants {
        remote.publications.iter().for_each(|publication| free(&publication.handle));
        free(&remote.participant.handle);
    }
    free(&result.local_participant.handle);
    free(&result.room.handle);
}

fn room(event: &pb::RoomEvent) {
    use pb::room_event::Message;
    match &event.message {
        Some(Message::ParticipantConnected(event)) => free(&event.info.handle),
        Some(Message::TrackPublished(event)) => free(&event.publication.handle),
        Some(Message::TrackSubscribed(event)) => free(&event.track.handle),
        Some(Message::TextStreamOpened(event)) => free(&event.reader.handle),
        Some(Message::ByteStreamOpened(event)) => free(&event.reader.handle),
        Some(Message::DataTrackPublished(event)) => free(&event.track.handle),
        Some(Message::DataPacketReceived(event)) => {
            if let Some(pb::data_packet_received::Value::User(packet)) = &event.value {
                free(&packet.data.handle);
            }
        }
        _ => {}
    }
}

fn free(handle: &pb::FfiOwnedHandle) {
    drop(Handle::new(handle.id));
}
