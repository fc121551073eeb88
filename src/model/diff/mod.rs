//! [`Diff`]: two hosts, or one host at two times, side by side. `diff.json` is this value; page, summary and terminal are
//! rendered from it alone, so it holds no paths of the machine that made it and nothing in hash order.
//!
//! A side is `a` or `b`, in the order in which they were asked for, save where [`Relation::swapped`] says otherwise. What
//! a side does not have is `None` (or [`State::Absent`]), never a zero.

mod counter;

use super::report::{Exhibit, Severity, Window};
use super::time::Time;
pub use counter::{Basis, Class, Counter, Measure, State};
use serde::{Deserialize, Serialize};

/// Version of the shape of `diff.json`; raised when a field changes meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The whole comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Diff {
    /// [`SCHEMA`] of the writer.
    pub schema: u32,
    /// Name and version of the writer.
    pub tool: String,
    /// What differs, in one sentence without a full stop.
    pub title: String,
    /// What qualifies it, with full stops.
    pub lede: String,
    /// First side.
    pub a: Party,
    /// Second side.
    pub b: Party,
    /// What the two are to each other, and so how counters are compared.
    pub relation: Relation,
    /// Counters that at least one side has above zero, what matters most first.
    pub counters: Vec<Counter>,
    /// Counters that are zero on both sides.
    pub zero: u64,
    /// Gauges: what stood there, in no need of a rate.
    pub levels: Vec<Level>,
    /// Settings that differ in the running kernel or in files.
    pub settings: Vec<Setting>,
    /// How many settings there were.
    pub census: Census,
    /// Listening sockets.
    pub listeners: Vec<Listener>,
    /// Open files and the like of processes, and what files grant to logins.
    pub limits: Vec<Limit>,
    /// Kernel, distribution, interfaces and the like that both sides or one of them tell.
    pub facts: Vec<Fact>,
    /// Findings of each side's own report.
    pub findings: Vec<Finding>,
    /// What could not be compared, and why.
    pub gaps: Vec<Gap>,
}

/// One side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Party {
    /// What it is called throughout: the host's name, with the input's where both are of one name.
    pub label: String,
    /// Host.
    pub host: String,
    /// The end of the path that was given, as far as it tells the two apart.
    pub input: String,
    /// Folder that all its files lie in, with its `/`; empty when they lie in several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub root: String,
    /// When its counters were read last; `None` when undated.
    pub at: Option<Time>,
    /// Span of its evidence.
    pub window: Option<Window>,
    /// Seconds since boot at `at`, where that is known.
    pub uptime: Option<f64>,
    /// Whether its counters were read at several times, so that it has rates of its own.
    pub series: bool,
    /// Whether its dumps tell who listens.
    pub listeners: bool,
}

/// What two sides are to each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Relation {
    /// How counters are compared.
    pub kind: Kind,
    /// Whether both are of one machine.
    pub same_host: bool,
    /// Both inputs are the same bytes.
    pub same_bytes: bool,
    /// `b` was asked for first: it is the later one of one boot.
    pub swapped: bool,
    /// From `a` to `b`, of one boot, where both have a time or an uptime.
    pub seconds: Option<f64>,
    /// How that is known, in words.
    pub basis: String,
}

/// How counters are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One boot of one host: what was counted from `a` to `b`, beside the average until `a`.
    Between,
    /// Each side's own rate.
    Apart,
}

/// A gauge on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Level {
    /// Metric.
    pub metric: String,
    /// Which one; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// Human title.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// First side; `None` when not in its dumps.
    pub a: Option<Stood>,
    /// Second side.
    pub b: Option<Stood>,
}

/// Where a gauge stood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Stood {
    /// Last value.
    pub last: f64,
    /// Highest value.
    pub peak: f64,
    /// Samples.
    pub samples: u64,
    /// Where the last value was read.
    pub exhibit: Exhibit,
}

/// A setting, or one that several interfaces have with the same values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Setting {
    /// Dotted key; `*` stands for the interfaces in `interfaces`.
    pub key: String,
    /// Interfaces that have the same values; empty for other keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<String>,
    /// A few words on what it is; empty when nothing is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What kernel 6.18 starts with, in words; empty when that differs by machine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub default: String,
    /// Metrics that it acts on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub governs: Vec<String>,
    /// Of these, counters that differ between the sides. No cause is claimed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differing: Vec<String>,
    /// What is different.
    pub kind: SettingKind,
    /// First side.
    pub a: Values,
    /// Second side.
    pub b: Values,
}

/// What is different about a setting.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// The running values.
    Running,
    /// Running values agree, files do not.
    Files,
    /// Only the first side has the key.
    OnlyA,
    /// Only the second side has it.
    OnlyB,
}

/// A setting on one side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Values {
    /// Last value in the running kernel.
    pub running: Option<Value>,
    /// What files say, as far as the input has them.
    pub files: Option<Value>,
    /// Running kernel and files disagree.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drift: bool,
}

/// A value and where it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Value {
    /// Value. Hostile.
    pub value: String,
    /// Path.
    pub path: String,
    /// 1-based line.
    pub line: u32,
}

/// How many settings there were, by key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Census {
    /// Running values read on the first side.
    pub a: u64,
    /// On the second.
    pub b: u64,
    /// Keys of which both have the same value.
    pub equal: u64,
    /// Keys that the kernel moves by itself, or that name the host, set aside.
    pub aside: u64,
    /// Keys of interfaces that only the first side has.
    pub interfaces_a: u64,
    /// Of interfaces that only the second side has.
    pub interfaces_b: u64,
    /// Whether the first side has configuration files.
    pub files_a: bool,
    /// Whether the second has.
    pub files_b: bool,
}

/// A listening socket on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Listener {
    /// Address and port, or `:port` where the two hosts listen at addresses of their own.
    pub of: String,
    /// Whether limit, occupancy or presence differ.
    pub differs: bool,
    /// First side; `None` when nothing listens there.
    pub a: Option<Listening>,
    /// Second side.
    pub b: Option<Listening>,
}

/// A listening socket on one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Listening {
    /// Address and port.
    pub of: String,
    /// Process name where `ss -p` gave it.
    pub process: Option<String>,
    /// Accept-queue limit when read last; `None` where no tool printed it (netstat does not).
    pub limit: Option<u64>,
    /// Longest accept queue seen under that limit.
    pub peak: u64,
    /// Samples at or above that limit.
    pub at_limit: u64,
    /// Samples under that limit.
    pub samples: u64,
    /// `net.core.somaxconn`, to tell whose limit it is.
    pub somaxconn: Option<u64>,
    /// Where the peak was read.
    pub exhibit: Exhibit,
}

/// A limit on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Limit {
    /// `nginx nofile`, `limits.conf: nginx soft nofile`.
    pub name: String,
    /// Whether the two differ; of one alone nothing is known.
    pub differs: bool,
    /// First side.
    pub a: Option<Value>,
    /// Second side.
    pub b: Option<Value>,
}

/// Something that a side says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fact {
    /// `Kernel`.
    pub name: String,
    /// Whether the two differ, as far as both tell.
    pub differs: bool,
    /// First side; empty when it does not tell.
    pub a: String,
    /// Second side.
    pub b: String,
}

/// A finding of one side's report, or of both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Finding {
    /// Which rule found it.
    pub rule: String,
    /// Worst of both.
    pub severity: Severity,
    /// What the first side's report says; `None` when it does not have it.
    pub a: Option<Said>,
    /// What the second side's says.
    pub b: Option<Said>,
}

/// A finding on one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Said {
    /// One sentence without a full stop.
    pub title: String,
    /// The line that carries it.
    pub exhibit: Option<Exhibit>,
}

/// Something that could not be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Gap {
    /// `Counters only in A`.
    pub title: String,
    /// Why, and what it concerns.
    pub text: String,
    /// Names that it concerns, as many as are worth listing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}
