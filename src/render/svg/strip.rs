//! Words above the plot. Each belongs to a stretch of time and may not leave it; what does not fit gives
//! way to something shorter, and at last to nothing, for the tables have it all.

use super::canvas::{Anchor, Canvas};
use super::group::Group;
use super::lane::Plan;
use super::metrics::{Font, bold, first_fit, sans, width};
use super::scale::Axis;
use super::token::Token;
use crate::model::report::figure::{Form, Note, Span};

/// Pixels between the start of a stretch and its words.
const INSET: f64 = 6.0;

/// Draws notes, then reasons of gaps and of silence where room is left. `limit` ends the strip.
pub fn draw(canvas: &mut Canvas<'_>, plan: &Plan<'_>, axis: &Axis, limit: f64) {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let mut notes: Vec<&Note> = plan.lane.notes.iter().filter(|n| axis.meets(n.from, n.to)).collect();
    notes.sort_by_key(|n| n.from);
    for (i, note) in notes.iter().enumerate() {
        let x = axis.x(note.from) + INSET;
        let next = notes.get(i + 1).map_or(limit, |n| axis.x(n.from).max(x));
        let end = axis.span(note.from, note.to).1.min(next).min(limit);
        let font = if note.strong { bold(12.0) } else { sans(12.0) };
        let Some(words) = first_fit(&note.words, font, end - x + 2.0) else { continue };
        let used = (x, x + width(words, font));
        let y = if resting(plan, used) { plan.plot.base - 6.0 } else { plan.plot.top - 6.0 };
        canvas
            .group(Group::Words(x - INSET, end), |c| c.text((x, y), words, font, Token::Ink, Anchor::Start));
        taken.push(used);
    }
    for (x0, x1, words) in &plan.hatched {
        let font = sans(11.0);
        let half = width(words, font) / 2.0;
        let middle = f64::midpoint(*x0, *x1).min(limit - half).max(axis.x0 + half);
        let used = (middle - half, middle + half);
        if free(&taken, used) && used.1 <= limit {
            let at = (middle, plan.plot.top - 6.0);
            let group = Group::Words(*x0, *x1);
            canvas.group(group, |c| c.text(at, words, font, Token::Ink2, Anchor::Middle));
            taken.push(used);
        }
    }
    let mut silent: Vec<(f64, f64)> = Vec::new();
    for span in &plan.lane.unknown {
        silence(canvas, plan, axis, span, &mut silent);
    }
}

/// Reason above a dotted line.
fn silence(canvas: &mut Canvas<'_>, plan: &Plan<'_>, axis: &Axis, span: &Span, taken: &mut Vec<(f64, f64)>) {
    if !axis.meets(span.from, span.to) {
        return;
    }
    let font: Font = sans(11.0);
    let short = span.words.split(':').next().unwrap_or("").to_owned();
    let words = [span.words.clone(), short];
    let (from, to) = axis.span(span.from, span.to);
    let x = from + INSET;
    let room = to - x;
    if let Some(words) = first_fit(&words, font, room) {
        let used = (x, x + width(words, font));
        if free(taken, used) {
            let at = (x, plan.plot.base - 12.0);
            let group = Group::Words(from, to);
            canvas.group(group, |c| c.text(at, words, font, Token::Ink2, Anchor::Start));
            taken.push(used);
        }
    }
}

fn free(taken: &[(f64, f64)], (from, to): (f64, f64)) -> bool {
    taken.iter().all(|(a, b)| to + 6.0 <= *a || *b + 6.0 <= from)
}

/// True when the curve lies on the base line under these words: "none in 69 s" then stands right above it.
fn resting(plan: &Plan<'_>, (from, to): (f64, f64)) -> bool {
    let mut under =
        plan.curves.iter().flat_map(|c| &c.buckets).filter(|b| b.x1 >= from && b.x0 <= to).peekable();
    plan.lane.form == Form::Rate && under.peek().is_some() && under.all(|b| b.max <= 0.0)
}
