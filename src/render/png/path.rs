//! Paths of our own drawings: relative straight moves, filled or stroked.

use super::{Tag, colour, number};
use tiny_skia::{FillRule, LineCap, Paint, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};

/// Fills or strokes a path.
pub(super) fn draw(picture: &mut Pixmap, tag: &Tag<'_>, view: Transform) -> Result<(), String> {
    let stroked = colour(tag.attr("stroke"));
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(stroked.or_else(|| colour(tag.attr("fill"))).ok_or("a path without a colour")?);
    let width = number(tag.attr("stroke-width")).unwrap_or(10.0);
    // a disc is a line of no length with a round cap
    let round = tag.attr("stroke-linecap") == "round";
    let mut path = PathBuilder::new();
    let (mut at, mut start) = ((0.0, 0.0), (0.0, 0.0));
    for (command, numbers) in commands(tag.attr("d"))? {
        match (command, numbers.as_slice()) {
            ('M', [x, y]) => at = (*x, *y),
            ('h', [_]) if round => path.push_circle(at.0, at.1, width / 2.0),
            ('h', [x]) => at.0 += x,
            ('v', [y]) => at.1 += y,
            ('l' | 'm', [x, y]) => at = (at.0 + x, at.1 + y),
            ('z', []) => {
                path.close();
                at = start;
            }
            _ => return Err(format!("path command {command} is not drawn")),
        }
        if matches!(command, 'M' | 'm') {
            start = at;
        }
        match command {
            'M' | 'm' if !round => path.move_to(at.0, at.1),
            'h' | 'v' | 'l' if !round => path.line_to(at.0, at.1),
            _ => {}
        }
    }
    let Some(path) = path.finish() else { return Ok(()) };
    if stroked.is_some() && !round {
        let dash = tag.attr("stroke-dasharray").split(' ').filter_map(number).collect();
        let stroke =
            Stroke { width, dash: StrokeDash::new(dash, 0.0), line_cap: LineCap::Butt, ..Stroke::default() };
        picture.stroke_path(&path, &paint, &stroke, view, None);
    } else {
        picture.fill_path(&path, &paint, FillRule::Winding, view, None);
    }
    Ok(())
}

/// `M10 20h-5v5z` as letters with their numbers.
fn commands(d: &str) -> Result<Vec<(char, Vec<f32>)>, String> {
    let mut found: Vec<(char, Vec<f32>)> = Vec::new();
    let letters = d.char_indices().filter(|(_, c)| c.is_ascii_alphabetic());
    let starts: Vec<(usize, char)> = letters.collect();
    for (i, (at, letter)) in starts.iter().enumerate() {
        let end = starts.get(i + 1).map_or(d.len(), |next| next.0);
        let words = d.get(at + 1..end).unwrap_or("").split([' ', ',']).filter(|w| !w.is_empty());
        let numbers: Option<Vec<f32>> = words.map(number).collect();
        found.push((*letter, numbers.ok_or_else(|| format!("a number of {d} is none"))?));
    }
    Ok(found)
}
