//! Real servers and real devices for tests, and the demo that is made of them.
//!
//! It starts what a call needs (LiveKit server, backend, sound server, keychain, screen, camera), each private to one
//! test, drives the real app by its user interface, and looks and listens at the places where a person would: on the
//! screen and at the loudspeaker. Nothing here is faked but the camera (`pizoo-vcam`) and the sound card, which is
//! PulseAudio without hardware. It is no part of the product: only tests and the binary `pizoo-demo` use it.
//!
//! Every child process is tied to this one and ended by its process id; [`children::end_all`] proves that none is left.

pub mod app;
pub mod backend;
pub mod bench;
pub mod camera;
pub mod children;
pub mod cluster;
pub mod deadline;
pub mod demo;
pub mod desk;
pub mod display;
pub mod keychain;
pub mod network;
pub mod people;
pub mod rerun;
pub mod sfu;
pub mod sound;
