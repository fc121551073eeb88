//! From what plotters writes to what a page needs: short, coloured by tokens, and with a title.
//!
//! plotters writes an element a line with every attribute spelled out. Here lines and polygons become
//! `<path>` with relative moves, neighbours of one style share a path, and colours become CSS classes (on
//! the page, where dark mode and print decide) or stay literal (where the drawing stands alone).

use super::canvas::About;
use super::token::name_of;
use crate::render::escape::escape;
use std::fmt::Write;

/// Opacity that stands for `4 3`.
pub const DASHED: f64 = 0.5;
/// Opacity that stands for `1 3`.
pub const DOTTED: f64 = 0.25;

const SANS: &str = "Helvetica Neue,Helvetica,Arial,Liberation Sans,sans-serif";
const MONO: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,Liberation Mono,monospace";
/// The backend divides a font's size by this; see `draw_text` in plotters-svg.
const FONT_SCALE: f64 = 1.24;

/// The number of a sign that closes a group.
pub const CLOSE: usize = 1_000_000;

/// The drawing as a whole.
pub struct Frame {
    pub width: f64,
    pub height: f64,
    /// Opening tags, by the numbers of their signs.
    pub groups: Vec<String>,
    /// Attributes that tell where times lie.
    pub axis: String,
}

/// Where the drawing will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// In the page: CSS classes.
    Page,
    /// Alone: literal light colours on opaque paper.
    Alone,
}

/// The drawing as it is shown.
pub fn rewrite(raw: &str, frame: &Frame, paint: Paint, about: &About) -> String {
    let mut out = head(frame, paint, about);
    let mut open = Path::default();
    let mut lines = raw.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("<polyline") {
            open.add(&mut out, stroke_style(line, paint), &moves(line, false));
        } else if line.starts_with("<polygon") {
            open.add(&mut out, fill_style(line, paint), &moves(line, true));
        } else if line.starts_with("<circle") {
            let at = attr(line, "cx").parse().ok().zip(attr(line, "cy").parse().ok());
            let dot = Moves { ends: at.map(|at| (at, at)), d: "h0".to_owned() };
            open.add(&mut out, dot_style(line, paint), &dot);
        } else if line.starts_with("<rect") && paint == Paint::Page {
            open.close(&mut out);
            group(&mut out, attr(line, "x"), &frame.groups);
        } else if line.starts_with("<text") {
            open.close(&mut out);
            text(&mut out, line, lines.next().unwrap_or(""), paint);
        }
    }
    open.close(&mut out);
    out.push_str(if paint == Paint::Alone { "</g></svg>\n" } else { "</svg>" });
    out
}

/// Opens the group of this number, or closes one; a group in which nothing was drawn leaves no trace.
fn group(out: &mut String, number: &str, groups: &[String]) {
    if let Some(open) = number.parse::<usize>().ok().and_then(|n| groups.get(n)) {
        out.push_str(open);
    } else if out.ends_with("\">")
        && let Some(at) = out.rfind('<').filter(|at| out[*at..].starts_with("<g "))
    {
        out.truncate(at);
    } else {
        out.push_str("</g>");
    }
}

fn head(frame: &Frame, paint: Paint, about: &About) -> String {
    let Frame { width, height, .. } = *frame;
    let axis = if paint == Paint::Page { frame.axis.as_str() } else { "" };
    let (id, title, desc) = (escape(&about.id), escape(&about.title), escape(&about.desc));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {:.0} {:.0}\"{axis} role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
         <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{desc}</desc>",
        width * 10.0,
        height * 10.0
    );
    if paint == Paint::Alone {
        let _ =
            write!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/><g font-family=\"{SANS}\">");
    }
    out
}

/// The path being collected.
#[derive(Default)]
struct Path {
    style: String,
    d: String,
    /// Where the pen is.
    at: Option<(i64, i64)>,
}

/// A line or an outline: where it begins and leaves the pen, and its relative moves.
#[derive(Default)]
struct Moves {
    ends: Option<((i64, i64), (i64, i64))>,
    d: String,
}

impl Path {
    fn add(&mut self, out: &mut String, style: String, moves: &Moves) {
        if style != self.style {
            self.close(out);
            self.style = style;
        }
        let Some(((x, y), end)) = moves.ends else { return };
        let _ = match self.at {
            None => write!(self.d, "M{x} {y}"),
            Some((px, py)) => write!(self.d, "m{} {}", x - px, y - py),
        };
        self.d.push_str(&moves.d);
        self.at = Some(end);
    }

    fn close(&mut self, out: &mut String) {
        if !self.d.is_empty() {
            let _ = write!(out, "<path {} d=\"{}\"/>", self.style, self.d);
        }
        *self = Self::default();
    }
}

/// Value of an attribute; the backend escapes quotes, so the next quote ends it.
fn attr<'a>(line: &'a str, name: &str) -> &'a str {
    let key = format!(" {name}=\"");
    line.split_once(&key).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(value, _)| value)
}

fn stroke_style(line: &str, paint: Paint) -> String {
    let colour = attr(line, "stroke");
    let width = attr(line, "stroke-width");
    let dash = match attr(line, "opacity").parse::<f64>() {
        Ok(a) if a < f64::midpoint(DOTTED, DASHED) => " stroke-dasharray=\"10 30\"",
        Ok(a) if a < f64::midpoint(DASHED, 1.0) => " stroke-dasharray=\"40 30\"",
        _ => "",
    };
    match paint {
        Paint::Page => format!("class=\"s-{}\" stroke-width=\"{width}\"{dash}", name_of(colour)),
        Paint::Alone => {
            format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}")
        }
    }
}

fn fill_style(line: &str, paint: Paint) -> String {
    let colour = attr(line, "fill");
    match paint {
        Paint::Page => format!("class=\"f-{}\"", name_of(colour)),
        Paint::Alone => format!("fill=\"{colour}\""),
    }
}

/// A disc is a line of no length with a round cap, so that hundreds of them share a path.
fn dot_style(line: &str, paint: Paint) -> String {
    let colour = attr(line, "fill");
    let width = attr(line, "r").parse::<u32>().unwrap_or(1) * 2;
    let look = match paint {
        Paint::Page => format!("class=\"s-{}\"", name_of(colour)),
        Paint::Alone => format!("fill=\"none\" stroke=\"{colour}\""),
    };
    format!("{look} stroke-width=\"{width}\" stroke-linecap=\"round\"")
}

/// `points` as a start and relative moves.
fn moves(line: &str, closed: bool) -> Moves {
    let mut d = String::new();
    let (mut first, mut last) = (None::<(i64, i64)>, None::<(i64, i64)>);
    for pair in attr(line, "points").split(' ') {
        let Some((x, y)) = pair.split_once(',') else { continue };
        let (Ok(x), Ok(y)) = (x.parse::<i64>(), y.parse::<i64>()) else { continue };
        let _ = match last {
            None => {
                first = Some((x, y));
                Ok(())
            }
            Some((px, py)) if (px, py) == (x, y) => Ok(()),
            Some((px, py)) if py == y => write!(d, "h{}", x - px),
            Some((px, py)) if px == x => write!(d, "v{}", y - py),
            Some((px, py)) => write!(d, "l{} {}", x - px, y - py),
        };
        last = Some((x, y));
    }
    if closed {
        d.push('z');
    }
    Moves { ends: first.zip(if closed { first } else { last }), d }
}

/// `content` was escaped by the backend.
fn text(out: &mut String, line: &str, content: &str, paint: Paint) {
    let size = attr(line, "font-size").parse::<f64>().unwrap_or(12.0) * FONT_SCALE;
    let mono = attr(line, "font-family") == "monospace";
    let bold = !attr(line, "font-weight").is_empty();
    let anchor = attr(line, "text-anchor");
    let colour = attr(line, "fill");
    let _ = write!(out, "<text x=\"{}\" y=\"{}\"", attr(line, "x"), attr(line, "y"));
    if anchor != "start" {
        let _ = write!(out, " text-anchor=\"{anchor}\"");
    }
    let _ = match paint {
        Paint::Page => {
            let mono = if mono { " m" } else { "" };
            let bold = if bold { " b" } else { "" };
            write!(out, " class=\"t{size:.0} f-{}{mono}{bold}\"", name_of(colour))
        }
        Paint::Alone => {
            let mono = if mono { format!(" font-family=\"{MONO}\"") } else { String::new() };
            let bold = if bold { " font-weight=\"bold\"" } else { "" };
            let size = size * 10.0;
            write!(out, " font-size=\"{size:.0}\" fill=\"{colour}\"{mono}{bold}")
        }
    };
    let _ = write!(out, ">{content}</text>");
}

#[cfg(test)]
mod tests {
    use super::super::canvas::{Anchor, Dash, broken, draw, stroke};
    use super::super::metrics::bold;
    use super::super::token::Token;
    use super::*;

    fn about() -> About {
        About { id: "x".into(), title: "a <b>".into(), desc: "d & e".into() }
    }

    #[test]
    fn neighbours_of_one_style_share_a_path() {
        let svg = draw(100.0, Paint::Page, &about(), |c| {
            c.line((1.0, 2.0), (1.0, 5.5), stroke(Token::Harm, 1.25));
            c.line((3.0, 2.0), (4.0, 2.0), stroke(Token::Harm, 1.25));
            c.line((3.0, 2.0), (4.0, 2.0), broken(Token::Hatch, Dash::Dotted));
            c.height = 10.0;
        });
        let path = "<path class=\"s-harm\" stroke-width=\"13\" d=\"M10 20v35m20 -35h10\"/>";
        assert!(svg.0.contains(path), "{}", svg.0);
        assert!(svg.0.contains("stroke-dasharray=\"10 30\""), "{}", svg.0);
    }

    #[test]
    fn hostile_text_is_text() {
        for paint in [Paint::Page, Paint::Alone] {
            let svg = draw(100.0, paint, &about(), |c| {
                let hostile = "<script>\0\u{202e}\n</text>]]>&\"";
                c.text((1.0, 2.0), hostile, bold(13.0), Token::Ink, Anchor::End);
            });
            assert!(!svg.0.contains("<script"), "{}", svg.0);
            assert!(!svg.0.contains('\0') && !svg.0.contains('\u{202e}'));
            assert_eq!(svg.0.matches("</text>").count(), 1);
            assert!(svg.0.contains("a &lt;b&gt;"));
        }
    }

    #[test]
    fn sizes_survive_the_backend() {
        let svg = draw(100.0, Paint::Alone, &about(), |c| {
            c.text((1.0, 2.0), "x", bold(13.0), Token::Ink, Anchor::Start);
        });
        assert!(svg.0.contains("font-size=\"130\""), "{}", svg.0);
    }
}
