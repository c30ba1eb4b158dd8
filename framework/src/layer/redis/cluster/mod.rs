//! The server processes of a site ("nodes"): which exist, what they show, and the leases that allow
//! them to apply pushes.
//!
//! [`Lease`] holds what this process knows about its own lease; [`Renewals`] renews it,
//! [`LeaseKeeper`] does so regularly, and [`StaleTeller`] tells the pages when it has expired.
//! [`Members`] says which nodes must be asked about a view, and [`Schemas`] what they accept.

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
