//! Changes and what was measured on both sides of them.

use super::Window;
use super::figure::Level;
use super::verdict::{Certainty, Estimate, Flag, Verdict};
use crate::model::time::Time;
use crate::model::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A setting took a new value.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Change {
    /// Letter on flag, lane, row and card: `A` … `Z`, then `A2` ….
    pub id: String,
    /// Host.
    pub host: String,
    /// Dotted key.
    pub key: String,
    /// Value before; `None` when only the act was seen.
    pub from: Option<String>,
    /// Value after.
    pub to: String,
    /// Old value last seen, or the instant of the act.
    pub lo: Option<Time>,
    /// New value first seen, or the instant of the act (equal to `lo`).
    pub hi: Option<Time>,
    /// A boot between `lo` and `hi`: nobody need have turned anything.
    pub boot: Option<Time>,
    /// How it is known, best first.
    pub evidence: Vec<Evidence>,
    /// When such a setting takes effect, in words; empty when not known.
    pub bites: String,
    /// Sentences that weaken a comparison (`2 settings changed in the same bracket`).
    pub caveats: Vec<String>,
    /// What would settle it, when nothing could be compared.
    pub settle: Vec<String>,
    /// Letters of all changes of the same moment, this one included; empty when it is alone. What moved belongs to all of
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<String>,
    /// When the value came into force, where that is another time than `hi`: a listener called `listen()` again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<Time>,
    /// The verdict of the metric that answers for it.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// How sure that is.
    #[serde(default)]
    pub certainty: Option<Certainty>,
    /// The verdict in one sentence that can be quoted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sentence: String,
}

impl Change {
    /// True when an act was seen, so that the time is an instant and not a bracket.
    #[must_use]
    pub fn is_instant(&self) -> bool {
        self.lo.is_some() && self.lo == self.hi
    }
}

/// One way in which a change is known.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Evidence {
    /// How well it is known, best first: `action` (seen in the act), `file` (what the file said that was loaded),
    /// `dump` (two dumps differ), `edited` (a file with the new value was last edited in between), `placed` (it was put in place or
    /// got other rights in between), `inferred` (something that may have done it was done in between).
    pub kind: String,
    /// By which way an act was done (`sudo`, `audit`, `ansible`, …); empty for dumps.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub way: String,
    /// Who did it, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When.
    pub time: Option<Time>,
    /// Path.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The line as read. Hostile.
    pub text: String,
}

/// A change set beside one metric that its setting governs.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Effect {
    /// Letter of the change.
    pub change: String,
    /// Kernel name, or `event:<id>` for log events.
    pub metric: String,
    /// Human title.
    pub title: String,
    /// Which listener or port; empty otherwise.
    pub of: String,
    /// The metric that answers for this change; chosen by the catalogue's order, not by the numbers.
    pub primary: bool,
    /// What part it plays.
    pub role: Role,
    /// Whether more is worse.
    pub harm: bool,
    /// Unit of `rate` (`/s`) or of a gauge's `mean`.
    pub unit: String,
    /// Before.
    pub before: Side,
    /// After.
    pub after: Side,
    /// after.rate / before.rate (or means of a gauge); `None` when a side is zero or unknown.
    pub ratio: Option<f64>,
    /// Index into `Report::series`; `None` for log events.
    pub series: Option<usize>,
    /// What is concluded; `None` for load and for what is neither better nor worse.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// How sure that is; `None` where nothing is claimed.
    #[serde(default)]
    pub certainty: Option<Certainty>,
    /// How large; `None` where nothing could be estimated.
    #[serde(default)]
    pub estimate: Option<Estimate>,
    /// Why there is no estimate; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What weakens or supports it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// All of this in one sentence that can be quoted; empty for load.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sentence: String,
}

impl Effect {
    /// What the estimated ratio is of, where it is not simply that of the two rates beside it: a reader who divides them
    /// gets another number, and must be told why. Empty, or words with a blank before them.
    #[must_use]
    pub fn ratio_of(&self) -> &'static str {
        let Some(estimate) = &self.estimate else { return "" };
        let Some(ratio) = estimate.ratio.filter(|_| estimate.turn.is_empty()) else { return "" };
        let said = |other: f64| words::ratio(other) == words::ratio(ratio);
        if estimate.what == "bursts" {
            " bursts"
        } else if !said(estimate.after / estimate.before) {
            " at equal load"
        } else if estimate.tier == "days" && !self.ratio.is_none_or(said) {
            " of earlier days"
        } else {
            ""
        }
    }
}

/// Why an effect is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// What the setting governs.
    Governed,
    /// What the setting is paid with.
    Partner,
    /// The traffic that offers the work: whether the load moved too.
    Load,
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Side {
    /// Whether it was measured at all.
    pub state: SideState,
    /// What was compared.
    pub window: Option<Window>,
    /// Seconds of evidence in it: gaps and resets left out.
    pub seconds: f64,
    /// Events in these seconds; for a gauge `None`.
    pub count: Option<f64>,
    /// `count / seconds`, or the level of a gauge: the mean of block medians where it was compared, else the plain mean.
    pub rate: Option<f64>,
    /// Highest single value of a gauge, or highest rate between two samples.
    pub peak: Option<f64>,
    /// Share of traffic.
    pub share: Option<Share>,
    /// Number of samples (gauge) or intervals (counter) or log lines (event).
    pub samples: u64,
    /// Where nothing happened: the rate that could have been missed at 95 %, 3 / seconds.
    pub at_most: Option<f64>,
    /// `count` can only be too low.
    pub lower_bound: bool,
    /// Why it is not measured, or what qualifies it; empty otherwise.
    pub note: String,
    /// Means of the blocks that were compared (medians of a gauge's), in the unit of `rate`; empty where nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Level>,
    /// 95 % interval of `rate`, as the spread of the blocks has it; `None` where they remember too much to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<[f64; 2]>,
}

/// Absent, zero and unreadable are three things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SideState {
    /// Measured, and above zero.
    Measured,
    /// Measured, and nothing happened.
    None,
    /// No evidence: unknown, not zero.
    Unknown,
}

/// A count as a share of the traffic that it is drawn from.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Share {
    /// Events per million of `of`.
    pub per_million: f64,
    /// Metric that counts the traffic: `Tcp.InSegs`.
    pub of: String,
    /// The same in words: `TCP segments received`.
    pub title: String,
    /// How much traffic.
    pub count: f64,
}
