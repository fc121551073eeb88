//! PNG beside each SVG, for tickets that take no SVG. Reads the drawings that [`super::svg`] writes to stand alone and
//! nothing else: paths of straight lines, texts, a background. An element that it does not know is an error and not a
//! hole in the picture. The fonts are compiled in, so that the bytes are the same on any machine; what they lack is a box.

mod path;
mod text;

use text::Fonts;
use tiny_skia::{Color, Pixmap, Transform};

/// Pixels of the picture for each of the drawing.
const SCALE: f32 = 2.0;
/// A picture larger than this on a side is refused: it would be a mistake, and memory.
const LARGEST: f32 = 16_384.0;

/// The PNG of a drawing.
///
/// # Errors
/// What in the drawing is not understood.
pub fn png(svg: &str) -> Result<Vec<u8>, String> {
    let tags = tags(svg);
    let first = tags.first().filter(|tag| tag.name == "svg").ok_or("no drawing")?;
    let side = |name: &str| number(first.attr(name)).map(|n| (n * SCALE).ceil()).filter(|n| *n <= LARGEST);
    let (width, height) = side("width").zip(side("height")).ok_or("no size, or too large a one")?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // up to LARGEST, never below zero
    let mut picture = Pixmap::new(width.max(1.0) as u32, height.max(1.0) as u32).ok_or("no memory")?;
    let units: Vec<f32> = first.attr("viewBox").split(' ').filter_map(number).collect();
    let scale = units.get(2).filter(|w| **w > 0.0).map_or(SCALE, |w| width / w);
    let view = Transform::from_scale(scale, scale);
    let fonts = Fonts::embedded()?;
    for tag in &tags[1..] {
        match tag.name {
            "rect" => picture.fill(colour(tag.attr("fill")).ok_or("rect without a colour")?),
            "path" => path::draw(&mut picture, tag, view)?,
            "text" => fonts.draw(&mut picture, tag, view)?,
            "title" | "desc" | "g" => {}
            other => return Err(format!("<{other}> is not drawn")),
        }
    }
    picture.encode_png().map_err(|e| e.to_string())
}

/// An opening tag and the text behind it.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    content: &'a str,
}

impl<'a> Tag<'a> {
    /// Value of an attribute; empty when it is not there. Our own values hold no quotes.
    fn attr(&self, name: &str) -> &'a str {
        let key = format!(" {name}=\"");
        let value = self.attributes.split_once(&key).and_then(|(_, rest)| rest.split_once('"'));
        value.map_or("", |(value, _)| value)
    }
}

/// Opening tags of our own markup, in which `<` and `>` occur nowhere else.
fn tags(svg: &str) -> Vec<Tag<'_>> {
    let parts = svg.split('<').skip(1).filter(|part| !part.starts_with('/'));
    parts
        .map(|part| {
            let (tag, content) = part.split_once('>').unwrap_or((part, ""));
            let tag = tag.trim_end_matches('/');
            let end = tag.find(' ').unwrap_or(tag.len());
            let (name, attributes) = tag.split_at(end);
            Tag { name, attributes, content }
        })
        .collect()
}

fn number(text: &str) -> Option<f32> {
    text.parse().ok().filter(|n: &f32| n.is_finite())
}

/// `#RRGGBB`.
fn colour(text: &str) -> Option<Color> {
    let value = u32::from_str_radix(text.strip_prefix('#').filter(|hex| hex.len() == 6)?, 16).ok()?;
    let [_, r, g, b] = value.to_be_bytes();
    Some(Color::from_rgba8(r, g, b, 255))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::svg::canvas::{About, Anchor, Canvas, Dash, broken, draw, stroke};
    use crate::render::svg::metrics::{bold, mono, sans, width};
    use crate::render::svg::rewrite::Paint;
    use crate::render::svg::token::Token;

    fn drawn(body: impl FnOnce(&mut Canvas<'_>)) -> Pixmap {
        let about = About { id: "x".into(), title: "a <b>".into(), desc: "d & e".into() };
        let svg = draw(100.0, Paint::Alone, &about, |c| {
            c.height = 40.0;
            body(c);
        });
        Pixmap::decode_png(&png(&svg.0).expect("our own drawing")).expect("our own picture")
    }

    fn at(picture: &Pixmap, x: u32, y: u32) -> [u8; 3] {
        let p = picture.pixel(x * 2, y * 2).expect("inside").demultiply();
        [p.red(), p.green(), p.blue()]
    }

    fn ink(picture: &Pixmap) -> usize {
        picture.pixels().iter().filter(|p| p.red() < 200).count()
    }

    #[test]
    fn fills_lines_dots_and_dashes_are_where_they_were_put() {
        let picture = drawn(|c| {
            c.rect((10.0, 10.0), (20.0, 20.0), Token::Ink);
            c.line((30.0, 5.0), (30.0, 35.0), stroke(Token::Ink, 2.0));
            c.dot((50.0, 20.0), 4.0, Token::Ink);
            c.line((60.0, 20.0), (99.0, 20.0), broken(Token::Ink, Dash::Dashed));
        });
        assert_eq!((picture.width(), picture.height()), (200, 80));
        let (paper, ink) = ([255, 255, 255], [0x15, 0x19, 0x1e]);
        for (x, y, colour) in [(2, 2, paper), (15, 15, ink), (30, 20, ink), (50, 20, ink), (50, 30, paper)] {
            assert_eq!(at(&picture, x, y), colour, "{x} {y}");
        }
        let dashed: Vec<bool> = (60..99).map(|x| at(&picture, x, 20) != paper).collect();
        assert!(dashed.contains(&true) && dashed.contains(&false));
    }

    #[test]
    fn text_is_as_wide_as_the_charts_think_and_what_has_no_glyph_is_a_box() {
        for (text, font) in [("Queue 269\u{202f}/s → 0", sans(12.0)), ("TcpExt.Sync", mono(11.0))] {
            let right = |anchor: Anchor, x: f64| {
                let picture = drawn(|c| c.text((x, 30.0), text, font, Token::Ink, anchor));
                let columns =
                    (0..200).filter(|x| (0..80).any(|y| picture.pixel(*x, y).is_some_and(|p| p.red() < 200)));
                columns.fold((200, 0), |(a, b), x| (a.min(x), b.max(x)))
            };
            let (left, end) = right(Anchor::Start, 0.0);
            assert!(left <= 4, "{text}");
            let expected = (width(text, font) * 2.0).min(199.0);
            assert!((f64::from(end) - expected).abs() < 6.0, "{text}: {end} {expected}");
        }
        let boxed = drawn(|c| c.text((5.0, 30.0), "中文", bold(13.0), Token::Ink, Anchor::Start));
        assert!(ink(&boxed) > 50);
        let escaped = drawn(|c| c.text((5.0, 30.0), "<&>\"", bold(13.0), Token::Ink, Anchor::Start));
        assert!(ink(&escaped) > 50);
    }

    #[test]
    fn what_is_not_understood_is_no_picture() {
        for bad in [
            "",
            "<svg width=\"9\" height=\"9\"><circle r=\"1\"/></svg>",
            "<svg width=\"9e9\" height=\"9\"></svg>",
            "<svg width=\"9\" height=\"9\"><path fill=\"#000000\" d=\"C1 1 2 2 3 3\"/></svg>",
        ] {
            assert!(png(bad).is_err(), "{bad}");
        }
    }
}
