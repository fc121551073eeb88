//! The six verdicts by shape: what was judged is filled, what was not is hollow. The word stands beside it always.

use super::canvas::{Canvas, Stroke, stroke};
use super::marks::rounded;
use super::token::Token;
use crate::model::report::verdict::Verdict;
use std::f64::consts::TAU;

/// Side of a glyph beside 12 px text.
pub const SIZE: f64 = 12.0;

/// Shape and word share a colour family; the word's is the darker one.
pub fn word_token(verdict: Verdict) -> Token {
    match verdict {
        Verdict::Improved => Token::GoodText,
        Verdict::Worsened => Token::HarmText,
        _ => Token::Ink2,
    }
}

/// Draws the glyph in a square of `size` around `centre`.
pub fn glyph(canvas: &mut Canvas<'_>, verdict: Verdict, centre: (f64, f64), size: f64) {
    let mut pen = Pen { canvas, centre, unit: size / SIZE };
    match verdict {
        Verdict::Improved => improved(&mut pen),
        Verdict::Worsened => worsened(&mut pen),
        Verdict::NoMeasurableEffect => no_effect(&mut pen),
        Verdict::Inconclusive => inconclusive(&mut pen),
        Verdict::NotInForce => not_in_force(&mut pen),
        Verdict::NotAssessed => not_assessed(&mut pen),
    }
}

/// Draws in a square of twelve units around a point.
struct Pen<'c, 'b> {
    canvas: &'c mut Canvas<'b>,
    centre: (f64, f64),
    unit: f64,
}

impl Pen<'_, '_> {
    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.centre.0 + x * self.unit, self.centre.1 + y * self.unit)
    }

    fn fill(&mut self, points: &[(f64, f64)], token: Token) {
        let points: Vec<(f64, f64)> = points.iter().map(|p| self.at(*p)).collect();
        self.canvas.fill(&points, token);
    }

    fn path(&mut self, points: &[(f64, f64)], token: Token, width: f64) {
        let points: Vec<(f64, f64)> = points.iter().map(|p| self.at(*p)).collect();
        let pen: Stroke = stroke(token, width * self.unit);
        self.canvas.path(&points, pen);
    }

    fn dot(&mut self, centre: (f64, f64), radius: f64, token: Token) {
        let centre = self.at(centre);
        self.canvas.dot(centre, radius * self.unit, token);
    }
}

/// A disc with a tick.
fn improved(pen: &mut Pen<'_, '_>) {
    pen.dot((0.0, 0.0), 6.0, Token::Good);
    pen.path(&[(-2.9, 0.2), (-0.9, 2.3), (3.0, -2.1)], Token::Paper, 1.6);
}

/// A triangle with a bang.
fn worsened(pen: &mut Pen<'_, '_>) {
    pen.fill(&[(0.0, -6.0), (6.4, 5.4), (-6.4, 5.4)], Token::Harm);
    pen.path(&[(0.0, -2.2), (0.0, 1.7)], Token::Paper, 1.6);
    pen.dot((0.0, 3.6), 0.9, Token::Paper);
}

/// A square with two bars.
fn no_effect(pen: &mut Pen<'_, '_>) {
    pen.fill(&rounded((-5.6, -5.6), (5.6, 5.6), 1.2), Token::Ink3);
    for y in [-1.8, 1.8] {
        pen.path(&[(-3.2, y), (3.2, y)], Token::Paper, 1.6);
    }
}

/// A hollow diamond with a question mark, which is drawn: a letter this small would be under 11 px.
fn inconclusive(pen: &mut Pen<'_, '_>) {
    let diamond = [(0.0, -6.4), (6.4, 0.0), (0.0, 6.4), (-6.4, 0.0), (0.0, -6.4), (6.4, 0.0)];
    pen.path(&diamond, Token::Ink2, 1.3);
    let hook = [
        (-1.7, -1.5),
        (-1.2, -2.6),
        (0.0, -3.0),
        (1.2, -2.6),
        (1.7, -1.6),
        (1.3, -0.7),
        (0.0, 0.2),
        (0.0, 1.3),
    ];
    pen.path(&hook, Token::Ink2, 1.3);
    pen.dot((0.0, 3.0), 0.8, Token::Ink2);
}

/// A dashed ring with a slash.
fn not_in_force(pen: &mut Pen<'_, '_>) {
    for dash in 0..8_u8 {
        let point = |step: u8| {
            let angle = TAU * (f64::from(dash) + f64::from(step) * 0.15) / 8.0;
            (5.4 * angle.cos(), 5.4 * angle.sin())
        };
        let arc: Vec<(f64, f64)> = (0..=4).map(point).collect();
        pen.path(&arc, Token::Ink2, 1.4);
    }
    pen.path(&[(-2.8, 2.8), (2.8, -2.8)], Token::Ink2, 1.4);
}

/// An empty frame: four corners with a dash between them.
fn not_assessed(pen: &mut Pen<'_, '_>) {
    for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
        let corner = [(5.2 * x, 2.2 * y), (5.2 * x, 5.2 * y), (2.2 * x, 5.2 * y)];
        pen.path(&corner, Token::Ink2, 1.4);
    }
    pen.path(&[(-2.0, 0.0), (2.0, 0.0)], Token::Ink2, 1.4);
}

#[cfg(test)]
mod tests {
    use super::super::canvas::{About, draw};
    use super::super::rewrite::Paint;
    use super::*;

    const ALL: [Verdict; 6] = [
        Verdict::Improved,
        Verdict::Worsened,
        Verdict::NoMeasurableEffect,
        Verdict::Inconclusive,
        Verdict::NotInForce,
        Verdict::NotAssessed,
    ];

    fn drawn(verdict: Verdict) -> String {
        let about = About { id: "v".into(), title: "v".into(), desc: String::new() };
        let svg = draw(20.0, Paint::Page, &about, |c| {
            glyph(c, verdict, (10.0, 10.0), SIZE);
            c.height = 20.0;
        });
        svg.0
    }

    #[test]
    fn the_judged_are_filled_and_the_others_hollow() {
        for verdict in ALL {
            let svg = drawn(verdict);
            let filled =
                ["s-good\" stroke-width=\"120\"", "f-harm", "f-ink3"].iter().any(|f| svg.contains(f));
            let judged = verdict.claims() == 3 || verdict == Verdict::NoMeasurableEffect;
            assert_eq!(filled, judged, "{verdict:?}: {svg}");
        }
    }

    #[test]
    fn no_two_are_alike() {
        for (i, one) in ALL.iter().enumerate() {
            for other in &ALL[..i] {
                assert_ne!(drawn(*one), drawn(*other));
            }
        }
    }
}
