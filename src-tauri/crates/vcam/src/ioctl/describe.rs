//! What the camera is and can do.

use super::{Plain, put};
use crate::camera::Outcome;
use crate::picture::{Layout, RATES, SIZES};
use v4l2_sys_mit as v4l2;

const CAPTURE: u32 = v4l2::v4l2_buf_type_V4L2_BUF_TYPE_VIDEO_CAPTURE;

pub(super) fn capability(answer: &mut v4l2::v4l2_capability) -> Outcome {
    *answer = Plain::zeroed();
    put(&mut answer.driver, "vcam");
    put(&mut answer.card, "Pizoo Test Camera");
    put(&mut answer.bus_info, "platform:vcam");
    answer.version = 0x06_01_00;
    answer.device_caps = v4l2::V4L2_CAP_VIDEO_CAPTURE | v4l2::V4L2_CAP_STREAMING | v4l2::V4L2_CAP_EXT_PIX_FORMAT;
    answer.capabilities = answer.device_caps | v4l2::V4L2_CAP_DEVICE_CAPS;
    Ok(())
}

pub(super) fn layout(answer: &mut v4l2::v4l2_fmtdesc) -> Outcome {
    if answer.type_ != CAPTURE {
        return Err(libc::EINVAL);
    }
    let layout = Layout::ALL.get(answer.index as usize).ok_or(libc::EINVAL)?;
    answer.pixelformat = layout.fourcc();
    let (text, flags) = match layout {
        Layout::Yuyv => ("YUYV 4:2:2", 0),
        Layout::Mjpeg => ("Motion-JPEG", v4l2::V4L2_FMT_FLAG_COMPRESSED),
    };
    answer.flags = flags;
    put(&mut answer.description, text);
    Ok(())
}

pub(super) fn size(answer: &mut v4l2::v4l2_frmsizeenum) -> Outcome {
    Layout::of_fourcc(answer.pixel_format).ok_or(libc::EINVAL)?;
    let (width, height) = *SIZES.get(answer.index as usize).ok_or(libc::EINVAL)?;
    answer.type_ = v4l2::v4l2_frmsizetypes_V4L2_FRMSIZE_TYPE_DISCRETE;
    answer.__bindgen_anon_1.discrete = v4l2::v4l2_frmsize_discrete { width, height };
    Ok(())
}

pub(super) fn rate(answer: &mut v4l2::v4l2_frmivalenum) -> Outcome {
    Layout::of_fourcc(answer.pixel_format).ok_or(libc::EINVAL)?;
    if !SIZES.contains(&(answer.width, answer.height)) {
        return Err(libc::EINVAL);
    }
    let denominator = *RATES.get(answer.index as usize).ok_or(libc::EINVAL)?;
    answer.type_ = v4l2::v4l2_frmivaltypes_V4L2_FRMIVAL_TYPE_DISCRETE;
    answer.__bindgen_anon_1.discrete = v4l2::v4l2_fract { numerator: 1, denominator };
    Ok(())
}

pub(super) fn input(answer: &mut v4l2::v4l2_input) -> Outcome {
    if answer.index > 0 {
        return Err(libc::EINVAL);
    }
    put(&mut answer.name, "Camera 1");
    answer.type_ = v4l2::V4L2_INPUT_TYPE_CAMERA;
    Ok(())
}
