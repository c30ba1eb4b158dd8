//! What a sender gets back.

/// A push was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Receipt {
    /// How many connected views it was handed to. 0 when nobody is looking.
    pub views: usize,
}
