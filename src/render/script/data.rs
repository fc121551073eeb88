//! What the script knows: the series of the lanes as they are drawn, once for all sizes of a chart, and the changes.
//! Times are milliseconds; a column that says nothing new is left out.

use crate::model::report::Report;
use crate::model::report::effect::Change;
use crate::model::report::figure::{Bar, Figure, Form, Lane, Series, Span};
use crate::model::time::Time;
use crate::render::moved;
use crate::render::page::is_drawn;
use crate::render::svg::curve::row;
use serde::{Serialize, Serializer};

/// All of it.
#[derive(Serialize)]
struct Data<'a> {
    figures: Vec<Chart<'a>>,
}

/// One figure.
#[derive(Serialize)]
struct Chart<'a> {
    host: &'a str,
    lanes: Vec<Row<'a>>,
    changes: Vec<Turn<'a>>,
}

/// One lane.
#[derive(Serialize)]
struct Row<'a> {
    title: &'a str,
    form: Form,
    unit: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    letters: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    curves: Vec<Curve<'a>>,
    /// From, to, printed, added back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bars: Vec<(i64, i64, u64, u64)>,
    /// From, to, reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<(i64, i64, &'a str)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<(i64, i64, &'a str)>,
}

/// One series of a lane.
#[derive(Serialize)]
struct Curve<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    /// True when samples are instants.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    instants: bool,
    /// Start of each bucket, as the distance to the start before it; the first one since 1970.
    start: Vec<i64>,
    /// Length of each bucket; one number where all are equal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    length: Vec<i64>,
    mean: Vec<Number>,
    /// Lowest and highest, where a bucket holds more than one value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    min: Vec<Number>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    max: Vec<Number>,
}

/// A value; a whole one without `.0`.
struct Number(f64);

impl Serialize for Number {
    #[allow(clippy::cast_possible_truncation)] // whole and below 2^53
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() < 9e15 {
            s.serialize_i64(self.0 as i64)
        } else {
            s.serialize_f64(self.0)
        }
    }
}

/// One change: letter, what was set, and the bracket.
#[derive(Serialize)]
struct Turn<'a> {
    id: &'a str,
    name: &'a str,
    values: String,
    lo: Option<i64>,
    hi: Option<i64>,
}

/// The data of a report as JSON; empty when there is nothing to look at.
pub fn json(report: &Report) -> String {
    if report.figures.is_empty() {
        return String::new();
    }
    let figures = report.figures.iter().map(|figure| chart(report, figure)).collect();
    serde_json::to_string(&Data { figures }).unwrap_or_default()
}

fn chart<'a>(report: &'a Report, figure: &'a Figure) -> Chart<'a> {
    if !is_drawn(report, figure) {
        return Chart { host: &figure.host, lanes: Vec::new(), changes: Vec::new() }; // it keeps its number
    }
    Chart {
        host: &figure.host,
        lanes: figure.lanes.iter().map(|it| lane(report, it)).collect(),
        changes: report.changes.iter().filter(|c| c.host == figure.host).map(turn).collect(),
    }
}

fn lane<'a>(report: &'a Report, lane: &'a Lane) -> Row<'a> {
    let spans = |spans: &'a [Span]| {
        spans.iter().map(|s| (milliseconds(s.from), milliseconds(s.to), s.words.as_str())).collect()
    };
    let bar = |b: &Bar| (milliseconds(b.from), milliseconds(b.to), b.printed, b.added_back);
    let drawn = lane.curves.iter().filter_map(|c| Some((report.series.get(c.series)?, c.label.as_str())));
    Row {
        title: &lane.title,
        form: lane.form,
        unit: &lane.unit,
        letters: &lane.letters,
        curves: drawn.map(|(series, label)| curve(series, label)).collect(),
        bars: lane.bars.iter().map(bar).collect(),
        unknown: spans(&lane.unknown),
        gaps: spans(&lane.gaps),
    }
}

fn curve<'a>(series: &Series, label: &'a str) -> Curve<'a> {
    let rows: Vec<[f64; 5]> = (0..series.start.len()).filter_map(|i| row(series, i)).collect();
    let at = |seconds: f64| milliseconds(series.origin.plus_seconds(seconds));
    let starts: Vec<i64> = rows.iter().map(|r| at(r[0])).collect();
    let before = std::iter::once(0).chain(starts.iter().copied());
    let start = starts.iter().zip(before).map(|(here, last)| here.saturating_sub(last)).collect();
    let mut length: Vec<i64> =
        rows.iter().zip(&starts).map(|(r, start)| at(r[1]).saturating_sub(*start)).collect();
    length.dedup();
    if length.len() > 1 {
        length = rows.iter().zip(&starts).map(|(r, start)| at(r[1]).saturating_sub(*start)).collect();
    }
    let ranged = rows.iter().any(|r| r[4] > r[2]);
    let column =
        |i: usize| -> Vec<Number> { rows.iter().filter_map(|r| r.get(i).copied().map(Number)).collect() };
    Curve {
        label,
        instants: series.kind == "gauge",
        start,
        length: if series.kind == "gauge" && length == [0] { Vec::new() } else { length },
        mean: column(3),
        min: if ranged { column(2) } else { Vec::new() },
        max: if ranged { column(4) } else { Vec::new() },
    }
}

fn turn(change: &Change) -> Turn<'_> {
    Turn {
        id: &change.id,
        name: change.key.rsplit('.').next().unwrap_or(&change.key),
        values: moved::values(change),
        lo: change.lo.map(milliseconds),
        hi: change.hi.map(milliseconds),
    }
}

fn milliseconds(time: Time) -> i64 {
    time.0.div_euclid(1_000)
}
