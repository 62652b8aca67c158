//! A [`Device`] by nokhwa.

use std::time::Instant;

use nokhwa::utils::{CameraFormat, CameraIndex, RequestedFormat, RequestedFormatType};
use tracing::{debug, info};

use super::convert::Converter;
use super::device::{Device, ReadError};
use super::format::{USABLE, choose};
use super::{CameraChoice, CameraError, CameraInfo, platform};
use crate::picture::Frame;

/// Opens the chosen camera, or the first that works. Everything happens on the calling thread.
pub(super) fn open(choice: &CameraChoice) -> Result<Box<dyn Device>, CameraError> {
    platform::prepare()?;
    let cameras = platform::find()?;
    let chosen = cameras.into_iter().filter(|(info, _)| match choice {
        CameraChoice::Default => true,
        CameraChoice::Named(name) => &info.id == name || &info.name == name,
    });
    let mut error = CameraError::NoCamera;
    for (info, index) in chosen {
        match open_one(&info, index) {
            Ok(device) => return Ok(Box::new(device)),
            Err(e) => {
                info!(camera = info.name, id = info.id, "cannot open: {e}");
                if telling(&e) > telling(&error) {
                    error = e;
                }
            }
        }
    }
    Err(error)
}

/// Of several cameras that do not work, which error to show.
fn telling(error: &CameraError) -> u8 {
    match error {
        CameraError::NoCamera => 0,
        CameraError::Failed(_) => 1,
        CameraError::Denied => 2,
        CameraError::Busy => 3,
    }
}

fn open_one(info: &CameraInfo, index: CameraIndex) -> Result<Capture, CameraError> {
    let error = |e: nokhwa::NokhwaError| platform::classify(&e.to_string());
    // With any format first: nokhwa's other requests are unreliable (`Closest` wants an existing size, `Exact` does not
    // check), so the real list is read and chosen from.
    let any = RequestedFormat::with_formats(RequestedFormatType::None, &USABLE);
    let mut camera = nokhwa::Camera::new(index, any).map_err(error)?;
    let formats = camera.compatible_camera_formats().map_err(error)?;
    let format = choose(&formats).ok_or_else(|| CameraError::Failed("no usable picture format".to_owned()))?;
    let exact = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &USABLE);
    camera.set_camera_requset(exact).map_err(error)?;
    camera.open_stream().map_err(error)?;
    debug!(camera = info.name, format = %format, "camera stream open");
    Ok(Capture { name: info.name.clone(), camera, format, converter: Converter::default(), started: Instant::now() })
}

struct Capture {
    name: String,
    camera: nokhwa::Camera,
    format: CameraFormat,
    converter: Converter,
    started: Instant,
}

impl Device for Capture {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&mut self) -> Result<Frame, ReadError> {
        let buffer = self.camera.frame().map_err(|e| match platform::classify(&e.to_string()) {
            CameraError::NoCamera => ReadError::Gone,
            _ => ReadError::Failed(e.to_string()),
        })?;
        let size = buffer.resolution();
        let (width, height) =
            if size.width() == 0 { (self.format.width(), self.format.height()) } else { (size.width(), size.height()) };
        let taken = self.started.elapsed();
        let mut frame = self
            .converter
            .convert(buffer.source_frame_format(), width, height, buffer.buffer())
            .map_err(ReadError::Broken)?;
        frame.timestamp_us = i64::try_from(taken.as_micros()).unwrap_or(i64::MAX);
        Ok(frame)
    }
}
