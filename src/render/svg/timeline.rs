//! The figure: lanes on one clock. Planned first, because bands and grid reach through all lanes and lie
//! under them; then drawn from back to front.

use super::canvas::{About, Anchor, Canvas, Dash, Svg, broken, draw, stroke};
use super::flags::{self, Flag};
use super::group::Group;
use super::lane::{self, Plan};
use super::metrics::{bold, cut, sans, wrap};
use super::rewrite::Paint;
use super::scale::Axis;
use super::token::Token;
use super::{clock, key, ticks};
use crate::model::report::Report;
use crate::model::report::figure::Figure;
use crate::model::time::Time;
use crate::model::words;

/// Horizontal measures of a drawing. Text is never scaled: every width has its own layout.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub width: f64,
    /// Left end of titles and key.
    pub margin: f64,
    /// Left end of the plot.
    pub left: f64,
    /// Right end of the plot.
    pub right: f64,
    /// Titles above the plot instead of beside it.
    pub narrow: bool,
    /// Height of the plots, 1 where there is room.
    pub plots: f64,
}

/// Page from 1200 px.
pub const WIDE: Layout =
    Layout { width: 1120.0, margin: 0.0, left: 216.0, right: 1112.0, narrow: false, plots: 1.0 };
/// Page from 680 px, and print.
pub const MEDIUM: Layout =
    Layout { width: 800.0, margin: 0.0, left: 200.0, right: 790.0, narrow: false, plots: 1.0 };
/// Phones.
pub const NARROW: Layout =
    Layout { width: 358.0, margin: 0.0, left: 4.0, right: 354.0, narrow: true, plots: 1.0 };
/// A chart of its own.
pub const ALONE: Layout =
    Layout { width: 800.0, margin: 16.0, left: 208.0, right: 784.0, narrow: false, plots: 1.0 };

/// One figure in the page. `id` is unique in it.
pub fn embedded(report: &Report, figure: &Figure, layout: Layout, id: &str) -> Svg {
    let about = about(report, figure, id);
    draw(layout.width, Paint::Page, &about, |canvas| {
        canvas.height = body(canvas, report, figure, &layout, 0.0);
    })
}

/// One figure as a file, with headline, host, dates, zone and source inside.
pub fn alone(report: &Report, figure: &Figure) -> Svg {
    excerpt(report, figure, &title(report, figure))
}

/// Any lanes of a figure as a file, under a title.
pub fn excerpt(report: &Report, figure: &Figure, title: &str) -> Svg {
    let layout = ALONE;
    let about = about(report, figure, "netmortem");
    draw(layout.width, Paint::Alone, &about, |canvas| {
        let window = words::window(figure.window.from, figure.window.to);
        let zone = report.hosts.iter().find(|h| h.name == figure.host).map_or("", |h| h.zone.as_str());
        let clock = if ["", "UTC", "+00:00"].contains(&zone) {
            String::new()
        } else {
            format!(" · host clock {zone}")
        };
        let y = heading(canvas, title, &format!("host {} · {window}{clock}", figure.host));
        let end = body(canvas, report, figure, &layout, y);
        canvas.height = source(canvas, report, figure, end + 10.0) + 12.0;
    })
}

/// Which files it is drawn from, and by what; returns where that ends.
fn source(canvas: &mut Canvas<'_>, report: &Report, figure: &Figure, y: f64) -> f64 {
    let mut files: Vec<&str> = figure.lanes.iter().flat_map(|l| &l.files).map(String::as_str).collect();
    files.sort_unstable();
    files.dedup();
    let more = figure.lanes.iter().map(|l| l.more_files).max().unwrap_or(0);
    let mut words = if files.is_empty() { String::new() } else { format!("Source: {}", files.join(", ")) };
    if more > 0 {
        words += &format!(" and {more} more");
    }
    words += if words.is_empty() { "" } else { " · " };
    words += &report.tool;
    let room = ALONE.width - 2.0 * ALONE.margin;
    let mut y = y;
    for line in wrap(&words, sans(11.0), room).iter().take(3) {
        y += 14.0;
        let line = cut(line, sans(11.0), room);
        canvas.text((ALONE.margin, y), &line, sans(11.0), Token::Ink3, Anchor::Start);
    }
    y
}

/// Headline and place of a drawing that stands alone; returns where the drawing may begin.
pub fn heading(canvas: &mut Canvas<'_>, title: &str, place: &str) -> f64 {
    let mut y = 10.0;
    let room = ALONE.width - 120.0;
    for line in wrap(title, bold(16.0), room).iter().take(4) {
        y += 22.0;
        let line = &cut(line, bold(16.0), room);
        canvas.text((ALONE.margin, y), line, bold(16.0), Token::Ink, Anchor::Start);
    }
    y += 20.0;
    canvas.text((ALONE.margin, y), place, sans(12.0), Token::Ink2, Anchor::Start);
    y + 24.0
}

fn about(report: &Report, figure: &Figure, id: &str) -> About {
    let lanes: Vec<&str> = figure.lanes.iter().map(|l| l.title.as_str()).collect();
    let changes: Vec<String> = report
        .changes
        .iter()
        .filter(|c| c.host == figure.host)
        .map(|c| format!("{}: {} {}", c.id, c.key, crate::render::moved::values(c)))
        .collect();
    let window = words::window(figure.window.from, figure.window.to);
    About {
        id: id.to_owned(),
        title: format!("Timeline of host {}", figure.host),
        desc: format!(
            "{window}. Tuning changes: {}. Lanes: {}. Every number is also in the tables.",
            if changes.is_empty() { "none".to_owned() } else { changes.join("; ") },
            lanes.join("; ")
        ),
    }
}

/// Draws everything from `y` down and returns where it ends.
fn body(canvas: &mut Canvas<'_>, report: &Report, figure: &Figure, layout: &Layout, y: f64) -> f64 {
    let axis = Axis::new(figure.window, layout.left, layout.right);
    let index = report.figures.iter().position(|f| std::ptr::eq(f, figure));
    canvas.times(&axis, index.unwrap_or_default());
    let flags = flags::flags(report, &figure.host, &axis);
    let restarts: Vec<Time> = figure.restarts.iter().map(|r| r.time).collect();
    let lanes_top = y + flags::height(layout, !flags.is_empty()) + 4.0;
    let mut plans: Vec<Plan<'_>> = Vec::new();
    let mut next = lanes_top;
    for lane in &figure.lanes {
        let plan = lane::plan(lane, &report.series, &axis, layout, &restarts, next);
        next = plan.end;
        plans.push(plan);
    }
    let evidence_top = next + 4.0;
    let base = evidence_top + clock::height(figure, layout);
    canvas.group(Group::Back { top: lanes_top, base }, |c| {
        backdrop(c, &axis, &flags, lanes_top, base);
        c.group(Group::Data, |c| restart_lines(c, figure, &axis, lanes_top, base));
    });
    for (index, plan) in plans.iter().enumerate() {
        canvas.group(lane::group(plan, index), |c| lane::draw(c, plan, &axis, layout));
    }
    changes(canvas, report, figure, &flags, (&axis, layout, y));
    let shown = key::shown(&plans, &flags, &axis, layout);
    let letter = figure.lanes.iter().find_map(|l| l.letters.first());
    let letter = letter.map_or("A", String::as_str);
    canvas.group(Group::Foot, |c| {
        clock::evidence(c, figure, &axis, layout, evidence_top);
        let end = clock::axis(c, figure, &axis, layout, base);
        key::draw(c, (&shown, letter), layout, end + 8.0)
    })
}

/// Bands of brackets and the grid of labelled times, behind everything.
fn backdrop(canvas: &mut Canvas<'_>, axis: &Axis, flags: &[Flag<'_>], top: f64, base: f64) {
    canvas.group(Group::Data, |c| {
        for flag in flags.iter().filter(|f| !f.change.is_instant() && f.open.is_none()) {
            let right = flag.x1.max(flag.x0 + 1.0);
            c.rect((flag.x0, top), (right, base), Token::Band);
        }
    });
    canvas.group(Group::Grid, |c| {
        for tick in ticks::majors(axis) {
            let x = axis.x(tick.time);
            c.line((x, top), (x, base), stroke(Token::Grid, 1.0));
        }
    });
}

fn restart_lines(canvas: &mut Canvas<'_>, figure: &Figure, axis: &Axis, top: f64, base: f64) {
    for restart in figure.restarts.iter().filter(|r| axis.holds(r.time)) {
        let x = axis.x(restart.time);
        canvas.line((x, top), (x, base + 10.0), broken(Token::Ink2, Dash::Dashed));
    }
}

fn changes(
    canvas: &mut Canvas<'_>,
    report: &Report,
    figure: &Figure,
    flags: &[Flag<'_>],
    (axis, layout, top): (&Axis, &Layout, f64),
) {
    let title = if layout.narrow { "Changes" } else { "Tuning changes" };
    canvas.text((layout.margin, top + 13.0), title, bold(13.0), Token::Ink, Anchor::Start);
    let mut small = |row: f64, text: &str| {
        let at = (layout.margin, top + 13.0 + 14.0 * row);
        canvas.text(at, text, sans(11.0), Token::Ink3, Anchor::Start);
    };
    let mut row = 1.0;
    if !layout.narrow && flags.iter().any(|f| !f.change.is_instant()) {
        small(1.0, "bracket: old value last seen");
        small(2.0, "to new value first seen");
        row = 3.0;
    }
    let undated: Vec<&str> = report
        .changes
        .iter()
        .filter(|c| c.host == figure.host && c.lo.is_none() && c.hi.is_none())
        .map(|c| c.id.as_str())
        .collect();
    if !(undated.is_empty() || flags.is_empty() || layout.narrow) {
        small(row, &format!("{}: time unknown", undated.join(", ")));
    }
    if flags.is_empty() {
        let none = if undated.is_empty() { "none seen" } else { "time unknown" };
        let x = if layout.narrow { layout.margin + 64.0 } else { layout.left + 6.0 };
        canvas.text((x, top + 13.0), none, sans(12.0), Token::Ink2, Anchor::Start);
    }
    let (badges, foot) = flags::poles_of(layout, top);
    canvas.group(Group::Changes { top: badges, foot }, |c| flags::draw(c, flags, axis, layout, top));
}

/// The headline, where it is about this host; of several hosts each has its own chart.
fn title(report: &Report, figure: &Figure) -> String {
    if report.hosts.len() < 2 {
        report.headline.title.clone()
    } else {
        format!("Network timeline of {}", figure.host)
    }
}
