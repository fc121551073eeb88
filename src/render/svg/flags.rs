//! The lane of tuning changes: badge, pole, bracket or arrow, and as much of a label as has room.

use super::canvas::{Anchor, Canvas, stroke};
use super::group::Group;
use super::marks;
use super::metrics::{Font, bold, first_fit, sans, width};
use super::scale::Axis;
use super::timeline::Layout;
use super::token::Token;
use crate::model::report::Report;
use crate::model::report::effect::Change;
use crate::model::words;

/// Height of the poles, from the top of the badges to the bracket.
pub const POLE: f64 = 58.0;
const POLE_NARROW: f64 = 30.0;
/// The title stands above the badges on a phone.
const TITLE_NARROW: f64 = 20.0;
const BADGE: f64 = 18.0;
/// Dotted length of a bracket that is open on one side.
const OPEN: f64 = 22.0;
/// Badges closer than this are put together.
const CLEAR: f64 = 6.0;
const NAME: Font = bold(13.0);
const WORD: Font = sans(12.0);

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

/// Badges that stand so close that they became one.
struct Cluster<'a, 'b> {
    members: &'b [Flag<'a>],
    x: f64,
    width: f64,
    letters: String,
}

fn cluster<'a, 'b>(members: &'b [Flag<'a>], axis: &Axis) -> Cluster<'a, 'b> {
    let ids: Vec<&str> = members.iter().map(|f| f.change.id.as_str()).collect();
    let letters = match ids.as_slice() {
        [first, .., last] if ids.len() > 4 => format!("{first}–{last}"),
        _ => ids.join(" "),
    };
    let width = (width(&letters, bold(12.0)) + 9.0).max(BADGE);
    let first = members.first().map_or(0.0, Flag::middle);
    let last = members.last().map_or(0.0, Flag::middle);
    let half = width / 2.0;
    let x = f64::midpoint(first, last).min(axis.x1 + 8.0 - half).max(axis.x0 - 4.0 + half);
    Cluster { members, x, width, letters }
}

impl Flag<'_> {
    fn middle(&self) -> f64 {
        f64::midpoint(self.x0, self.x1)
    }
}

/// Merges neighbours until all badges stand clear.
fn clusters<'a, 'b>(flags: &'b [Flag<'a>], axis: &Axis) -> Vec<Cluster<'a, 'b>> {
    let mut done: Vec<(usize, usize)> = Vec::new();
    for i in 0..flags.len() {
        let (mut from, to) = (i, i + 1);
        while let Some(&(a, b)) = done.last() {
            let left = cluster(&flags[a..b], axis);
            let right = cluster(&flags[from..to], axis);
            if right.x - right.width / 2.0 - (left.x + left.width / 2.0) >= CLEAR {
                break;
            }
            from = a;
            done.pop();
        }
        done.push((from, to));
    }
    done.into_iter().map(|(a, b)| cluster(&flags[a..b], axis)).collect()
}

/// Draws the lane; `top` is the top of the badges.
pub fn draw(
    canvas: &mut Canvas<'_>,
    flags: &[Flag<'_>],
    axis: &Axis,
    layout: &Layout,
    report: &Report,
    top: f64,
) {
    let (top, foot) = poles_of(layout, top);
    let groups = clusters(flags, axis);
    let mut free = axis.x0;
    for (i, group) in groups.iter().enumerate() {
        for flag in group.members {
            poles(canvas, group, flag, top, foot);
        }
        let badge =
            Group::Badge(group.members.iter().map(|f| f.change.id.as_str()).collect::<Vec<_>>().join(" "));
        canvas.group(badge, |c| marks::badge(c, group.x, top, group.width, &group.letters));
        let right = group.x + group.width / 2.0;
        if layout.narrow {
            continue;
        }
        let next = groups.get(i + 1).map_or(axis.x1 + 8.0, |g| g.x - g.width / 2.0 - 8.0);
        let side = Room { left: free + 8.0, badge: (right - group.width, right), right: next };
        free = label(canvas, &lines(group.members, report), &side, top).max(right);
    }
}

fn poles(canvas: &mut Canvas<'_>, group: &Cluster<'_, '_>, flag: &Flag<'_>, top: f64, foot: f64) {
    let half = group.width / 2.0 - 2.0;
    let x = flag.middle().clamp(group.x - half, group.x + half);
    let mut pole = vec![(x, top + BADGE), (x, foot)];
    if (x - flag.middle()).abs() > 0.5 {
        pole = vec![
            (x, top + BADGE),
            (x, top + BADGE + 5.0),
            (flag.middle(), foot - 8.0),
            (flag.middle(), foot),
        ];
    }
    canvas.path(&pole, stroke(Token::Change, 1.5));
    match flag.open {
        None if flag.change.is_instant() => marks::arrow(canvas, flag.middle(), foot),
        None => marks::bracket(canvas, flag.x0, flag.x1, foot),
        Some(Side::Left) => marks::open_bracket(canvas, flag.x1, -OPEN, foot),
        Some(Side::Right) => marks::open_bracket(canvas, flag.x0, OPEN, foot),
    }
}

/// Where a label may stand: left of the badge, or right of it.
struct Room {
    left: f64,
    badge: (f64, f64),
    right: f64,
}

/// Name, values, and what moved from long to short. The verdict of a later stage takes the third line.
fn lines(members: &[Flag<'_>], report: &Report) -> (String, String, Vec<String>) {
    let [only] = members else {
        return (format!("{} changes", members.len()), String::new(), Vec::new());
    };
    let change = only.change;
    let name = change.key.rsplit('.').next().unwrap_or(&change.key);
    let to = words::setting(&change.to);
    let values = change
        .from
        .as_ref()
        .map_or_else(|| format!("→ {to}"), |from| format!("{} → {to}", words::setting(from)));
    let moved = crate::render::moved::primary(report, change).map_or_else(Vec::new, |e| {
        let long = words::moved(&e.before, &e.after, &e.unit);
        let short = long.split(" in ").next().unwrap_or("").to_owned();
        if long.contains(words::UNKNOWN) { Vec::new() } else { vec![long, short] }
    });
    (name.to_owned(), values, moved)
}

/// Draws a label right or left of its badge, or not at all; returns how far right it reaches.
fn label(
    canvas: &mut Canvas<'_>,
    (name, values, moved): &(String, String, Vec<String>),
    room: &Room,
    top: f64,
) -> f64 {
    let need = width(name, NAME).max(width(values, WORD));
    let (x, limit, anchor) = if room.badge.1 + 6.0 + need <= room.right {
        (room.badge.1 + 6.0, room.right, Anchor::Start)
    } else if room.badge.0 - 6.0 - need >= room.left {
        (room.badge.0 - 6.0, room.left, Anchor::End)
    } else {
        return f64::NEG_INFINITY;
    };
    canvas.text((x, top + 13.5), name, NAME, Token::Ink, anchor);
    canvas.text((x, top + 30.0), values, WORD, Token::Ink, anchor);
    let mut used = need;
    if let Some(words) = first_fit(moved, WORD, (limit - x).abs()) {
        canvas.text((x, top + 46.0), words, WORD, Token::Ink2, anchor);
        used = used.max(width(words, WORD));
    }
    if matches!(anchor, Anchor::Start) { x + used } else { f64::NEG_INFINITY }
}
