//! The camera's one control, brightness. It has no effect on the picture: tests compare colours.

use super::{Plain, put};
use crate::camera::{Camera, Outcome};
use crate::open::lock;
use v4l2_sys_mit as v4l2;

const BRIGHTNESS: u32 = v4l2::V4L2_CID_BRIGHTNESS;
const NEXT: u32 = v4l2::V4L2_CTRL_FLAG_NEXT_CTRL | v4l2::V4L2_CTRL_FLAG_NEXT_COMPOUND;
const MAXIMUM: i32 = 255;
const DEFAULT: i32 = 128;

/// Whether a query means the control: by its name, or as the next after another.
fn meant(id: u32) -> Outcome {
    let meant = if id & NEXT == 0 { id == BRIGHTNESS } else { id & !NEXT < BRIGHTNESS };
    if meant { Ok(()) } else { Err(libc::EINVAL) }
}

pub(super) fn describe(answer: &mut v4l2::v4l2_queryctrl) -> Outcome {
    meant(answer.id)?;
    *answer = Plain::zeroed();
    answer.id = BRIGHTNESS;
    answer.type_ = v4l2::v4l2_ctrl_type_V4L2_CTRL_TYPE_INTEGER;
    put(&mut answer.name, "Brightness");
    (answer.maximum, answer.step, answer.default_value) = (MAXIMUM, 1, DEFAULT);
    Ok(())
}

pub(super) fn describe_extended(answer: &mut v4l2::v4l2_query_ext_ctrl) -> Outcome {
    meant(answer.id)?;
    *answer = Plain::zeroed();
    answer.id = BRIGHTNESS;
    answer.type_ = v4l2::v4l2_ctrl_type_V4L2_CTRL_TYPE_INTEGER;
    for (slot, byte) in answer.name.iter_mut().zip(b"Brightness\0") {
        *slot = *byte as libc::c_char;
    }
    (answer.maximum, answer.step, answer.default_value) = (MAXIMUM.into(), 1, DEFAULT.into());
    (answer.elem_size, answer.elems) = (4, 1);
    Ok(())
}

pub(super) fn value(camera: &Camera, request: &mut v4l2::v4l2_control, set: bool) -> Outcome {
    if request.id != BRIGHTNESS {
        return Err(libc::EINVAL);
    }
    let brightness = &mut lock(&camera.state).brightness;
    if set {
        *brightness = request.value.clamp(0, MAXIMUM);
    }
    request.value = *brightness;
    Ok(())
}

pub(super) fn values(camera: &Camera, request: &mut v4l2::v4l2_ext_controls, set: bool) -> Outcome {
    if request.count == 0 {
        return Ok(());
    }
    if request.controls.is_null() {
        return Err(libc::EFAULT);
    }
    // SAFETY: by the contract of the request, `controls` leads to `count` structures of the program.
    let controls = unsafe { std::slice::from_raw_parts_mut(request.controls, request.count as usize) };
    for control in controls {
        if control.id != BRIGHTNESS {
            return Err(libc::EINVAL);
        }
        let brightness = &mut lock(&camera.state).brightness;
        if set {
            // SAFETY: for an integer control `value` is the member in use.
            *brightness = unsafe { control.__bindgen_anon_1.value }.clamp(0, MAXIMUM);
        }
        control.__bindgen_anon_1.value = *brightness;
    }
    Ok(())
}
