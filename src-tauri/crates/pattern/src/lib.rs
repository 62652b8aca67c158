//! The moving test picture and its machine-readable stamp
