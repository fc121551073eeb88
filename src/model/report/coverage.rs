//! What was read, what was not, and what nobody collected.

use super::Window;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The boundary of what the report can know.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Coverage {
    /// Every artifact, by path.
    pub artifacts: Vec<Artifact>,
    /// The first rejected lines of each artifact, by path and line.
    pub rejects: Vec<Reject>,
    /// All rejected lines, listed or not.
    pub rejected: u64,
    /// Lines that were used, but read in one of several ways: the first of each artifact, by path and line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Reject>,
    /// What could not be seen, worst first.
    pub missing: Vec<Missing>,
    /// What was handed over, as it was handed over; empty where nobody looked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// Counters under names that the catalogue does not know; a large family of them as one: `meminfo.*: 40 names`.
    pub unknown_counters: Vec<String>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Artifact {
    /// Path as given, `/` between parts.
    pub path: String,
    /// Where its bytes lie, when a link to them gave the path; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kept_as: String,
    /// Whether that is the end of a longer file, whose head the collector left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tail: bool,
    /// Host; empty when skipped.
    pub host: String,
    /// What it was recognised as: `netstat -s`, `ss -lnt + netstat -s`; empty when skipped.
    pub format: String,
    /// Why it was skipped; empty when read.
    pub skipped: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// Snapshots in it (0 for logs and configuration files).
    pub snapshots: u64,
    /// Samples, settings, events and actions taken from it.
    pub facts: u64,
    /// Span of its times.
    pub window: Option<Window>,
    /// Which clock dated it, in words.
    pub clock: String,
    /// Lines rejected.
    pub rejected: u64,
}

/// An INPUT of the run, by its bytes, so that a report can be held against the evidence that it claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// Its name, without the folders above it.
    pub name: String,
    /// Bytes; of a folder all that is in it.
    pub bytes: u64,
    /// Of a file: as `sha256sum` prints it. Empty of a folder, and where names are redacted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// Of a folder: 32 digits over the sorted paths, sizes and contents in it. Empty of a file, and where names are redacted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content_id: String,
}

/// A line that could not be used, or one that a note is about.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Reject {
    /// Path.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// Why.
    pub why: String,
}

/// Something that could not be seen.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Missing {
    /// Host; empty when it is about all.
    pub host: String,
    /// `Who made the changes`.
    pub title: String,
    /// `No sudo line in the archive.`
    pub text: String,
    /// Command to collect it next time; empty when there is none.
    pub collect: String,
}
