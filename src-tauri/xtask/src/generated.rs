//! What the UI is built with and nobody writes by hand.

use crate::{licences, place::Place, types};
use anyhow::Result;

/// Writes it all, as far as it is not there yet.
pub(crate) fn write(place: &Place) -> Result<()> {
    types::write(place)?;
    // The library that the types' build fetched brings its licence.
    licences::write(place)
}
