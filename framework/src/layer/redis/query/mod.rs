//! Questions to the nodes that show a view: how many views took a push, and how many are watching.
//!
//! A question travels like a push, so a node reaches it after the pushes before it. The answers go
//! to a list named after the question. The asking process first finds out which nodes to ask
//! ([`Members`](super::cluster::Members)). It returns a number only if each of them has answered;
//! otherwise the error says which may be missing.
//!
//! [`Querier`] asks, and [`Responder`] answers in each node.

mod answer;
mod asking;
mod querier;
mod responder;

pub(crate) use querier::Querier;
pub(crate) use responder::Responder;
