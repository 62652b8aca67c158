//! Looking at an X server's root window.

use anyhow::{Context, Result, ensure};
use pizoo_pattern::{Scene, Stamp, read_bars};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt, ImageFormat, MapState, Window};
use x11rb::rust_connection::RustConnection;

/// A rectangle on the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// What was on the screen: four bytes a pixel, blue, green, red and one unused, without padding.
#[derive(Clone, Debug)]
pub struct Pixels {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    bytes: Vec<u8>,
}

impl Pixels {
    /// Red, green and blue of a pixel.
    pub fn rgb(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 4;
        [self.bytes[at + 2], self.bytes[at + 1], self.bytes[at]]
    }

    /// The stamp whose bars take the whole width of the pixels, if one of the rows has it.
    pub fn stamp(&self, mirrored: bool) -> Option<Stamp> {
        let row = |y: usize| {
            read_bars(|across| {
                let across = if mirrored { 1.0 - across } else { across };
                self.rgb(((across * self.width as f64) as usize).min(self.width - 1), y)[1]
            })
        };
        (0..self.height).find_map(row)
    }

    /// Which scene fills the pixels, by their colour.
    pub fn scene(&self) -> Option<Scene> {
        let pixels = self.bytes.chunks_exact(4).map(|pixel| [pixel[2], pixel[1], pixel[0]].map(i32::from));
        let chroma = pixels.map(|[r, g, b]| {
            let (u, v) = (128 + (-38 * r - 74 * g + 112 * b) / 256, 128 + (112 * r - 94 * g - 18 * b) / 256);
            (u as u8, v as u8)
        });
        let (u, v): (Vec<u8>, Vec<u8>) = chroma.unzip();
        Scene::recognise(&u, &v)
    }

    /// Writes a PNG file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let file = File::create(path).with_context(|| format!("{}", path.display()))?;
        let mut encoder = png::Encoder::new(BufWriter::new(file), self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let rgb: Vec<u8> = self.bytes.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        Ok(encoder.write_header()?.write_image_data(&rgb)?)
    }
}

/// A connection to an X server.
#[derive(Debug)]
pub struct Screen {
    connection: RustConnection,
    root: Window,
    width: u32,
    height: u32,
}

impl Screen {
    /// Connects to a display by its name.
    ///
    /// # Errors
    /// It does not answer.
    pub fn connect(display: &str) -> Result<Self> {
        let (connection, number) = x11rb::connect(Some(display)).context("the X server does not answer")?;
        let screen = &connection.setup().roots[number];
        let (root, width, height) = (screen.root, screen.width_in_pixels.into(), screen.height_in_pixels.into());
        Ok(Self { connection, root, width, height })
    }

    /// The whole screen.
    pub fn rectangle(&self) -> Rectangle {
        Rectangle { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// Where the largest window is: the app's, on a screen that it has for itself.
    ///
    /// # Errors
    /// The server fails, or there is no window.
    pub fn window(&self) -> Result<Rectangle> {
        Ok(self.largest()?.1)
    }

    /// Makes that window as large, at the top left corner, as a person would with the mouse.
    ///
    /// # Errors
    /// The server fails, or there is no window.
    pub fn resize_window(&self, width: u32, height: u32) -> Result<()> {
        let place = ConfigureWindowAux::new().x(0).y(0).width(width).height(height);
        self.connection.configure_window(self.largest()?.0, &place)?.check()?;
        Ok(())
    }

    fn largest(&self) -> Result<(Window, Rectangle)> {
        let mut largest: Option<(Window, Rectangle)> = None;
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            // A window may vanish between the calls.
            let Ok(attributes) = self.connection.get_window_attributes(window)?.reply() else { continue };
            let Ok(place) = self.connection.get_geometry(window)?.reply() else { continue };
            let (x, y) = (i32::from(place.x).max(0) as u32, i32::from(place.y).max(0) as u32);
            let found = Rectangle { x, y, width: place.width.into(), height: place.height.into() };
            let area = |rectangle: &Rectangle| rectangle.width * rectangle.height;
            let larger = largest.is_none_or(|(_, largest)| area(&found) > area(&largest));
            if attributes.map_state == MapState::VIEWABLE && larger {
                largest = Some((window, found));
            }
        }
        largest.context("there is no window on the screen")
    }

    /// What is to be seen in a part of the screen.
    ///
    /// # Errors
    /// The part is not on the screen, or the server fails.
    pub fn look(&self, part: Rectangle) -> Result<Pixels> {
        let inside = part.x + part.width <= self.width && part.y + part.height <= self.height;
        ensure!(inside && part.width > 0 && part.height > 0, "{part:?} is not on the screen");
        let (x, y, width, height) = (part.x as i16, part.y as i16, part.width as u16, part.height as u16);
        let image = self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, !0)?.reply()?;
        let (width, height) = (part.width as usize, part.height as usize);
        ensure!(image.data.len() == width * height * 4, "the screen does not have 32 bits a pixel");
        Ok(Pixels { width, height, bytes: image.data })
    }
}
