//! Whether bytes are a picture that others may be shown: a JPEG, PNG or WebP, of no more pixels than every screen takes.
//!
//! It looks at the head only. A picture is never decoded here: nobody's bytes are worth that risk.

/// Pixels a side. A small file can hold a huge picture, which everybody who looks at it would have to unpack.
const LONGEST_SIDE: u32 = 4096;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";

/// Why bytes are not taken for a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("A photo is a JPEG, PNG or WebP picture")]
    NoPicture,
    #[error("The content type is not that of the picture")]
    Mislabelled,
    #[error("A photo has 1 to 4096 pixels a side")]
    Size,
}

/// What kind of picture it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    Png,
    WebP,
}

impl Kind {
    /// As a `Content-Type` has it.
    pub(crate) fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

/// What the bytes are, whatever they are called.
pub(crate) fn look(bytes: &[u8]) -> Result<Kind, Refused> {
    let (kind, size) = if bytes.starts_with(b"\xff\xd8\xff") {
        (Kind::Jpeg, jpeg(bytes))
    } else if bytes.starts_with(PNG) {
        (Kind::Png, png(bytes))
    } else if bytes.starts_with(b"RIFF") && part(bytes, 8) == Some(*b"WEBP") {
        (Kind::WebP, webp(bytes))
    } else {
        return Err(Refused::NoPicture);
    };
    let (width, height) = size.ok_or(Refused::NoPicture)?;
    let sides = 1..=LONGEST_SIDE;
    if sides.contains(&width) && sides.contains(&height) { Ok(kind) } else { Err(Refused::Size) }
}

type Size = Option<(u32, u32)>;

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn png(bytes: &[u8]) -> Size {
    let side = |at| part(bytes, at).map(u32::from_be_bytes);
    Some((side(PNG.len())?, side(PNG.len() + 4)?))
}

/// From segment to segment, to the one that begins a frame.
fn jpeg(bytes: &[u8]) -> Size {
    let word = |at| part(bytes, at).map(u16::from_be_bytes);
    let mut at = 2;
    loop {
        let [0xff, marker] = part::<2>(bytes, at)? else { return None };
        match marker {
            // Between segments there may be any number of these.
            0xff => at += 1,
            0xc4 | 0xc8 | 0xcc => at += 2 + usize::from(word(at + 2)?),
            0xc0..=0xcf => return Some((word(at + 7)?.into(), word(at + 5)?.into())),
            // Without a length, or the end: neither stands before the frame.
            0x01 | 0xd0..=0xda => return None,
            _ => at += 2 + usize::from(word(at + 2)?),
        }
    }
}

/// The first chunk tells it: plain, lossless, or extended.
fn webp(bytes: &[u8]) -> Size {
    match &part::<4>(bytes, 12)? {
        b"VP8 " if part(bytes, 23) == Some(*b"\x9d\x01\x2a") => {
            let side = |at| part(bytes, at).map(|side| u32::from(u16::from_le_bytes(side) & 0x3fff));
            Some((side(26)?, side(28)?))
        }
        b"VP8L" if bytes.get(20) == Some(&0x2f) => {
            let sides = u32::from_le_bytes(part(bytes, 21)?);
            Some(((sides & 0x3fff) + 1, ((sides >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => {
            let side = |at| part::<3>(bytes, at).map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]) + 1);
            Some((side(24)?, side(27)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
        let exif = [b"\xff\xe1\0\x08Exif\0\0".as_slice(), b"\xff\xdb\0\x03\0"].concat();
        let sides = [height.to_be_bytes(), width.to_be_bytes()].concat();
        [b"\xff\xd8".as_slice(), &exif, b"\xff\xff\xc2\0\x11\x08", &sides, b"\x03rest"].concat()
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        [PNG, &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x02"].concat()
    }

    fn webp_of(chunk: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [b"RIFF\x20\0\0\0WEBP".as_slice(), chunk, b"\x10\0\0\0", data].concat()
    }

    #[test]
    fn kinds_are_told_by_their_bytes() {
        assert_eq!(look(&jpeg_of(512, 300)), Ok(Kind::Jpeg));
        assert_eq!(look(&png_of(1, 4096)), Ok(Kind::Png));
        assert_eq!(look(&webp_of(b"VP8 ", b"\0\0\0\x9d\x01\x2a\0\x02\0\x42")), Ok(Kind::WebP));
        assert_eq!(look(&webp_of(b"VP8L", b"\x2f\xff\xc1\x7f\0")), Ok(Kind::WebP));
        assert_eq!(look(&webp_of(b"VP8X", b"\0\0\0\0\xff\x0f\0\xff\x0f\0")), Ok(Kind::WebP));
        for other in [b"".as_slice(), b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff", b"RIFF"]
        {
            assert_eq!(look(other), Err(Refused::NoPicture), "{other:?}");
        }
    }

    #[test]
    fn huge_and_empty_pictures_are_refused() {
        for picture in [
            jpeg_of(0, 5),
            jpeg_of(4097, 5),
            png_of(4096, 4097),
            png_of(u32::MAX, 1),
            webp_of(b"VP8X", b"\0\0\0\0\xff\xff\xff\0\0\0"),
        ] {
            assert_eq!(look(&picture), Err(Refused::Size), "{picture:?}");
        }
    }

    #[test]
    fn a_frame_that_never_begins_is_no_picture() {
        for picture in [b"\xff\xd8\xff\xda\0\x02".as_slice(), b"\xff\xd8\xff\xe0\0\0\xff", b"\xff\xd8\xff\xe0\xff\xff"]
        {
            assert_eq!(look(picture), Err(Refused::NoPicture));
        }
        assert_eq!(look(&webp_of(b"ALPH", &[0; 16])), Err(Refused::NoPicture));
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_harm(kind in 0usize..4, rest in prop::collection::vec(any::<u8>(), 0..200)) {
            let head = [b"\xff\xd8\xff".as_slice(), PNG, b"RIFF\0\0\0\0WEBPVP8X", b""][kind];
            prop_assert!(look(&[head, &rest].concat()) != Err(Refused::Mislabelled));
        }
    }
}
