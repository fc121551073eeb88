//! The table of verdicts alone.

use super::escape::printable;
use super::moved;
use super::terminal::{Ink, wrapped};
use crate::model::cell;
use crate::model::report::Report;
use crate::model::report::effect::{Change, Effect, Role};
use crate::model::words;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// For reading: each change with its sentence, and a row for each metric.
#[must_use]
pub fn text(report: &Report, colour: bool, width: usize) -> String {
    let ink = Ink::new(colour);
    let mut out = String::new();
    if report.changes.is_empty() {
        out.push_str("No tuning change was seen.\n");
    }
    for change in &report.changes {
        let host = if report.hosts.len() > 1 { format!(" on {}", change.host) } else { String::new() };
        let head = format!("{} {}{host}, {}", change.key, moved::values(change), moved::when(report, change));
        for (i, line) in wrapped(&head, width, 4).iter().enumerate() {
            let id = if i == 0 { printable(&change.id) } else { String::new() };
            let _ = writeln!(out, "{}{line}", ink.bold(&format!("{id:<4}")));
        }
        let sentence = match moved::concluded(change) {
            empty if empty.is_empty() => change.sentence.clone(),
            concluded => format!("{concluded}. {}", change.sentence),
        };
        for line in wrapped(&sentence, width, 4) {
            let _ = writeln!(out, "    {line}");
        }
        rows(&mut out, report, change);
        let flags = moved::primary(report, change).map_or(&[][..], |e| e.flags.as_slice());
        for flag in flags {
            for (i, line) in wrapped(&flag.words, width, 6).iter().enumerate() {
                let _ = writeln!(out, "    {} {line}", if i == 0 { mark(flag.weight) } else { ' ' });
            }
        }
        out.push('\n');
    }
    out
}

/// The sign before a flag.
pub(super) fn mark(weight: i8) -> char {
    match weight {
        0 => '·',
        1.. => '-',
        _ => '+',
    }
}

fn rows(out: &mut String, report: &Report, change: &Change) {
    let mut table: Vec<[String; 5]> = Vec::new();
    for effect in moved::effects(report, change) {
        let of = if effect.of.is_empty() { String::new() } else { format!(" {}", effect.of) };
        let verdict = match effect.verdict {
            Some(verdict) => moved::verdict(verdict),
            None if effect.role == Role::Load => "  load".to_owned(),
            None if effect.role == Role::Partner => "  paid with".to_owned(),
            None => "  neither".to_owned(),
        };
        table.push([
            verdict,
            format!("{}{of}", effect.metric),
            words::side(&effect.before, &effect.unit),
            words::side(&effect.after, &effect.unit),
            moved::size(effect).or(effect.ratio.map(words::ratio)).unwrap_or_default(),
        ]);
    }
    let plain = |cell: &str| printable(cell).replace(['\u{202f}', '\u{a0}'], " ");
    let long = |k: usize| table.iter().map(|row| plain(&row[k]).chars().count()).max().unwrap_or(0);
    let widths: [usize; 4] = std::array::from_fn(long);
    for row in &table {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        let [a, b, c, d] = widths;
        let line = format!(
            "    {:<a$}  {:<b$}  {:>c$}  {:>d$}  {}",
            cells[0], cells[1], cells[2], cells[3], cells[4]
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// What [`json`] prints.
#[derive(JsonSchema, Serialize)]
pub(super) struct Table<'a> {
    /// Tuning changes, in time order.
    changes: &'a [Change],
    /// Change by metric: what was measured on both sides.
    effects: &'a [Effect],
}

/// Changes and effects as they stand in `report.json`.
#[must_use]
pub fn json(report: &Report) -> String {
    super::value(&Table { changes: &report.changes, effects: &report.effects })
}

/// Columns of [`csv`].
const COLUMNS: [&str; 25] = [
    "change",
    "host",
    "key",
    "from",
    "to",
    "lo",
    "hi",
    "metric",
    "of",
    "role",
    "primary",
    "verdict",
    "certainty",
    "before",
    "after",
    "unit",
    "ratio",
    "shift",
    "low",
    "high",
    "p",
    "p_adjusted",
    "tier",
    "flags",
    "sentence",
];

/// One row for each change and metric.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let _ = writer.write_record(COLUMNS); // a Vec takes all that is written
    for change in &report.changes {
        for effect in moved::effects(report, change) {
            let _ = writer
                .write_record(record(change, effect).each_ref().map(|text| cell::text(text).into_owned()));
        }
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn record(change: &Change, effect: &Effect) -> [String; 25] {
    let number = |v: Option<f64>| v.filter(|v| v.is_finite()).map(|v| v.to_string()).unwrap_or_default();
    let time =
        |t: Option<crate::model::time::Time>| t.map(crate::model::time::Time::rfc3339).unwrap_or_default();
    let estimate = effect.estimate.as_ref();
    let flags: Vec<&str> = effect.flags.iter().map(|f| f.kind.as_str()).collect();
    let interval = estimate.and_then(|e| e.interval);
    [
        change.id.clone(),
        change.host.clone(),
        change.key.clone(),
        change.from.clone().unwrap_or_default(),
        change.to.clone(),
        time(change.lo),
        time(change.hi),
        effect.metric.clone(),
        effect.of.clone(),
        match effect.role {
            Role::Governed => "governed",
            Role::Partner => "partner",
            Role::Load => "load",
        }
        .to_owned(),
        effect.primary.to_string(),
        effect.verdict.map(|v| v.word().to_owned()).unwrap_or_default(),
        effect.certainty.map(|c| c.word().to_owned()).unwrap_or_default(),
        number(estimate.map(|e| e.before).or(effect.before.rate)),
        number(estimate.map(|e| e.after).or(effect.after.rate)),
        effect.unit.clone(),
        number(estimate.and_then(|e| e.ratio).or(effect.ratio.filter(|_| estimate.is_none()))),
        number(estimate.and_then(|e| e.shift)),
        number(interval.map(|[lo, _]| lo)),
        number(interval.map(|[_, hi]| hi)),
        number(estimate.map(|e| e.p)),
        number(estimate.and_then(|e| e.p_adjusted)),
        estimate.map(|e| e.tier.clone()).unwrap_or_default(),
        flags.join(" "),
        effect.sentence.clone(),
    ]
}
