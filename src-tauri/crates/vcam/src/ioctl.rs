//! The V4L2 requests that a capture program makes, answered as a webcam's driver does.

mod controls;
mod describe;
mod stream;

use crate::camera::{Camera, Outcome};
use libc::{c_int, c_void};
use std::sync::Arc;
use v4l2_sys_mit as v4l2;

/// A request's code, taken apart: direction, size of the argument, group, number.
#[derive(Clone, Copy)]
struct Request(u32);

impl Request {
    fn group(self) -> u8 {
        (self.0 >> 8) as u8
    }
    fn number(self) -> u8 {
        self.0 as u8
    }
    fn argument_size(self) -> usize {
        (self.0 >> 16 & 0x3fff) as usize
    }
}

/// A request's argument: memory of the program, whose size the request's code states.
pub(crate) struct Argument {
    start: *mut c_void,
    size: usize,
}

impl Argument {
    /// The argument as a V4L2 structure; `ENOTTY` when the program's idea of it has another size.
    fn get<T: Plain>(&mut self) -> Result<&mut T, c_int> {
        if self.size != size_of::<T>() {
            return Err(libc::ENOTTY);
        }
        if self.start.is_null() {
            return Err(libc::EFAULT);
        }
        // SAFETY: by the contract of `ioctl`, the program's pointer leads to as many bytes as the code of its request
        // says, initialised and for us alone during the call; the size was compared. `T` is plain old data.
        Ok(unsafe { &mut *self.start.cast() })
    }
}

/// C structures of which every bit pattern is a value.
///
/// # Safety
/// No references, no booleans, no enumerations in it.
unsafe trait Plain: Sized {
    /// All bytes zero.
    fn zeroed() -> Self {
        // SAFETY: every bit pattern is a value.
        unsafe { std::mem::zeroed() }
    }
}

macro_rules! plain {
    ($($structure:ty),* $(,)?) => {
        $(
            // SAFETY: integers, arrays and unions of them, and raw pointers.
            unsafe impl Plain for $structure {}
        )*
    };
}
plain!(
    c_int,
    v4l2::v4l2_capability,
    v4l2::v4l2_fmtdesc,
    v4l2::v4l2_format,
    v4l2::v4l2_pix_format,
    v4l2::v4l2_requestbuffers,
    v4l2::v4l2_buffer,
    v4l2::v4l2_streamparm,
    v4l2::v4l2_input,
    v4l2::v4l2_control,
    v4l2::v4l2_queryctrl,
    v4l2::v4l2_query_ext_ctrl,
    v4l2::v4l2_ext_controls,
    v4l2::v4l2_frmsizeenum,
    v4l2::v4l2_frmivalenum,
);

/// Answers one `ioctl` on a camera.
///
/// # Safety
/// `argument` leads to as many bytes as the request's code says, as for any `ioctl`.
pub(crate) unsafe fn answer(camera: &Arc<Camera>, request: u32, argument: *mut c_void) -> Outcome {
    let request = Request(request);
    if request.group() != b'V' {
        return Err(libc::ENOTTY);
    }
    if camera.gone() {
        return Err(libc::ENODEV);
    }
    let mut argument = Argument { start: argument, size: request.argument_size() };
    match request.number() {
        0 => describe::capability(argument.get()?),
        2 => describe::layout(argument.get()?),
        4 => stream::get_format(camera, argument.get()?),
        5 => stream::set_format(camera, argument.get()?),
        8 => stream::request_buffers(camera, argument.get()?),
        9 => stream::query_buffer(camera, argument.get()?),
        15 => stream::queue_buffer(camera, argument.get()?),
        17 => stream::fetch_buffer(camera, argument.get()?),
        18 => camera.start(),
        19 => {
            camera.stop();
            Ok(())
        }
        21 => stream::rate(camera, argument.get()?, false),
        22 => stream::rate(camera, argument.get()?, true),
        26 => describe::input(argument.get()?),
        27 => controls::value(camera, argument.get()?, false),
        28 => controls::value(camera, argument.get()?, true),
        36 => controls::describe(argument.get()?),
        38 => {
            *argument.get::<c_int>()? = 0;
            Ok(())
        }
        39 | 67 | 68 => Ok(()),
        64 => stream::try_format(camera, argument.get()?),
        71 => controls::values(camera, argument.get()?, false),
        72 => controls::values(camera, argument.get()?, true),
        74 => describe::size(argument.get()?),
        75 => describe::rate(argument.get()?),
        103 => controls::describe_extended(argument.get()?),
        _ => Err(libc::ENOTTY),
    }
}

/// Writes a text into a fixed field, zero-terminated, cut if need be.
fn put<C: From<u8>>(field: &mut [C], text: &str) {
    let end = field.len() - 1;
    for (slot, byte) in field[..end].iter_mut().zip(text.bytes().chain(std::iter::repeat(0))) {
        *slot = C::from(byte);
    }
    field[end] = C::from(0);
}

#[cfg(test)]
mod tests;
