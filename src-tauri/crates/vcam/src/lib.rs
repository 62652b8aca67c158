//! A fake camera.
