//! Questions to the nodes that show a view: how many views took a push, how many are watching.
//!
//! A question takes the way of a push, so a node comes to it after the pushes before it. The
//! answers go to a list that has the question's name. Which nodes have to be asked is found out
//! first ([`Members`](super::cluster::Members)). A number is given only where each of those has
//! answered; otherwise the error says who may be missing.
//!
//! [`Querier`] asks, and [`Responder`] answers in each node.

mod answer;
mod asking;
mod querier;
mod responder;

pub(crate) use querier::Querier;
pub(crate) use responder::Responder;
