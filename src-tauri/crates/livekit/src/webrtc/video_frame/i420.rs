//! I420 pixels: our own memory, or a frame that still lives in the library.

use super::{VideoBuffer, VideoBufferType, internal::BufferSealed};
use crate::ffi::{handle::Handle, messages as pb};
use std::fmt::{self, Debug, Formatter};

/// Three planes of 8-bit samples; the chroma planes have half the size, rounded up.
pub struct I420Buffer {
    width: u32,
    height: u32,
    strides: (u32, u32, u32),
    memory: Memory,
}

enum Memory {
    /// The planes one after the other.
    Own(Vec<u8>),
    /// Planes inside the library, which live as long as the handle.
    Library { _owner: Handle, planes: [*const u8; 3] },
}

// SAFETY: the library's planes are immutable once handed out, are owned by the handle, and the handle may be dropped on
// any thread.
unsafe impl Send for Memory {}
// SAFETY: as above: shared access only reads.
unsafe impl Sync for Memory {}

fn half(size: u32) -> u32 {
    size.div_ceil(2)
}

fn area(stride: u32, rows: u32) -> usize {
    stride as usize * rows as usize
}

impl I420Buffer {
    /// Black is not promised: fill it. A stride below the plane's width is raised to it.
    pub fn with_strides(width: u32, height: u32, stride_y: u32, stride_u: u32, stride_v: u32) -> I420Buffer {
        let strides = (stride_y.max(width), stride_u.max(half(width)), stride_v.max(half(width)));
        let mut buffer = Self { width, height, strides, memory: Memory::Own(Vec::new()) };
        let (y, u, v) = buffer.lengths();
        buffer.memory = Memory::Own(vec![0; y + u + v]);
        buffer
    }

    /// Tightly packed planes.
    pub fn new(width: u32, height: u32) -> I420Buffer {
        Self::with_strides(width, height, width, half(width), half(width))
    }

    /// Tightly packed planes, black.
    pub fn new_black(width: u32, height: u32) -> I420Buffer {
        let mut buffer = Self::new(width, height);
        let (_, u, v) = buffer.data_mut();
        u.fill(128);
        v.fill(128);
        buffer
    }

    /// Width of a chroma plane, in pixels.
    pub fn chroma_width(&self) -> u32 {
        half(self.width)
    }

    /// Height of a chroma plane, in pixels.
    pub fn chroma_height(&self) -> u32 {
        half(self.height)
    }

    /// Bytes from one row to the next, for Y, U and V.
    pub fn strides(&self) -> (u32, u32, u32) {
        self.strides
    }

    /// The planes Y, U and V: stride x rows bytes each.
    pub fn data(&self) -> (&[u8], &[u8], &[u8]) {
        let (y, u, v) = self.lengths();
        match &self.memory {
            Memory::Own(bytes) => {
                let (luma, chroma) = bytes.split_at(y);
                let (first, second) = chroma.split_at(u);
                (luma, first, second)
            }
            Memory::Library { planes: [luma, first, second], .. } => {
                // SAFETY: `received` checked that each plane has this many bytes; the handle in `memory` keeps them.
                unsafe {
                    (
                        std::slice::from_raw_parts(*luma, y),
                        std::slice::from_raw_parts(*first, u),
                        std::slice::from_raw_parts(*second, v),
                    )
                }
            }
        }
    }

    /// The planes for writing. A received frame is copied first, since its decoder may still refer to it.
    pub fn data_mut(&mut self) -> (&mut [u8], &mut [u8], &mut [u8]) {
        let (y, u, _) = self.lengths();
        if let Memory::Library { .. } = self.memory {
            self.memory = Memory::Own(self.joined());
        }
        let bytes = match &mut self.memory {
            Memory::Own(bytes) => bytes.as_mut_slice(),
            Memory::Library { .. } => &mut [],
        };
        let (luma, chroma) = bytes.split_at_mut(y);
        let (first, second) = chroma.split_at_mut(u);
        (luma, first, second)
    }

    /// Takes over a frame of the library; nothing when its description is not that of an I420 picture.
    pub(crate) fn received(buffer: pb::OwnedVideoBuffer) -> Option<Self> {
        let owner = Handle::new(buffer.handle.id);
        let info = buffer.info;
        let [y, u, v] = info.components.as_slice() else { return None };
        let (width, height) = (info.width, info.height);
        let fits = |plane: &pb::video_buffer_info::ComponentInfo, width: u32, rows: u32| {
            plane.data_ptr != 0 && plane.stride >= width && plane.size as usize >= area(plane.stride, rows)
        };
        let is_i420 = info.r#type == i32::from(pb::VideoBufferType::I420) && width > 0 && height > 0;
        if !is_i420 || !fits(y, width, height) || ![u, v].iter().all(|plane| fits(plane, half(width), half(height))) {
            return None;
        }
        let address = |plane: &pb::video_buffer_info::ComponentInfo| {
            usize::try_from(plane.data_ptr).ok().map(std::ptr::with_exposed_provenance::<u8>)
        };
        let planes = [address(y)?, address(u)?, address(v)?];
        let strides = (y.stride, u.stride, v.stride);
        Some(Self { width, height, strides, memory: Memory::Library { _owner: owner, planes } })
    }

    /// Describes the pixels to the library, which reads them during the request only. Nothing for an empty picture.
    pub(crate) fn describe(&self) -> Option<pb::VideoBufferInfo> {
        if self.width == 0 || self.height == 0 {
            return None;
        }
        let (y, u, v) = self.data();
        let plane = |bytes: &[u8], stride: u32| {
            let data_ptr = bytes.as_ptr().expose_provenance() as u64;
            // The library aborts the process unless `size` is exactly stride x rows.
            u32::try_from(bytes.len()).ok().map(|size| pb::video_buffer_info::ComponentInfo { data_ptr, stride, size })
        };
        Some(pb::VideoBufferInfo {
            r#type: pb::VideoBufferType::I420.into(),
            width: self.width,
            height: self.height,
            data_ptr: y.as_ptr().expose_provenance() as u64,
            stride: None,
            components: vec![plane(y, self.strides.0)?, plane(u, self.strides.1)?, plane(v, self.strides.2)?],
        })
    }

    fn lengths(&self) -> (usize, usize, usize) {
        let rows = self.chroma_height();
        (area(self.strides.0, self.height), area(self.strides.1, rows), area(self.strides.2, rows))
    }

    fn joined(&self) -> Vec<u8> {
        let (y, u, v) = self.data();
        [y, u, v].concat()
    }
}

impl BufferSealed for I420Buffer {
    fn to_i420(&self) -> I420Buffer {
        Self { width: self.width, height: self.height, strides: self.strides, memory: Memory::Own(self.joined()) }
    }
}

impl VideoBuffer for I420Buffer {
    fn width(&self) -> u32 {
        self.width
    }

    fn height(&self) -> u32 {
        self.height
    }

    fn buffer_type(&self) -> VideoBufferType {
        VideoBufferType::I420
    }

    fn as_i420(&self) -> Option<&I420Buffer> {
        Some(self)
    }
}

impl Debug for I420Buffer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("I420Buffer").field("width", &self.width).field("height", &self.height).finish()
    }
}

impl AsRef<dyn VideoBuffer> for I420Buffer {
    fn as_ref(&self) -> &(dyn VideoBuffer + 'static) {
        self
    }
}
