//! [`Index`]: what a batch tells of all its bundles, as one value. `index.json` is this value; the table of hosts and
//! `data/archives.parquet` are made from it alone, so it holds no present time and nothing in the order of the run.

use super::report::Severity;
use super::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the shape of `index.json`; raised when a field changes meaning or goes away.
pub const SCHEMA: u32 = 1;

/// A batch.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Index {
    /// Version of this shape.
    pub schema: u32,
    /// Name and version of the writer: `netmortem 0.1.0`.
    pub tool: String,
    /// One row a bundle, worst first, then by host and path; bundles without a report last.
    pub bundles: Vec<Row>,
}

/// What became of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All of it was read.
    Ok,
    /// Analysed, but some of it could not be read.
    Partial,
    /// Nothing could be analysed.
    Failed,
    /// The same bytes as another bundle of the batch, which was analysed instead.
    Duplicate,
}

impl Status {
    /// As in `index.json`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Duplicate => "duplicate",
        }
    }
}

/// One bundle.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Row {
    /// 32 hexadecimal digits, from the bytes alone. `None` for what could not be read, and for a duplicate: an id stands
    /// in one row.
    pub archive_id: Option<String>,
    /// Where it lies, as the PATH was given.
    pub path: String,
    /// Size in bytes; of a folder, of all files in it.
    pub size: u64,
    /// Of a file; a folder has none.
    pub sha256: Option<String>,
    /// What became of it.
    pub status: Status,
    /// Why it is not ok; empty otherwise.
    pub why: String,
    /// What was found.
    #[serde(flatten)]
    pub found: Found,
    /// Folder with its report, from the folder of the index; `None` without one.
    pub report: Option<String>,
    /// Table of its samples, from the folder of the index; `None` without one.
    pub series: Option<String>,
}

/// What the analysis of a bundle found.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Found {
    /// The machine that most of its files are of; empty when nothing was analysed.
    pub host: String,
    /// All machines in it.
    pub hosts: Vec<String>,
    /// Kernel release.
    pub kernel: Option<String>,
    /// Operating system.
    pub os: Option<String>,
    /// Boot that was running when it was collected.
    pub boot_id: Option<String>,
    /// First instant of its evidence.
    pub first: Option<Time>,
    /// Last instant of its evidence: about when it was collected.
    pub last: Option<Time>,
    /// Files read.
    pub files: u64,
    /// Lines that could not be used.
    pub rejected: u64,
    /// Samples in its table.
    pub rows: u64,
    /// The answer of its report.
    pub headline: String,
    /// Worst finding's severity.
    pub severity: Option<Severity>,
    /// Findings, worst first, by their titles.
    pub findings: Vec<Told>,
    /// Tuning changes, in time order.
    pub changes: Vec<Turned>,
    /// Counters of which more is worse, worst first; a few.
    pub counters: Vec<Counter>,
}

/// A finding in short.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Told {
    /// Anchor in the report.
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// One sentence.
    pub title: String,
}

/// A change in short.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Turned {
    /// Letter in the report.
    pub id: String,
    /// Dotted key.
    pub key: String,
    /// Value before; `None` when only the act was seen.
    pub from: Option<String>,
    /// Value after.
    pub to: String,
    /// Verdict on it; `None` where nothing judged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
}

/// A counter in short.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Counter {
    /// Kernel name.
    pub metric: String,
    /// Which one; empty otherwise.
    pub of: String,
    /// Human title.
    pub title: String,
    /// Mean rate per second over what was seen, or since boot.
    pub rate: Option<f64>,
    /// Count since boot, where it was read only once.
    pub count: Option<u64>,
}

impl Row {
    /// Worst first; then by host, time and path. What has no report comes last.
    #[must_use]
    pub fn order(&self) -> impl Ord + '_ {
        let last = self.report.is_none();
        let worst = std::cmp::Reverse(self.found.severity);
        (last, worst, &self.found.host, self.found.last, &self.path)
    }

    /// Worst finding, in words; empty without findings.
    #[must_use]
    pub fn worst(&self) -> &str {
        self.found.findings.first().map_or("", |finding| finding.title.as_str())
    }
}
