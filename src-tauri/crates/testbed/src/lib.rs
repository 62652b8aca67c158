//! Real servers and devices for tests
