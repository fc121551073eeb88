//! Settings over time to changes with their evidence; change by metric to what was measured on both sides.
//!
//! The windows of a change are fixed by the catalogue and by its neighbours ([`windows`]), the metric that answers for it
//! by the catalogue's order; then [`ladder`] judges numbers, [`verdicts`] words them. Change points ([`moves`]) are found
//! without a look at the changes and are held against them afterwards.

mod at_collection;
mod beside;
pub mod book;
mod caveats;
pub mod changes;
pub mod drift;
pub mod edited;
pub mod effects;
mod family;
mod flags;
mod judge;
pub mod ladder;
mod listened;
mod logged;
mod means;
pub mod moves;
mod patterns;
pub mod persisted;
mod precedence;
mod sentence;
pub mod sides;
pub mod since_boot;
mod verdicts;
pub mod windows;

pub use changes::changes;
pub use effects::effects;
pub use moves::moves;
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
