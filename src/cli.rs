//! Arguments. All validation is here: what leaves it is usable.

mod diff;

use crate::error::Error;
use crate::form::folder;
pub use crate::form::{Document, ExportArgs, Form, Format, IntoArgs, ReportForm, SchemaArgs};
use crate::model::report::{Severity, Window};
use crate::model::time::Time;
use crate::source::archive::Budget;
use crate::timeline::Options;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone};
use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

pub use diff::{DiffArgs, DiffForm};

/// What the exit status means, below the help of the whole.
const EXIT: &str = "Exit status: 0 analysed; 1 a finding at or above --fail-on; 2 nothing could be analysed, or wrong \
                    arguments, or --strict.\n\nExample: netmortem report incident/ -o out";

/// Below the help of `collector`.
const COLLECTOR: &str = "It needs a POSIX shell and nothing else, changes nothing on the host, and leaves one \
                         netmortem-<host>-<time>.tar.gz:\n\n  netmortem collector > collect.sh\n  \
                         sudo sh collect.sh [-i SECONDS] [-d MINUTES] [-o DIR] [-m MEGABYTES]";

/// Offline post-mortems of Linux network incidents: archived dumps in, one self-contained report out.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, after_help = EXIT)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Analyse dumps and write report.html, report.json, summary.md and charts/*.svg
    Report(ReportArgs),
    /// Analyse many bundles, each in its own right, and write one index over all
    #[command(after_help = BUNDLES)]
    Batch(BatchArgs),
    /// Set two hosts, or one host at two times, side by side: what differs, and which counters grew how fast
    #[command(after_help = diff::SIDES)]
    Diff(DiffArgs),
    /// Print the table of verdicts alone: what each change moved, by how much, and how sure that is
    Effects(EffectsArgs),
    /// Find where the level of a series moved: any CSV with a time and a value in each row
    Changepoints(ChangepointsArgs),
    /// Say what each file was recognised as, and what could not be used
    Scan(ScanArgs),
    /// Write samples as one long table, or rates and levels for tools that look for changes
    Export(ExportArgs),
    /// Render a report.json again
    Render(RenderArgs),
    /// Say what a counter, sysctl, log event or rule means, and what belongs to it; needs no input
    Explain(ExplainArgs),
    /// Print the JSON Schema of what is written for programs: report.json, index.json, and what --json prints
    Schema(SchemaArgs),
    /// Print a shell script that collects, on a host, what `report` reads best
    #[command(after_help = COLLECTOR)]
    Collector,
}

impl Verb {
    /// What is hidden, where anything of an input is shown.
    #[must_use]
    pub fn redact(&self) -> Option<&RedactArgs> {
        match self {
            Self::Report(args) => Some(&args.redact),
            Self::Batch(args) => Some(&args.redact),
            Self::Effects(args) => Some(&args.redact),
            Self::Scan(args) => Some(&args.redact),
            Self::Export(args) => Some(&args.redact),
            Self::Render(args) => Some(&args.redact),
            Self::Diff(args) => Some(&args.redact),
            Self::Changepoints(_) | Self::Explain(_) | Self::Schema(_) | Self::Collector => None,
        }
    }
}

/// What is read, and how its clocks are understood.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files, directories, archives of them, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Zone of times that are written without one, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<chrono_tz::Tz>,
    /// Year of a log's last line, where the log writes none ("Nov 20 09:12:10")
    #[arg(long, value_parser = clap::value_parser!(i32).range(1990..=2200))]
    pub year: Option<i32>,
    /// Only evidence from this span, such as 2026-11-20T09:00Z..2026-11-20T10:00Z; either end may be empty
    #[arg(long, value_name = "FROM..TO")]
    pub window: Option<String>,
    /// Only this host, by the name that `scan` shows
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// Exit with 2 when any line was rejected or an INPUT could not be read
    #[arg(long)]
    pub strict: bool,
    /// How far archives are trusted.
    #[command(flatten)]
    pub budget: BudgetArgs,
}

/// How far archives are trusted: what is beyond is left out, and said so.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits on archives")]
pub struct BudgetArgs {
    /// Size that one file may unpack to
    #[arg(long, value_name = "MIB", default_value_t = Budget::default().entry >> 20)]
    pub max_file: u64,
    /// Size that an archive may unpack to
    #[arg(long, value_name = "MIB", default_value_t = Budget::default().bundle >> 20)]
    pub max_unpacked: u64,
    /// Times its own size that an archive may unpack to
    #[arg(long, value_name = "N", default_value_t = Budget::default().ratio)]
    pub max_ratio: u64,
    /// Files, folders and links in an archive
    #[arg(long, value_name = "N", default_value_t = Budget::default().entries)]
    pub max_entries: u64,
    /// Archives within archives
    #[arg(long, value_name = "N", default_value_t = Budget::default().depth)]
    pub max_depth: u32,
    /// Time that an archive may take
    #[arg(long, value_name = "SECONDS", default_value_t = Budget::default().time.as_secs())]
    pub max_time: u64,
}

/// Whether names stay out of what is written.
#[derive(Debug, Args)]
pub struct RedactArgs {
    /// Put stable names for hosts, addresses, MACs, users, domains and ids of machines, everywhere
    #[arg(long)]
    pub redact: bool,
    /// Write which name stands for what, for your eyes only; not into the output
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub redact_map: Option<PathBuf>,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Where it goes.
    #[command(flatten)]
    pub into: IntoArgs,
    /// Exit with 1 when a finding is at least this bad
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// What is hidden.
    #[command(flatten)]
    pub redact: RedactArgs,
}

/// What `batch` takes for a bundle, below its help.
const BUNDLES: &str = "An INPUT that is a file is a bundle. A folder with sos_commands, proc or basic-environment.txt in it, \
                       or with dumps and no archive, is one bundle; in any other folder each file and each folder is \
                       one. The same bytes are analysed once.\n\nExit status: 0 all analysed; 1 a finding at or above \
                       --fail-on; 2 a bundle could not be analysed, or wrong arguments, or --strict.\n\n\
                       Example: netmortem batch archives/ -o out --resume";

/// Arguments of `batch`.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// What is read: bundles, or folders of bundles.
    #[command(flatten)]
    pub input: InputArgs,
    /// Directory to write to, made if missing; results of bundles that are not among the inputs are removed from it
    #[arg(short, long, value_name = "DIR", default_value = "netmortem-batch", value_parser = PathBufValueParser::new().try_map(folder))]
    pub output: PathBuf,
    /// Threads; as many as there are cores when absent
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Keep what an earlier run did, where bundle, version and options are the same; not with --redact, whose names are
    /// those of all bundles together
    #[arg(long, conflicts_with = "redact")]
    pub resume: bool,
    /// Begin no further bundle after one that failed
    #[arg(long)]
    pub fail_fast: bool,
    /// Go on with the other bundles after one that failed, as is the default
    #[arg(long, conflicts_with = "fail_fast")]
    pub keep_going: bool,
    /// Exit with 1 when a finding is at least this bad
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// What is hidden.
    #[command(flatten)]
    pub redact: RedactArgs,
}

impl BatchArgs {
    /// Threads in all.
    #[must_use]
    pub fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(cores, usize::from)
    }
}

/// Arguments of `effects`.
#[derive(Debug, Args)]
pub struct EffectsArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Form of the table
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub format: Form,
    /// JSON, as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// What is hidden.
    #[command(flatten)]
    pub redact: RedactArgs,
}

/// Arguments of `changepoints`.
#[derive(Debug, Args)]
pub struct ChangepointsArgs {
    /// A CSV of time and value, with or without a header; - for standard input
    #[arg(value_name = "SERIES")]
    pub series: PathBuf,
    /// Level of the test: the chance that a series that did not move has a point
    #[arg(long, value_name = "A", default_value_t = 0.05, value_parser = level)]
    pub alpha: f64,
    /// JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// A level between 0 and 1. The simulation behind the test resolves nothing below 0.005.
fn level(text: &str) -> Result<f64, String> {
    let level = text.parse::<f64>().map_err(|_| "not a number".to_owned())?;
    if (0.005..1.0).contains(&level) { Ok(level) } else { Err("expected 0.005 to below 1".to_owned()) }
}

/// Arguments of `scan`.
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// What is hidden.
    #[command(flatten)]
    pub redact: RedactArgs,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// A report.json written by `report`
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// Where it goes.
    #[command(flatten)]
    pub into: IntoArgs,
    /// What is hidden.
    #[command(flatten)]
    pub redact: RedactArgs,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = NAMES)]
pub struct ExplainArgs {
    /// What to explain, in any spelling; with --list, words that must occur
    #[arg(value_name = "NAME", required_unless_present = "list")]
    pub names: Vec<String>,
    /// List all names with their titles instead
    #[arg(short, long)]
    pub list: bool,
    /// JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// Spellings of `explain`, below its help.
const NAMES: &str = "Spellings: TcpExt.ListenOverflows, TcpExtListenOverflows (nstat), ListenOverflows,\n\
                     net.core.somaxconn, /proc/sys/net/core/somaxconn, somaxconn, conntrack-table-full (a log\n\
                     event), a sentence of netstat -s in quotes, a column of sar such as retrans/s.\n\n\
                     Exit status: 0; 2 when a name is unknown.";

/// Levels of `--fail-on`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Level {
    /// Any finding.
    Info,
    /// Warnings and worse.
    Warning,
    /// Critical findings.
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Critical => Self::Critical,
        }
    }
}

impl InputArgs {
    /// How far archives are trusted.
    #[must_use]
    pub fn budget(&self) -> Budget {
        let BudgetArgs { max_file, max_unpacked, max_ratio, max_entries, max_depth, max_time } = self.budget;
        Budget {
            entry: max_file.saturating_mul(1 << 20),
            bundle: max_unpacked.saturating_mul(1 << 20),
            ratio: max_ratio.max(1),
            entries: max_entries,
            depth: max_depth,
            time: Duration::from_secs(max_time),
            ..Budget::default()
        }
    }

    /// What the timeline wants to know.
    ///
    /// # Errors
    /// [`Error::Argument`] when `--window` cannot be read.
    pub fn options(&self) -> Result<Options<'_>, Error> {
        let window = self.window.as_deref().map(|text| window(text, self.tz)).transpose()?;
        Ok(Options { tz: self.tz, year: self.year, window, host: self.host.as_deref() })
    }
}

/// `FROM..TO`, either end open. A time without offset is in `tz`, else UTC.
fn window(text: &str, tz: Option<chrono_tz::Tz>) -> Result<Window, Error> {
    let wrong = |why: String| Error::Argument(format!("--window {text}: {why}"));
    let (from, to) = text.split_once("..").ok_or_else(|| wrong("expected FROM..TO".to_owned()))?;
    let end = |part: &str, open: i64| match part.trim() {
        "" => Ok(Time(open)),
        part => instant(part, tz).ok_or_else(|| {
            wrong(format!("{part:?} is not a time such as 2026-11-20T09:00:00Z or \"2026-11-20 09:00\""))
        }),
    };
    let (from, to) = (end(from, i64::MIN + 1)?, end(to, i64::MAX)?);
    if from > to {
        return Err(wrong("it ends before it begins".to_owned()));
    }
    Ok(Window { from, to })
}

fn instant(text: &str, tz: Option<chrono_tz::Tz>) -> Option<Time> {
    let minutes = text.strip_suffix('Z').map(|t| format!("{t}+00:00"));
    let text = minutes.as_deref().unwrap_or(text);
    for pattern in
        ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M%:z", "%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%d %H:%M%:z"]
    {
        if let Ok(t) = DateTime::parse_from_str(text, pattern) {
            return Some(Time(t.timestamp_micros()));
        }
    }
    let wall = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|pattern| NaiveDateTime::parse_from_str(text, pattern).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))?;
    let zone = tz.unwrap_or(chrono_tz::UTC);
    Some(Time(zone.from_local_datetime(&wall).earliest()?.timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::{Cli, window};
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_window_is_utc_unless_it_says_otherwise() {
        let hour = window("2026-11-20T09:00Z..2026-11-20 10:00", None).unwrap();
        assert!((hour.seconds() - 3_600.0).abs() < f64::EPSILON);
        let berlin = window("2026-11-20 10:00..", Some(chrono_tz::Europe::Berlin)).unwrap();
        assert_eq!(berlin.from, hour.from);
        assert!(window("yesterday..", None).is_err());
        assert!(window("2026-11-20..2026-11-19", None).is_err());
        assert!(window("2026-11-20", None).is_err());
    }
}
