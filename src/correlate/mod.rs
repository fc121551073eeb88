//! Settings over time to changes with their evidence; change by metric to what was measured on both sides.
//!
//! No verdicts here yet: both sides, their exposure and the traffic are stated, and nothing is concluded.

mod at_collection;
pub mod changes;
pub mod drift;
pub mod edited;
pub mod effects;
mod listened;
pub mod persisted;
mod precedence;
pub mod sides;
pub mod since_boot;

pub use changes::changes;
pub use effects::effects;
pub use since_boot::since_boot;

use crate::model::fact::SeriesId;
use crate::model::report::effect::{Change, Effect};

/// A change and the host (by index in the timeline) that it happened on.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Index in `Timeline::hosts`.
    pub host: usize,
    /// The change.
    pub change: Change,
}

/// An effect, and the series that it was measured on (none for log events).
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Index in `Timeline::hosts`.
    pub host: usize,
    /// The series; counters by metric alone.
    pub series: Option<SeriesId>,
    /// The effect; its `series` index is still empty.
    pub effect: Effect,
}
