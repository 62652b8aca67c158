//! Frames with numbers, and how one travels to the page.

use crate::surface::DeviceTile;
use pizoo_media::picture::{Frame, Scaler};
use std::sync::Arc;
use tokio::sync::watch;

/// Bytes before the planes: sequence and microseconds (64 bits each), width and height (32 bits each), little-endian.
const HEADER: usize = 24;

/// The newest frame and how many came before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Newest {
    /// Counts from 1 over all frames since the start.
    pub(super) sequence: u64,
    /// None when there is no picture now.
    pub(super) frame: Option<Arc<Frame>>,
}

impl Newest {
    /// Whether a page that has frame `after` lacks this one. A page may also be ahead: it outlived the counter.
    pub(super) fn is_news(&self, after: u64) -> bool {
        self.frame.is_some() && self.sequence != after
    }
}

/// Numbers frames until they end.
pub(super) async fn count(mut frames: watch::Receiver<Option<Arc<Frame>>>, newest: watch::Sender<Newest>) {
    loop {
        let frame = frames.borrow_and_update().clone();
        newest.send_modify(|newest| {
            newest.sequence += 1;
            newest.frame = frame;
        });
        if frames.changed().await.is_err() {
            return;
        }
    }
}

/// One answer's body: the header, then the planes of the frame, fitted into the tile. None for a tile too small.
pub(super) fn encode(sequence: u64, frame: &Frame, tile: &DeviceTile, scaler: &mut Scaler) -> Option<Vec<u8>> {
    let mut blur = Scaler::new();
    let frame = if tile.blurred { blur.blur(frame) } else { frame };
    let (placement, scaled) = scaler.to_i420(frame, tile.fit(), tile.width, tile.height, tile.mirrored());
    if placement.width == 0 {
        return None;
    }
    let planes = scaled.as_bytes();
    let mut body = Vec::with_capacity(HEADER + planes.len());
    body.extend_from_slice(&sequence.to_le_bytes());
    body.extend_from_slice(&frame.timestamp_us.to_le_bytes());
    body.extend_from_slice(&scaled.width.to_le_bytes());
    body.extend_from_slice(&scaled.height.to_le_bytes());
    body.extend_from_slice(planes);
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pizoo_client::view::Picture;

    #[test]
    fn a_body_is_a_header_and_three_planes() {
        let mut frame = Frame::new(64, 32);
        frame.timestamp_us = 7;
        let tile = DeviceTile { picture: Picture::Remote, x: 0, y: 0, width: 32, height: 32, blurred: false };
        let body = encode(3, &frame, &tile, &mut Scaler::new()).unwrap();
        assert_eq!(body[..8], 3u64.to_le_bytes());
        assert_eq!(body[8..16], 7u64.to_le_bytes());
        assert_eq!((&body[16..20], &body[20..24]), (&32u32.to_le_bytes()[..], &16u32.to_le_bytes()[..]));
        assert_eq!(body.len(), 24 + 32 * 16 * 3 / 2);
    }

    #[test]
    fn the_own_picture_arrives_mirrored() {
        let mut frame = Frame::new(64, 64);
        frame.planes_mut().0.chunks_exact_mut(64).for_each(|row| row[..32].fill(235));
        let tile = |picture| DeviceTile { picture, x: 0, y: 0, width: 64, height: 64, blurred: false };
        let luma =
            |picture| encode(1, &frame, &tile(picture), &mut Scaler::new()).unwrap()[HEADER..HEADER + 64].to_vec();
        assert!(luma(Picture::Remote)[4] > 200 && luma(Picture::Remote)[60] < 50);
        assert!(luma(Picture::Own)[4] < 50 && luma(Picture::Own)[60] > 200);
    }

    #[test]
    fn news_is_any_other_frame() {
        let newest = Newest { sequence: 5, frame: Some(Arc::new(Frame::new(2, 2))) };
        assert!(newest.is_news(0) && newest.is_news(4) && newest.is_news(9));
        assert!(!newest.is_news(5));
        assert!(!Newest { sequence: 6, frame: None }.is_news(5));
    }

    #[tokio::test]
    async fn frames_are_numbered_and_the_end_of_a_picture_is_told() {
        let (frames, newest) = (watch::Sender::new(None), watch::Sender::new(Newest::default()));
        let counting = tokio::spawn(count(frames.subscribe(), newest.clone()));
        let mut seen = newest.subscribe();
        frames.send_replace(Some(Arc::new(Frame::new(2, 2))));
        let first = seen.wait_for(|newest| newest.frame.is_some()).await.unwrap().sequence;
        frames.send_replace(None);
        assert!(seen.wait_for(|newest| newest.frame.is_none()).await.unwrap().sequence > first);
        drop(frames);
        counting.await.unwrap();
    }
}
