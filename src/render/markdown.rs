//! `summary.md`: what one pastes into the incident review.

use super::escape::printable;
use super::findings::severity;
use super::missing::COLLECTOR;
use super::{charts, moved};
use crate::model::report::Report;
use crate::model::words;
use std::fmt::Write;

/// Changes told in sentences, and moves without a change.
const CHANGES: usize = 20;
const MOVES: usize = 12;
/// Findings listed in full.
const FINDINGS: usize = 10;

/// The summary. Links point to `charts/`, beside it.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = format!("# {}\n\n", safe(&report.headline.title));
    if !report.headline.lede.is_empty() {
        let _ = writeln!(out, "{}\n", safe(&report.headline.lede));
    }
    let hosts: Vec<String> = report.hosts.iter().map(|h| safe(&h.name)).collect();
    let window = report.window.map_or_else(|| "no times".to_owned(), |w| words::window(w.from, w.to));
    let _ = writeln!(out, "Hosts: {} · {window}\n", hosts.join(", "));
    changes(&mut out, report);
    moves(&mut out, report);
    findings(&mut out, report);
    missing(&mut out, report);
    links(&mut out, report);
    let _ = writeln!(out, "_{}; all times in UTC. “After” is not “because of”._", safe(&report.tool));
    out
}

/// One line without signs that Markdown, or HTML in it, would act upon.
pub fn safe(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
    out
}

/// Quoted text: a code span fenced by more ticks than it holds.
pub fn code(text: &str) -> String {
    let text = printable(text).replace(['\n', '\t'], " ");
    if text.trim().is_empty() {
        return "(an empty line)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.trim())
}

fn changes(out: &mut String, report: &Report) {
    out.push_str("## Tuning changes\n\n");
    if report.changes.is_empty() {
        out.push_str("None was seen in these dumps.\n\n");
        return;
    }
    let many = report.hosts.len() > 1;
    out.push_str(
        "| | Setting | Was → became | When (UTC) | Verdict | What moved |\n|---|---|---|---|---|---|\n",
    );
    for change in &report.changes {
        let moved = moved::primary(report, change)
            .filter(|e| moved::measured(e))
            .map_or_else(|| "not measured".to_owned(), moved::sentence);
        let moved =
            std::iter::once(moved).chain(moved::turned(report, change)).collect::<Vec<_>>().join("; ");
        let boot = moved::boot(change);
        let when =
            format!("{}{}{boot}", moved::when(report, change), if boot.is_empty() { "" } else { ", " });
        let host = if many { format!(" on {}", safe(&change.host)) } else { String::new() };
        let _ = writeln!(
            out,
            "| **{}** | {}{host} | {} | {} | {} | {} |",
            safe(&change.id),
            code(&change.key).replace('|', "\\|"),
            safe(&moved::values(change)),
            safe(&when),
            safe(&moved::concluded(change)),
            safe(&moved)
        );
    }
    out.push('\n');
    for change in report.changes.iter().filter(|c| !c.sentence.is_empty()).take(CHANGES) {
        let _ = writeln!(out, "- **{}** {}", safe(&change.id), safe(&change.sentence));
        let flags = moved::primary(report, change).map_or(&[][..], |e| e.flags.as_slice());
        for flag in flags {
            let _ = writeln!(out, "  - {}", safe(&flag.words));
        }
    }
    out.push('\n');
}

/// Where series moved that nobody touched, and bursts in the log.
fn moves(out: &mut String, report: &Report) {
    let alone = report.points.iter().filter(|p| p.changes.is_empty()).map(|p| (&p.host, &p.sentence));
    let told: Vec<_> =
        report.bursts.iter().map(|b| (&b.host, &b.sentence)).chain(alone).take(MOVES).collect();
    if told.is_empty() {
        return;
    }
    out.push_str("## Moved by itself\n\n");
    for (host, sentence) in told {
        let host = if report.hosts.len() > 1 { format!("{}: ", safe(host)) } else { String::new() };
        let _ = writeln!(out, "- {host}{}", safe(sentence));
    }
    out.push('\n');
}

fn findings(out: &mut String, report: &Report) {
    out.push_str("## Findings\n\n");
    if report.findings.is_empty() {
        out.push_str("No rule found anything in what could be read.\n\n");
        return;
    }
    for finding in report.findings.iter().take(FINDINGS) {
        let seen = safe(&finding.seen);
        let host = if report.hosts.len() > 1 { format!(", {}", safe(&finding.host)) } else { String::new() };
        let _ =
            writeln!(out, "- **{}** ({}{host}). {seen}", safe(&finding.title), severity(finding.severity));
        if let Some(it) = finding.exhibits.iter().find(|e| e.key).or(finding.exhibits.first()) {
            let place = code(&format!("{}:{}", it.path, it.line));
            let _ = writeln!(out, "  {place}: {}", code(&it.text));
        }
    }
    if report.findings.len() > FINDINGS {
        let _ = writeln!(out, "- and {} more in the report", report.findings.len() - FINDINGS);
    }
    out.push('\n');
}

fn missing(out: &mut String, report: &Report) {
    let missing = &report.coverage.missing;
    if missing.is_empty() {
        return;
    }
    out.push_str("## What could not be seen\n\n");
    for it in missing {
        let named = report.hosts.len() > 1 && !it.host.is_empty();
        let host = if named { format!(" ({})", safe(&it.host)) } else { String::new() };
        let _ = write!(out, "- **{}**{host}: {}", safe(&it.title), safe(&it.text));
        if !it.collect.is_empty() {
            let _ = write!(out, " Next time: {}", code(&it.collect));
        }
        out.push('\n');
    }
    if missing.iter().any(|it| !it.collect.is_empty()) {
        let _ = writeln!(out, "\nMost of it at once, on the host: {}", code(COLLECTOR));
    }
    out.push('\n');
}

fn links(out: &mut String, report: &Report) {
    let charts = charts(report);
    if charts.is_empty() {
        return;
    }
    out.push_str("## Charts\n\n");
    for (name, _) in charts {
        let _ = writeln!(out, "- [{name}](charts/{name})");
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(safe("a|b <script> [x](y)\n# z"), "a\\|b &lt;script&gt; \\[x\\](y) \\# z");
        assert_eq!(code("a `b` c"), "`` a `b` c ``");
    }
}
