//! The lane of tuning changes: badge, pole, bracket or arrow, verdict, and as much of a label as has room.

use super::badges::{self, Group};
use super::canvas::{Anchor, Canvas, stroke};
use super::group;
use super::metrics::{Font, bold, sans, width};
use super::scale::Axis;
use super::timeline::Layout;
use super::token::Token;
use super::{marks, verdict};
use crate::model::report::Report;
use crate::model::report::effect::Change;
use crate::model::report::verdict::Verdict;

/// Height of the poles, from the top of the badges to the bracket.
pub const POLE: f64 = 58.0;
const POLE_NARROW: f64 = 44.0;
/// The title stands above the badges on a phone.
const TITLE_NARROW: f64 = 20.0;
const BADGE: f64 = 18.0;
/// Middle of the glyph on a pole that has no label, below the top of the badge.
const GLYPH: f64 = 27.0;
/// Dotted length of a bracket that is open on one side.
const OPEN: f64 = 22.0;
const NAME: Font = bold(13.0);
const WORD: Font = sans(12.0);
const VERDICT: Font = bold(12.0);

/// A change on the axis.
pub struct Flag<'a> {
    pub change: &'a Change,
    /// Pixel of the old value last seen.
    pub x0: f64,
    /// Pixel of the new value first seen.
    pub x1: f64,
    /// One side of the bracket is not known: nothing can be said about how far it reaches.
    pub open: Option<Side>,
}

/// The side on which a bracket has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// The changes of a host that have a time on this axis.
pub fn flags<'a>(report: &'a Report, host: &str, axis: &Axis) -> Vec<Flag<'a>> {
    let mut flags: Vec<Flag<'_>> = report
        .changes
        .iter()
        .filter(|c| c.host == host)
        .filter_map(|change| {
            let (lo, hi) = (change.lo, change.hi);
            let known = lo.or(hi)?;
            if !axis.meets(lo.unwrap_or(known), hi.unwrap_or(known)) {
                return None;
            }
            let open = match (lo, hi) {
                (None, _) => Some(Side::Left),
                (_, None) => Some(Side::Right),
                _ => None,
            };
            let x0 = axis.x(lo.unwrap_or(known));
            let x1 = axis.x(hi.unwrap_or(known)).max(x0);
            Some(Flag { change, x0, x1, open })
        })
        .collect();
    flags.sort_by(|a, b| (a.x0 + a.x1).total_cmp(&(b.x0 + b.x1)));
    flags
}

/// Height of the lane.
pub fn height(layout: &Layout, any: bool) -> f64 {
    match (any, layout.narrow) {
        (false, _) => 26.0,
        (true, true) => TITLE_NARROW + POLE_NARROW + 5.0,
        (true, false) => POLE + 6.0,
    }
}

/// Top of the badges and feet of the poles.
pub fn poles_of(layout: &Layout, top: f64) -> (f64, f64) {
    let top = top + if layout.narrow { TITLE_NARROW } else { 0.0 };
    (top, top + if layout.narrow { POLE_NARROW } else { POLE })
}

impl Flag<'_> {
    /// Pixel of the pole.
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.x0, self.x1)
    }
}

/// Draws the lane; `top` is the top of the badges.
pub fn draw(canvas: &mut Canvas<'_>, flags: &[Flag<'_>], axis: &Axis, layout: &Layout, top: f64) {
    let (top, foot) = poles_of(layout, top);
    let groups = badges::groups(flags, axis);
    let labels: Vec<Label> = groups.iter().map(|g| label(g.members)).collect();
    let needs: Vec<f64> = labels.iter().map(Label::width).collect();
    let sides = if layout.narrow {
        vec![None; groups.len()]
    } else {
        badges::sides(&groups, &needs, (axis.x0, axis.x1 + 8.0))
    };
    for ((group, label), side) in groups.iter().zip(&labels).zip(sides) {
        // a pole that carries a glyph is cut for it
        let cut = (side.is_none() && label.verdict.is_some()).then_some(top + GLYPH);
        for flag in group.members {
            poles(canvas, group, flag, (top, foot, cut));
        }
        let ids: Vec<&str> = group.members.iter().map(|f| f.change.id.as_str()).collect();
        let badge = group::Group::Badge(ids.join(" "));
        canvas.group(badge, |c| marks::badge(c, group.x, top, group.width, &group.letters));
        match side {
            Some(side) => write(canvas, group, label, side, top),
            None => {
                if let (Some(middle), Some(found)) = (cut, label.verdict) {
                    verdict::glyph(canvas, found, (group.x, middle), verdict::SIZE);
                }
            }
        }
    }
}

fn poles(
    canvas: &mut Canvas<'_>,
    group: &Group<'_, '_>,
    flag: &Flag<'_>,
    (top, foot, cut): (f64, f64, Option<f64>),
) {
    let half = group.width / 2.0 - 2.0;
    let middle = flag.middle();
    // several poles leave a wide badge side by side; below a glyph they start from its middle
    let x = if cut.is_some() { group.x } else { middle.clamp(group.x - half, group.x + half) };
    let start = cut.map_or(top + BADGE, |middle| middle + 8.0);
    if (x - middle).abs() > 0.5 {
        let bend = [(x, start), (x, start + 2.0), (middle, foot - 6.0), (middle, foot)];
        canvas.path(&bend, stroke(Token::Change, 1.5));
    } else {
        canvas.line((x, start), (x, foot), stroke(Token::Change, 1.5));
    }
    match flag.open {
        None if flag.change.is_instant() => marks::arrow(canvas, middle, foot),
        None => marks::bracket(canvas, flag.x0, flag.x1, foot),
        Some(Side::Left) => marks::open_bracket(canvas, flag.x1, -OPEN, foot),
        Some(Side::Right) => marks::open_bracket(canvas, flag.x0, OPEN, foot),
    }
}

/// What stands beside a badge.
struct Label {
    name: String,
    values: String,
    verdict: Option<Verdict>,
}

impl Label {
    fn width(&self) -> f64 {
        let verdict = self.verdict.map_or(0.0, |v| verdict::SIZE + 5.0 + width(&word(v), VERDICT));
        width(&self.name, NAME).max(width(&self.values, WORD)).max(verdict)
    }
}

/// Name, values and verdict of one change; of several that share a badge their number, and what is concluded of all.
fn label(members: &[Flag<'_>]) -> Label {
    let verdicts = || members.iter().map(|f| f.change.verdict);
    let first = verdicts().next().flatten();
    let verdict = first.filter(|v| verdicts().all(|other| other == Some(*v)));
    let [only] = members else {
        let together = |f: &Flag<'_>| members.iter().all(|m| f.change.together.contains(&m.change.id));
        let judged = if members.iter().all(together) { "judged together" } else { "" };
        return Label { name: format!("{} changes", members.len()), values: judged.to_owned(), verdict };
    };
    let change = only.change;
    let name = change.key.rsplit('.').next().unwrap_or(&change.key);
    Label { name: name.to_owned(), values: crate::render::moved::values(change), verdict }
}

fn word(verdict: Verdict) -> String {
    let word = verdict.word();
    word.get(..1).map_or_else(String::new, str::to_uppercase) + word.get(1..).unwrap_or("")
}

/// Three lines on the side that has room.
fn write(canvas: &mut Canvas<'_>, group: &Group<'_, '_>, label: &Label, side: Side, top: f64) {
    let half = group.width / 2.0 + badges::BESIDE;
    let (x, anchor) = match side {
        Side::Right => (group.x + half, Anchor::Start),
        Side::Left => (group.x - half, Anchor::End),
    };
    canvas.text((x, top + 13.5), &label.name, NAME, Token::Ink, anchor);
    canvas.text((x, top + 30.0), &label.values, WORD, Token::Ink, anchor);
    let Some(found) = label.verdict else { return };
    // in the place of the values where there are none
    let y = top + if label.values.is_empty() { 30.0 } else { 47.0 };
    let word = word(found);
    let left = if side == Side::Left { x - width(&word, VERDICT) - verdict::SIZE - 5.0 } else { x };
    verdict::glyph(canvas, found, (left + verdict::SIZE / 2.0, y - 4.5), verdict::SIZE);
    let at = (left + verdict::SIZE + 5.0, y);
    canvas.text(at, &word, VERDICT, verdict::word_token(found), Anchor::Start);
}
