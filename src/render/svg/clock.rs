//! The foot of a figure: what was sampled when, the time axis, and where counters began again.

use super::canvas::{Anchor, Canvas, stroke};
use super::group::Group;
use super::marks;
use super::metrics::{Font, bold, cut, mono, sans, width};
use super::scale::{Axis, date};
use super::ticks::{self, placed};
use super::timeline::Layout;
use super::token::Token;
use crate::model::report::figure::{EvidenceRow, Figure};
use crate::model::words;

const ROW: f64 = 14.0;
const ROW_NARROW: f64 = 27.0;
const WORD: Font = sans(11.0);

fn row_height(layout: &Layout) -> f64 {
    if layout.narrow { ROW_NARROW } else { ROW }
}

/// Rows on a phone, where each takes two lines.
const NARROW: usize = 5;

/// The rows that are shown, and how many are not.
fn rows<'a>(figure: &'a Figure, layout: &Layout) -> (&'a [EvidenceRow], usize) {
    let all = figure.evidence.as_slice();
    let shown = if layout.narrow && all.len() > NARROW { NARROW - 1 } else { all.len() };
    (all.get(..shown).unwrap_or(all), all.len() - shown)
}

/// Height of the evidence rows.
pub fn height(figure: &Figure, layout: &Layout) -> f64 {
    let (shown, more) = rows(figure, layout);
    shown.iter().map(|_| row_height(layout)).sum::<f64>() + if more > 0 { 22.0 } else { 6.0 }
}

/// Draws the evidence rows from `top` down.
pub fn evidence(canvas: &mut Canvas<'_>, figure: &Figure, axis: &Axis, layout: &Layout, top: f64) {
    let mut y = top;
    let (shown, more) = rows(figure, layout);
    for row in shown {
        let count = width(&row.count, WORD);
        let room = if layout.narrow { layout.right } else { layout.left - 8.0 };
        let name = cut(&row.source, mono(11.0), room - layout.margin - count - 8.0);
        let baseline = y + 10.0;
        canvas.text((layout.margin, baseline), &name, mono(11.0), Token::Ink2, Anchor::Start);
        canvas.text((room, baseline), &row.count, WORD, Token::Ink2, Anchor::End);
        y += row_height(layout);
    }
    if more > 0 {
        let words = words::things(more as u64, "more source", "more sources");
        canvas.text((layout.margin, y + 10.0), &words, WORD, Token::Ink2, Anchor::Start);
    }
    canvas.group(Group::Data, |c| {
        let mut middle = top + if layout.narrow { 19.0 } else { 6.5 };
        for row in &figure.evidence {
            spans(c, row, axis, middle);
            middle += row_height(layout);
        }
    });
}

/// Bars where sampling was dense, ticks where single.
fn spans(canvas: &mut Canvas<'_>, row: &EvidenceRow, axis: &Axis, y: f64) {
    let shown = || row.spans.iter().filter(|s| axis.meets(s.from, s.to));
    for span in shown().filter(|s| s.from != s.to) {
        let (x0, x1) = (axis.x(span.from), axis.x(span.to));
        canvas.rect((x0, y - 2.5), (x1.max(x0 + 1.0), y + 2.5), Token::Load);
    }
    for span in shown().filter(|s| s.from == s.to) {
        let x = axis.x(span.from);
        canvas.line((x, y - 4.0), (x, y + 4.0), stroke(Token::Load, 1.0));
    }
}

/// Draws the time axis at `y` and returns where it ends.
pub fn axis(canvas: &mut Canvas<'_>, figure: &Figure, axis: &Axis, layout: &Layout, y: f64) -> f64 {
    canvas.line((axis.x0, y), (axis.x1, y), stroke(Token::Ink3, 1.0));
    canvas.group(Group::Ticks { y }, |c| ticks(c, axis, layout, y));
    let dated = date(figure.window);
    let has_words = figure.restarts.iter().any(|r| axis.holds(r.time));
    if layout.narrow {
        canvas.text((layout.margin, y + 37.0), &dated, WORD, Token::Ink2, Anchor::Start);
        restarts(canvas, figure, axis, (width(&dated, WORD) + 12.0, layout.right), y + 37.0);
        return y + 44.0;
    }
    let (font, lines) = gutter_date(&dated, layout);
    for (line, row) in lines.iter().zip([0.0, 14.0]) {
        canvas.text((layout.margin, y + 19.0 + row), line, font, Token::Ink2, Anchor::Start);
    }
    restarts(canvas, figure, axis, (axis.x0, layout.right), y + 38.0);
    y + if has_words || lines.len() > 1 { 44.0 } else { 26.0 }
}

/// Ticks and their labels.
fn ticks(canvas: &mut Canvas<'_>, axis: &Axis, layout: &Layout, y: f64) {
    for time in ticks::minors(axis) {
        let x = axis.x(time);
        canvas.line((x, y), (x, y + 3.0), stroke(Token::Ink3, 1.0));
    }
    let ticks = ticks::majors(axis);
    for tick in &ticks {
        let x = axis.x(tick.time);
        canvas.line((x, y), (x, y + 6.0), stroke(Token::Ink3, 1.0));
    }
    let limit = layout.width - layout.margin;
    for (x, tick) in placed(axis, &ticks, 12.0, limit) {
        let (font, token) = if tick.strong { (bold(12.0), Token::Ink) } else { (sans(12.0), Token::Ink2) };
        canvas.text((x, y + 19.0), &tick.label, font, token, Anchor::Middle);
    }
}

/// The date beside the axis, in two lines where the years of both ends are named.
fn gutter_date(dated: &str, layout: &Layout) -> (Font, Vec<String>) {
    let room = layout.left - 28.0 - layout.margin;
    match dated.split_once(" – ") {
        Some((from, to)) if width(dated, sans(12.0)) > room => {
            (sans(12.0), vec![format!("{from} –"), to.to_owned()])
        }
        _ => (sans(12.0), vec![dated.to_owned()]),
    }
}

/// Circular arrow at each restart, and words where they do not touch others.
fn restarts(canvas: &mut Canvas<'_>, figure: &Figure, axis: &Axis, (left, right): (f64, f64), y: f64) {
    let mut free = left;
    for restart in figure.restarts.iter().filter(|r| axis.holds(r.time)) {
        let x = axis.x(restart.time);
        if x - 6.0 < free {
            continue;
        }
        free = x + 8.0;
        let at = restart.time;
        let at = if axis.has_days() { words::dated(at, at) } else { at.hms() };
        let words = format!("{} {at}", restart.words);
        let need = width(&words, WORD);
        canvas.group(Group::At(x), |c| {
            marks::restart(c, x, y - 4.0);
            if x + 11.0 + need <= right {
                c.text((x + 11.0, y), &words, WORD, Token::Ink2, Anchor::Start);
                free = x + 11.0 + need + 8.0;
            } else if x - 11.0 - need >= left {
                c.text((x - 11.0, y), &words, WORD, Token::Ink2, Anchor::End);
            }
        });
    }
}
