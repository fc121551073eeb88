//! The chart of a change card: the metric that answers for the change, before and after, with the bracket
//! left out of both.

use super::canvas::{About, Anchor, Canvas, Svg, draw, stroke};
use super::curve::{self, Bucket, Plot};
use super::marks;
use super::metrics::{Font, bold, sans, width};
use super::rewrite::Paint;
use super::scale::{Axis, ceiling, date};
use super::ticks::{self, placed};
use super::timeline::{ALONE, heading};
use super::token::Token;
use super::verdict;
use crate::model::report::effect::{Change, Effect, Side, SideState};
use crate::model::report::figure::{Series, Tone};
use crate::model::report::{Report, Window};
use crate::model::time::Time;
use crate::model::words;
use crate::render::moved;

/// Room for the y ticks, for the words above and for the times below the plot.
const GUTTER: f64 = 46.0;
const HEAD: f64 = 26.0;
const PLOT: f64 = 154.0;
const FOOT: f64 = 26.0;

/// What a card chart shows.
struct Card<'a> {
    report: &'a Report,
    change: &'a Change,
    effect: &'a Effect,
    series: &'a Series,
    window: Window,
}

/// The chart of a change, `width` pixels wide; `None` when nothing was measured on a series.
pub fn embedded(report: &Report, change: &Change, width: f64, id: &str) -> Option<Svg> {
    let card = card(report, change)?;
    Some(draw(width, Paint::Page, &about(&card, id), |canvas| {
        body(canvas, &card, (0.0, width - 4.0), 0.0);
        canvas.height = HEAD + PLOT + FOOT;
    }))
}

/// The same as a file.
pub fn alone(report: &Report, change: &Change) -> Option<Svg> {
    let card = card(report, change)?;
    Some(draw(ALONE.width, Paint::Alone, &about(&card, "netmortem"), |canvas| {
        let title = format!("{}  {}  {}", change.id, change.key, moved::values(change));
        let window = words::window(card.window.from, card.window.to);
        let place = format!("host {} · {window}", change.host);
        let mut y = heading(canvas, &title, &place);
        if let Some(answer) = change.verdict {
            y += 4.0;
            verdict::glyph(canvas, answer, (ALONE.margin + 7.0, y - 4.5), verdict::SIZE);
            let word = moved::concluded_in_words(change);
            canvas.text(
                (ALONE.margin + 20.0, y),
                &word,
                bold(12.0),
                verdict::word_token(answer),
                Anchor::Start,
            );
            y += 20.0;
        }
        let (effect, series) = (card.effect, card.series);
        let of = if effect.of.is_empty() { String::new() } else { format!(" {}", effect.of) };
        let metric = format!("{} ({}{of})", effect.title, series.metric);
        canvas.text((ALONE.margin, y), &metric, bold(13.0), Token::Ink, Anchor::Start);
        y += 8.0;
        body(canvas, &card, (ALONE.margin, ALONE.width - ALONE.margin), y);
        y += HEAD + PLOT + FOOT + 16.0;
        key(canvas, &card, y);
        canvas.height = y + 16.0;
    }))
}

fn card<'a>(report: &'a Report, change: &'a Change) -> Option<Card<'a>> {
    let effect = moved::charted(report, change)?;
    let series = report.series.get(effect.series?)?;
    let sides = [&effect.before, &effect.after];
    let windows = || sides.iter().filter_map(|s| s.window);
    let from = windows().map(|w| w.from).chain(change.lo).min()?;
    let to = windows().map(|w| w.to).chain(change.hi).max()?;
    windows().next()?;
    (from < to).then_some(Card { report, change, effect, series, window: Window { from, to } })
}

fn about(card: &Card<'_>, id: &str) -> About {
    let window = words::window(card.window.from, card.window.to);
    About {
        id: id.to_owned(),
        title: format!("{} around change {}", card.effect.title, card.change.id),
        desc: if card.effect.sentence.is_empty() {
            format!("{window}. {}.", moved::sentence(card.effect))
        } else {
            format!("{window}. {}", card.effect.sentence)
        },
    }
}

fn body(canvas: &mut Canvas<'_>, card: &Card<'_>, (left, right): (f64, f64), top: f64) {
    let axis = Axis::new(card.window, left + GUTTER, right);
    let restarts: Vec<Time> = card
        .report
        .figures
        .iter()
        .filter(|f| f.host == card.change.host)
        .flat_map(|f| f.restarts.iter().map(|r| r.time))
        .collect();
    let buckets = curve::buckets(card.series, &axis, &restarts);
    let sides = [&card.effect.before, &card.effect.after];
    let bands = sides.iter().filter_map(|s| s.band.map(|[_, hi]| hi).filter(|hi| hi.is_finite()));
    // a band wider than the samples may leave the plot; it must not flatten them
    let most = buckets.iter().map(|b| b.max).fold(0.0, f64::max);
    let highest = bands.fold(most, |high, band| high.max(band.min(most * 1.5)));
    let plot =
        Plot { top: top + HEAD, base: top + HEAD + PLOT, ceiling: ceiling(highest, &card.effect.unit) };
    frame(canvas, card, &axis, &plot, right);
    bracket(canvas, card, &axis, &plot, top);
    for side in sides {
        band(canvas, card, side, (&axis, &plot));
    }
    samples(canvas, card, &plot, &buckets);
    let middle = card.change.lo.or(card.change.hi);
    for (side, limit) in [(&card.effect.before, middle), (&card.effect.after, None)] {
        mean(canvas, card, side, (&axis, &plot));
        blocks(canvas, card, side, (&axis, &plot));
        let end = limit.map_or(right, |t| axis.x(t));
        side_words(canvas, card, side, (&axis, &plot, end));
    }
}

/// Three lines and their ticks, and the times below.
fn frame(canvas: &mut Canvas<'_>, card: &Card<'_>, axis: &Axis, plot: &Plot, right: f64) {
    let unit = card.effect.unit.as_str();
    let half = plot.ceiling / 2.0;
    let ticks = [
        (plot.ceiling, words::tick(plot.ceiling, short_unit(unit)), Token::Grid),
        (half, words::figures(half), Token::Grid),
        (0.0, "0".to_owned(), Token::Rule),
    ];
    for (value, label, token) in ticks {
        let y = plot.y(value);
        canvas.line((axis.x0, y), (axis.x1, y), stroke(token, 1.0));
        let at = (axis.x0 - 8.0, y + 4.0);
        canvas.text(at, &label, sans(11.0), Token::Ink3, Anchor::End);
    }
    let ticks = ticks::majors(axis);
    for tick in &ticks {
        let x = axis.x(tick.time);
        canvas.line((x, plot.base), (x, plot.base + 5.0), stroke(Token::Ink3, 1.0));
    }
    for (x, tick) in placed(axis, &ticks, 12.0, right) {
        let (font, token) = if tick.strong { (bold(12.0), Token::Ink) } else { (sans(12.0), Token::Ink2) };
        canvas.text((x, plot.base + 19.0), &tick.label, font, token, Anchor::Middle);
    }
}

/// A unit that fits beside a tick; a unit in words stands in the table.
fn short_unit(unit: &str) -> &str {
    if unit.chars().count() <= 4 { unit } else { "" }
}

fn bracket(canvas: &mut Canvas<'_>, card: &Card<'_>, axis: &Axis, plot: &Plot, top: f64) {
    let (Some(lo), Some(hi)) = (card.change.lo, card.change.hi) else { return };
    let (x0, x1) = (axis.x(lo), axis.x(hi));
    if card.change.is_instant() {
        canvas.line((x0, top + 6.0), (x0, plot.base), stroke(Token::Change, 1.5));
        return;
    }
    canvas.rect((x0, top + 4.0), (x1.max(x0 + 1.0), plot.base), Token::Band);
    let font = sans(11.0);
    if width("left out", font) + 4.0 <= x1 - x0 {
        let at = (f64::midpoint(x0, x1), plot.top - 8.0);
        canvas.text(at, "left out", font, Token::Change, Anchor::Middle);
    }
}

fn samples(canvas: &mut Canvas<'_>, card: &Card<'_>, plot: &Plot, buckets: &[Bucket]) {
    if card.series.kind == "gauge" {
        curve::needles(canvas, plot, buckets, Tone::Load, None);
    } else {
        if curve::thinned(buckets) {
            curve::area(canvas, plot, buckets, Token::LoadFill);
        }
        curve::stairs(canvas, plot, buckets, Token::Hatch, 1.0);
    }
}

fn tone(card: &Card<'_>) -> Token {
    if card.effect.harm { Token::Harm } else { Token::Measure }
}

/// How far the mean of a side can be trusted.
fn band(canvas: &mut Canvas<'_>, card: &Card<'_>, side: &Side, (axis, plot): (&Axis, &Plot)) {
    if let (Some(window), Some([lo, hi])) = (side.window, side.band) {
        let fill = if card.effect.harm { Token::HarmFill } else { Token::MeasureFill };
        let (top, base) = (plot.y(hi.min(plot.ceiling)), plot.y(lo.max(0.0)));
        canvas.rect((axis.x(window.from), top), (axis.x(window.to), base), fill);
    }
}

/// Means of the blocks that were compared.
fn blocks(canvas: &mut Canvas<'_>, card: &Card<'_>, side: &Side, (axis, plot): (&Axis, &Plot)) {
    for block in side.blocks.iter().filter(|b| b.value.is_finite()) {
        let at = (f64::midpoint(axis.x(block.from), axis.x(block.to)), plot.y(block.value));
        canvas.dot(at, 2.75, tone(card));
    }
}

fn mean(canvas: &mut Canvas<'_>, card: &Card<'_>, side: &Side, (axis, plot): (&Axis, &Plot)) {
    let value = match side.state {
        SideState::Unknown => None,
        SideState::None => Some(0.0),
        SideState::Measured => side.rate.filter(|v| v.is_finite()),
    };
    if let (Some(window), Some(value)) = (side.window, value) {
        let y = plot.y(value);
        let line = stroke(tone(card), 2.25);
        canvas.line((axis.x(window.from), y), (axis.x(window.to), y), line);
    }
}

/// Value in bold above its window, and the bound of a "none" where there is room.
fn side_words(canvas: &mut Canvas<'_>, card: &Card<'_>, side: &Side, (axis, plot, end): (&Axis, &Plot, f64)) {
    let Some(window) = side.window else { return };
    let font: Font = bold(12.0);
    let x = axis.x(window.from) + 6.0;
    let y = plot.top - 8.0;
    let text = words::side(side, &card.effect.unit);
    let used = width(&text, font);
    if x + used > end {
        return;
    }
    canvas.text((x, y), &text, font, Token::Ink, Anchor::Start);
    let qualified = match (side.state, side.at_most, side.band) {
        (SideState::None, Some(bound), _) => Some(format!("at most {}", words::rate(bound))),
        (SideState::Measured, _, Some([lo, hi])) => {
            Some(format!("95\u{202f}%: {}–{}", words::figures(lo), words::figures(hi)))
        }
        _ => None,
    };
    if let Some(text) = qualified.filter(|text| x + used + 8.0 + width(text, sans(12.0)) <= end) {
        canvas.text((x + used + 8.0, y), &text, sans(12.0), Token::Ink2, Anchor::Start);
    }
}

fn key(canvas: &mut Canvas<'_>, card: &Card<'_>, y: f64) {
    let font = sans(11.0);
    let dated = date(card.window);
    canvas.text((ALONE.margin, y + 4.0), &dated, font, Token::Ink2, Anchor::Start);
    let mut x = ALONE.margin + width(&dated, font) + 24.0;
    let mut entry = |canvas: &mut Canvas<'_>, words: &str, mark: &dyn Fn(&mut Canvas<'_>, f64)| {
        mark(canvas, x);
        canvas.text((x + 20.0, y + 4.0), words, font, Token::Ink2, Anchor::Start);
        x += 20.0 + width(words, font) + 24.0;
    };
    entry(canvas, "mean of a compared window", &|c, x| {
        c.line((x, y), (x + 14.0, y), stroke(tone(card), 2.25));
    });
    if !card.effect.before.blocks.is_empty() || !card.effect.after.blocks.is_empty() {
        entry(canvas, "means of its blocks", &|c, x| c.dot((x + 7.0, y), 2.75, tone(card)));
    }
    if card.change.is_instant() {
        entry(canvas, "change seen in the act", &|c, x| {
            c.line((x + 7.0, y - 6.0), (x + 7.0, y + 6.0), stroke(Token::Change, 1.5));
        });
    } else {
        entry(canvas, "between old value last seen and new value first seen", &|c, x| {
            c.rect((x, y - 6.0), (x + 14.0, y + 6.0), Token::Band);
            marks::bracket(c, x, x + 14.0, y);
        });
    }
}
