//! Format, buffers and their exchange.

use crate::buffers::{Buffers, Holder};
use crate::camera::{Camera, Outcome};
use crate::open::lock;
use crate::picture::{Format, Layout, RATES};
use v4l2_sys_mit as v4l2;

const CAPTURE: u32 = v4l2::v4l2_buf_type_V4L2_BUF_TYPE_VIDEO_CAPTURE;
const MMAP: u32 = v4l2::v4l2_memory_V4L2_MEMORY_MMAP;
const NO_FIELD: u32 = v4l2::v4l2_field_V4L2_FIELD_NONE;
/// A real driver's limits.
const COUNTS: std::ops::RangeInclusive<u32> = 2..=32;

/// The request's wish, as far as the camera can fulfil it.
fn wish(camera: &Camera, request: &v4l2::v4l2_format) -> Result<Format, i32> {
    if request.type_ != CAPTURE {
        return Err(libc::EINVAL);
    }
    // SAFETY: for a capture request `pix` is the member in use, and all members are plain integers.
    let pix = unsafe { &request.fmt.pix };
    let layout = Layout::of_fourcc(pix.pixelformat).unwrap_or(Layout::Yuyv);
    Ok(lock(&camera.state).format.nearest(layout, pix.width, pix.height))
}

fn write(format: Format, answer: &mut v4l2::v4l2_format) {
    // SAFETY: as in `wish`.
    let pix = unsafe { &mut answer.fmt.pix };
    pix.width = format.width;
    pix.height = format.height;
    pix.pixelformat = format.layout.fourcc();
    pix.field = NO_FIELD;
    pix.sizeimage = format.buffer_size() as u32;
    (pix.bytesperline, pix.colorspace) = match format.layout {
        Layout::Yuyv => (format.width * 2, v4l2::v4l2_colorspace_V4L2_COLORSPACE_SRGB),
        Layout::Mjpeg => (0, v4l2::v4l2_colorspace_V4L2_COLORSPACE_JPEG),
    };
}

pub(super) fn get_format(camera: &Camera, answer: &mut v4l2::v4l2_format) -> Outcome {
    if answer.type_ != CAPTURE {
        return Err(libc::EINVAL);
    }
    write(lock(&camera.state).format, answer);
    Ok(())
}

pub(super) fn try_format(camera: &Camera, request: &mut v4l2::v4l2_format) -> Outcome {
    write(wish(camera, request)?, request);
    Ok(())
}

/// As in the driver of USB webcams, this is the first call that another program's stream makes fail.
pub(super) fn set_format(camera: &Camera, request: &mut v4l2::v4l2_format) -> Outcome {
    let format = wish(camera, request)?;
    camera.check_free()?;
    let mut state = lock(&camera.state);
    if state.buffers.is_some() {
        return Err(libc::EBUSY);
    }
    state.format = format;
    write(format, request);
    Ok(())
}

pub(super) fn rate(camera: &Camera, request: &mut v4l2::v4l2_streamparm, set: bool) -> Outcome {
    if request.type_ != CAPTURE {
        return Err(libc::EINVAL);
    }
    // SAFETY: for a capture request `capture` is the member in use, and all members are plain integers.
    let capture = unsafe { &mut request.parm.capture };
    let mut state = lock(&camera.state);
    if let Some(fps) = capture.timeperframe.denominator.checked_div(capture.timeperframe.numerator).filter(|_| set) {
        state.format.fps = RATES.into_iter().min_by_key(|rate| rate.abs_diff(fps)).unwrap_or(RATES[0]);
    }
    capture.capability = v4l2::V4L2_CAP_TIMEPERFRAME;
    capture.timeperframe = v4l2::v4l2_fract { numerator: 1, denominator: state.format.fps };
    capture.readbuffers = *COUNTS.start();
    Ok(())
}

pub(super) fn request_buffers(camera: &Camera, request: &mut v4l2::v4l2_requestbuffers) -> Outcome {
    if request.type_ != CAPTURE || request.memory != MMAP {
        return Err(libc::EINVAL);
    }
    if request.count > 0 {
        request.count = request.count.clamp(*COUNTS.start(), *COUNTS.end());
    }
    request.capabilities = v4l2::V4L2_BUF_CAP_SUPPORTS_MMAP;
    camera.request_buffers(request.count as usize)
}

pub(super) fn query_buffer(camera: &Camera, answer: &mut v4l2::v4l2_buffer) -> Outcome {
    if answer.type_ != CAPTURE {
        return Err(libc::EINVAL);
    }
    let state = lock(&camera.state);
    tell(state.buffers.as_ref().ok_or(libc::EINVAL)?, answer.index as usize, answer)
}

pub(super) fn queue_buffer(camera: &Camera, request: &mut v4l2::v4l2_buffer) -> Outcome {
    if request.type_ != CAPTURE || request.memory != MMAP {
        return Err(libc::EINVAL);
    }
    let mut state = lock(&camera.state);
    let buffers = state.buffers.as_mut().ok_or(libc::EINVAL)?;
    if !buffers.queue(request.index as usize) {
        return Err(libc::EINVAL);
    }
    tell(buffers, request.index as usize, request)
}

pub(super) fn fetch_buffer(camera: &Camera, answer: &mut v4l2::v4l2_buffer) -> Outcome {
    if answer.type_ != CAPTURE || answer.memory != MMAP {
        return Err(libc::EINVAL);
    }
    let index = camera.fetch()?;
    let state = lock(&camera.state);
    tell(state.buffers.as_ref().ok_or(libc::EINVAL)?, index, answer)
}

fn tell(buffers: &Buffers, index: usize, answer: &mut v4l2::v4l2_buffer) -> Outcome {
    let buffer = buffers.all.get(index).ok_or(libc::EINVAL)?;
    answer.index = index as u32;
    answer.type_ = CAPTURE;
    answer.memory = MMAP;
    answer.length = buffers.size as u32;
    answer.m.offset = buffers.offset(index) as u32;
    answer.bytesused = buffer.used as u32;
    answer.sequence = buffer.sequence;
    answer.field = NO_FIELD;
    answer.timestamp.tv_sec = buffer.filled_at.tv_sec;
    answer.timestamp.tv_usec = buffer.filled_at.tv_nsec / 1000;
    let held = match buffer.holder {
        Holder::Program => 0,
        Holder::Camera => v4l2::V4L2_BUF_FLAG_QUEUED,
        Holder::Done => v4l2::V4L2_BUF_FLAG_DONE,
    };
    answer.flags = v4l2::V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | v4l2::V4L2_BUF_FLAG_MAPPED | held;
    Ok(())
}
