//! [`Report`]: everything a reader is told, as one value. `report.json` is this value; every other
//! form (page, charts, summary, terminal) is rendered from it alone, so it holds no paths of the machine
//! that made it, no present time and nothing in hash order.

pub mod coverage;
pub mod effect;
pub mod figure;
pub mod moved;
pub mod verdict;

use super::time::Time;
use coverage::Coverage;
use effect::{Change, Effect};
use figure::{Figure, Series};
use moved::{Burst, Point};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the shape of `report.json`; raised when a field changes meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The whole report.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Report {
    /// Version of this shape.
    pub schema: u32,
    /// Name and version of the writer: `netmortem 0.1.0`.
    pub tool: String,
    /// The answer.
    pub headline: Headline,
    /// Span of all evidence that was put on the axis; `None` when nothing had a time.
    pub window: Option<Window>,
    /// Hosts, by name.
    pub hosts: Vec<Host>,
    /// Tuning changes, in time order; ids are letters in that order.
    pub changes: Vec<Change>,
    /// Change by metric: what was measured on both sides.
    pub effects: Vec<Effect>,
    /// Where series moved by themselves, found without a look at the changes; in time order.
    #[serde(default)]
    pub points: Vec<Point>,
    /// Log events beside what they belong to.
    #[serde(default)]
    pub bursts: Vec<Burst>,
    /// One figure a host.
    pub figures: Vec<Figure>,
    /// Log events, in time order, thinned per kind when there are thousands.
    pub events: Vec<Event>,
    /// By severity, worst first.
    pub findings: Vec<Finding>,
    /// Listening sockets seen by `ss`.
    pub listeners: Vec<Listener>,
    /// Settings that changed, drifted, or govern something shown.
    pub settings: Vec<Setting>,
    /// How many keys were seen, and how many are not listed in `settings`.
    pub settings_census: SettingsCensus,
    /// Averages since boot, where a single snapshot and an uptime allow no more.
    pub since_boot: Vec<SinceBoot>,
    /// What figures, effects and findings point to.
    pub series: Vec<Series>,
    /// What was read, what was not, and what is missing.
    pub coverage: Coverage,
}

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Work was refused, delayed or repeated.
    Warning,
    /// Work was lost.
    Critical,
}

/// One or two sentences that can be quoted.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Headline {
    /// The sentence, without a full stop.
    pub title: String,
    /// What qualifies it, with full stops.
    pub lede: String,
    /// Worst finding; `None` without findings.
    pub severity: Option<Severity>,
}

/// A span of time, both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Window {
    /// First instant.
    pub from: Time,
    /// Last instant.
    pub to: Time,
}

impl Window {
    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.to.seconds_since(self.from)
    }
}

/// One machine.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Host {
    /// As the dumps call it; otherwise the folder's name.
    pub name: String,
    /// Where the name is from: `kernel.hostname`, `syslog host field`, `folder name`, …
    pub name_basis: String,
    /// Which clock its dumps used, in words: `UTC named in the stamps`, `no zone known: read as UTC`.
    pub clock: String,
    /// IANA name or offset of that clock, `UTC` included.
    pub zone: String,
    /// Id of the installation (`etc/machine-id`); empty when not told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub machine_id: String,
    /// Release of its kernel, `; ` between several; empty when not told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kernel: String,
    /// Its distribution, likewise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub os: String,
    /// Boots known, oldest first.
    pub boots: Vec<Time>,
    /// Artifacts of this host.
    pub artifacts: usize,
}

/// Where a fact stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize, Deserialize)]
pub struct Exhibit {
    /// Path as given, `/` between parts.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The line as read (or what is known of it), cut to 400 characters. Hostile.
    pub text: String,
    /// The line that carries the point, among others shown for context.
    pub key: bool,
    /// Which column of it, where the line is a row of numbers and another one names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
}

/// A number in a row, by the name that the head of its table gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// `ListenOverflows`.
    pub name: String,
    /// The number as read.
    pub value: u64,
}

/// A recognised log line, or a bucket of them.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Event {
    /// Id in the event catalogue.
    pub kind: String,
    /// Host.
    pub host: String,
    /// Port, process or table; may be empty.
    pub of: String,
    /// When; `None` when the line could not be dated.
    pub time: Option<Time>,
    /// End of the bucket, when several lines were put together.
    pub until: Option<Time>,
    /// Occurrences: printed lines plus those that the logger said it left out.
    pub count: u64,
    /// Of these, printed lines.
    pub printed: u64,
    /// True when `count` can only be too low.
    pub lower_bound: bool,
    /// Path of the first line.
    pub path: String,
    /// 1-based line of the first.
    pub line: u32,
    /// The first line as read. Hostile.
    pub text: String,
}

/// Something that a reader should know.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Finding {
    /// Anchor, stable for the same evidence: `accept-queue-overflow-lab`.
    pub id: String,
    /// Which rule found it.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// Host.
    pub host: String,
    /// One sentence without a full stop: `Listener 10.77.0.1:8080 stood at its limit`.
    pub title: String,
    /// What was seen, in sentences.
    pub seen: String,
    /// Why it matters, one sentence.
    pub why: String,
    /// What else looks like this.
    pub otherwise: String,
    /// What to check next.
    pub next: String,
    /// Lines that show it.
    pub exhibits: Vec<Exhibit>,
}

/// A listening socket.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Listener {
    /// Host.
    pub host: String,
    /// Local address and port: `10.77.0.1:8080`.
    pub of: String,
    /// Process name where `ss -p` gave it.
    pub process: Option<String>,
    /// Stretches of one limit, in time order.
    pub phases: Vec<ListenerPhase>,
}

/// A stretch in which a listener's limit did not move.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct ListenerPhase {
    /// First sample; `None` when undated.
    pub from: Option<Time>,
    /// Last sample.
    pub to: Option<Time>,
    /// Accept-queue limit (Send-Q), connections.
    pub limit: u64,
    /// Longest accept queue seen (Recv-Q), connections.
    pub peak: u64,
    /// Samples with a queue at or above the limit.
    pub at_limit: u64,
    /// Samples.
    pub samples: u64,
    /// `net.core.somaxconn` known for the stretch, to tell whose limit it is.
    pub somaxconn: Option<u64>,
    /// Where the peak was read.
    pub exhibit: Exhibit,
    /// Longest queue in each of up to 48 equal parts of the stretch, `None` where it was not sampled; empty where it was
    /// sampled too seldom for a course, or never held anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub course: Vec<Option<u64>>,
}

/// One sysctl as found over time.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Setting {
    /// Host.
    pub host: String,
    /// Dotted key.
    pub key: String,
    /// Distinct successive runtime values, oldest first.
    pub runtime: Vec<SettingValue>,
    /// What configuration files say, in the order in which they apply: the last one wins.
    pub persisted: Vec<SettingValue>,
    /// What systemd-sysctl gives at a boot where the last of these stands in an `/etc/sysctl.conf` that systemd does
    /// not read, as far as the input shows, and is another value; procps' `sysctl --system` gives the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_systemd: Option<SettingValue>,
    /// True when the last runtime value differs from the persisted one.
    pub drift: bool,
    /// Letters of the changes of this key.
    pub changes: Vec<String>,
}

/// A value and where it was read first.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct SettingValue {
    /// Value. Hostile.
    pub value: String,
    /// First seen; `None` when undated.
    pub since: Option<Time>,
    /// Path.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Of a value in a file: why it is of no consequence, or the pattern that it stands behind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How many settings there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct SettingsCensus {
    /// Distinct (host, key) pairs read from running kernels.
    pub keys: u64,
    /// Of these, changed by someone.
    pub changed: u64,
    /// Of these, moved by the kernel itself (volatile).
    pub volatile: u64,
    /// Of these, one value throughout.
    pub constant: u64,
}

/// A counter's average since boot: all that one snapshot can say.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct SinceBoot {
    /// Host.
    pub host: String,
    /// Metric.
    pub metric: String,
    /// Device it was counted for; empty for the host as a whole and for the sum of its CPUs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// Human title.
    pub title: String,
    /// Count since boot.
    pub count: u64,
    /// Seconds since boot at the snapshot; `None` when no uptime is known.
    pub seconds: Option<f64>,
    /// `count / seconds`, per second. An average that hides bursts.
    pub rate: Option<f64>,
    /// Share of the traffic that the catalogue sets beside it.
    pub share: Option<effect::Share>,
    /// Whether more is worse.
    pub harm: bool,
    /// How the uptime is known, in words.
    pub uptime_basis: String,
    /// What it did while its bundle was collected, where that read it several times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_collection: Option<AtCollection>,
    /// Where the count stands.
    pub exhibit: Exhibit,
}

/// A counter between the first and the last reading of one bundle, which lie as far apart as the collection took.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct AtCollection {
    /// Count between them.
    pub count: u64,
    /// Seconds between them.
    pub seconds: f64,
    /// `count / seconds`, per second; `None` where the seconds are too few.
    pub rate: Option<f64>,
    /// Where the two stand.
    pub exhibits: Vec<Exhibit>,
}
