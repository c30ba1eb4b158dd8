//! The server processes of a site ("nodes"): which there are, what they show, and the leases that
//! let them apply pushes.
//!
//! [`Lease`] is what this process knows of its own lease; [`Renewals`] renews it, [`LeaseKeeper`]
//! does so regularly, and [`StaleTeller`] tells the pages when it is over. [`Members`] says which
//! nodes have to be asked about a view, [`Schemas`] what they let be pushed.

mod keeper;
mod lease;
mod members;
mod nodes;
mod renewal;
mod roster;
mod schemas;
mod staleness;

pub(crate) use keeper::LeaseKeeper;
pub(crate) use lease::Lease;
pub(crate) use members::{Members, RETURN_TIMEOUT};
pub(crate) use nodes::groups_of;
pub use nodes::{GroupInfo, NodeInfo};
pub(crate) use renewal::{Renewals, Renewed};
pub(crate) use schemas::Schemas;
pub(crate) use staleness::StaleTeller;
