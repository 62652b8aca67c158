//! Doors for the fuzz targets in `src-tauri/fuzz`; not part of any other build.

use crate::clock::{Clock as _, SystemClock};
use crate::input;
use crate::session::Keys;
use std::sync::LazyLock;

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new("a key that no target knows: 8d1f02c94be7", None));

/// Whether a token opens anything for a key that its maker does not know.
pub fn token_opens(text: &str) -> bool {
    KEYS.accepts(text, SystemClock.now())
}

/// Cleans it in every way.
///
/// # Panics
/// Cleaning twice is not cleaning once.
pub fn clean(text: &str) {
    for way in [input::email, input::phone, input::message] {
        if let Some(once) = way(text) {
            assert_eq!(way(&once).as_ref(), Some(&once));
        }
    }
    for way in [input::name, input::lines, input::code] {
        let once = way(text);
        assert_eq!(way(&once), once);
    }
}
