//! The timeline of one host in characters: changes above, lanes, the clock below.

use super::rail::{self, Rail};
use super::spark::{Cell, ROWS, Spark};
use crate::model::report::Report;
use crate::model::report::figure::{Figure, Form, Lane, Tone};
use crate::model::words;
use crate::render::escape::printable;
use crate::render::svg::scale::{Axis, date};
use crate::render::terminal::{Ink, plain, wrapped};
use std::fmt::Write;

/// From this width on titles stand beside the plot.
const BESIDE: usize = 72;
/// Room of a scale's upper end with the tick behind it.
const SCALE: usize = 10;

/// Where things stand on a line.
pub struct Frame {
    /// Width of the whole.
    pub width: usize,
    /// Width of titles and names; 0 where they stand above.
    pub gutter: usize,
    /// Columns before the plot.
    pub left: usize,
    /// Columns of the plot.
    pub columns: usize,
}

impl Frame {
    pub fn new(width: usize) -> Self {
        let gutter = if width < BESIDE { 0 } else { (width / 4).clamp(22, 28) };
        let left = gutter + SCALE;
        Self { width, gutter, left, columns: width.saturating_sub(left).max(10) }
    }
}

/// One figure.
pub fn figure(out: &mut String, report: &Report, figure: &Figure, ink: &Ink, width: usize) {
    let frame = Frame::new(width);
    let axis = Axis::new(figure.window, 0.0, columns(frame.columns));
    let rail = Rail::of(report, figure, &axis, frame.columns);
    if !rail.is_empty() {
        line(out, &frame, ["Tuning changes", ""], &ink.change(&rail.row()));
    }
    let mut shown = Shown::default();
    for lane in &figure.lanes {
        draw(out, report, lane, &axis, &frame, ink, &mut shown);
    }
    let dated = plain(&date(figure.window));
    let (ticks, labels) = rail::clock(&axis, frame.columns);
    line(out, &frame, ["", "└"], &ink.faint(&ticks));
    line(out, &frame, [if frame.gutter > 0 { &dated } else { "" }, ""], &labels);
    let restarts = rail::restarts(figure, &axis, frame.columns);
    if !restarts.trim().is_empty() {
        line(out, &frame, ["", ""], &restarts);
    }
    below(out, figure, &axis, &frame, &shown, ink);
}

/// Marks that the key has to tell.
#[derive(Default)]
struct Shown {
    value: bool,
    zero: bool,
    unknown: bool,
    blank: bool,
}

fn draw(
    out: &mut String,
    report: &Report,
    lane: &Lane,
    axis: &Axis,
    frame: &Frame,
    ink: &Ink,
    shown: &mut Shown,
) {
    let spark = Spark::new(lane, &report.series, axis, frame.columns);
    shown.value |= !spark.is_flat();
    shown.zero |= spark.has(Cell::Value(0.0));
    shown.unknown |= spark.has(Cell::Unknown);
    shown.blank |= spark.has(Cell::Blank);
    let letters = rail::letters(lane.letters.iter().map(String::as_str));
    let room = if frame.gutter > 0 { frame.left - 1 } else { frame.width };
    let title = cut(&lane.title, room.saturating_sub(letters.chars().count() + 2));
    let space = if letters.is_empty() { "" } else { "  " };
    let used = title.chars().count() + space.len() + letters.chars().count();
    let head = format!("{}{space}{}", ink.bold(&title), ink.change(&letters));
    let notes = rail::notes(lane, axis, frame.columns);
    if frame.gutter > 0 {
        let pad = " ".repeat(frame.left.saturating_sub(used));
        let _ = writeln!(out, "{}", format!("{head}{pad}{}", ink.faint(&notes)).trim_end());
    } else {
        let name = cut(&lane.name, frame.width.saturating_sub(used + 3));
        let _ = writeln!(out, "{head}   {}", ink.faint(&name));
        if !notes.trim().is_empty() {
            let _ = writeln!(out, "{}{}", " ".repeat(frame.left), ink.faint(&notes));
        }
    }
    let flat = spark.is_flat();
    let top = match lane.form {
        Form::Fill => "limit".to_owned(),
        // the unit of a gauge is told by its name and title; a scale has room for the number
        Form::Gauge => plain(&words::figures(spark.ceiling)),
        _ => plain(&words::tick(spark.ceiling, &lane.unit)),
    };
    let beside = frame.gutter > 0;
    for row in usize::from(flat)..ROWS {
        let scale = match row {
            0 => format!("{top} ┤"),
            _ if spark.cells.iter().all(|c| matches!(c, Cell::Unknown | Cell::Blank)) => "│".to_owned(),
            _ => "0 ┤".to_owned(),
        };
        let first = row == usize::from(flat);
        let room = frame.left.saturating_sub(scale.chars().count() + 1);
        let name = if first && beside { cut(&lane.name, room) } else { String::new() };
        line(out, frame, [&name, &scale], &painted(ink, lane, &spark.row(row)));
    }
}

/// The name (or nothing), the scale flush right before the plot, and the plot.
fn line(out: &mut String, frame: &Frame, [name, scale]: [&str; 2], plot: &str) {
    let room = frame.left.saturating_sub(name.chars().count());
    let scale = if scale.chars().count() > room { "┤" } else { scale };
    let _ = writeln!(out, "{}", format!("{name}{scale:>room$}{plot}").trim_end());
}

fn painted(ink: &Ink, lane: &Lane, row: &str) -> String {
    match lane.tone {
        Tone::Harm => ink.harm(row),
        Tone::Measure => ink.measure(row),
        Tone::Load => row.to_owned(),
    }
}

/// The date where it has no place beside the clock, what was sampled, and what the marks mean.
fn below(out: &mut String, figure: &Figure, axis: &Axis, frame: &Frame, shown: &Shown, ink: &Ink) {
    let mut told = |lead: &str, text: &str| {
        for (i, line) in wrapped(text, frame.width, 10).iter().enumerate() {
            let lead = if i == 0 { lead } else { "" };
            let _ = writeln!(out, "{}", ink.faint(&format!("{lead:<10}{line}")));
        }
    };
    if frame.gutter == 0 {
        told("date", &date(figure.window));
    }
    let sampled: Vec<String> =
        figure.evidence.iter().map(|e| format!("{} ({})", e.source, e.count)).collect();
    if !sampled.is_empty() {
        told("sampled", &sampled.join(", "));
    }
    let column = figure.window.seconds() / columns(frame.columns);
    let step = if column < 60.0 { format!("{} s", words::figures(column)) } else { words::duration(column) };
    let step = if axis.is_instant() { String::new() } else { format!(" in each {step}") };
    let marks = [
        (shown.value, format!("█ highest value{step}")),
        (shown.zero, "▁ measured zero".to_owned()),
        (shown.unknown, "· no evidence: unknown, not zero".to_owned()),
        (shown.blank, "blank: no sample".to_owned()),
    ];
    let marks: Vec<String> = marks.into_iter().filter(|(shown, _)| *shown).map(|(_, words)| words).collect();
    if !marks.is_empty() {
        told("key", &marks.join("; "));
    }
    if !figure.folded.is_empty() {
        told("left out", &figure.folded.join(", "));
    }
}

/// At most `room` characters of a text, an ellipsis where some are missing.
fn cut(text: &str, room: usize) -> String {
    let text = plain(&printable(text)).replace(['\n', '\t'], " ");
    if text.chars().count() <= room {
        return text;
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

#[allow(clippy::cast_precision_loss)] // a few hundred
pub fn columns(n: usize) -> f64 {
    n as f64
}
