//! What the terminal shows: the answer, and where to read on.

use super::escape::printable;
use super::findings::severity;
use super::folded;
use super::moved;
use super::terminal::{Ink, wrapped};
use crate::model::report::Report;
use crate::model::report::coverage::Missing;
use std::fmt::Write;

/// Findings listed.
const FINDINGS: usize = 7;

/// The summary, wrapped at `width` columns. Escape sequences only where `colour` is asked for; those in the
/// data never get through.
#[must_use]
pub fn text(report: &Report, colour: bool, width: usize) -> String {
    let ink = Ink::new(colour);
    let width = width.clamp(40, 120);
    let mut out = String::new();
    for line in wrapped(&report.headline.title, width, 0) {
        let _ = writeln!(out, "{}", ink.bold(&line));
    }
    for line in wrapped(&report.headline.lede, width, 0) {
        let _ = writeln!(out, "{line}");
    }
    changes(&mut out, report, &ink, width);
    findings(&mut out, report, &ink, width);
    skipped(&mut out, report, width);
    let unseen = report.coverage.missing.len();
    if unseen > 0 {
        let several = report.hosts.len() > 1;
        let title = |m: &Missing| {
            if several && !m.host.is_empty() { format!("{} ({})", m.title, m.host) } else { m.title.clone() }
        };
        let titles: Vec<String> = report.coverage.missing.iter().map(|m| printable(&title(m))).collect();
        out.push('\n');
        for (i, line) in wrapped(&titles.join("; "), width, 12).iter().enumerate() {
            let lead = if i == 0 { "not seen:   " } else { "            " };
            let _ = writeln!(out, "{lead}{line}");
        }
    }
    out
}

/// Skipped files that are named.
const SHOWN: usize = 4;
/// Of more than these, as a bundle has, only those are named that someone could make readable.
const MANY: usize = 20;

/// Files that were not read, and why, for they may hold the answer.
fn skipped(out: &mut String, report: &Report, width: usize) {
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

fn changes(out: &mut String, report: &Report, ink: &Ink, width: usize) {
    if report.changes.is_empty() {
        return; // the lede says so
    }
    out.push('\n');
    for change in &report.changes {
        let host = if report.hosts.len() > 1 { format!(" on {}", change.host) } else { String::new() };
        let (key, values) = (&change.key, moved::values(change));
        let boot = moved::boot(change);
        let comma = if boot.is_empty() { "" } else { ", " };
        let line = format!("{key} {values}{host}, {}{comma}{boot}", moved::when(report, change));
        for (i, line) in wrapped(&line, width, 4).iter().enumerate() {
            let id = format!("{:<4}", if i == 0 { printable(&change.id) } else { String::new() });
            let _ = writeln!(out, "{}{line}", ink.bold(&id));
        }
        let moved = moved::primary(report, change)
            .filter(|e| moved::measured(e))
            .map_or_else(|| "nothing that it governs was measured on both sides".to_owned(), moved::sentence);
        let concluded = moved::concluded(change);
        let first = if concluded.is_empty() { moved } else { format!("{concluded}: {moved}") };
        for moved in std::iter::once(first).chain(moved::turned(report, change)) {
            for line in wrapped(&moved, width, 4) {
                let _ = writeln!(out, "    {line}");
            }
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
