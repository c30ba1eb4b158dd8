//! A djust example.
fn main() {}
