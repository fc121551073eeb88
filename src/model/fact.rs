//! What a parser may say about one artifact. Samples are columns, not structs with strings.

use super::stamp::Stamp;

pub use super::act::{Act, Action, Load, Outcome, Way};
pub use super::samples::Samples;

/// All facts of one artifact (or of one chunk of it).
#[derive(Debug, Default)]
pub struct Facts {
    /// Path of the artifact, for a reader whose text leaves open what its name says: `nstat -az`, `free -m`.
    pub path: String,
    /// Names of the formats met, in order of first appearance (`netstat -s`, `ss -lnt`, …).
    pub formats: Vec<&'static str>,
    /// Moments at which something was captured. Facts point here by index; index 0 exists in every
    /// artifact that has samples or settings and may have no stamp.
    pub captures: Vec<Capture>,
    /// What the samples' `key` column points to.
    pub keys: Vec<SeriesId>,
    /// The samples, as columns of equal length.
    pub samples: Samples,
    /// Sections of `netstat -s` that were printed and read to their end. net-tools leaves out most
    /// counters that are zero: a counter missing from a section listed here is 0 in that capture, a
    /// counter of a section that is not listed is unknown.
    pub sections: Vec<SectionSeen>,
    /// Sysctl values and what is kept like them (limits, the profile of tuned), in file order.
    pub settings: Vec<Setting>,
    /// Recognised log lines, in file order.
    pub events: Vec<Event>,
    /// Someone or something changed the machine, as logs, audit trails and histories tell.
    pub actions: Vec<Action>,
    /// Who and when: host names, uptimes, spans of logs.
    pub clues: Vec<Clue>,
    /// Lines that a parser could not use.
    pub rejects: Rejects,
    /// Lines that were used, but read in one of several ways: what the reader of a report must know.
    pub notes: Rejects,
    /// Lines read.
    pub lines: u64,
    /// What the same text says of other hosts, one part for each with the clue that names it: a monitoring server's
    /// answer about a fleet. Samples and captures only.
    pub others: Vec<Facts>,
}

/// One moment of capture inside an artifact.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// The separating time line as written; `None` when the artifact has none before this point.
    pub stamp: Option<Stamp>,
    /// 1-based line of that stamp (1 when there is none).
    pub line: u32,
}

/// How a metric moves, and so what its `value` column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Counts up since boot (or namespace creation); values are exact `u64`.
    Counter,
    /// As [`Kind::Counter`], but begins again at 2^32, as the columns of `/proc/net/softnet_stat` do.
    Counter32,
    /// Events since the sample before, which another tool subtracted already (`nstat` without `-a`); exact
    /// `u64`. Never differenced again. The first one of an artifact counts from a moment that nobody wrote down.
    Delta,
    /// Events a second, averaged by another tool from the sample before to this one (sar); `f64` bits. A NaN says
    /// that the next one is averaged from here: a report's first line, a restart.
    Rate,
    /// May go either way; values are `f64` bits in the sample column.
    Gauge,
}

impl Kind {
    /// Whether the `value` column holds `u64` rather than `f64` bits.
    #[must_use]
    pub fn is_exact(self) -> bool {
        matches!(self, Self::Counter | Self::Counter32 | Self::Delta)
    }

    /// Whether it counts events since boot.
    #[must_use]
    pub fn is_since_boot(self) -> bool {
        matches!(self, Self::Counter | Self::Counter32)
    }

    /// The `value` column's bits as a number.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // above 2^53 the last digits are of no consequence to a figure
    pub fn number(self, bits: u64) -> f64 {
        if self.is_exact() { bits as f64 } else { f64::from_bits(bits) }
    }
}

/// What identifies a series inside an artifact, and later among those of a host.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesId {
    /// Kernel name (`TcpExt.ListenOverflows`) or the phrase as printed when no name is known.
    pub metric: String,
    /// Which one, where there are several: a listener's `10.77.0.1:8080`; empty otherwise.
    pub of: String,
    /// How it moves: what sar says of a counter is another series than the counter itself.
    pub kind: Kind,
}

impl SeriesId {
    /// That of a counter of which there is one a host.
    #[must_use]
    pub fn counter(metric: &str) -> Self {
        Self { metric: metric.to_owned(), of: String::new(), kind: Kind::Counter }
    }

    /// That of a gauge; `of` is empty where there is one a host.
    #[must_use]
    pub fn gauge(metric: &str, of: &str) -> Self {
        Self { metric: metric.to_owned(), of: of.to_owned(), kind: Kind::Gauge }
    }
}

/// A section of `netstat -s` of which every line was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionSeen {
    /// Index into `Facts::captures`.
    pub capture: u32,
    /// 1-based line of the heading.
    pub line: u32,
    /// Its name without the colon, which is the first half of its metrics' names: `TcpExt`.
    pub section: &'static str,
}

/// Where a setting was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Read from the running kernel (`sysctl -a`).
    Runtime,
    /// Written in a configuration file; says nothing of the running kernel.
    Persisted,
    /// Written in a profile of tuned: as [`Layer::Persisted`] while that profile is active, else of no consequence.
    Profile,
    /// A file excepts this key from its patterns (`-net.ipv4.conf.lo.rp_filter`). Sets nothing; no value.
    Exception,
}

/// One sysctl value, or one that is kept like it.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Dotted key (`net.ipv4.tcp_rmem`). Limits are `limits.<domain>.<type>.<item>` in files, and
    /// `proc.<pid>.limits.<item>` (soft and hard one) of a process; tuned's profile is `tuned.profile`.
    pub key: String,
    /// Value with runs of blanks as one space.
    pub value: String,
    /// Running kernel or file.
    pub layer: Layer,
    /// Index into `Facts::captures`.
    pub capture: u32,
    /// 1-based line.
    pub line: u32,
}

/// A recognised log line.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Id in the event catalogue (`conntrack-table-full`).
    pub kind: &'static str,
    /// As written on the line.
    pub stamp: Stamp,
    /// The kernel's own `[seconds]`, where the line has them.
    pub uptime: Option<f64>,
    /// Host field of the line.
    pub host: Option<String>,
    /// Which one: port, process, table; empty otherwise.
    pub of: String,
    /// Occurrences printed: 1, or N of `message repeated N times`.
    pub count: u64,
    /// True when `count` is what a logger said it left out rather than lines that were printed.
    pub added_back: bool,
    /// 1-based line.
    pub line: u32,
    /// The line, cut to 400 characters.
    pub text: String,
}

/// Facts about the host and its clocks.
#[derive(Clone, Debug, PartialEq)]
pub enum Clue {
    /// The artifact says whose it is (`kernel.hostname`, `uname -n`). 1-based line.
    Host { name: String, line: u32 },
    /// The id of the installation (`etc/machine-id`): hosts of one name and different ids are different. 1-based line.
    Machine { id: String, line: u32 },
    /// Release of the running kernel (`6.1.0-18-amd64`). 1-based line.
    Kernel { release: String, line: u32 },
    /// The distribution, by its full name. 1-based line.
    Os { name: String, line: u32 },
    /// Seconds since boot at a capture (`uptime`, `/proc/uptime`). 1-based line.
    Uptime { seconds: f64, capture: u32, line: u32 },
    /// A stamp wrote its offset, in seconds east of UTC, which the instant it became (`at`, microseconds since
    /// 1970) forgets. Tells what the host's wall clock showed. 1-based line.
    Offset { host: Option<String>, east: i32, at: i64, line: u32 },
    /// A process that held a listening socket, and its number, as `ss -p` tells. 1-based line.
    Process { of: String, name: String, pid: Option<u32>, line: u32 },
    /// What `*` is to the `ss` that wrote it of a listener: the wildcard of both protocols as today, or perhaps IPv4's
    /// alone. 1-based line.
    Wildcard { today: bool, line: u32 },
    /// First and last stamped line of a log: outside it the log is silent, not quiet. In a log of several hosts
    /// one for each host found near its ends; `lines` is then given with the first of them.
    LogSpan { host: Option<String>, first: Stamp, last: Stamp, lines: u64 },
    /// A line with both a stamp and the kernel's `[seconds]`: ties uptime to the wall clock.
    KernelStamp { host: Option<String>, stamp: Stamp, uptime: f64, line: u32 },
    /// A run of `lines` kernel lines under one stamp whose uptimes spread from `first` to `last`: a log
    /// daemon replayed the ring buffer at its start. The stamp belongs to `last` at the earliest.
    Replay { host: Option<String>, stamp: Stamp, first: f64, last: f64, lines: u32, line: u32 },
    /// A collector wrote down when it took a file or started a command: what lies at `path` below the folder that
    /// the collector filled, and everything below that. 1-based line.
    Taken { path: String, stamp: Stamp, by: Taker, line: u32 },
    /// A collector wrote down that a command was not run, or that it failed, and why. 1-based line.
    NotTaken { command: String, why: String, line: u32 },
    /// The machine's clock at the time of collection, and nothing beside it (`date`, `timedatectl`). 1-based line.
    Date { stamp: Stamp, line: u32 },
    /// The zone that the machine's wall clocks keep: `Europe/Berlin`, or a rule of POSIX (`CET-1CEST,M3.5.0,…`).
    /// 1-based line.
    Zone { name: String, from: ZoneSource, line: u32 },
    /// How far the machine's clock may be off, in seconds; `None` when nothing disciplines it. 1-based line.
    Accuracy { seconds: Option<f64>, line: u32 },
    /// The journal's first and last entry of a boot. 1-based line.
    Boot { id: String, first: Stamp, last: Stamp, line: u32 },
}

/// Which of its own records a collector's times are from, the firmest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taker {
    /// `sos_reports/manifest.json`: start of a command.
    Manifest,
    /// `sos_logs/sos.log`: about to copy a file or to start a command.
    Log,
}

/// What told a machine's zone, the firmest first: `etc/timezone` is left behind when someone links `etc/localtime`
/// anew, `timedatectl` follows that link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneSource {
    /// `timedatectl`.
    Timedatectl,
    /// `etc/localtime`, which is a link or a copy of the zone's file.
    Localtime,
    /// `etc/timezone`.
    Timezone,
}

impl ZoneSource {
    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Timedatectl => "timedatectl",
            Self::Localtime => "etc/localtime",
            Self::Timezone => "etc/timezone",
        }
    }
}

/// A line that could not be used, or one that a note is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    /// 1-based line.
    pub line: u32,
    /// Why, in words for the reader.
    pub why: String,
}

/// Rejected lines: all counted, the first [`Rejects::KEPT`] kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rejects {
    /// How many there were.
    pub count: u64,
    /// The first of them.
    pub kept: Vec<Reject>,
}

impl Rejects {
    /// How many rejects an artifact lists in full.
    pub const KEPT: usize = 20;

    /// Counts a reject and keeps it while there is room.
    pub fn push(&mut self, line: u32, why: impl Into<String>) {
        self.count += 1;
        if self.kept.len() < Self::KEPT {
            self.kept.push(Reject { line, why: why.into() });
        }
    }
}

impl Facts {
    /// Index of `key`, interning it when new. Linear: parsers with many keys keep their own map.
    pub fn key(&mut self, key: SeriesId) -> u32 {
        let at = self.keys.iter().position(|k| *k == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Notes that a format was met.
    pub fn met(&mut self, format: &'static str) {
        if !self.formats.contains(&format) {
            self.formats.push(format);
        }
    }

    /// The capture that facts read now belong to, opening an unstamped one when there is none.
    pub fn capture(&mut self) -> u32 {
        if self.captures.is_empty() {
            self.captures.push(Capture { stamp: None, line: 1 });
        }
        u32::try_from(self.captures.len() - 1).unwrap_or(u32::MAX)
    }
}
