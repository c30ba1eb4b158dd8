//! How a push gets to the servers, and what is learnt about it.

use crate::counted;
use crate::failure::Failure;
use std::fmt;

/// Sends one push to one view, as often as asked.
pub trait Transport {
    /// How many pushes to send before progress is shown.
    fn at_once(&self) -> usize;

    /// Sends the push this many times, in order. If a failure shows that going on is useless, the
    /// remaining ones have no result.
    fn send(&self, times: usize) -> Vec<Result<(), Failure>>;

    /// Sends the push once, and asks the servers which views took it.
    ///
    /// # Errors
    /// Returns a failure if the push was not accepted, may not have been, or was refused by a
    /// server.
    fn send_and_confirm(&self) -> Result<Reach, Failure>;
}

/// Which views took a push.
#[derive(Debug, PartialEq, Eq)]
pub enum Reach {
    /// This many views on this many servers.
    By { views: usize, servers: usize },
    /// Some servers have not answered.
    Partly { views: usize, answered: usize, asked: usize },
    /// No view, and the possible reason.
    Nobody { warning: Option<String> },
    /// The push was accepted, and why no more is known.
    Unknown { reason: String },
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reach::By { views, servers } => {
                write!(f, "{} on {}", counted(*views, "view"), counted(*servers, "server"))
            }
            Reach::Partly { views, answered, asked } => {
                let views = counted(*views, "view");
                write!(f, "at least {views}: {answered} of {asked} servers have answered")
            }
            Reach::Nobody { .. } => f.write_str("nobody is watching"),
            Reach::Unknown { reason } => write!(f, "it is not known by how many views: {reason}"),
        }
    }
}
