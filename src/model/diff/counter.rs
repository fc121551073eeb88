//! Counters of two sides.

use crate::model::report::Exhibit;
use crate::model::report::effect::Share;
use serde::{Deserialize, Serialize};

/// Absent, zero and unreadable are three things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Above zero.
    Measured,
    /// Zero.
    Zero,
    /// Not in the dumps.
    Absent,
    /// In the dumps, on a line that could not be read.
    Unreadable,
    /// It fell, so that it began again somewhere in between: how much it counted is not known.
    Restarted,
}

/// Over what a rate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The side's own samples, from the first to the last.
    Window,
    /// All the time since boot: hides bursts.
    SinceBoot,
    /// From `a` to `b`.
    Between,
    /// A total, with no time to go with it.
    Total,
}

/// A counter on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Counter {
    /// Kernel name.
    pub metric: String,
    /// Device it is of; empty for the host as a whole and for the sum of its CPUs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// Human title; the name where there is none.
    pub title: String,
    /// What it counts, in a sentence; of harmful ones that differ.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// Whether more is worse.
    pub harm: bool,
    /// Whether it is what others are drawn from: segments, packets, bytes.
    pub load: bool,
    /// Settings that act on it, the most direct first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub governed_by: Vec<String>,
    /// Of these, those that differ between the sides. No cause is claimed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differing: Vec<String>,
    /// Whether the sides differ.
    pub class: Class,
    /// First side: in [`Kind::Between`](super::Kind::Between) what it was until `a`.
    pub a: Measure,
    /// Second side: in [`Kind::Between`](super::Kind::Between) what it was from `a` to `b`.
    pub b: Measure,
    /// b.rate / a.rate; `None` where a side is zero or unknown, or where the two are of different kinds.
    pub ratio: Option<f64>,
    /// The same of the shares of traffic.
    pub share_ratio: Option<f64>,
    /// The two are rates of different kinds, which do not compare.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mixed: bool,
    /// How many times as variable as Poisson the counts may be before the difference is within chance; below 1 it is so
    /// already. `None` where there is nothing to compare.
    pub tolerates: Option<f64>,
}

/// Whether two measures differ.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// By more than a quarter and by more than chance.
    Differs,
    /// Only one side counted, or the two do not compare.
    Unclear,
    /// By less.
    Alike,
}

/// What one side says of a counter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Measure {
    /// Whether there is anything.
    pub state: State,
    /// Over what.
    pub basis: Basis,
    /// Events.
    pub count: Option<f64>,
    /// In so many seconds.
    pub seconds: Option<f64>,
    /// `count / seconds`.
    pub rate: Option<f64>,
    /// Where nothing was counted: the rate that could have been missed at 95 %, 3 / seconds.
    pub at_most: Option<f64>,
    /// Share of the traffic that the catalogue sets beside it.
    pub share: Option<Share>,
    /// The counter as it stood last.
    pub total: Option<u64>,
    /// Where that was read, or why it was not.
    pub exhibit: Option<Exhibit>,
    /// What qualifies it; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}
