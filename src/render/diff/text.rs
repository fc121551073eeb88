//! What the terminal shows: what differs, most telling first.

use super::{harmful, traffic, words as said};
use crate::model::diff::{Diff, Listener, Listening, Setting, SettingKind};
use crate::model::words::things;
use crate::render::escape::printable;
use crate::render::findings::severity;
use crate::render::terminal::{Ink, wrapped};
use std::fmt::Write;

/// Rows of one block.
const ROWS: usize = 12;

/// The summary, wrapped at `width` columns. Escape sequences only where `colour` is asked for.
#[must_use]
pub fn text(diff: &Diff, colour: bool, width: usize) -> String {
    let ink = Ink::new(colour);
    let width = width.clamp(40, 120);
    let mut out = String::new();
    for line in wrapped(&diff.title, width, 0) {
        let _ = writeln!(out, "{}", ink.bold(&line));
    }
    for line in wrapped(&diff.lede, width, 0) {
        let _ = writeln!(out, "{line}");
    }
    if diff.relation.same_bytes {
        return out;
    }
    counters(&mut out, diff, &ink);
    settings(&mut out, diff, &ink, width);
    listeners(&mut out, diff, &ink, width);
    findings(&mut out, diff, &ink, width);
    if !diff.gaps.is_empty() {
        let titles: Vec<&str> = diff.gaps.iter().map(|gap| gap.title.as_str()).collect();
        out.push('\n');
        for (i, line) in wrapped(&titles.join("; "), width, 14).iter().enumerate() {
            let _ = writeln!(out, "{}{line}", if i == 0 { "not compared: " } else { "              " });
        }
    }
    out
}

/// Columns as wide as they need be; the first is to the left, the others to the right.
fn table(out: &mut String, head: &[String; 4], rows: &[[String; 4]], ink: &Ink) {
    let plain = |cell: &str| printable(cell).replace(['\u{202f}', '\u{a0}'], " ");
    let all: Vec<[String; 4]> =
        std::iter::once(head).chain(rows).map(|row| row.each_ref().map(|c| plain(c))).collect();
    let widths: [usize; 4] =
        std::array::from_fn(|k| all.iter().map(|row| row[k].chars().count()).max().unwrap_or(0));
    let [a, b, c, _] = widths;
    for (i, row) in all.iter().enumerate() {
        let line = format!("{:<a$}  {:>b$}  {:>c$}  {}", row[0], row[1], row[2], row[3]);
        let _ =
            writeln!(out, "{}", if i == 0 { ink.faint(line.trim_end()) } else { line.trim_end().to_owned() });
    }
}

fn counters(out: &mut String, diff: &Diff, ink: &Ink) {
    let (a, b) = said::heads(diff);
    for (name, rows) in [("Harmful counters", harmful(diff)), ("Traffic", traffic(diff))] {
        if rows.is_empty() {
            continue;
        }
        out.push('\n');
        let shown: Vec<[String; 4]> = rows
            .iter()
            .take(ROWS)
            .map(|c| {
                let more = [said::ratio(diff, c), said::by_share(c)].into_iter().filter(|t| !t.is_empty());
                let more = more.collect::<Vec<_>>().join(", ");
                [format!("  {}", said::name(c)), said::measure(&c.a), said::measure(&c.b), more]
            })
            .collect();
        table(out, &[name.to_owned(), a.clone(), b.clone(), "B / A".to_owned()], &shown, ink);
        more(out, rows.len());
    }
}

fn settings(out: &mut String, diff: &Diff, ink: &Ink, width: usize) {
    let of = |kind| diff.settings.iter().filter(move |s| s.kind == kind);
    let rows: Vec<&Setting> = of(SettingKind::Running).collect();
    let (a, b) = said::sides(diff);
    if !rows.is_empty() {
        out.push('\n');
        let shown: Vec<[String; 4]> = rows
            .iter()
            .take(ROWS)
            .map(|s| {
                let default = short(&s.default);
                [format!("  {}", said::key(s)), said::running(&s.a), said::running(&s.b), default]
            })
            .collect();
        table(out, &["Settings".to_owned(), a.clone(), b.clone(), String::new()], &shown, ink);
        more(out, rows.len());
    }
    let rest: Vec<String> = [
        (SettingKind::Files, "differ in files alone".to_owned()),
        (SettingKind::OnlyA, format!("only on {}", diff.a.label)),
        (SettingKind::OnlyB, format!("only on {}", diff.b.label)),
    ]
    .into_iter()
    .map(|(kind, words)| (of(kind).count(), words))
    .filter(|(n, _)| *n > 0)
    .map(|(n, words)| format!("{} {words}", things(n as u64, "setting", "settings")))
    .collect();
    if diff.census.a > 0 && diff.census.b > 0 {
        let equal = format!("{} equal", things(diff.census.equal, "setting", "settings"));
        let line = std::iter::once(equal).chain(rest).collect::<Vec<_>>().join(", ");
        out.push('\n');
        for line in wrapped(&line, width, 0) {
            let _ = writeln!(out, "{line}");
        }
    }
}

/// A default without what older kernels had.
fn short(default: &str) -> String {
    let end = [" (", "; ", ", "].iter().filter_map(|stop| default.find(stop)).min().unwrap_or(default.len());
    let first = default.get(..end).unwrap_or(default);
    if first.is_empty() { String::new() } else { format!("default {first}") }
}

fn listeners(out: &mut String, diff: &Diff, ink: &Ink, width: usize) {
    let both = diff.a.listeners && diff.b.listeners;
    let rows: Vec<_> = diff.listeners.iter().filter(|l| l.differs && both).collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", ink.faint("Listeners"));
    let full = |it: &Option<Listening>| it.as_ref().is_some_and(|it| it.at_limit > 0);
    let (told, alone): (Vec<&Listener>, Vec<&Listener>) =
        rows.into_iter().partition(|l| l.a.is_some() && l.b.is_some() || full(&l.a) || full(&l.b));
    for it in told.iter().take(ROWS) {
        let (a, b) = (said::listening(it.a.as_ref()), said::listening(it.b.as_ref()));
        item(out, &format!("{}: {a} on {}; {b} on {}", it.of, diff.a.label, diff.b.label), width);
    }
    more(out, told.len());
    for (letter, label) in [('a', &diff.a.label), ('b', &diff.b.label)] {
        let on = |l: &&&Listener| if letter == 'a' { l.a.is_some() } else { l.b.is_some() };
        let names: Vec<&str> = alone.iter().filter(on).map(|l| l.of.as_str()).collect();
        if !names.is_empty() {
            let rest = names.len().saturating_sub(ROWS);
            let and = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            let shown = names.get(..ROWS).unwrap_or(&names).join(", ");
            item(out, &format!("only on {label}: {shown}{and}"), width);
        }
    }
}

fn item(out: &mut String, text: &str, width: usize) {
    for (i, line) in wrapped(text, width, 4).iter().enumerate() {
        let _ = writeln!(out, "{}{line}", if i == 0 { "  " } else { "    " });
    }
}

fn findings(out: &mut String, diff: &Diff, ink: &Ink, width: usize) {
    let alone: Vec<_> = diff.findings.iter().filter(|f| f.a.is_none() || f.b.is_none()).collect();
    if !alone.is_empty() {
        out.push('\n');
    }
    for it in alone.iter().take(ROWS) {
        let (said, label) = match (&it.a, &it.b) {
            (Some(said), _) => (said, &diff.a.label),
            (None, Some(said)) => (said, &diff.b.label),
            (None, None) => continue,
        };
        let word = format!("{:<10}", severity(it.severity));
        let text = format!("only on {label}: {}", said.title);
        for (i, line) in wrapped(&text, width, 10).iter().enumerate() {
            let lead = if i == 0 { ink.severity(it.severity, &word) } else { " ".repeat(10) };
            let _ = writeln!(out, "{lead}{line}");
        }
    }
    more(out, alone.len());
}

fn more(out: &mut String, rows: usize) {
    if rows > ROWS {
        let _ = writeln!(out, "  and {} more", rows - ROWS);
    }
}
