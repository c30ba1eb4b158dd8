//! Rendering: what a split template writes, what an update costs.

mod first_paint;
mod patch_sizes;
mod walks;
