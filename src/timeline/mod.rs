//! Facts to one UTC axis: whose they are, when they were, and what belongs together.
//!
//! The only floor that names polars ([`frame`]). Everything is sorted by host, name, time, artifact and
//! line, so that the order in which files were read leaves no trace.

pub mod archives;
pub mod background;
mod build;
mod bundle;
pub mod clock;
mod collection;
mod filed;
mod filed_log;
pub mod frame;
mod gather;
mod host;
pub mod hosts;
mod levels;
pub mod listener;
mod loads;
mod once;
mod one_listener;
pub mod parquet;
pub mod place;
pub mod profiles;
pub mod readings;
pub mod regular;
pub mod roots;
mod sources;
mod units;
pub mod wide;

use crate::model::fact::{Act, Layer, Outcome, Rejects, SeriesId, Way};
use crate::model::report::Window;
use crate::model::time::Time;
use crate::model::words;
pub use build::{Input, Options, build};
use readings::{Reading, Readings};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was read, on one axis.
#[derive(Debug, Default)]
pub struct Timeline {
    /// By name.
    pub hosts: Vec<Host>,
    /// One for each artifact, in the order of the artifacts.
    pub artifacts: Vec<Account>,
    /// The span that was asked for.
    pub asked: Option<Window>,
    /// See [`Timeline::window`].
    span: Option<Window>,
}

/// What became of one artifact.
#[derive(Debug, Default)]
pub struct Account {
    /// Path.
    pub path: String,
    /// Where its bytes lie, when a link to them gave the path; else empty.
    pub kept_as: String,
    /// Hosts: one, or several for a central log; none when skipped.
    pub hosts: BTreeSet<String>,
    /// Formats met.
    pub formats: Vec<&'static str>,
    /// Why it was skipped.
    pub skipped: Option<String>,
    /// What of it could not be read, though it is there.
    pub lost: Option<String>,
    /// Bytes.
    pub bytes: u64,
    /// The folder of the bundle that it is in, with a `/` behind it where there is one; `None` outside of bundles.
    pub bundle: Option<String>,
    /// Of a configuration file in a bundle: when it was last written.
    pub modified: Option<Time>,
    /// Of such a file: when its inode last changed, by writing, moving, or new rights; where the archive kept that.
    pub changed: Option<Time>,
    /// Lines.
    pub lines: u64,
    /// Stamped or unstamped captures that hold samples or settings.
    pub snapshots: u64,
    /// Samples, settings, events, actions and clues.
    pub facts: u64,
    /// Span of its times.
    pub window: Option<Window>,
    /// Which clock, in words.
    pub clock: String,
    /// Rejected lines.
    pub rejects: Rejects,
    /// Lines that were read in one of several ways.
    pub notes: Rejects,
}

impl Account {
    /// Whether the collector kept the end only: the file starts where it was cut.
    #[must_use]
    pub fn is_tail(&self) -> bool {
        [&self.path, &self.kept_as].iter().any(|path| path.ends_with(".tailed"))
    }
}

/// Everything known of one host, or of one of its network namespaces.
#[derive(Debug, Default)]
pub struct Host {
    /// Short name; `web7 netns blue` is a namespace of `web7`.
    pub name: String,
    /// Which network namespace; empty for the host's own, the root one.
    pub netns: String,
    /// How it is known.
    pub name_basis: String,
    /// Id of the installation, where it is known.
    pub machine_id: Option<String>,
    /// Releases of its kernel, in the order of the artifacts.
    pub kernel: Vec<Told>,
    /// Its distribution, in the order of the artifacts.
    pub os: Vec<Told>,
    /// Zone of its wall clocks.
    pub zone: String,
    /// Clocks used, in words.
    pub clock: String,
    /// How far its clock may be off, in words, where that is told.
    pub accuracy: Option<String>,
    /// Boots known.
    pub boots: Vec<Time>,
    /// Commands that the collectors of its bundles did not run, or that failed.
    pub not_taken: Vec<NotTaken>,
    /// Whether a bundle with a record of its commands is among the evidence.
    pub recorded: bool,
    /// Artifacts that a bundle's records date, with the number of that bundle: each was read once, and all of one
    /// bundle within one collection.
    pub collected: BTreeMap<u32, u32>,
    /// Uptimes read, for averages since boot.
    pub uptimes: Vec<Uptime>,
    /// Counters and gauges.
    pub series: BTreeMap<SeriesId, Series>,
    /// For each section of `netstat -s`, when it was printed.
    pub sections: BTreeMap<&'static str, Vec<Reading>>,
    /// Settings by key, in time order, undated ones first.
    pub settings: BTreeMap<String, Vec<Observed>>,
    /// Log events in time order, undated ones first.
    pub events: Vec<Event>,
    /// What logs tell that is no symptom, in time order: links and cards of the network, and of services those that
    /// hold a listener.
    pub background: Vec<Event>,
    /// Actions in time order.
    pub actions: Vec<Action>,
    /// What logs covered: outside of it they are silent, not quiet.
    pub logs: Vec<Window>,
    /// Of these, logs that carry the kernel's lines: a log of sudo proves nothing about the kernel's silence.
    pub kernel_logs: Vec<Window>,
    /// Each log by itself: artifact, span and lines.
    pub log_files: Vec<(u32, Window, u64)>,
    /// When each format was captured, for the evidence rows; logs by their lines.
    pub captured: BTreeMap<&'static str, Captured>,
    /// Process names of listeners.
    pub processes: BTreeMap<String, String>,
    /// Artifacts in which the `*` of `ss` is the wildcard of both protocols (true), or may be IPv4's (false).
    pub wildcards: BTreeSet<(u32, bool)>,
    /// Names of processes by their numbers, as far as `ss -p` tells them.
    pub pids: BTreeMap<u32, String>,
    /// Where the counters began again, in time order.
    pub restarts: Vec<Restart>,
    /// Artifacts whose counters contradict another artifact's at the same time, and that other one.
    pub disputed: BTreeMap<u32, u32>,
    /// Log lines that stood in several files and were counted once.
    pub repeated_lines: u64,
    /// Keys read several times without a time in between, of which only the last value counts.
    pub repeated_keys: BTreeSet<String>,
}

/// What an artifact says of its host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// Index of the artifact.
    pub artifact: u32,
    /// 1-based line in it.
    pub line: u32,
    /// What it says.
    pub text: String,
}

/// A command of which a bundle has no output, or none that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// As the collector was to run it.
    pub command: String,
    /// In words.
    pub why: String,
    /// Index of the artifact that says so.
    pub artifact: u32,
    /// 1-based line in it.
    pub line: u32,
}

/// The counters of a host began again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// Last sample before.
    pub last: Time,
    /// First sample after.
    pub again: Time,
    /// The boot in between, where one is known.
    pub boot: Option<Time>,
    /// Artifacts and lines of the kernel's `boot_id` before and after, where that is another one: then it was a boot.
    pub ids: Option<[(u32, u32); 2]>,
}

/// One series.
#[derive(Debug)]
pub struct Series {
    /// Which clock dated the first of its artifacts, in words; each artifact's own stands in its [`Account`].
    pub clock: String,
    /// Its samples.
    pub readings: Readings,
}

/// Seconds since boot, and when they were read.
#[derive(Clone, Debug, PartialEq)]
pub struct Uptime {
    /// Seconds since boot.
    pub seconds: f64,
    /// When; `None` when undated.
    pub time: Option<Time>,
    /// `uptime`, `/proc/uptime` or a kernel stamp, in words.
    pub basis: String,
    /// Index of the artifact.
    pub artifact: u32,
}

/// One value of one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// When read; `None` when undated.
    pub time: Option<Time>,
    /// Value.
    pub value: String,
    /// Running kernel or file.
    pub layer: Layer,
    /// Index of the artifact.
    pub artifact: u32,
    /// 1-based line in it.
    pub line: u32,
}

/// A log event on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When; `None` when undated.
    pub time: Option<Time>,
    /// Id in the catalogue.
    pub kind: &'static str,
    /// Which one.
    pub of: String,
    /// Occurrences.
    pub count: u64,
    /// Whether they were added back rather than printed.
    pub added_back: bool,
    /// Index of the artifact.
    pub artifact: u32,
    /// 1-based line in it.
    pub line: u32,
    /// The line.
    pub text: String,
    /// The kernel's own clock on the line, where it has one: the same line in two files has the same.
    pub uptime: Option<f64>,
}

/// An act on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// When; `None` when undated.
    pub time: Option<Time>,
    /// What was done. What a load of files or a profile set stands behind it as one act for each key.
    pub what: Act,
    /// By which way.
    pub way: Way,
    /// Who, where that is told.
    pub user: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Index of the artifact.
    pub artifact: u32,
    /// 1-based line in it.
    pub line: u32,
    /// The line.
    pub text: String,
    /// Artifact and line of the configuration file that an act of a load follows from; on the load itself, that the
    /// files were in the input.
    pub file: Option<(u32, u32)>,
}

impl Action {
    /// The value that a key was set to, where that is told and did not fail.
    #[must_use]
    pub fn value_of(&self, key: &str) -> Option<&str> {
        match &self.what {
            Act::Set { key: set, value } if set == key && self.outcome != Outcome::Failed => value.as_deref(),
            _ => None,
        }
    }

    /// The key that it is about, if it is about one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match &self.what {
            Act::Set { key, .. } => Some(key),
            _ => None,
        }
    }
}

/// When a format was captured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captured {
    /// Sorted, distinct.
    pub times: Vec<Time>,
    /// Snapshots, or lines of a log.
    pub count: u64,
}

impl Timeline {
    /// Finds the span of the evidence, once all hosts are there.
    fn survey(&mut self) {
        let names: BTreeSet<&str> = self.hosts.iter().map(|host| host.name.as_str()).collect();
        let looked_at = |a: &&Account| a.hosts.iter().any(|host| names.contains(host.as_str()));
        let spans = || self.artifacts.iter().filter(looked_at).filter_map(|a| a.window.as_ref());
        let ends = spans().map(|w| w.from).min().zip(spans().map(|w| w.to).max());
        self.span = ends.map(|(from, to)| Window { from, to });
    }

    /// First to last instant of all evidence of the hosts that are looked at.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        self.span
    }

    /// A time in a sentence: with its day where the evidence is of several.
    #[must_use]
    pub fn moment(&self, time: Time) -> String {
        words::moment(time, self.span.is_some_and(|w| words::of_days(w.from, w.to)))
    }

    /// A stretch in a sentence, likewise.
    #[must_use]
    pub fn stretch(&self, from: Time, to: Time) -> String {
        let days = self.span.is_some_and(|w| words::of_days(w.from, w.to));
        if days { words::dated(from, to) } else { words::clock(from, to) }
    }

    /// Which clock dated an artifact, by its index.
    #[must_use]
    pub fn clock(&self, artifact: u32) -> &str {
        self.artifacts.get(artifact as usize).map_or("", |a| a.clock.as_str())
    }

    /// Path of an artifact by its index.
    #[must_use]
    pub fn path(&self, artifact: u32) -> &str {
        self.artifacts.get(artifact as usize).map_or("", |a| a.path.as_str())
    }
}
