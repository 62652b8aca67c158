//! The driver's side of a capture session, without a program: requests are made as `ioctl` would make them.

use super::*;
use crate::node::Node;
use v4l2::v4l2_buf_type_V4L2_BUF_TYPE_VIDEO_CAPTURE as CAPTURE;

/// A camera over a folder of its own.
fn plugged_in() -> (Arc<Camera>, &'static Node) {
    let node = Node::for_test(pizoo_pattern::Scene::Two);
    (Arc::new(Camera::open(node, false).unwrap()), node)
}

/// Makes a request whose code states the argument's true size.
fn ask<T>(camera: &Arc<Camera>, number: u8, argument: &mut T) -> Outcome {
    let code = (size_of::<T>() as u32) << 16 | u32::from(b'V') << 8 | u32::from(number);
    // SAFETY: the argument is live and as large as the code says.
    unsafe { answer(camera, code, (argument as *mut T).cast()) }
}

fn set_format(camera: &Arc<Camera>, layout: &[u8; 4], width: u32, height: u32) -> Result<(u32, u32, u32), c_int> {
    let mut format = v4l2::v4l2_format::zeroed();
    format.type_ = CAPTURE;
    let wish = v4l2::v4l2_pix_format { width, height, pixelformat: u32::from_le_bytes(*layout), ..Plain::zeroed() };
    format.fmt.pix = wish;
    ask(camera, 5, &mut format)?;
    // SAFETY: a capture request uses `pix`.
    let got = unsafe { format.fmt.pix };
    Ok((got.width, got.height, got.sizeimage))
}

fn buffer() -> v4l2::v4l2_buffer {
    v4l2::v4l2_buffer { type_: CAPTURE, memory: 1, ..Plain::zeroed() }
}

fn start(camera: &Arc<Camera>, count: u32) -> Outcome {
    let mut request = v4l2::v4l2_requestbuffers { count, type_: CAPTURE, memory: 1, ..Plain::zeroed() };
    ask(camera, 8, &mut request)?;
    for index in 0..request.count {
        ask(camera, 15, &mut v4l2::v4l2_buffer { index, ..buffer() })?;
    }
    ask(camera, 18, &mut (CAPTURE as c_int))
}

#[test]
fn nearest_format_is_chosen() {
    let (camera, _) = plugged_in();
    assert_eq!(set_format(&camera, b"YUYV", 1920, 1080), Ok((1280, 720, 1280 * 720 * 2)));
    assert_eq!(set_format(&camera, b"MJPG", 320, 240), Ok((640, 480, 640 * 480 * 2)));
}

#[test]
fn frames_come_in_order_and_buffers_go_round() {
    let (camera, _) = plugged_in();
    set_format(&camera, b"YUYV", 640, 480).unwrap();
    start(&camera, 2).unwrap();
    let sequences: Vec<u32> = (0..5)
        .map(|_| {
            let mut fetched = buffer();
            ask(&camera, 17, &mut fetched).unwrap();
            assert_eq!(fetched.bytesused, 640 * 480 * 2);
            ask(&camera, 15, &mut v4l2::v4l2_buffer { index: fetched.index, ..buffer() }).unwrap();
            fetched.sequence
        })
        .collect();
    assert!(sequences.is_sorted_by(|a, b| a < b), "{sequences:?}");
    camera.stop();
    assert_eq!(ask(&camera, 17, &mut buffer()), Err(libc::EINVAL), "a stopped stream has no frames");
}

#[test]
fn unplugged_camera_says_no_such_device() {
    let (camera, node) = plugged_in();
    start(&camera, 2).unwrap();
    std::fs::remove_file(node.device()).unwrap();
    let outcome = (0..10).map(|_| ask(&camera, 17, &mut buffer())).find(Result::is_err);
    assert_eq!(outcome, Some(Err(libc::ENODEV)));
    camera.stop();
}

#[test]
fn camera_taken_by_another_program_is_busy_until_released() {
    let (first, node) = plugged_in();
    let second = Arc::new(Camera::open(node, false).unwrap());
    start(&first, 2).unwrap();
    assert_eq!(start(&second, 2), Err(libc::EBUSY));
    assert_eq!(set_format(&second, b"YUYV", 640, 480), Err(libc::EBUSY));
    first.request_buffers(0).unwrap();
    assert_eq!(start(&second, 2), Ok(()));
    second.stop();
}

#[test]
fn argument_of_a_wrong_size_is_refused() {
    let (camera, _) = plugged_in();
    assert_eq!(ask(&camera, 5, &mut 0u32), Err(libc::ENOTTY));
    assert_eq!(ask(&camera, 200, &mut 0u32), Err(libc::ENOTTY));
}
