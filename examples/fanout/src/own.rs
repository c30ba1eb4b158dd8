//! The query that gives a viewer a state of its own: `?own=7`.

use serde::Deserialize;

/// Viewers with equal numbers have equal state; without the parameter the number is 0.
#[derive(Deserialize)]
pub struct Own {
    #[serde(default)]
    pub own: u32,
}
