//! What the gallery's views share with the programs that push to them: for each view a contract,
//! with the types that a push carries.
//!
//! A sender depends on this package and on `djust` without its server: it compiles neither
//! actix-web nor a template. A view names its contract, `#[live_view(contract = Orders)]`, so the
//! compiler keeps both sides consistent.

mod alerts;
mod metrics;
mod orders;
mod progress;

pub use alerts::{Alerts, Level};
pub use metrics::Metrics;
pub use orders::{Order, Orders, Status, euros};
pub use progress::{Progress, State};
