//! What `scan` prints: a line for each file, then what could not be used.

use super::escape::printable;
use crate::model::report::coverage::{Artifact, Coverage};
use crate::model::words::{dated, things};
use std::fmt::Write;

/// Files with what they were recognised as, snapshots, span and clock; then skips, rejects and notes.
#[must_use]
pub fn scan(coverage: &Coverage) -> String {
    let mut out = String::new();
    let read: Vec<&Artifact> = coverage.artifacts.iter().filter(|a| a.skipped.is_empty()).collect();
    let width = |cell: &dyn Fn(&Artifact) -> usize| read.iter().map(|a| cell(a)).max().unwrap_or(0);
    let (path, format, host) = (
        width(&|a| printable(&a.path).chars().count()),
        width(&|a| a.format.len()),
        width(&|a| a.host.chars().count()),
    );
    for a in &read {
        let span = a.window.map_or("no time".to_owned(), |w| format!("{} UTC", dated(w.from, w.to)));
        let clock = if a.clock.is_empty() { String::new() } else { format!(" ({})", a.clock) };
        let cut = if a.tail { "; its head was cut off" } else { "" };
        let _ = writeln!(
            out,
            "{:path$}  {:host$}  {:format$}  {:>14}  {span}{clock}{cut}",
            printable(&a.path),
            printable(&a.host),
            a.format,
            amount(a)
        );
    }
    let skipped: Vec<&Artifact> = coverage.artifacts.iter().filter(|a| !a.skipped.is_empty()).collect();
    if !skipped.is_empty() {
        let _ = writeln!(out, "\nSkipped");
        for a in skipped {
            let _ = writeln!(out, "  {}: {}", printable(&a.path), printable(&a.skipped));
        }
    }
    if coverage.rejected > 0 {
        let _ = writeln!(out, "\nRejected: {}", things(coverage.rejected, "line", "lines"));
        for r in &coverage.rejects {
            let _ = writeln!(out, "  {}:{}: {}", printable(&r.path), r.line, printable(&r.why));
        }
        let listed = coverage.rejects.len() as u64;
        if coverage.rejected > listed {
            let _ = writeln!(out, "  … and {} more", coverage.rejected - listed);
        }
    }
    if !coverage.notes.is_empty() {
        let _ = writeln!(out, "\nNotes");
        for note in &coverage.notes {
            let _ = writeln!(out, "  {}:{}: {}", printable(&note.path), note.line, printable(&note.why));
        }
    }
    if !coverage.unknown_counters.is_empty() {
        let _ = writeln!(
            out,
            "\nCounters without a known meaning: {}",
            printable(&coverage.unknown_counters.join(", "))
        );
    }
    out
}

fn amount(a: &Artifact) -> String {
    match a.snapshots {
        0 => things(a.lines, "line", "lines"),
        n => things(n, "snapshot", "snapshots"),
    }
}
