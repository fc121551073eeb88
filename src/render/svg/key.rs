//! The key below a figure: only marks that are shown.

use super::canvas::{Anchor, Canvas, stroke};
use super::curve::{spacing, thinned};
use super::flags::Flag;
use super::lane::Plan;
use super::marks;
use super::metrics::{Font, sans, width};
use super::scale::Axis;
use super::timeline::Layout;
use super::token::Token;
use crate::model::report::figure::Form;
use crate::model::words;

const WORD: Font = sans(11.0);
const MARK: f64 = 20.0;
const BETWEEN: f64 = 24.0;
const ROW: f64 = 20.0;

/// A mark and its meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    Governed,
    Bracket,
    Instant,
    Mean,
    /// Seconds that a pixel or a bucket spans.
    Range(f64),
    Gap,
    Unknown,
    Moved,
}

impl Entry {
    fn words(self) -> String {
        let words = match self {
            Self::Range(seconds) => {
                return format!("area: lowest to highest within {}, line: mean", words::duration(seconds));
            }
            Self::Governed => "lane governed by this change",
            Self::Bracket => "change: old value last seen, new value first seen",
            Self::Instant => "change seen in the act",
            Self::Mean => "mean of a compared window",
            Self::Gap => "gap: no samples",
            Self::Unknown => "no evidence: unknown, not zero",
            Self::Moved => "moved within the whisker, found blind to the changes",
        };
        words.to_owned()
    }
}

/// What needs explaining in this figure.
pub fn shown(plans: &[Plan<'_>], flags: &[Flag<'_>], axis: &Axis, layout: &Layout) -> Vec<Entry> {
    let governed = plans.iter().any(|p| !p.lane.letters.is_empty());
    let bracket = layout.narrow && flags.iter().any(|f| !f.change.is_instant());
    let instant = flags.iter().any(|f| f.change.is_instant());
    let mean = plans.iter().any(|p| !p.lane.means.is_empty());
    let rates = plans.iter().filter(|p| p.lane.form == Form::Rate).filter_map(|p| p.curves.first());
    let thin = rates.map(|c| c.buckets.as_slice()).filter(|b| thinned(b)).map(|b| spacing(b).max(1.0));
    let range = thin.reduce(f64::max).map(|pixels| pixels * axis.seconds() / (axis.x1 - axis.x0));
    let gap = plans.iter().any(|p| !p.hatched.is_empty());
    let unknown = plans.iter().any(|p| p.silent || !p.dotted.is_empty());
    [
        (governed, Entry::Governed),
        (bracket, Entry::Bracket),
        (instant, Entry::Instant),
        (mean, Entry::Mean),
        (range.is_some(), Entry::Range(range.unwrap_or(0.0))),
        (gap, Entry::Gap),
        (unknown, Entry::Unknown),
        (plans.iter().any(|p| !p.lane.moved.is_empty()), Entry::Moved),
    ]
    .into_iter()
    .filter_map(|(is, entry)| is.then_some(entry))
    .collect()
}

/// Draws the key from `top` down and returns where it ends.
pub fn draw(canvas: &mut Canvas<'_>, (entries, letter): (&[Entry], &str), layout: &Layout, top: f64) -> f64 {
    let mut at = (layout.margin, top + 12.0);
    for (i, entry) in entries.iter().enumerate() {
        let need = MARK + width(&entry.words(), WORD);
        if i > 0 && (layout.narrow || at.0 + need > layout.width - layout.margin) {
            at = (layout.margin, at.1 + ROW);
        }
        mark(canvas, *entry, letter, at);
        let words = (at.0 + MARK, at.1 + 4.0);
        canvas.text(words, &entry.words(), WORD, Token::Ink2, Anchor::Start);
        at.0 += need + BETWEEN;
    }
    if entries.is_empty() { top } else { at.1 + 10.0 }
}

fn mark(canvas: &mut Canvas<'_>, entry: Entry, letter: &str, (x, y): (f64, f64)) {
    match entry {
        Entry::Governed => {
            marks::tag(canvas, x, y - 7.0, letter);
        }
        Entry::Bracket => marks::bracket(canvas, x + 1.0, x + 13.0, y),
        Entry::Instant => {
            canvas.line((x + 7.0, y - 7.0), (x + 7.0, y + 6.0), stroke(Token::Change, 1.5));
            marks::arrow(canvas, x + 7.0, y + 6.0);
        }
        Entry::Mean => canvas.line((x, y), (x + 14.0, y), stroke(Token::Ink, 2.0)),
        Entry::Range(_) => {
            canvas.rect((x, y - 5.0), (x + 14.0, y + 5.0), Token::LoadFill);
            canvas.line((x, y), (x + 14.0, y), stroke(Token::Load, 1.25));
        }
        Entry::Gap => marks::hatch(canvas, (x, y - 6.0), (x + 14.0, y + 6.0)),
        Entry::Unknown => marks::dotted(canvas, x, x + 14.0, y),
        Entry::Moved => marks::moved(canvas, x + 7.0, y - 3.0),
    }
}
