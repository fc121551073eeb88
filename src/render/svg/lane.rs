//! One lane: what it is called, its scale, its marks, and the words in the strip above the plot.

use super::canvas::{Anchor, Canvas, stroke};
use super::curve::{self, Bucket, Plot};
use super::group::Group;
use super::metrics::{bold, sans, width};
use super::scale::{Axis, ceiling};
use super::timeline::Layout;
use super::token::Token;
use super::{badges, bars, gutter, marks, strip};
use crate::model::report::figure::{Form, Lane, Series, Tone};
use crate::model::time::Time;
use crate::model::words;

/// Height of the strip for words above the plot, and of the room below it.
pub const STRIP: f64 = 18.0;
const BELOW: f64 = 13.0;
/// No plot is lower: its two ticks need room.
const LOWEST: f64 = 30.0;
/// Least length of a limit line.
const SHORT: f64 = 10.0;
/// Gaps narrower than this only cut the line.
const HATCH_FROM: f64 = 6.0;

/// A lane with its place.
pub struct Plan<'a> {
    pub lane: &'a Lane,
    /// Top of the lane, its title included.
    pub top: f64,
    /// Where the next lane begins.
    pub end: f64,
    pub plot: Plot,
    pub curves: Vec<Drawn>,
    /// Nothing to draw: unknown, not zero.
    pub silent: bool,
    /// Stretches without evidence, in pixels.
    pub dotted: Vec<(f64, f64)>,
    /// Gaps wide enough for a hatch, in pixels, with their reason.
    pub hatched: Vec<(f64, f64, String)>,
}

/// A curve in pixels.
pub struct Drawn {
    pub buckets: Vec<Bucket>,
    pub tone: Tone,
    pub label: String,
}

/// Places a lane at `top`.
pub fn plan<'a>(
    lane: &'a Lane,
    series: &[Series],
    axis: &Axis,
    layout: &Layout,
    restarts: &[Time],
    top: f64,
) -> Plan<'a> {
    let curves: Vec<Drawn> = lane
        .curves
        .iter()
        .filter_map(|c| {
            let buckets = curve::buckets(series.get(c.series)?, axis, restarts);
            Some(Drawn { buckets, tone: c.tone, label: c.label.clone() })
        })
        .collect();
    let max = maximum(lane, &curves, axis);
    let silent = lane.bars.is_empty() && curves.iter().all(|c| c.buckets.is_empty());
    let flat = silent || (max <= 0.0 && lane.form != Form::Fill);
    let title = if layout.narrow { gutter::narrow_height(lane, &curves) } else { 0.0 };
    let plot_top = top + title + STRIP;
    let plot = Plot {
        top: plot_top,
        base: plot_top + if flat { 22.0 } else { height(lane, layout) },
        ceiling: if lane.form == Form::Fill { 1.0 } else { ceiling(max, &lane.unit) },
    };
    let mut plan = Plan {
        lane,
        top,
        end: plot.base + BELOW,
        plot,
        curves,
        silent,
        dotted: dotted(lane, axis, silent),
        hatched: hatched(lane, axis),
    };
    if !layout.narrow {
        plan.end = plan.end.max(gutter::end(&plan, layout) + 6.0);
    }
    plan
}

/// Of a plot. Low plots are for paper; events and fills are low already.
fn height(lane: &Lane, layout: &Layout) -> f64 {
    let full = match (lane.form, lane.tone, layout.narrow) {
        (Form::Events, _, _) => 34.0,
        (Form::Rate, Tone::Load, false) => 56.0,
        (Form::Rate, Tone::Load, true) => 50.0,
        (Form::Rate, _, false) => 64.0,
        (Form::Rate, _, true) => 56.0,
        (Form::Fill | Form::Gauge, _, false) => 40.0,
        (Form::Fill | Form::Gauge, _, true) => 36.0,
    };
    (full * layout.plots).round().max(LOWEST)
}

/// Highest value that the lane must show.
fn maximum(lane: &Lane, curves: &[Drawn], axis: &Axis) -> f64 {
    let curves = curves.iter().flat_map(|c| c.buckets.iter().map(|b| b.max));
    let means = lane.means.iter().map(|m| m.value).filter(|v| v.is_finite());
    let bars = lane
        .bars
        .iter()
        .filter(|b| axis.meets(b.from, b.to))
        .map(|b| bars::height(b, b.printed.saturating_add(b.added_back), &lane.unit));
    curves.chain(means).chain(bars).fold(0.0, f64::max)
}

/// What the page's script is told of a lane.
pub fn group(plan: &Plan<'_>, index: usize) -> Group {
    let plot = (plan.plot.top, plan.plot.base);
    Group::Lane { index, ends: (plan.top, plan.end), words: plan.plot.top - 6.0, plot }
}

/// Draws a planned lane.
pub fn draw(canvas: &mut Canvas<'_>, plan: &Plan<'_>, axis: &Axis, layout: &Layout) {
    let (lane, plot) = (plan.lane, &plan.plot);
    gutter::draw(canvas, plan, layout);
    let ends = if layout.narrow { axis.x0 } else { axis.x0 - 4.0 };
    canvas.line((ends, plot.base), (axis.x1, plot.base), stroke(Token::Rule, 1.0));
    let tick = scale(canvas, plan, layout);
    for (x0, x1, _) in &plan.hatched {
        canvas.group(Group::Hatch(*x0, *x1), |c| marks::hatch(c, (*x0, plot.top + 1.0), (*x1, plot.base)));
    }
    canvas.group(Group::Data, |c| data(c, plan, axis));
    for shift in lane.moved.iter().filter(|s| axis.holds(s.time)) {
        let (x, from, to) = (axis.x(shift.time), axis.x(shift.from), axis.x(shift.to));
        canvas.group(Group::Data, |c| marks::whisker(c, (from, to), x, plot.base));
        canvas.group(Group::At(x), |c| marks::moved(c, x, plot.base));
    }
    let limit = if layout.narrow { layout.right - tick } else { layout.right };
    strip::draw(canvas, plan, axis, limit);
}

/// Everything that stands at a time and is no word.
fn data(canvas: &mut Canvas<'_>, plan: &Plan<'_>, axis: &Axis) {
    let (lane, plot) = (plan.lane, &plan.plot);
    for (x0, x1) in &plan.dotted {
        marks::dotted(canvas, *x0, *x1, plot.base - 8.0);
    }
    match lane.form {
        Form::Events => bars::draw(canvas, lane, plot, axis),
        Form::Rate => rates(canvas, plan),
        Form::Fill | Form::Gauge => {
            let full = (lane.form == Form::Fill).then_some(0.999_999);
            for drawn in plan.curves.iter().rev() {
                curve::needles(canvas, plot, &drawn.buckets, drawn.tone, full);
            }
        }
    }
    for limit in lane.limits.iter().filter(|l| axis.meets(l.from, l.to)) {
        let y = if lane.form == Form::Fill { plot.top } else { plot.y(limit.value) };
        let (x0, x1) = (axis.x(limit.from), axis.x(limit.to));
        // a limit that was read once is known for an instant
        let short = ((SHORT - (x1 - x0)) / 2.0).max(0.0);
        let ends = ((x0 - short).max(axis.x0), (x1 + short).min(axis.x1));
        canvas.line((ends.0, y), (ends.1, y), stroke(Token::Ink2, 1.0));
    }
    for level in &lane.means {
        if level.value.is_finite() && axis.meets(level.from, level.to) {
            let y = plot.y(level.value);
            let ends = ((axis.x(level.from), y), (axis.x(level.to), y));
            canvas.line(ends.0, ends.1, stroke(Token::Ink, 2.0));
        }
    }
}

fn rates(canvas: &mut Canvas<'_>, plan: &Plan<'_>) {
    if let Some(first) = plan.curves.first() {
        curve::area(canvas, &plan.plot, &first.buckets, curve::fill_of(first.tone));
        curve::spikes(canvas, &plan.plot, &first.buckets, curve::line_of(first.tone));
    }
    for drawn in plan.curves.iter().rev() {
        let token = curve::line_of(drawn.tone);
        curve::stairs(canvas, &plan.plot, &drawn.buckets, token, 1.25);
    }
}

/// Words of the top tick: the limit, or the ceiling with its unit.
pub fn top_tick(plan: &Plan<'_>) -> Option<String> {
    match plan.lane.form {
        _ if plan.silent => None,
        Form::Fill => Some("limit".to_owned()),
        _ if plan.plot.base - plan.plot.top < 30.0 => None,
        _ => Some(words::tick(plan.plot.ceiling, &plan.lane.unit)),
    }
}

/// The two ticks; returns the width that the upper one takes in the strip of a narrow layout.
fn scale(canvas: &mut Canvas<'_>, plan: &Plan<'_>, layout: &Layout) -> f64 {
    let plot = &plan.plot;
    let top = top_tick(plan);
    let font = sans(11.0);
    if layout.narrow {
        let Some(text) = top.filter(|_| plan.lane.form != Form::Fill) else { return 0.0 };
        let at = (layout.right, plot.top - 6.0);
        canvas.text(at, &text, font, Token::Ink3, Anchor::End);
        return width(&text, font) + 8.0;
    }
    let x = layout.left - 8.0;
    if let Some(text) = top {
        canvas.text((x, plot.top + 4.5), &text, font, Token::Ink3, Anchor::End);
        let (from, to) = ((layout.left - 4.0, plot.top), (layout.left, plot.top));
        canvas.line(from, to, stroke(Token::Rule, 1.0));
    }
    if !plan.silent {
        let zero = if plan.lane.form == Form::Fill { "0\u{202f}%" } else { "0" };
        canvas.text((x, plot.base + 3.0), zero, font, Token::Ink3, Anchor::End);
    }
    0.0
}

fn dotted(lane: &Lane, axis: &Axis, silent: bool) -> Vec<(f64, f64)> {
    if silent && lane.unknown.is_empty() {
        return vec![(axis.x0, axis.x1)];
    }
    let on = lane.unknown.iter().filter(|s| axis.meets(s.from, s.to));
    on.map(|s| axis.span(s.from, s.to)).collect()
}

fn hatched(lane: &Lane, axis: &Axis) -> Vec<(f64, f64, String)> {
    let on = lane.gaps.iter().filter(|s| axis.meets(s.from, s.to));
    on.map(|s| (axis.x(s.from), axis.x(s.to), s.words.clone()))
        .filter(|(x0, x1, _)| x1 - x0 >= HATCH_FROM)
        .collect()
}

/// Title of a lane and the badges behind it, from `x` on; returns its right end.
pub fn title_tags(canvas: &mut Canvas<'_>, letters: &[String], x: f64, baseline: f64) -> f64 {
    badges::behind_title(letters)
        .iter()
        .fold(x, |x, letter| marks::tag(canvas, x + 3.0, baseline - 12.0, letter))
}

/// Bold at the size of lane titles.
pub const TITLE: super::metrics::Font = bold(13.0);
