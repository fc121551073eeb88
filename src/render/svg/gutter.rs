//! What stands left of a lane, or above it on a phone: title, badges of the changes that govern it,
//! kernel name, and the meaning of its marks.

use super::badges;
use super::canvas::{Anchor, Canvas, stroke};
use super::curve::{fill_of, line_of};
use super::lane::{Drawn, Plan, STRIP, TITLE, title_tags, top_tick};
use super::marks::tag_width;
use super::metrics::{cut, mono, sans, width, wrap};
use super::timeline::Layout;
use super::token::Token;
use crate::model::report::figure::{Form, Lane, Tone};

const ROW: f64 = 14.0;

/// One legend entry.
struct Entry {
    words: String,
    tone: Tone,
    /// Line, solid square or light square.
    mark: Mark,
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Line,
    Solid,
    Light,
}

fn legend(lane: &Lane, curves: &[Drawn]) -> Vec<Entry> {
    let entry = |words: &str, mark: Mark| Entry { words: words.to_owned(), tone: lane.tone, mark };
    if lane.form == Form::Events {
        let mut entries = Vec::new();
        if lane.bars.iter().any(|b| b.added_back > 0) {
            entries.push(entry("printed", Mark::Solid));
            entries.push(entry("suppressed, added back", Mark::Light));
        }
        return entries;
    }
    curves
        .iter()
        .filter(|c| !c.label.is_empty() && !c.buckets.is_empty())
        .map(|c| Entry { words: c.label.clone(), tone: c.tone, mark: Mark::Line })
        .collect()
}

/// A row of the gutter, from its baseline.
struct Row {
    y: f64,
    what: What,
}

enum What {
    Title(String),
    Tags(f64),
    Name(String),
    Entry(Entry),
}

/// Title in up to three lines, and the badges behind or below it; with the next free baseline.
fn titles(plan: &Plan<'_>, right: f64, tick: f64) -> (Vec<Row>, f64) {
    let mut rows = Vec::new();
    let mut y = plan.top + 11.0;
    let tags: f64 = badges::behind_title(&plan.lane.letters).iter().map(|l| tag_width(l) + 3.0).sum();
    let mut room = right;
    let mut parts = wrap(&plan.lane.title, TITLE, room);
    if parts.len() > 1 {
        // the second line stands beside the upper tick
        room = right - tick;
        parts = wrap(&plan.lane.title, TITLE, room);
    }
    parts.truncate(3);
    let mut used = 0.0;
    for part in &parts {
        let part = cut(part, TITLE, room);
        used = width(&part, TITLE);
        rows.push(Row { y, what: What::Title(part) });
        y += ROW + 1.0;
    }
    // a badge beside the only line of the title ends where the upper tick begins
    let beside = if parts.len() > 1 { room } else { right };
    if tags > 0.0 && used + 2.0 + tags > beside {
        rows.push(Row { y: y + 1.0, what: What::Tags(-3.0) });
        y += ROW + 2.0;
    } else if tags > 0.0 {
        rows.push(Row { y: y - ROW - 1.0, what: What::Tags(used + 5.0) });
    }
    (rows, y)
}

/// Rows from top to bottom, each in the first place where it has room: the y ticks stand in the gutter too.
fn rows(plan: &Plan<'_>, layout: &Layout) -> Vec<Row> {
    let lane = plan.lane;
    let right = layout.left - 8.0 - layout.margin;
    let tick = top_tick(plan).map_or(0.0, |t| width(&t, sans(11.0)) + 8.0);
    let low = if lane.form == Form::Fill { 28.0 } else { 14.0 };
    let room = |y: f64| {
        let near = |tick_y: f64, size: f64| if (y - tick_y).abs() < 12.0 { size } else { 0.0 };
        right - near(plan.plot.top + 4.0, tick) - near(plan.plot.base + 3.0, low)
    };
    let (mut rows, mut y) = titles(plan, right, tick);
    let mut place = |need: f64, what: What, rows: &mut Vec<Row>| {
        while need > room(y) && y < plan.plot.base + 3.0 {
            y += ROW / 2.0;
        }
        rows.push(Row { y, what });
        y += ROW;
    };
    if !lane.name.is_empty() {
        let name = cut(&lane.name, mono(11.0), right);
        place(width(&name, mono(11.0)), What::Name(name), &mut rows);
    }
    for entry in legend(lane, &plan.curves) {
        place(width(&entry.words, sans(11.0)) + 12.0, What::Entry(entry), &mut rows);
    }
    rows
}

/// Where the gutter of a lane ends.
pub fn end(plan: &Plan<'_>, layout: &Layout) -> f64 {
    rows(plan, layout).last().map_or(plan.top, |r| r.y + 4.0)
}

/// Height of title and legend above the strip of a narrow lane.
pub fn narrow_height(lane: &Lane, curves: &[Drawn]) -> f64 {
    if legend(lane, curves).is_empty() { 16.0 } else { 32.0 }
}

/// Draws title, badges, name and legend.
pub fn draw(canvas: &mut Canvas<'_>, plan: &Plan<'_>, layout: &Layout) {
    if layout.narrow {
        narrow(canvas, plan, layout);
        return;
    }
    let x = layout.margin;
    for row in rows(plan, layout) {
        match row.what {
            What::Title(text) => {
                canvas.text((x, row.y), &text, TITLE, Token::Ink, Anchor::Start);
            }
            What::Tags(offset) => {
                title_tags(canvas, &plan.lane.letters, x + offset, row.y);
            }
            What::Name(text) => {
                canvas.text((x, row.y), &text, mono(11.0), Token::Ink3, Anchor::Start);
            }
            What::Entry(it) => {
                entry(canvas, &it, x, row.y);
            }
        }
    }
}

fn narrow(canvas: &mut Canvas<'_>, plan: &Plan<'_>, layout: &Layout) {
    let lane = plan.lane;
    let y = plan.plot.top - STRIP;
    let tags: f64 = badges::behind_title(&lane.letters).iter().map(|l| tag_width(l) + 3.0).sum();
    let title = cut(&lane.title, TITLE, layout.right - layout.margin - tags - 8.0);
    let entries = legend(lane, &plan.curves);
    let baseline = y - if entries.is_empty() { 3.0 } else { 19.0 };
    canvas.text((layout.margin, baseline), &title, TITLE, Token::Ink, Anchor::Start);
    let end = layout.margin + width(&title, TITLE) + 5.0;
    let end = title_tags(canvas, &lane.letters, end, baseline);
    // two accept queues are told apart by their names
    if end + 12.0 + width(&lane.name, mono(11.0)) <= layout.right {
        let at = (layout.right, baseline);
        canvas.text(at, &lane.name, mono(11.0), Token::Ink3, Anchor::End);
    }
    let mut x = layout.margin;
    for it in entries {
        let need = width(&it.words, sans(11.0)) + 14.0;
        if x + need > layout.right {
            break;
        }
        x = entry(canvas, &it, x, y - 4.0) + 12.0;
    }
}

fn entry(canvas: &mut Canvas<'_>, it: &Entry, x: f64, baseline: f64) -> f64 {
    let (top, token) = (baseline - 8.0, line_of(it.tone));
    match it.mark {
        Mark::Line => {
            let y = baseline - 4.0;
            canvas.line((x, y), (x + 9.0, y), stroke(token, 2.0));
        }
        Mark::Solid => canvas.rect((x, top), (x + 8.0, top + 8.0), token),
        Mark::Light => {
            canvas.rect((x, top), (x + 8.0, top + 8.0), fill_of(it.tone));
            let (l, r, b) = (x + 0.5, x + 7.5, top + 7.5);
            let frame = [(l, top + 0.5), (r, top + 0.5), (r, b), (l, b), (l, top + 0.5)];
            canvas.path(&frame, stroke(token, 1.0));
        }
    }
    let font = sans(11.0);
    canvas.text((x + 12.0, baseline), &it.words, font, Token::Ink2, Anchor::Start);
    x + 12.0 + width(&it.words, font)
}
