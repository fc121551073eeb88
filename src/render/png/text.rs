//! Text from the fonts that are compiled in: one glyph a character, no kerning, no shaping, no font of the machine.

use super::{Tag, colour, number};
use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

const SANS: &[u8] = include_bytes!("fonts/chart-sans-regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/chart-sans-bold.ttf");
const MONO: &[u8] = include_bytes!("fonts/chart-mono-regular.ttf");

/// The three cuts.
pub(super) struct Fonts {
    sans: Face<'static>,
    bold: Face<'static>,
    mono: Face<'static>,
}

impl Fonts {
    pub(super) fn embedded() -> Result<Self, String> {
        let face = |bytes| Face::parse(bytes, 0).map_err(|e| e.to_string());
        Ok(Self { sans: face(SANS)?, bold: face(BOLD)?, mono: face(MONO)? })
    }

    pub(super) fn draw(&self, picture: &mut Pixmap, tag: &Tag<'_>, view: Transform) -> Result<(), String> {
        let at = number(tag.attr("x")).zip(number(tag.attr("y")));
        let ((x, y), size) = at.zip(number(tag.attr("font-size"))).ok_or("a text without a place")?;
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color(colour(tag.attr("fill")).ok_or("a text without a colour")?);
        let face = match (tag.attr("font-family"), tag.attr("font-weight")) {
            ("", "") => &self.sans,
            ("", _) => &self.bold,
            _ => &self.mono,
        };
        let scale = size / f32::from(face.units_per_em());
        let glyphs: Vec<GlyphId> =
            unescaped(tag.content).chars().map(|c| face.glyph_index(c).unwrap_or_default()).collect();
        let advance = |glyph: GlyphId| f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
        let all: f32 = glyphs.iter().map(|g| advance(*g)).sum();
        let mut pen = match tag.attr("text-anchor") {
            "middle" => x - all / 2.0,
            "end" => x - all,
            _ => x,
        };
        let mut outline = Outline { path: PathBuilder::new(), x: 0.0, y, scale };
        for glyph in glyphs {
            outline.x = pen;
            face.outline_glyph(glyph, &mut outline);
            pen += advance(glyph);
        }
        if let Some(path) = outline.path.finish() {
            picture.fill_path(&path, &paint, FillRule::Winding, view, None);
        }
        Ok(())
    }
}

/// From font units, which grow upwards, to those of the drawing.
struct Outline {
    path: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Outline {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

/// The five escapes that the drawings use; `&amp;` last, for it may stand before the name of another.
fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (escape, sign) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&amp;", "&")]
    {
        text = text.replace(escape, sign);
    }
    text
}
