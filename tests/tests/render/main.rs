//! Rendering: what a split template writes, what an update costs.

mod contexts;
mod first_paint;
mod patch_sizes;
mod pushes;
mod walks;
