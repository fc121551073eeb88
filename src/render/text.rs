//! What the terminal shows: the answer, and where to read on.

use super::escape::printable;
use super::findings::severity;
use super::folded;
use super::markdown::foremost;
use super::terminal::{Ink, wrapped};
use super::{effects, moved};
use crate::model::report::Report;
use crate::model::report::coverage::Missing;
use crate::model::report::effect::Change;
use crate::model::words;
use std::fmt::Write;

/// Findings listed.
const FINDINGS: usize = 7;
/// Changes listed.
const CHANGES: usize = 12;

/// The summary, wrapped at `width` columns. Escape sequences only where `colour` is asked for; those in the
/// data never get through.
#[must_use]
pub fn text(report: &Report, colour: bool, width: usize) -> String {
    let ink = Ink::new(colour);
    let width = width.clamp(40, 120);
    let mut out = String::new();
    head(&mut out, report, &ink, width);
    changes(&mut out, report, &ink, width, Depth::Short);
    findings(&mut out, report, &ink, width);
    skipped(&mut out, report, width);
    let unseen = unseen(report);
    if !unseen.is_empty() {
        out.push('\n');
        for (i, line) in wrapped(&unseen.join("; "), width, 12).iter().enumerate() {
            let lead = if i == 0 { "not seen:   " } else { "            " };
            let _ = writeln!(out, "{lead}{line}");
        }
    }
    out
}

/// Hosts that are named beside what was not seen of them.
const HOSTS: usize = 3;

/// What was not seen, each once: `The log (web1, web2)`; of all hosts, without their names.
fn unseen(report: &Report) -> Vec<String> {
    let mut items: Vec<(&str, Vec<&str>)> = Vec::new();
    for Missing { title, host, .. } in &report.coverage.missing {
        match items.iter_mut().find(|(known, _)| known == title) {
            Some((_, hosts)) => hosts.push(host),
            None => items.push((title, vec![host])),
        }
    }
    let told = items.into_iter().map(|(title, mut hosts)| {
        hosts.retain(|host| !host.is_empty());
        hosts.dedup();
        let title = printable(title);
        match hosts.len() {
            n if n == 0 || n == report.hosts.len() => title,
            n if n > HOSTS => {
                format!("{title} ({} and {} more hosts)", hosts[..HOSTS - 1].join(", "), n + 1 - HOSTS)
            }
            _ => format!("{title} ({})", hosts.join(", ")),
        }
    });
    told.collect()
}

/// How much is told of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// The verdict.
    Short,
    /// Its sentence and what weakens it as well.
    Full,
}

/// Headline and lede.
pub(super) fn head(out: &mut String, report: &Report, ink: &Ink, width: usize) {
    for line in wrapped(&report.headline.title, width, 0) {
        let _ = writeln!(out, "{}", ink.bold(&line));
    }
    for line in wrapped(&report.headline.lede, width, 0) {
        let _ = writeln!(out, "{line}");
    }
}

/// Skipped files that are named.
const SHOWN: usize = 4;
/// Of more than these, as a bundle has, only those are named that someone could make readable.
const MANY: usize = 20;

/// Files that were not read, and why, for they may hold the answer.
pub(super) fn skipped(out: &mut String, report: &Report, width: usize) {
    let all = report.coverage.artifacts.len();
    let mut rows = folded::skipped(&report.coverage.artifacts);
    if rows.is_empty() {
        return;
    }
    let files: usize = rows.iter().map(|row| row.files.len()).sum();
    if files > MANY {
        rows.retain(|row| !folded::is_plain(&row.files[0].skipped));
    }
    let shown: Vec<String> =
        rows.iter().take(SHOWN).map(|row| format!("{} ({})", row.path, folded::why(row))).collect();
    let of = format!("{files} of {all} files");
    let named: usize = rows.iter().take(SHOWN).map(|row| row.files.len()).sum();
    let more = if files > named { "netmortem scan lists them" } else { "" };
    let text = match (shown.join("; "), more) {
        (named, "") => format!("{of}: {named}"),
        (named, more) if named.is_empty() => format!("{of} ({more})"),
        (named, more) => format!("{of}: {named}; … ({more})"),
    };
    out.push('\n');
    for (i, line) in wrapped(&text, width, 12).iter().enumerate() {
        let _ = writeln!(out, "{}{line}", if i == 0 { "skipped:    " } else { "            " });
    }
}

pub(super) fn changes(out: &mut String, report: &Report, ink: &Ink, width: usize, depth: Depth) {
    if report.changes.is_empty() {
        return; // the lede says so
    }
    out.push('\n');
    let shown = if depth == Depth::Full { report.changes.len() } else { CHANGES };
    for change in foremost(report, shown) {
        let host = if report.hosts.len() > 1 { format!(" on {}", change.host) } else { String::new() };
        let (key, values) = (&change.key, moved::values(change));
        let boot = moved::boot(report, change);
        let comma = if boot.is_empty() { "" } else { ", " };
        let line = format!("{key} {values}{host}, {}{comma}{boot}", moved::when(report, change));
        for (i, line) in wrapped(&line, width, 4).iter().enumerate() {
            let id = format!("{:<4}", if i == 0 { printable(&change.id) } else { String::new() });
            let _ = writeln!(out, "{}{line}", ink.bold(&id));
        }
        let moved = moved::primary(report, change)
            .filter(|e| moved::measured(e))
            .map_or_else(|| "nothing that it governs was measured on both sides".to_owned(), moved::sentence);
        if depth == Depth::Full && !change.sentence.is_empty() {
            weakened(out, report, change, width);
            continue;
        }
        let concluded = moved::concluded(change);
        let first = if concluded.is_empty() { moved } else { format!("{concluded}: {moved}") };
        for moved in std::iter::once(first).chain(moved::turned(report, change)) {
            for line in wrapped(&moved, width, 4) {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
    if let Some(more) = report.changes.len().checked_sub(shown).filter(|more| *more > 0) {
        let _ = writeln!(out, "    and {}", words::things(more as u64, "more change", "more changes"));
    }
}

/// The sentence of a change, what else turned, and what weakens or supports it.
fn weakened(out: &mut String, report: &Report, change: &Change, width: usize) {
    let verdict = change.verdict.map(|v| format!("{}: ", moved::verdict(v))).unwrap_or_default();
    let also = moved::turned(report, change);
    for text in std::iter::once(format!("{verdict}{}", change.sentence)).chain(also) {
        for line in wrapped(&text, width, 4) {
            let _ = writeln!(out, "    {line}");
        }
    }
    let flags = moved::primary(report, change).map_or(&[][..], |e| e.flags.as_slice());
    let flags = flags.iter().map(|f| (effects::mark(f.weight), &f.words));
    for (mark, words) in flags.chain(change.caveats.iter().map(|words| ('·', words))) {
        for (i, line) in wrapped(words, width, 6).iter().enumerate() {
            let _ = writeln!(out, "    {} {line}", if i == 0 { mark } else { ' ' });
        }
    }
}

fn findings(out: &mut String, report: &Report, ink: &Ink, width: usize) {
    if report.findings.is_empty() {
        return; // the lede says so
    }
    out.push('\n');
    let several = report.hosts.len() > 1;
    for finding in report.findings.iter().take(FINDINGS) {
        let word = format!("{:<10}", severity(finding.severity));
        let host = if several { format!(" ({})", finding.host) } else { String::new() };
        for (i, line) in wrapped(&format!("{}{host}", finding.title), width, 10).iter().enumerate() {
            let lead = if i == 0 { ink.severity(finding.severity, &word) } else { " ".repeat(10) };
            let _ = writeln!(out, "{lead}{line}");
        }
    }
    if report.findings.len() > FINDINGS {
        let _ = writeln!(out, "          and {} more", report.findings.len() - FINDINGS);
    }
}
