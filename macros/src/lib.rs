//! The macros of [djust](https://docs.rs/djust): `#[live_view]` and `#[handlers]`.
