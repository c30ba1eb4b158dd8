//! What a sender gets back.

/// A push was accepted.
///
/// ```no_run
/// use djust::push::{Push, push_to_view};
///
/// let receipt = push_to_view("ops.views.Load", Push::state("load", 0.5))?;
/// if receipt.views == 0 {
///     println!("nobody is looking");
/// }
/// # Ok::<(), djust::push::PushError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Receipt {
    /// How many connected views it was handed to. 0 when nobody is looking.
    pub views: usize,
}
