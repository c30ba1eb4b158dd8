//! What a run has found, as tables, JSON and charts.

pub mod chart;
mod charts;
mod table;

pub use charts::charts;
pub use table::{cases_table, soak_table, throughput_table};

use crate::compare::Case;
use crate::machine::Machine;
use crate::soak::Soak;
use crate::throughput::Throughput;
use serde::Serialize;

/// All of it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where it was made.
    pub machine: Machine,
    /// The comparisons.
    pub cases: Vec<Case>,
    /// One worker and two.
    pub throughput: Option<[Throughput; 2]>,
    /// The steady pace.
    pub soak: Option<Soak>,
}
