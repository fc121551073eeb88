//! `--format text`: the whole report for a terminal, with sparklines. It says what the page says in the same order.

mod lanes;
mod rail;
mod spark;

use super::escape::printable;
use super::findings::severity;
use super::terminal::{Ink, wrapped};
use super::text;
use crate::model::report::{Finding, Report};
use crate::model::words;
use std::fmt::Write;

/// Findings told in full, and moves without a change.
const FINDINGS: usize = 30;
const MOVES: usize = 12;

/// The report, wrapped at `width` columns. Escape sequences only where `colour` is asked for; those in the data never
/// get through.
#[must_use]
pub fn console(report: &Report, colour: bool, width: usize) -> String {
    let ink = Ink::new(colour);
    let width = width.clamp(40, 160);
    // lines of prose that are longer than this are hard to read
    let prose = width.min(100);
    let mut out = String::new();
    text::head(&mut out, report, &ink, prose);
    text::changes(&mut out, report, &ink, prose, text::Depth::Full);
    for figure in &report.figures {
        let window = words::window(figure.window.from, figure.window.to);
        heading(&mut out, &ink, &format!("{} · {window}", figure.host), prose);
        lanes::figure(&mut out, report, figure, &ink, width);
    }
    moves(&mut out, report, &ink, prose);
    findings(&mut out, report, &ink, prose);
    missing(&mut out, report, &ink, prose);
    text::skipped(&mut out, report, prose);
    out.push('\n');
    for line in wrapped(&format!("{}; all times in UTC.", report.tool), prose, 0) {
        let _ = writeln!(out, "{}", ink.faint(&line));
    }
    out
}

fn heading(out: &mut String, ink: &Ink, title: &str, width: usize) {
    out.push('\n');
    for line in wrapped(title, width, 0) {
        let _ = writeln!(out, "{}", ink.bold(&line));
    }
    out.push('\n');
}

/// A paragraph behind an indent.
fn paragraph(out: &mut String, text: &str, width: usize, indent: usize) {
    for line in wrapped(text, width, indent) {
        let _ = writeln!(out, "{:indent$}{line}", "");
    }
}

fn moves(out: &mut String, report: &Report, ink: &Ink, width: usize) {
    let alone = report.points.iter().filter(|p| p.changes.is_empty()).map(|p| (&p.host, &p.sentence));
    let told: Vec<_> = report.bursts.iter().map(|b| (&b.host, &b.sentence)).chain(alone).collect();
    if told.is_empty() {
        return;
    }
    heading(out, ink, "Moved by itself", width);
    for (host, sentence) in told.iter().take(MOVES) {
        let host = if report.hosts.len() > 1 { format!("{host}: ") } else { String::new() };
        for (i, line) in wrapped(&format!("{host}{sentence}"), width, 2).iter().enumerate() {
            let _ = writeln!(out, "{} {line}", if i == 0 { '·' } else { ' ' });
        }
    }
    more(out, told.len(), MOVES, 2);
}

fn more(out: &mut String, all: usize, shown: usize, indent: usize) {
    if all > shown {
        let _ = writeln!(out, "{:indent$}and {} more in the report", "", all - shown);
    }
}

fn findings(out: &mut String, report: &Report, ink: &Ink, width: usize) {
    if report.findings.is_empty() {
        return; // the lede says so
    }
    heading(out, ink, "Findings", width);
    for finding in report.findings.iter().take(FINDINGS) {
        told(out, report, finding, ink, width);
    }
    more(out, report.findings.len(), FINDINGS, 10);
}

fn told(out: &mut String, report: &Report, finding: &Finding, ink: &Ink, width: usize) {
    let word = format!("{:<10}", severity(finding.severity));
    let host = if report.hosts.len() > 1 { format!(" ({})", finding.host) } else { String::new() };
    for (i, line) in wrapped(&format!("{}{host}", finding.title), width, 10).iter().enumerate() {
        let lead = if i == 0 { ink.severity(finding.severity, &word) } else { " ".repeat(10) };
        let _ = writeln!(out, "{lead}{}", ink.bold(line));
    }
    paragraph(out, &finding.seen, width, 10);
    if let Some(it) = finding.exhibits.iter().find(|e| e.key).or(finding.exhibits.first()) {
        let place = format!("{}:{}", it.path, it.line);
        paragraph(out, &place, width, 12);
        for line in wrapped(&it.text, width, 12).iter().take(3) {
            let _ = writeln!(out, "{}", ink.faint(&format!("{:12}{line}", "")));
        }
    }
    if !finding.next.is_empty() {
        paragraph(out, &format!("Check next: {}", finding.next), width, 10);
    }
    out.push('\n');
}

fn missing(out: &mut String, report: &Report, ink: &Ink, width: usize) {
    let missing = &report.coverage.missing;
    if missing.is_empty() {
        return;
    }
    let heading_line = "What could not be seen";
    if out.ends_with("\n\n") {
        out.pop();
    }
    heading(out, ink, heading_line, width);
    for it in missing {
        let named = report.hosts.len() > 1 && !it.host.is_empty();
        let host = if named { format!(" ({})", it.host) } else { String::new() };
        let text = format!("{}{host}: {}", it.title, it.text);
        for (i, line) in wrapped(&text, width, 2).iter().enumerate() {
            let _ = writeln!(out, "{} {line}", if i == 0 { '·' } else { ' ' });
        }
        if !it.collect.is_empty() {
            let _ = writeln!(
                out,
                "    {}",
                ink.faint(&printable(&format!("$ {}", it.collect)).replace('\n', " "))
            );
        }
    }
}
