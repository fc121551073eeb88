//! Charts as values: which lanes, which series, which marks. A renderer maps times to pixels and
//! nothing else; it never computes a number that is shown.

use super::Window;
use crate::model::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Stacked lanes on one axis, for one host.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Figure {
    /// Host.
    pub host: String,
    /// The axis; equal in all figures of a report.
    pub window: Window,
    /// Top to bottom. The lane of tuning changes is drawn from `Report::changes` of this host.
    pub lanes: Vec<Lane>,
    /// Counters restarted here (reboot, or a namespace made anew).
    pub restarts: Vec<Restart>,
    /// What was sampled when: explains every bracket and gap.
    pub evidence: Vec<EvidenceRow>,
    /// Titles of lanes that moved but were left out for want of room.
    pub folded: Vec<String>,
}

/// Counters began again.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Restart {
    /// When the first sample after it was taken.
    pub time: Time,
    /// `counters restarted` or `reboot`.
    pub words: String,
}

/// One lane.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Lane {
    /// Human title: `Accept-queue overflows`.
    pub title: String,
    /// Kernel name or listener, in mono below the title.
    pub name: String,
    /// Letters of the changes that govern it.
    pub letters: Vec<String>,
    /// What kind of marks.
    pub form: Form,
    /// Whether high is bad.
    pub tone: Tone,
    /// Unit behind the top tick: `/s`, `%`, `B`, or empty.
    pub unit: String,
    /// Curves, first one on top. Empty for [`Form::Events`].
    pub curves: Vec<Curve>,
    /// Bars of [`Form::Events`].
    pub bars: Vec<Bar>,
    /// Words in the strip above the plot; each stays inside its span.
    pub notes: Vec<Note>,
    /// Means of compared windows, drawn as thick lines. In the unit of the lane.
    pub means: Vec<Level>,
    /// Stretches without evidence: unknown, not zero.
    pub unknown: Vec<Span>,
    /// Stretches in which sampling paused.
    pub gaps: Vec<Span>,
    /// Change points of its series, found without a look at the changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Shift>,
    /// Limits, each as long as something says so. Of [`Form::Fill`] all lie at the top, for it is drawn as a share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
    /// Paths of the files that it is drawn from, at most [`FILES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Of more files the number.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_files: u64,
    /// Ids of the findings that it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

/// Most paths of one lane.
pub const FILES: usize = 3;

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A series took another level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    /// Where the new level begins.
    pub time: Time,
    /// It may be as early as this.
    pub from: Time,
    /// And as late as this.
    pub to: Time,
}

/// A limit and how long it is known to have held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Limit {
    /// First time that it was read.
    pub from: Time,
    /// Last time.
    pub to: Time,
    /// In the unit of what it limits.
    pub value: f64,
}

/// What marks a lane has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Log events: bars per bucket, printed and suppressed.
    Events,
    /// Rates: stairs, for a rate belongs to an interval.
    Rate,
    /// Share of a limit, 0 to 1: needles, with the limit at the top.
    Fill,
    /// Instants: dots or needles in the series' own unit.
    Gauge,
}

/// How a lane is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// High is bad.
    Harm,
    /// Neutral.
    Measure,
    /// Traffic.
    Load,
}

/// One series in a lane.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Curve {
    /// Index into `Report::series`.
    pub series: usize,
    /// Word in the key when a lane has several; empty otherwise.
    pub label: String,
    /// Colour.
    pub tone: Tone,
}

/// Log events of one bucket.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Bar {
    /// Start.
    pub from: Time,
    /// End.
    pub to: Time,
    /// Lines printed.
    pub printed: u64,
    /// Occurrences that a logger said it left out, added back.
    pub added_back: u64,
}

/// Words in the strip above a lane, from long to short: the first that fits is drawn.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Note {
    /// Where it may stand.
    pub from: Time,
    /// Where it must end.
    pub to: Time,
    /// Longest first.
    pub words: Vec<String>,
    /// Bold when it belongs to a compared window.
    pub strong: bool,
}

/// A mean over a window.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Level {
    /// Start.
    pub from: Time,
    /// End.
    pub to: Time,
    /// Value in the unit of the lane.
    pub value: f64,
}

/// A stretch with a reason.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Span {
    /// Start.
    pub from: Time,
    /// End.
    pub to: Time,
    /// Short reason: `log is silent: unknown, not zero`.
    pub words: String,
}

/// One source's samples under the lanes.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Format: `netstat -s`.
    pub source: String,
    /// `300 samples`, `30 dumps`, `165 lines`.
    pub count: String,
    /// Stretches sampled so densely that single samples cannot be told apart, or single instants
    /// (`from == to`). At most a few hundred.
    pub spans: Vec<Window>,
}

/// A series, thinned for drawing. Columns of equal length; bucket `i` spans `start[i] .. end[i]`.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Series {
    /// Host.
    pub host: String,
    /// Network namespace; empty for the root one.
    pub netns: String,
    /// Kernel name.
    pub metric: String,
    /// Which one; empty otherwise.
    pub of: String,
    /// `counter` (drawn as a rate) or `gauge`.
    pub kind: String,
    /// Unit of the columns: `segments/s`, `connections`.
    pub unit: String,
    /// Which clock dated it, in words.
    pub clock: String,
    /// Samples before thinning.
    pub samples: u64,
    /// What the offsets below count from.
    pub origin: Time,
    /// Seconds after `origin` at which a bucket begins; equal to `end` for a gauge's single sample.
    pub start: Vec<f64>,
    /// Seconds after `origin` at which it ends. `end[i] < start[i + 1]` is a gap: nothing is drawn across.
    pub end: Vec<f64>,
    /// Lowest value in the bucket.
    pub min: Vec<f64>,
    /// Highest value in the bucket.
    pub max: Vec<f64>,
    /// Time-weighted mean of the bucket.
    pub mean: Vec<f64>,
}
