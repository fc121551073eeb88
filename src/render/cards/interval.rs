//! A ratio and its interval on one log axis from a tenth to ten times, with the zone of no effect edged. The same axis in
//! every row, so that rows compare by eye; the numbers stand beside it in words.

use crate::model::report::effect::{Effect, SideState};
use crate::model::report::verdict::Verdict;
use crate::render::html::Html;

/// Pixels of the drawing, and of its axis.
const WIDTH: f64 = 148.0;
const LEFT: f64 = 12.0;
const RIGHT: f64 = 136.0;
const MIDDLE: f64 = 11.0;
/// What counts as no effect: ±25 %.
const NO_EFFECT: [f64; 2] = [0.8, 1.25];
/// Ends of the axis.
const ENDS: [f64; 2] = [0.1, 10.0];

fn x(ratio: f64) -> f64 {
    let share = f64::midpoint(ratio.log10(), 1.0);
    LEFT + (RIGHT - LEFT) * share
}

/// The head of the column: words of the ticks.
pub fn scale(page: &mut Html) {
    page.raw("<svg class=\"scale\" viewBox=\"0 0 148 18\" width=\"148\" height=\"18\" aria-hidden=\"true\" focusable=\"false\">");
    for (ratio, word) in [(0.1, "÷10"), (1.0 / 3.0, "÷3"), (1.0, "±25\u{202f}%"), (3.0, "×3"), (10.0, "×10")]
    {
        page.raw("<text x=\"").number(x(ratio)).raw("\" y=\"13\">").raw(word).raw("</text>");
    }
    page.raw("</svg>");
}

/// Where an effect lies: a point in its interval, or an arrow for what stopped, began or is off the axis.
pub fn mark(page: &mut Html, effect: &Effect) {
    page.raw(
        "<svg viewBox=\"0 0 148 22\" width=\"148\" height=\"22\" aria-hidden=\"true\" focusable=\"false\">",
    );
    let [lo, hi] = NO_EFFECT.map(x);
    page.raw("<rect class=\"f-grid\" y=\"1\" height=\"20\" x=\"").number(lo);
    page.raw("\" width=\"").number(hi - lo).raw("\"/><path class=\"edge\" d=\"M").number(lo);
    page.raw(" 1v20M").number(hi).raw(" 1v20\"/><path class=\"tick\" d=\"");
    for ratio in [0.1, 1.0 / 3.0, 3.0, 10.0] {
        page.raw("M").number(x(ratio)).raw(" 18v3");
    }
    page.raw("\"/><g class=\"").raw(tone(effect)).raw("\">");
    match place(effect) {
        Some(Place::Inside { at, interval }) => inside(page, at, interval),
        Some(Place::Left) => page.raw("<path d=\"M34 11H16\"/><path class=\"tip\" d=\"M8 11l9-4.5v9z\"/>"),
        Some(Place::Right) => {
            page.raw("<path d=\"M114 11h18\"/><path class=\"tip\" d=\"M140 11l-9-4.5v9z\"/>")
        }
        None => page,
    };
    page.raw("</g></svg>");
}

fn inside(page: &mut Html, at: f64, interval: Option<[f64; 2]>) -> &mut Html {
    if let Some([lo, hi]) = interval {
        let (from, to) = (x(lo.max(ENDS[0] * 0.85)), x(hi.min(ENDS[1] * 1.17)));
        page.raw("<path d=\"M").number(from).raw(" 11H").number(to);
        // an end that is off the axis has no cap: the line runs out
        for (end, on) in [(from, lo >= ENDS[0]), (to, hi <= ENDS[1])] {
            if on {
                page.raw("M").number(end).raw(" 7v8");
            }
        }
        page.raw("\"/>");
    }
    page.raw("<circle r=\"3.5\" cx=\"")
        .number(x(at).clamp(0.0, WIDTH))
        .raw("\" cy=\"")
        .number(MIDDLE)
        .raw("\"/>")
}

/// Where an effect is drawn.
#[derive(Debug, PartialEq)]
enum Place {
    Inside {
        at: f64,
        interval: Option<[f64; 2]>,
    },
    /// Stopped, or less than a tenth.
    Left,
    /// Began, or more than ten times.
    Right,
}

fn place(effect: &Effect) -> Option<Place> {
    let turn = effect.estimate.as_ref().map_or("", |e| e.turn.as_str());
    match (turn, effect.before.state, effect.after.state) {
        (_, SideState::Unknown, _) | (_, _, SideState::Unknown) => return None,
        ("stopped", _, _) | (_, SideState::Measured, SideState::None) => return Some(Place::Left),
        ("began", _, _) | (_, SideState::None, SideState::Measured) => return Some(Place::Right),
        _ => {}
    }
    let (at, interval) = match &effect.estimate {
        Some(e) if e.ratio.is_some() => (e.ratio?, e.interval),
        // a shift as a ratio of the level before
        Some(e) if e.shift.is_some() && e.before > 0.0 => {
            let of = |shift: f64| ((e.before + shift) / e.before).max(f64::MIN_POSITIVE);
            (of(e.shift?), e.interval.map(|ends| ends.map(of)))
        }
        _ => (effect.ratio?, None),
    };
    let interval = interval.filter(|ends| ends.iter().all(|end| end.is_finite() && *end > 0.0));
    match at {
        _ if !at.is_finite() || at <= 0.0 => None,
        _ if at < ENDS[0] => Some(Place::Left),
        _ if at > ENDS[1] => Some(Place::Right),
        _ => Some(Place::Inside { at, interval }),
    }
}

fn tone(effect: &Effect) -> &'static str {
    match effect.verdict {
        Some(Verdict::Improved) => "good",
        Some(Verdict::Worsened) => "bad",
        _ => "open",
    }
}

#[cfg(test)]
mod tests {
    use super::x;

    #[test]
    fn equal_ratios_are_equally_far_from_one() {
        assert!((x(2.0) - x(1.0) - (x(1.0) - x(0.5))).abs() < 1e-9);
        assert!((x(1.0) - 74.0).abs() < 1e-9);
    }
}
