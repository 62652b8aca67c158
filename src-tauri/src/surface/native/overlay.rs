//! The drawing area under the web view; everything here is the main thread's.

use super::slot::{Slot, Update};
use crate::surface::DeviceTile;
use gtk::prelude::*;
use gtk::{cairo, gdk, glib};
use pizoo_media::picture::Placement;
use std::cell::RefCell;
use std::sync::Arc;
use tracing::error;
use webkit2gtk::{WebView, WebViewExt};

/// The page's own colour around pictures. It is under all of the page from the first picture on, so that neither a tile
/// without its picture, nor a seam in the page's frame, nor the page that is painted a moment after the last picture went
/// lets the window through, which is white.
const GROUND: (f64, f64, f64) = (0x17 as f64 / 255.0, 0x12 as f64 / 255.0, 0x17 as f64 / 255.0);

/// The web view is not where it was expected, so nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("the web view is not in a box")]
pub(super) struct NoBox;

/// Puts a drawing area under the web view, which becomes transparent. `slots` hold the pictures, bottom first.
pub(super) fn build(view: &WebView, slots: [Arc<Slot>; 2]) -> Result<(), NoBox> {
    let place = view.parent().and_then(|parent| parent.downcast::<gtk::Box>().ok()).ok_or(NoBox)?;
    let (overlay, area) = (gtk::Overlay::new(), gtk::DrawingArea::new());
    place.remove(view);
    overlay.add(&area);
    overlay.add_overlay(view);
    place.pack_start(&overlay, true, true, 0);
    overlay.show_all();
    view.set_background_color(&gdk::RGBA::new(0.0, 0.0, 0.0, 0.0));
    view.grab_focus();
    slots.iter().for_each(|slot| slot.bind(&area));
    let layers = slots.map(|slot| Layer { slot, shown: None });
    let screen = RefCell::new(Screen { layers, has_ground: false });
    area.connect_draw(move |area, context| {
        if let Err(failure) = screen.borrow_mut().draw(context, area.scale_factor()) {
            error!("Pictures could not be drawn: {failure}");
        }
        glib::Propagation::Stop
    });
    Ok(())
}

/// What is under the page.
struct Screen {
    layers: [Layer; 2],
    has_ground: bool,
}

impl Screen {
    /// `scale` is device pixels a pixel of GTK's.
    fn draw(&mut self, context: &cairo::Context, scale: i32) -> Result<(), cairo::Error> {
        for layer in &mut self.layers {
            layer.update()?;
        }
        self.has_ground |= self.layers.iter().any(|layer| layer.shown.is_some());
        if self.has_ground {
            context.set_source_rgb(GROUND.0, GROUND.1, GROUND.2);
            context.paint()?;
        }
        for shown in self.layers.iter().filter_map(|layer| layer.shown.as_ref()) {
            shown.draw(context, f64::from(scale.max(1)))?;
        }
        Ok(())
    }
}

/// One picture on the screen.
struct Layer {
    slot: Arc<Slot>,
    shown: Option<Shown>,
}

struct Shown {
    tile: DeviceTile,
    picture: Option<(Placement, cairo::ImageSurface)>,
}

impl Layer {
    fn update(&mut self) -> Result<(), cairo::Error> {
        match self.slot.take() {
            None => {}
            Some(Update::Hide) => self.shown = None,
            Some(Update::Show { tile, painted }) => {
                // The old surface goes first: its buffer is needed again.
                self.shown = None;
                let picture = match painted {
                    Some((placement, pixels)) => Some((placement, surface(placement, pixels)?)),
                    None => None,
                };
                self.shown = Some(Shown { tile, picture });
            }
        }
        Ok(())
    }
}

impl Shown {
    /// All numbers are device pixels; GTK's, which the context is in, are `scale` times as large.
    fn draw(&self, context: &cairo::Context, scale: f64) -> Result<(), cairo::Error> {
        let (x, y) = (f64::from(self.tile.x), f64::from(self.tile.y));
        let (width, height) = (f64::from(self.tile.width), f64::from(self.tile.height));
        context.save()?;
        context.scale(1.0 / scale, 1.0 / scale);
        // A tile above another one hides it even while it is empty. WebKitGTK leaves the first pixel of the page right of
        // and below a rounded hole unpainted; the tile's frame has the same colour.
        context.set_source_rgb(GROUND.0, GROUND.1, GROUND.2);
        context.rectangle(x, y, width + scale, height);
        context.rectangle(x, y, width, height + scale);
        context.fill()?;
        context.rectangle(x, y, width, height);
        context.clip();
        if let Some((placement, surface)) = &self.picture {
            context.set_source_surface(surface, x + f64::from(placement.x), y + f64::from(placement.y))?;
            context.source().set_filter(cairo::Filter::Fast);
            context.paint()?;
        }
        context.restore()
    }
}

/// The pixels as something cairo can paint; they go back to their pool with it.
fn surface(placement: Placement, pixels: super::pixels::Pixels) -> Result<cairo::ImageSurface, cairo::Error> {
    let side = |length: u32| i32::try_from(length).map_err(|_| cairo::Error::InvalidSize);
    let (width, height) = (side(placement.width)?, side(placement.height)?);
    let stride = side(placement.width * 4)?;
    // Cairo's binding would end the program.
    if pixels.bytes.len() < placement.width as usize * 4 * placement.height as usize {
        return Err(cairo::Error::InvalidSize);
    }
    cairo::ImageSurface::create_for_data(pixels, cairo::Format::Rgb24, width, height, stride)
}

#[cfg(test)]
mod tests;
