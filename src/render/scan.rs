//! What `scan` prints: a line for each file, then what could not be used.

use super::coverage::shared;
use super::escape::printable;
use super::folded::{self, Row};
use crate::model::report::Window;
use crate::model::report::coverage::{Artifact, Coverage};
use crate::model::words::{dated, things};
use std::fmt::Write;

/// A beginning that all paths share is said once where it is longer than this.
const LONG: usize = 32;

/// Files with what they were recognised as, snapshots, span and clock; then skips, rejects and notes.
#[must_use]
pub fn scan(coverage: &Coverage) -> String {
    let mut out = String::new();
    let read = folded::read(&coverage.artifacts);
    let shared = Some(shared(&coverage.artifacts)).filter(|s| s.len() > LONG).unwrap_or_default();
    if !shared.is_empty() {
        let _ = writeln!(out, "All paths begin with {}, which is left out here.\n", printable(shared));
    }
    let short = |path: &str| printable(path.strip_prefix(shared).filter(|p| !p.is_empty()).unwrap_or(path));
    let shown = |row: &Row<'_>| shown(row, &short);
    let width = |cell: &dyn Fn(&Row<'_>) -> usize| read.iter().map(cell).max().unwrap_or(0);
    let (path, format, host) = (
        width(&|row| shown(row).chars().count()),
        width(&|row| row.files[0].format.len()),
        width(&|row| row.files[0].host.chars().count()),
    );
    for row in &read {
        let a = row.files[0];
        let window = row
            .files
            .iter()
            .filter_map(|a| a.window)
            .reduce(|all, w| Window { from: all.from.min(w.from), to: all.to.max(w.to) });
        let span = window.map_or("no time".to_owned(), |w| format!("{} UTC", dated(w.from, w.to)));
        let clock = if a.clock.is_empty() { String::new() } else { format!(" ({})", a.clock) };
        let cut = if a.tail { "; its head was cut off" } else { "" };
        let _ = writeln!(
            out,
            "{:path$}  {:host$}  {:format$}  {:>14}  {span}{clock}{cut}",
            shown(row),
            printable(&a.host),
            a.format,
            amount(row)
        );
    }
    let skipped = folded::skipped(&coverage.artifacts);
    if !skipped.is_empty() {
        let _ = writeln!(out, "\nSkipped");
        for row in skipped {
            let _ = writeln!(out, "  {}: {}", short(&row.path), printable(&folded::why(&row)));
        }
    }
    if coverage.rejected > 0 {
        let _ = writeln!(out, "\nRejected: {}", things(coverage.rejected, "line", "lines"));
        for r in &coverage.rejects {
            let _ = writeln!(out, "  {}:{}: {}", short(&r.path), r.line, printable(&r.why));
        }
        let listed = coverage.rejects.len() as u64;
        if coverage.rejected > listed {
            let _ = writeln!(out, "  … and {} more", coverage.rejected - listed);
        }
    }
    if !coverage.notes.is_empty() {
        let _ = writeln!(out, "\nNotes");
        for note in &coverage.notes {
            let _ = writeln!(out, "  {}:{}: {}", short(&note.path), note.line, printable(&note.why));
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

/// The path, or what several share and how many they are.
fn shown(row: &Row<'_>, short: &dyn Fn(&str) -> String) -> String {
    match row.files.len() {
        1 => short(&row.path),
        n => format!("{} ({n} files)", short(&row.path)),
    }
}

fn amount(row: &Row<'_>) -> String {
    let sum = |of: fn(&Artifact) -> u64| row.files.iter().map(|a| of(a)).sum();
    match sum(|a| a.snapshots) {
        0 => things(sum(|a| a.lines), "line", "lines"),
        n => things(n, "snapshot", "snapshots"),
    }
}
