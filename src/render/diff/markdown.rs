//! `diff.md`: what one pastes into a ticket.

use super::{harmful, traffic, words as said};
use crate::model::diff::{Counter, Diff, Listening, Party, Setting, SettingKind};
use crate::model::words;
use crate::render::findings::severity;
use crate::render::markdown::{self, safe};
use std::fmt::Write;

/// Quoted text in a cell, in which a bar would end it.
fn code(text: &str) -> String {
    markdown::code(text).replace('|', "\\|")
}

/// Rows of one table.
const ROWS: usize = 30;

/// The comparison as tables.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut out = format!("# {}\n\n{}\n\n", safe(&diff.title), safe(&diff.lede));
    for (letter, party) in [("A", &diff.a), ("B", &diff.b)] {
        let _ = writeln!(out, "- **{letter}**: {}", one(party));
    }
    out.push('\n');
    if !diff.relation.same_bytes {
        counters(&mut out, diff, "Harmful counters that differ", &harmful(diff));
        counters(&mut out, diff, "Traffic", &traffic(diff));
        settings(&mut out, diff);
        listeners(&mut out, diff);
        findings(&mut out, diff);
        gaps(&mut out, diff);
    }
    let _ =
        writeln!(out, "_{}; all times in UTC. A comparison of two sides has no cause._", safe(&diff.tool));
    out
}

fn one(party: &Party) -> String {
    let at = party.at.map_or_else(|| "undated".to_owned(), |at| format!("{} UTC", words::instant(at)));
    let up = party.uptime.map(|s| format!(", {} after boot", words::duration(s))).unwrap_or_default();
    format!("{} ({}), counters last read {at}{up}", safe(&party.host), code(&party.input))
}

fn head(out: &mut String, title: &str, cells: &[&str]) {
    let _ = writeln!(out, "## {title}\n\n| {} |", cells.join(" | "));
    let _ = writeln!(out, "|{}", "---|".repeat(cells.len()));
}

fn more(out: &mut String, rows: usize) {
    if rows > ROWS {
        let _ = writeln!(out, "\nand {} more in diff.json", rows - ROWS);
    }
    out.push('\n');
}

fn counters(out: &mut String, diff: &Diff, title: &str, rows: &[&Counter]) {
    if rows.is_empty() {
        let _ = writeln!(out, "## {title}\n\nNone.\n");
        return;
    }
    let (a, b) = said::heads(diff);
    head(out, title, &["Counter", &safe(&a), &safe(&b), "B / A", "Read at"]);
    for row in rows.iter().take(ROWS) {
        let side = |m| {
            let parts = [said::measure(m), said::share(m), said::over(m)];
            let told = parts.iter().filter(|t| !t.is_empty()).map(|t| safe(t));
            told.collect::<Vec<_>>().join("; ")
        };
        let ratio = [said::ratio(diff, row), said::by_share(row)];
        let ratio = ratio.iter().filter(|t| !t.is_empty()).map(|t| safe(t)).collect::<Vec<_>>().join(", ");
        let places = [&row.a, &row.b].into_iter().filter_map(|m| m.exhibit.as_ref());
        let places: Vec<String> = places.map(|e| code(&format!("{}:{}", e.path, e.line))).collect();
        let _ = writeln!(
            out,
            "| {} {} | {} | {} | {ratio} | {} |",
            safe(&row.title),
            code(&said::name(row)),
            side(&row.a),
            side(&row.b),
            places.join("<br>")
        );
    }
    more(out, rows.len());
}

fn settings(out: &mut String, diff: &Diff) {
    let rows: Vec<&Setting> = diff.settings.iter().filter(|s| s.kind == SettingKind::Running).collect();
    if rows.is_empty() {
        let read = diff.census.a > 0 && diff.census.b > 0;
        let words =
            if read { "No running value differs." } else { "Running values were not read of both sides." };
        let _ = writeln!(out, "## Settings\n\n{words}\n");
    } else {
        let (a, b) = said::sides(diff);
        head(out, "Settings", &["Key", &safe(&a), &safe(&b), "Default", "Read at"]);
        for row in rows.iter().take(ROWS) {
            let places = [&row.a, &row.b].into_iter().filter_map(|v| v.running.as_ref());
            let places: Vec<String> = places.map(|v| code(&format!("{}:{}", v.path, v.line))).collect();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                code(&said::key(row)),
                safe(&said::running(&row.a)),
                safe(&said::running(&row.b)),
                safe(&row.default),
                places.join("<br>")
            );
        }
        more(out, rows.len());
    }
    for (kind, words) in [
        (SettingKind::Files, "Different in files alone".to_owned()),
        (SettingKind::OnlyA, format!("Only on {}", safe(&diff.a.label))),
        (SettingKind::OnlyB, format!("Only on {}", safe(&diff.b.label))),
    ] {
        let keys: Vec<String> =
            diff.settings.iter().filter(|s| s.kind == kind).map(|s| code(&said::key(s))).collect();
        if !keys.is_empty() {
            let shown = keys.get(..ROWS).unwrap_or(&keys).join(", ");
            let _ = writeln!(out, "{words}: {shown}");
            more(out, keys.len());
        }
    }
}

fn listeners(out: &mut String, diff: &Diff) {
    let rows: Vec<_> = diff.listeners.iter().filter(|l| l.differs).collect();
    if rows.is_empty() || !diff.a.listeners || !diff.b.listeners {
        return;
    }
    let (a, b) = said::sides(diff);
    head(out, "Listeners", &["Listener", &safe(&a), &safe(&b)]);
    let side = |it: Option<&Listening>| {
        let place = it.map(|it| format!("<br>{}", code(&format!("{}:{}", it.exhibit.path, it.exhibit.line))));
        format!("{}{}", safe(&said::listening(it)), place.unwrap_or_default())
    };
    for row in rows.iter().take(ROWS) {
        let _ = writeln!(out, "| {} | {} | {} |", code(&row.of), side(row.a.as_ref()), side(row.b.as_ref()));
    }
    more(out, rows.len());
}

fn findings(out: &mut String, diff: &Diff) {
    if diff.findings.is_empty() {
        return;
    }
    out.push_str("## Findings\n\n");
    for row in diff.findings.iter().take(ROWS) {
        let (on, said) = match (&row.a, &row.b) {
            (Some(a), Some(b)) => ("both".to_owned(), format!("{}; {}", safe(&a.title), safe(&b.title))),
            (Some(a), None) => (format!("only {}", safe(&diff.a.label)), safe(&a.title)),
            (None, Some(b)) => (format!("only {}", safe(&diff.b.label)), safe(&b.title)),
            (None, None) => continue,
        };
        let _ = writeln!(out, "- {} ({on}): {said}", severity(row.severity));
    }
    more(out, diff.findings.len());
}

fn gaps(out: &mut String, diff: &Diff) {
    if diff.gaps.is_empty() {
        return;
    }
    out.push_str("## What could not be compared\n\n");
    for gap in &diff.gaps {
        let _ = write!(out, "- **{}**: {}", safe(&gap.title), safe(&gap.text));
        if !gap.names.is_empty() {
            let names: Vec<String> = gap.names.iter().take(ROWS).map(|n| code(n)).collect();
            let _ = write!(out, " {}", names.join(", "));
        }
        out.push('\n');
    }
    out.push('\n');
}
