//! Small marks that several drawings share.

use super::canvas::{Anchor, Canvas, Dash, broken, stroke};
use super::metrics::bold;
use super::token::Token;
use std::f64::consts::PI;

/// Corners of a rectangle, rounded by `r`.
pub fn rounded((x0, y0): (f64, f64), (x1, y1): (f64, f64), r: f64) -> Vec<(f64, f64)> {
    let centres = [(x1 - r, y0 + r), (x1 - r, y1 - r), (x0 + r, y1 - r), (x0 + r, y0 + r)];
    let mut points = Vec::with_capacity(16);
    for (quarter, (cx, cy)) in (0_u8..).zip(centres) {
        for step in 0..4_u8 {
            let angle = PI / 2.0 * (f64::from(quarter) - 1.0 + f64::from(step) / 3.0);
            points.push((cx + r * angle.cos(), cy + r * angle.sin()));
        }
    }
    points
}

/// The filled badge of a change, 18 px high, centred on `x`.
pub fn badge(canvas: &mut Canvas<'_>, x: f64, top: f64, width: f64, letters: &str) {
    let (left, right) = (x - width / 2.0, x + width / 2.0);
    canvas.fill(&rounded((left, top), (right, top + 18.0), 2.5), Token::Change);
    canvas.text((x, top + 13.5), letters, bold(12.0), Token::OnChange, Anchor::Middle);
}

/// Where a series moved: an open triangle that stands on the base line.
pub fn moved(canvas: &mut Canvas<'_>, x: f64, base: f64) {
    let corners = [(x, base), (x - 4.0, base + 6.5), (x + 4.0, base + 6.5)];
    canvas.fill(&corners, Token::Paper);
    canvas.path(&[corners[0], corners[1], corners[2], corners[0]], stroke(Token::Ink2, 1.2));
}

/// Within what the place of such a triangle is known; nothing where the triangle covers it.
pub fn whisker(canvas: &mut Canvas<'_>, (from, to): (f64, f64), x: f64, base: f64) {
    if x - from < 5.0 && to - x < 5.0 {
        return;
    }
    let (y, line) = (base + 9.5, stroke(Token::Ink2, 1.2));
    canvas.line((from, y), (to, y), line);
    canvas.line((from, y - 2.5), (from, y + 2.5), line);
    canvas.line((to, y - 2.5), (to, y + 2.5), line);
}

/// The outlined badge of a governed lane, 14 px high, from `x` to the right; returns its right end.
pub fn tag(canvas: &mut Canvas<'_>, x: f64, top: f64, letters: &str) -> f64 {
    let width = tag_width(letters);
    let mut points = rounded((x, top), (x + width, top + 14.0), 2.0);
    canvas.fill(&points, Token::Paper);
    points.extend(points.first().copied());
    canvas.path(&points, stroke(Token::Change, 1.2));
    let at = (x + width / 2.0, top + 11.0);
    canvas.text(at, letters, bold(11.0), Token::Change, Anchor::Middle);
    x + width
}

/// Width of [`tag`].
pub fn tag_width(letters: &str) -> f64 {
    (super::metrics::width(letters, bold(11.0)) + 6.0).max(14.0)
}

/// Ten-pixel bracket between the old value last seen and the new value first seen.
pub fn bracket(canvas: &mut Canvas<'_>, x0: f64, x1: f64, y: f64) {
    let line = stroke(Token::Change, 1.5);
    canvas.line((x0, y), (x1, y), line);
    canvas.line((x0, y - 5.0), (x0, y + 5.0), line);
    canvas.line((x1, y - 5.0), (x1, y + 5.0), line);
}

/// A bracket of which one end is known, dotted for `length` towards the other.
pub fn open_bracket(canvas: &mut Canvas<'_>, x: f64, length: f64, y: f64) {
    canvas.line((x, y - 5.0), (x, y + 5.0), stroke(Token::Change, 1.5));
    canvas.line((x, y), (x + length, y), broken(Token::Change, Dash::Dotted));
}

/// Arrow head pointing down at `y`: an instant.
pub fn arrow(canvas: &mut Canvas<'_>, x: f64, y: f64) {
    let head = [(x - 4.5, y - 5.0), (x, y), (x + 4.5, y - 5.0)];
    canvas.path(&head, stroke(Token::Change, 1.5));
}

/// Slanted lines inside a rectangle: no samples here.
pub fn hatch(canvas: &mut Canvas<'_>, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
    let height = y1 - y0;
    let mut foot = x0 - height + 3.0;
    // the line from (foot, y1) to (foot + height, y0), cut to the rectangle
    while foot < x1 {
        let (from, to) = (foot.max(x0), (foot + height).min(x1));
        if to > from {
            let (low, high) = (y1 - (from - foot), y1 - (to - foot));
            canvas.line((from, low), (to, high), stroke(Token::Hatch, 1.0));
        }
        foot += 8.0;
    }
}

/// Circular arrow, 11 px: counters began again.
pub fn restart(canvas: &mut Canvas<'_>, x: f64, y: f64) {
    let ring: Vec<(f64, f64)> = (0..=14_u8)
        .map(|i| {
            let angle = PI * (-0.25 + 1.6 * f64::from(i) / 14.0);
            (x + 4.8 * angle.cos(), y + 4.8 * angle.sin())
        })
        .collect();
    canvas.path(&ring, stroke(Token::Ink2, 1.3));
    if let Some((ex, ey)) = ring.first() {
        let head = [(ex - 3.6, ey - 0.4), (ex + 0.4, ey + 0.2), (ex + 0.4, ey - 3.8)];
        canvas.path(&head, stroke(Token::Ink2, 1.3));
    }
}

/// Dotted line: no evidence.
pub fn dotted(canvas: &mut Canvas<'_>, x0: f64, x1: f64, y: f64) {
    canvas.line((x0, y), (x1, y), broken(Token::Hatch, Dash::Dotted));
}
