//! How a push gets to the servers, and what is learnt of it.

use crate::counted;
use crate::failure::Failure;
use std::fmt;

/// Sends one push to one view, as often as it is asked to.
pub trait Transport {
    /// How many are worth sending before progress is told.
    fn at_once(&self) -> usize;

    /// Sends it so many times, in order. What follows one that shows that going on is of no use has
    /// no result.
    fn send(&self, times: usize) -> Vec<Result<(), Failure>>;

    /// Sends it once, and asks the servers who took it.
    ///
    /// # Errors
    /// It was not taken, may not have been, or a server refused it.
    fn send_and_confirm(&self) -> Result<Reach, Failure>;
}

/// Who took a push.
#[derive(Debug, PartialEq, Eq)]
pub enum Reach {
    /// So many views on so many servers.
    By { views: usize, servers: usize },
    /// Not all servers have answered.
    Partly { views: usize, answered: usize, asked: usize },
    /// Nobody; and what may be the reason.
    Nobody { warning: Option<String> },
    /// It was taken, and why no more is known.
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
