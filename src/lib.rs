//! netmortem: what went wrong, what was changed, and what moved after it, from archived dumps alone.
//!
//! The path of the data, once, forward:
//!
//! ```text
//! bytes ─source─▶ Artifact ─parse─▶ facts (+ rejects) ─timeline─▶ series · settings · events, one UTC axis
//!       ─correlate─▶ changes, effects ─diagnose─▶ findings ─assemble─▶ Report ─render─▶ html · svg · md · json
//! ```
//!
//! Each folder is a floor; a floor uses the floors before it in that line and never one behind it
//! (`tests/it/floors.rs` holds that). [`read`] goes as far as the timeline, [`report`] from there to the end; [`batch`]
//! goes that way once for each of many bundles.

pub mod assemble;
pub mod batch;
pub mod catalogue;
pub mod cli;
pub mod compare;
pub mod correlate;
pub mod diagnose;
pub mod error;
mod intake;
pub mod model;
pub mod parse;
pub mod redact;
pub mod render;
pub mod source;
pub mod stats;
pub mod timeline;
pub mod two;
pub mod write;

use error::Error;
use model::report::Report;
use model::report::coverage::Coverage;
use model::report::moved::Found;
use source::Artifact;
use source::archive::Budget;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use timeline::{Account, Input, Options, Timeline};

/// The shell script that collects dumps on a host: a snapshot of what the parsers read, every few seconds.
pub const COLLECTOR: &str = include_str!("collector.sh");

/// Everything read and put on one axis, with the bytes to quote from.
pub struct Evidence {
    /// By path.
    pub artifacts: Vec<Artifact>,
    /// Same order of artifacts.
    pub timeline: Timeline,
    /// INPUTs that could not be read at all.
    pub refused: Vec<Error>,
    /// The INPUTs by their bytes, for the report; empty where nobody asked (see [`batch::inputs`]).
    pub inputs: Vec<model::report::coverage::Input>,
}

/// Reads all inputs. `progress` is told how many of how many bytes are read.
///
/// # Errors
/// When nothing in the inputs was recognised. An INPUT that is missing is no reason to leave the rest.
pub fn read(
    inputs: &[PathBuf],
    options: Options<'_>,
    budget: Budget,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Evidence, Error> {
    let intake::Intake { dumps, mut refused } = intake::read(inputs, budget, progress);
    let (artifacts, parsed): (Vec<Artifact>, Vec<parse::Parsed>) = dumps.into_iter().unzip();
    let input = |(artifact, parsed): (&'_ Artifact, parse::Parsed)| Input {
        path: artifact.path.clone(),
        kept_as: artifact.kept_as.clone(),
        bytes: artifact.bytes,
        modified: artifact.modified,
        changed: artifact.changed,
        lost: artifact.lost.clone(),
        parsed,
    };
    let timeline = timeline::build(artifacts.iter().zip(parsed).map(input).collect(), options);
    let outside = options.window.is_some() && timeline.window().is_none();
    if timeline.hosts.is_empty() || outside {
        let alone = artifacts.len() == 1;
        let refusal = refused.pop().filter(|_| alone);
        return Err(refusal.unwrap_or_else(|| Error::NothingKnown(nothing_known(&timeline, options))));
    }
    Ok(Evidence { artifacts, timeline, refused, inputs: Vec::new() })
}

fn nothing_known(timeline: &Timeline, options: Options<'_>) -> String {
    use std::fmt::Write;
    match timeline.artifacts.as_slice() {
        [] => return "no file in the input".to_owned(),
        [Account { path, skipped: Some(why), .. }] => return format!("{path}: {why}"),
        _ => {}
    }
    let mut text = match options.host {
        _ if options.window.is_some() && !timeline.hosts.is_empty() => {
            return "nothing in the input lies in the --window".to_owned();
        }
        Some(host) => return format!("no dump of host {host:?} in the input, which has {}", hosts(timeline)),
        None => "nothing in the input is a dump that netmortem knows".to_owned(),
    };
    for account in timeline.artifacts.iter().take(10) {
        let _ = write!(text, "\n  {}: {}", account.path, of_no_use(account)); // writing to a String cannot fail
    }
    if timeline.artifacts.len() > 10 {
        let _ = write!(text, "\n  … and {} more", timeline.artifacts.len() - 10);
    }
    text
}

/// Why nothing came of a file: it was skipped, or read and its lines rejected.
fn of_no_use(account: &Account) -> String {
    if let Some(why) = &account.skipped {
        return why.clone();
    }
    let formats = account.formats.join(" + ");
    match account.rejects.kept.first() {
        Some(first) => format!("read as {formats}, but line {}: {}", first.line, first.why),
        None => format!("read as {formats}, and has no value in it"),
    }
}

/// Names of the hosts whose dumps are in the input.
fn hosts(timeline: &Timeline) -> String {
    let names: BTreeSet<&str> =
        timeline.artifacts.iter().flat_map(|a| &a.hosts).map(String::as_str).collect();
    if names.is_empty() { "no host".to_owned() } else { names.into_iter().collect::<Vec<_>>().join(", ") }
}

/// What was read, and what was not: all that can be said without comparing anything.
#[must_use]
pub fn coverage(evidence: &Evidence) -> Coverage {
    assemble::coverage(&evidence.timeline, &[])
}

/// From the timeline to the report.
#[must_use]
pub fn report(evidence: &Evidence) -> Report {
    let timeline = &evidence.timeline;
    let quote = quoting(evidence);
    let mut changes = correlate::changes(timeline, &quote);
    let effects = correlate::effects(timeline, &mut changes);
    let (points, bursts) = correlate::moves(timeline, &changes, &effects);
    let since_boot = correlate::since_boot(timeline, &quote);
    let findings = diagnose::findings(timeline, &changes, &since_boot, &quote);
    let found = assemble::Found { changes, effects, points, bursts, since_boot, findings };
    let mut report = assemble::report(timeline, found, &quote);
    report.coverage.inputs.clone_from(&evidence.inputs);
    report
}

/// The text of each line.
fn quoting(evidence: &Evidence) -> impl Fn(u32, u32) -> String + '_ {
    let logged = logged(&evidence.timeline);
    move |artifact, line| {
        let kept = evidence.artifacts.get(artifact as usize).map(|a| a.line(line)).unwrap_or_default();
        // of a log that streamed by, the lines that tell something are all that is left
        match logged.get(&(artifact, line)).filter(|_| kept.is_empty()) {
            Some(text) => (*text).to_owned(),
            None => kept,
        }
    }
}

/// Where the level of a series moved: `text` is a CSV of time and value.
///
/// # Errors
/// Why the text is no such series.
pub fn change_points(text: &str, alpha: f64) -> Result<Found, String> {
    let rows = parse::pairs::pairs(text)?;
    Ok(correlate::moves::of_rows(&rows, alpha))
}

/// Lines of logs that something was made of, by artifact and line.
fn logged(timeline: &Timeline) -> HashMap<(u32, u32), &str> {
    let mut lines = HashMap::new();
    for host in &timeline.hosts {
        lines.extend(host.events.iter().map(|e| ((e.artifact, e.line), e.text.as_str())));
        lines.extend(host.actions.iter().map(|a| ((a.artifact, a.line), a.text.as_str())));
    }
    lines
}
