//! The numbers behind a chart, as tables that need no script: every number drawn is also in one of them.

use super::html::Html;
use super::moved;
use super::svg::curve;
use crate::model::report::effect::Change;
use crate::model::report::figure::{Bar, Figure, Form, Lane, Series, Shift};
use crate::model::report::{Report, Window};
use crate::model::time::Time;
use crate::model::words;

/// Rows of a table: more are put together.
const ROWS: usize = 60;
/// The same where charts are many.
const FEW_ROWS: usize = 24;
/// Figures or cards from which on there are many.
const MANY: usize = 6;

/// A row: a stretch, and what is known of it.
struct Row {
    from: Time,
    to: Time,
    what: What,
}

enum What {
    /// Lowest, mean, highest.
    Values([f64; 3]),
    /// Printed, left out.
    Events(u64, u64),
    /// Why there is nothing.
    Words(String),
}

/// Writes the tables of a timeline, folded.
pub fn figure(page: &mut Html, report: &Report, figure: &Figure) {
    if figure.lanes.is_empty() {
        return;
    }
    let rows = if report.figures.len() < MANY { ROWS } else { FEW_ROWS };
    page.raw("<details class=\"data\"><summary>Numbers behind this timeline</summary>\n");
    for lane in &figure.lanes {
        of_lane(page, report, lane, rows);
    }
    page.raw("</details>\n");
}

/// Writes the table of a change's chart, folded.
pub fn change(page: &mut Html, report: &Report, change: &Change) {
    let Some(effect) = moved::charted(report, change) else { return };
    let Some(series) = effect.series.and_then(|at| report.series.get(at)) else { return };
    let windows = || [&effect.before, &effect.after].into_iter().filter_map(|side| side.window);
    let (Some(from), Some(to)) = (windows().map(|w| w.from).min(), windows().map(|w| w.to).max()) else {
        return;
    };
    let most = if report.changes.len() < MANY { ROWS } else { FEW_ROWS };
    let show = |v| words::quantity(v, &effect.unit);
    let rows = alike(values(series, Some(Window { from, to }), most), &show);
    page.raw("<details class=\"data\"><summary>Numbers behind this chart</summary>\n");
    table(page, report, (&effect.title, &effect.of), &rows, &show);
    page.raw("</details>\n");
}

fn of_lane(page: &mut Html, report: &Report, lane: &Lane, most: usize) {
    let show =
        |v: f64| if lane.form == Form::Fill { words::percent(v) } else { words::quantity(v, &lane.unit) };
    let reasons = || lane.unknown.iter().chain(&lane.gaps).map(|s| (s.from, s.to, s.words.clone()));
    let mut shown = false;
    for curve in &lane.curves {
        let Some(series) = report.series.get(curve.series) else { continue };
        let mut rows = alike(values(series, None, most), &show);
        rows.extend(reasons().map(|(from, to, words)| Row { from, to, what: What::Words(words) }));
        let label = if curve.label.is_empty() { &lane.name } else { &curve.label };
        table(page, report, (&lane.title, label), &rows_in_order(rows), &show);
        shown = true;
    }
    if !shown {
        let mut rows: Vec<Row> = bars(&lane.bars, most);
        rows.extend(reasons().map(|(from, to, words)| Row { from, to, what: What::Words(words) }));
        table(page, report, (&lane.title, &lane.name), &rows_in_order(rows), &show);
    }
    drawn(page, report, lane, &show);
}

/// Words and means as they are drawn.
fn drawn(page: &mut Html, report: &Report, lane: &Lane, show: &dyn Fn(f64) -> String) {
    let mut told: Vec<(Time, Time, String)> =
        lane.notes.iter().filter_map(|n| Some((n.from, n.to, n.words.first()?.clone()))).collect();
    let means = lane.means.iter().filter(|m| m.value.is_finite());
    for mean in means {
        let words = show(mean.value);
        if !told.iter().any(|t| (t.0, t.1) == (mean.from, mean.to) && t.2.contains(&words)) {
            told.push((mean.from, mean.to, format!("mean {words}")));
        }
    }
    for limit in lane.limits.iter().filter(|l| l.value.is_finite()) {
        told.push((limit.from, limit.to, format!("limit {}", words::count(limit.value))));
    }
    let found = "found without a look at the changes";
    let shift = |s: &Shift| (s.from, s.to, format!("moved at {}, {found}", s.time.format(clock(report))));
    told.extend(lane.moved.iter().map(shift));
    if told.is_empty() {
        return;
    }
    page.raw("<ul>\n");
    for (from, to, words) in told {
        page.raw("<li>").text(&moved::range(report, from.min(to), to)).raw(": ").text(&words).raw("</li>\n");
    }
    page.raw("</ul>\n");
}

/// Buckets of a series, neighbours put together until they are few; never across a gap.
fn values(series: &Series, within: Option<Window>, most: usize) -> Vec<Row> {
    let at = |seconds: f64| series.origin.plus_seconds(seconds);
    let inside = |row: &[f64; 5]| within.is_none_or(|w| at(row[1]) >= w.from && at(row[0]) <= w.to);
    let all: Vec<[f64; 5]> =
        (0..series.start.len()).filter_map(|i| curve::row(series, i)).filter(inside).collect();
    let size = all.len().div_ceil(most).max(1);
    let instants = series.kind == "gauge";
    // a microsecond is the resolution of a time
    let runs = all.chunk_by(|a, b| instants || b[0] - a[1] < 2e-6);
    let groups = runs.flat_map(|run| run.chunks(size));
    groups
        .filter_map(|group| {
            let (first, last) = (group.first()?, group.last()?);
            let weight = |r: &[f64; 5]| (r[1] - r[0]).max(1e-6);
            let total: f64 = group.iter().map(weight).sum();
            let mean = group.iter().map(|r| r[3] * weight(r)).sum::<f64>() / total;
            let low = group.iter().map(|r| r[2]).fold(f64::INFINITY, f64::min);
            let high = group.iter().map(|r| r[4]).fold(f64::NEG_INFINITY, f64::max);
            Some(Row { from: at(first[0]), to: at(last[1]), what: What::Values([low, mean, high]) })
        })
        .collect()
}

/// Neighbours that show the same are one row: a counter that stood still for an hour says so once.
fn alike(rows: Vec<Row>, show: &dyn Fn(f64) -> String) -> Vec<Row> {
    let mut found: Vec<Row> = Vec::new();
    for row in rows {
        if let (Some(last), What::Values(values)) = (found.last_mut(), &row.what)
            && let What::Values(before) = &last.what
            && last.to == row.from
            && before.map(show) == values.map(show)
        {
            last.to = row.to;
        } else {
            found.push(row);
        }
    }
    found
}

fn bars(bars: &[Bar], most: usize) -> Vec<Row> {
    let size = bars.len().div_ceil(most).max(1);
    let together = bars.chunks(size).filter_map(|group| {
        let (first, last) = (group.first()?, group.last()?);
        let sum = |of: fn(&Bar) -> u64| group.iter().map(of).fold(0, u64::saturating_add);
        Some(Row {
            from: first.from,
            to: last.to,
            what: What::Events(sum(|b| b.printed), sum(|b| b.added_back)),
        })
    });
    together.collect()
}

fn rows_in_order(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| (row.from, row.to));
    rows
}

fn table(
    page: &mut Html,
    report: &Report,
    (title, name): (&str, &str),
    rows: &[Row],
    show: &dyn Fn(f64) -> String,
) {
    page.raw("<table><caption>").text(title);
    page.wrap(" <code>", name, "</code>").raw("</caption>\n");
    let events = rows.iter().any(|row| matches!(row.what, What::Events(..)));
    let ranged = rows.iter().any(|row| matches!(row.what, What::Values([low, _, high]) if high > low));
    let columns = match (events, ranged) {
        (true, _) => 2,
        (false, true) => 3,
        (false, false) => 1,
    };
    page.raw("<thead><tr><th scope=\"col\">From<th scope=\"col\">To");
    page.raw(match columns {
        2 => "<th scope=\"col\">Printed<th scope=\"col\">Left out",
        3 => "<th scope=\"col\">Lowest<th scope=\"col\">Mean<th scope=\"col\">Highest",
        _ => "<th scope=\"col\">Value",
    });
    page.raw("<tbody>\n");
    let clock = clock(report);
    for row in rows.iter().take(ROWS * 3) {
        page.raw("<tr><th scope=row>").text(&row.from.format(clock)).raw("<td>").text(&row.to.format(clock));
        match &row.what {
            What::Values([_, mean, _]) if columns == 1 => {
                page.raw("<td>").text(&show(*mean));
            }
            What::Values(values) => values.iter().for_each(|v| {
                page.raw("<td>").text(&show(*v));
            }),
            What::Events(printed, left) => [printed, left].into_iter().for_each(|n| {
                page.raw("<td>").text(&words::setting(&n.to_string()));
            }),
            What::Words(words) => {
                page.raw("<td class=\"w\" colspan=\"").text(&columns.to_string()).raw("\">").text(words);
            }
        }
        page.raw("\n");
    }
    if rows.is_empty() {
        page.raw("<tr><td class=\"w\" colspan=\"3\">none\n");
    }
    page.raw("</table>\n");
}

/// Times as short as they can be told apart in this report.
fn clock(report: &Report) -> &'static str {
    match report.window {
        Some(w) if words::same_day(w.from, w.to) => "%H:%M:%S",
        Some(w) if w.seconds() < 86_400.0 * 3.0 => "%-d\u{a0}%b %H:%M:%S",
        _ => "%-d\u{a0}%b %H:%M",
    }
}
