//! Frames of the event stream: decoding never panics, and what decodes is encoded to the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pizoo_api::events::{ClientFrame, ServerFrame};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(frame) = serde_json::from_slice::<ServerFrame>(bytes) {
        let text = serde_json::to_string(&frame).expect("a frame can be written");
        assert_eq!(serde_json::from_str::<ServerFrame>(&text).expect("what was written can be read"), frame);
    }
    if let Ok(frame) = serde_json::from_slice::<ClientFrame>(bytes) {
        let text = serde_json::to_string(&frame).expect("a frame can be written");
        assert_eq!(serde_json::from_str::<ClientFrame>(&text).expect("what was written can be read"), frame);
    }
});
