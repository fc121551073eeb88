//! Changes in the summary: one row each with its verdict, then what supports and what weakens it.

use super::plain::{cell, safe};
use crate::model::report::Report;
use crate::model::report::effect::Change;
use crate::model::report::verdict::Verdict;
use crate::model::words;
use crate::render::moved;
use std::cmp::Reverse;
use std::fmt::Write;

/// Rows, and changes told in sentences: those with a verdict that claims something come first.
const ROWS: usize = 40;
const TOLD: usize = 20;

/// The table.
pub fn rows(out: &mut String, report: &Report) {
    out.push_str("## Tuning changes\n\n");
    if report.changes.is_empty() {
        out.push_str("None was seen in these dumps.\n\n");
        return;
    }
    out.push_str(
        "| | Setting | Was → became | When (UTC) | Verdict | What moved | Size (95 % interval) |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let shown = foremost(report, ROWS);
    for change in &shown {
        row(out, report, change);
    }
    out.push('\n');
    folded(out, report, &shown);
}

/// What supports each verdict, and what weakens it.
pub fn told(out: &mut String, report: &Report) {
    for change in foremost(report, TOLD).into_iter().filter(|c| !c.sentence.is_empty()) {
        let _ = writeln!(out, "- **{}** {}", safe(&change.id), safe(&change.sentence));
        let flags = moved::primary(report, change).map_or(&[][..], |e| e.flags.as_slice());
        for flag in flags {
            let supports = if flag.weight < 0 { "Supports it: " } else { "" };
            let _ = writeln!(out, "  - {supports}{}", safe(&flag.words));
        }
        for caveat in &change.caveats {
            let _ = writeln!(out, "  - {}", safe(caveat));
        }
        for settle in &change.settle {
            let _ = writeln!(out, "  - What would settle it: {}", safe(settle));
        }
    }
    if !report.changes.is_empty() {
        out.push('\n');
    }
}

/// At most `most` changes in the report's order: all, or those that claim most.
pub fn foremost(report: &Report, most: usize) -> Vec<&Change> {
    let mut order: Vec<(usize, &Change)> = report.changes.iter().enumerate().collect();
    order.sort_by_key(|(i, change)| (Reverse(change.verdict.map_or(0, Verdict::claims)), *i));
    order.truncate(most);
    order.sort_by_key(|(i, _)| *i);
    order.into_iter().map(|(_, change)| change).collect()
}

fn row(out: &mut String, report: &Report, change: &Change) {
    let main = moved::primary(report, change).filter(|e| moved::measured(e));
    let moved = main.map_or_else(|| "not measured".to_owned(), moved::sentence);
    let moved = std::iter::once(moved).chain(moved::turned(report, change)).collect::<Vec<_>>().join("; ");
    let boot = moved::boot(report, change);
    let when = format!("{}{}{boot}", moved::when(report, change), if boot.is_empty() { "" } else { ", " });
    let host = if report.hosts.len() > 1 { format!(" on {}", safe(&change.host)) } else { String::new() };
    let tier = main.and_then(|e| e.estimate.as_ref()).map_or("", |e| e.tier.as_str());
    let size = main.and_then(moved::size).unwrap_or_default();
    let comma = if size.is_empty() || tier.is_empty() { "" } else { ", by " };
    let tier = if size.is_empty() { "" } else { tier };
    let _ = writeln!(
        out,
        "| **{}** | {}{host} | {} | {} | {} | {} | {} |",
        safe(&change.id),
        cell(&change.key),
        safe(&moved::values(change)),
        safe(&when),
        safe(&moved::concluded(change)),
        safe(&moved),
        safe(&format!("{size}{comma}{tier}")),
    );
}

/// How many are not in the table, by their verdicts.
fn folded(out: &mut String, report: &Report, shown: &[&Change]) {
    let left = report.changes.len() - shown.len();
    if left == 0 {
        return;
    }
    let hidden = || report.changes.iter().filter(|c| !shown.iter().any(|s| std::ptr::eq(*s, *c)));
    let mut words: Vec<&str> =
        hidden().map(|c| c.verdict.map_or("without a verdict", Verdict::word)).collect();
    words.sort_unstable();
    let counts: Vec<String> =
        words.chunk_by(|a, b| a == b).map(|same| format!("{} {}", same.len(), same[0])).collect();
    let changes = words::things(left as u64, "more change", "more changes");
    let _ = writeln!(out, "And {changes} in the report: {}.\n", counts.join(", "));
}
