//! The token backend
