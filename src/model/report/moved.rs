//! Where series moved by themselves, and what the log said meanwhile.

use crate::model::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A series took another level.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Point {
    /// Host.
    pub host: String,
    /// Kernel name.
    pub metric: String,
    /// Human title.
    pub title: String,
    /// Which one; empty otherwise.
    pub of: String,
    /// Where the new level begins.
    pub time: Time,
    /// Seconds by which it may be elsewhere: a match within them counts.
    pub tolerance: f64,
    /// Level up to the neighbouring point before, in `unit`.
    pub before: f64,
    /// Level up to the neighbouring point after.
    pub after: f64,
    /// `/s`, or the unit of a gauge.
    pub unit: String,
    /// p-value of the test that kept it.
    pub p: f64,
    /// Letters of changes within the tolerance.
    pub changes: Vec<String>,
    /// What else lies within it: reboot, restart, a burst in the log.
    pub beside: Vec<String>,
    /// The chance that as many points as this series has would lie so close to a change by luck; `None` without a match.
    pub chance: Option<f64>,
    /// The point in one sentence.
    pub sentence: String,
}

/// A burst of log events.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Burst {
    /// Host.
    pub host: String,
    /// Id in the event catalogue.
    pub kind: String,
    /// First line.
    pub from: Time,
    /// Last line.
    pub to: Time,
    /// Occurrences.
    pub count: u64,
    /// The burst in one sentence, with what the series did meanwhile.
    pub sentence: String,
}

/// What `changepoints` found in a series of its own.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Found {
    /// Level of the test.
    pub alpha: f64,
    /// Rows with a value.
    pub values: usize,
    /// Rows put together into one value before the search; 1 for all but very long series.
    pub step: usize,
    /// The points, ascending.
    pub points: Vec<Step>,
}

/// One change point of such a series.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Step {
    /// Index of the first row of the new level, the header not counted, from 0.
    pub index: usize,
    /// Its time as written; empty where the series has one column.
    pub time: String,
    /// Mean up to the neighbouring point before.
    pub before: f64,
    /// Mean up to the neighbouring point after.
    pub after: f64,
    /// p-value of its test.
    pub p: f64,
}
