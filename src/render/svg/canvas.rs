//! Drawing in pixels with design tokens. The only file that names plotters.
//!
//! plotters' SVG backend knows whole numbers only, one stroke style and its own fonts. So everything is
//! drawn ten times as large, a colour stands for a token, and an opacity for a dash or a halo;
//! [`super::rewrite`] turns these signs into attributes again.

use super::group::{self, Group};
use super::metrics::Font;
use super::rewrite::{self, Frame, Paint};
use super::scale::Axis;
use super::token::Token;
use crate::render::escape::printable;
use plotters::backend::SVGBackend;
use plotters::prelude::{DrawingBackend, FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle};
use plotters::style::TextStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A finished drawing: markup, never data.
#[derive(Clone, Debug)]
pub struct Svg(pub String);

impl Svg {
    /// Pixels, as the head of the drawing says.
    pub fn height(&self) -> f64 {
        let said = self.0.split_once(" height=\"").and_then(|(_, rest)| rest.split_once('"'));
        said.and_then(|(pixels, _)| pixels.parse().ok()).unwrap_or_default()
    }
}

/// How a line is interrupted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dash {
    Solid,
    /// 4 3: a restart.
    Dashed,
    /// 1 3: no evidence.
    Dotted,
}

/// A line's look.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    token: Token,
    width: f64,
    dash: Dash,
}

/// A solid line.
pub const fn stroke(token: Token, width: f64) -> Stroke {
    Stroke { token, width, dash: Dash::Solid }
}

/// A dashed or dotted line of one pixel.
pub const fn broken(token: Token, dash: Dash) -> Stroke {
    Stroke { token, width: 1.0, dash }
}

/// Which end of a text stands at its point.
#[derive(Clone, Copy, Debug)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// What a drawing is about, for those who cannot see it.
#[derive(Clone, Debug)]
pub struct About {
    /// Unique in the page.
    pub id: String,
    pub title: String,
    pub desc: String,
}

/// What is being drawn.
pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
    /// Pixels; may be set when the layout is known.
    pub height: f64,
    /// Opening tags of groups, and the axis as attributes.
    groups: Vec<String>,
    axis: String,
}

/// Runs `body` on an empty canvas of this width.
pub fn draw(width: f64, paint: Paint, about: &About, body: impl FnOnce(&mut Canvas<'_>)) -> Svg {
    let mut raw = String::new();
    let frame = {
        let mut canvas = Canvas {
            // the size is written by `rewrite`, when the height is known
            backend: SVGBackend::with_string(&mut raw, (1, 1)),
            height: 0.0,
            groups: Vec::new(),
            axis: String::new(),
        };
        body(&mut canvas);
        let _ = canvas.backend.present();
        let Canvas { height, groups, axis, .. } = canvas;
        Frame { width, height, groups, axis }
    };
    Svg(rewrite::rewrite(&raw, &frame, paint, about))
}

/// Tenths of a pixel. Not-a-number becomes 0 and the infinite the largest number, both off the drawing.
#[allow(clippy::cast_possible_truncation)] // `as` saturates; a drawing is a few thousand tenths wide
fn tenths(pixels: f64) -> i32 {
    ((pixels * 10.0).round() as i32).clamp(-1_000_000, 1_000_000)
}

fn point((x, y): (f64, f64)) -> (i32, i32) {
    (tenths(x), tenths(y))
}

fn shape(token: Token, width: f64, dash: Dash) -> ShapeStyle {
    let (r, g, b) = token.rgb();
    let alpha = match dash {
        Dash::Solid => 1.0,
        Dash::Dashed => rewrite::DASHED,
        Dash::Dotted => rewrite::DOTTED,
    };
    ShapeStyle { color: RGBAColor(r, g, b, alpha), filled: true, stroke_width: tenths(width).unsigned_abs() }
}

// The backend writes to a `String`: drawing cannot fail, so its results carry nothing.
impl Canvas<'_> {
    /// What the body draws is one part of the drawing.
    pub fn group<T>(&mut self, group: Group, body: impl FnOnce(&mut Self) -> T) -> T {
        self.sign(self.groups.len());
        self.groups.push(group.open());
        let value = body(self);
        self.sign(rewrite::CLOSE);
        value
    }

    /// A rectangle of no size, which nothing else draws: a group opens or closes here.
    fn sign(&mut self, group: usize) {
        let at = (i32::try_from(group).unwrap_or_default(), 0);
        let _ = self.backend.draw_rect(at, at, &RGBAColor(0, 0, 0, 1.0), true);
    }

    /// Tells the page's script where times lie, and which figure of the report this is.
    pub fn times(&mut self, axis: &Axis, figure: usize) {
        self.axis = group::axis(axis, figure);
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), s: Stroke) {
        self.path(&[from, to], s);
    }

    /// An open line through points.
    pub fn path(&mut self, points: &[(f64, f64)], s: Stroke) {
        if points.len() > 1 {
            let style = shape(s.token, s.width, s.dash);
            let points = points.iter().copied().map(point);
            let _ = self.backend.draw_path(points, &style);
        }
    }

    /// A filled polygon.
    pub fn fill(&mut self, points: &[(f64, f64)], token: Token) {
        if points.len() > 2 {
            let style = shape(token, 1.0, Dash::Solid);
            let points = points.iter().copied().map(point);
            let _ = self.backend.fill_polygon(points, &style);
        }
    }

    /// A filled rectangle.
    pub fn rect(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64), token: Token) {
        self.fill(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)], token);
    }

    /// A disc.
    pub fn dot(&mut self, centre: (f64, f64), radius: f64, token: Token) {
        let style = shape(token, 1.0, Dash::Solid);
        let radius = tenths(radius).unsigned_abs();
        let _ = self.backend.draw_circle(point(centre), radius, &style, true);
    }

    /// A text on its baseline. Characters that XML forbids, or that reorder text, are replaced.
    pub fn text(&mut self, at: (f64, f64), text: &str, font: Font, token: Token, anchor: Anchor) {
        let text = printable(text).replace(['\n', '\t'], " ");
        if text.trim().is_empty() {
            return;
        }
        let family = if font.mono { FontFamily::Monospace } else { FontFamily::SansSerif };
        let cut = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
        let h = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let (r, g, b) = token.rgb();
        let colour = RGBAColor(r, g, b, 1.0);
        let style = TextStyle::from(FontDesc::new(family, font.size, cut))
            .color(&colour)
            .pos(Pos::new(h, VPos::Bottom));
        let _ = self.backend.draw_text(&text, &style, point(at));
    }
}
