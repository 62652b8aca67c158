//! Microphone, loudspeaker, camera, pictures
