//! What `mount` and handlers are given.

/// What `mount` is given.
pub struct MountContext {}
/// What handlers are given.
pub struct ViewContext {}
