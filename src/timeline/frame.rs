//! The long table: one row a sample, as polars and everything that reads Parquet wants it.
//!
//! Columns, sorted by host, metric, of, time, path, line:
//!
//! | column | type | meaning |
//! |---|---|---|
//! | `host`, `netns`, `metric`, `of` | text | whose and what; `netns` is empty for the root namespace |
//! | `time` | UTC, microseconds | empty (null) when the sample could not be dated |
//! | `value` | number | as read; in Parquet a double, exact to 2^53 |
//! | `kind`, `unit`, `clock` | text | counter, counter32, delta, rate or gauge; unit; which clock dated it |
//! | `path`, `line` | text, integer | where it stands |
//!
//! In CSV a text that a spreadsheet would take for a formula has an apostrophe before it, see [`cell::text`].

use super::readings::UNDATED;
use super::regular::Pick;
use super::{Host, Series, Timeline};
use crate::catalogue::counters;
use crate::model::cell;
use crate::model::fact::{Kind, SeriesId};
use crate::model::time::Time;
use polars::prelude::*;
use std::io::{self, Write};

/// Column names, in order.
pub const COLUMNS: [&str; 11] =
    ["host", "netns", "metric", "of", "time", "value", "kind", "unit", "clock", "path", "line"];

/// Writes the table as CSV with a header.
///
/// # Errors
/// When the sink fails.
pub fn csv(timeline: &Timeline, pick: &Pick<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(sink);
    writer.write_record(COLUMNS)?;
    each(timeline, pick, |row| {
        let (time, value, line) = (row.time(), row.value(), row.line.to_string());
        let id = row.id;
        let [host, netns, metric, of, clock, path] =
            [row.host, row.netns, &id.metric, &id.of, row.clock, row.path].map(cell::text);
        let cells =
            [&host, &netns, &metric, &of, time.as_str(), &value, row.kind, row.unit, &clock, &path, &line];
        Ok(writer.write_record(cells)?)
    })?;
    writer.flush()
}

/// Writes the table as JSON, one object a line.
///
/// # Errors
/// When the sink fails.
pub fn json(timeline: &Timeline, pick: &Pick<'_>, sink: &mut dyn Write) -> io::Result<()> {
    each(timeline, pick, |row| {
        let value = if row.id.kind.is_exact() {
            serde_json::Value::from(row.bits)
        } else {
            serde_json::Value::from(f64::from_bits(row.bits))
        };
        let time = if row.at == UNDATED { serde_json::Value::Null } else { row.time().into() };
        let object = serde_json::json!({
            "host": row.host, "netns": row.netns, "metric": row.id.metric, "of": row.id.of, "time": time, "value": value,
            "kind": row.kind, "unit": row.unit, "clock": row.clock, "path": row.path, "line": row.line,
        });
        writeln!(sink, "{object}")
    })
}

/// One row, borrowed from the columns.
struct Row<'a> {
    host: &'a str,
    netns: &'a str,
    id: &'a SeriesId,
    kind: &'static str,
    unit: &'static str,
    clock: &'a str,
    path: &'a str,
    at: i64,
    bits: u64,
    line: u32,
}

impl Row<'_> {
    fn time(&self) -> String {
        if self.at == UNDATED { String::new() } else { Time(self.at).rfc3339() }
    }

    fn value(&self) -> String {
        if self.id.kind.is_exact() { self.bits.to_string() } else { f64::from_bits(self.bits).to_string() }
    }
}

fn each(
    timeline: &Timeline,
    pick: &Pick<'_>,
    mut row: impl FnMut(Row<'_>) -> io::Result<()>,
) -> io::Result<()> {
    for host in &timeline.hosts {
        for (id, series) in host.series.iter().filter(|(id, _)| pick.takes(id)) {
            for reading in series.readings.iter() {
                row(Row {
                    host: host.machine(),
                    netns: &host.netns,
                    id,
                    kind: kind(id.kind),
                    unit: unit(id),
                    clock: timeline.clock(reading.artifact),
                    path: timeline.path(reading.artifact),
                    at: reading.time.0,
                    bits: reading.value,
                    line: reading.line,
                })?;
            }
        }
    }
    Ok(())
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Counter32 => "counter32",
        Kind::Delta => "delta",
        Kind::Rate => "rate",
        Kind::Gauge => "gauge",
    }
}

pub(super) fn unit(id: &SeriesId) -> &'static str {
    counters::counter(&id.metric).map_or("", |row| row.unit)
}

/// The table as a data frame; see the module for its columns.
///
/// # Errors
/// When polars refuses the columns, which their equal lengths rule out.
pub fn frame(timeline: &Timeline) -> PolarsResult<DataFrame> {
    let all = || timeline.hosts.iter().flat_map(|host| host.series.iter().map(move |(id, s)| (host, id, s)));
    let rows = all().map(|(_, _, s)| s.readings.len()).sum();
    let text = |name: &str, cell: &dyn Fn(&Host, &SeriesId, &Series) -> String| {
        let mut column = StringChunkedBuilder::new(name.into(), rows);
        for (host, id, series) in all() {
            let cell = cell(host, id, series);
            (0..series.readings.len()).for_each(|_| column.append_value(&cell));
        }
        column.finish().into_series().into_column()
    };
    let time: Int64Chunked = all()
        .flat_map(|(_, _, s)| s.readings.time.iter().map(|t| (*t != UNDATED).then_some(*t)))
        .collect_ca("time".into());
    let value: Vec<f64> =
        all().flat_map(|(_, id, s)| s.readings.value.iter().map(|bits| id.kind.number(*bits))).collect();
    let by_artifact = |name: &str, cell: fn(&Timeline, u32) -> &str| {
        let mut column = StringChunkedBuilder::new(name.into(), rows);
        all()
            .flat_map(|(_, _, s)| &s.readings.artifact)
            .for_each(|a| column.append_value(cell(timeline, *a)));
        column.finish().into_series().into_column()
    };
    let line: Vec<u32> = all().flat_map(|(_, _, s)| s.readings.line.iter().copied()).collect();
    DataFrame::new(
        rows,
        vec![
            text("host", &|host, _, _| host.machine().to_owned()),
            text("netns", &|host, _, _| host.netns.clone()),
            text("metric", &|_, id, _| id.metric.clone()),
            text("of", &|_, id, _| id.of.clone()),
            time.into_datetime(TimeUnit::Microseconds, Some(polars::prelude::TimeZone::UTC))
                .into_series()
                .into_column(),
            Column::new("value".into(), value),
            text("kind", &|_, id, _| kind(id.kind).to_owned()),
            text("unit", &|_, id, _| unit(id).to_owned()),
            by_artifact("clock", Timeline::clock),
            by_artifact("path", Timeline::path),
            Column::new("line".into(), line),
        ],
    )
}
