//! The table that `rezolus view` opens: one row for each step of a regular clock, one column for each series.
//!
//! `timestamp` is in nanoseconds (`UInt64`), counters are `UInt64`, gauges `Int64`; a cell without evidence is null. The
//! Arrow schema in the footer carries, for each column, its `metric`, `metric_type`, `unit` and labels (`host`, `netns`,
//! `of`; `run` where the counters restarted, for a rate must not go across); the file `source`, `version` and
//! `sampling_interval_ms`. Names of metrics are those of `PromQL`: `Tcp.RetransSegs` is `Tcp_RetransSegs`. Gauges that are
//! not whole come in thousandths, as `…_milli`.

use super::{RowGroup, pages};
use crate::model::fact::{Kind, SeriesId};
use crate::timeline::frame::unit;
use crate::timeline::regular::{Grid, Key, Pick};
use crate::timeline::{Host, Timeline};
use polars::prelude::PolarsResult;
use polars_arrow::array::{Array, PrimitiveArray};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use polars_parquet::write::{
    CompressionOptions, DynIter, DynStreamingIterator, Encoding, FileWriter, KeyValue, ParquetType,
    WriteOptions, fallible_streaming_iterator::convert, schema_to_metadata_key,
};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Rezolus reads zstd, or nothing compressed at all; a file in snappy opens and is empty.
const OPTIONS: WriteOptions = WriteOptions { compression: CompressionOptions::Zstd(None), ..super::OPTIONS };

/// Writes the table.
///
/// # Errors
/// When the sink fails.
pub fn rezolus(
    timeline: &Timeline,
    pick: &Pick<'_>,
    grid: Option<Grid>,
    sink: &mut (dyn Write + Send),
) -> io::Result<()> {
    write(&columns(timeline, pick, grid), grid, sink).map_err(io::Error::other)
}

/// A column with what is told of it.
struct Column {
    field: Field,
    array: Box<dyn Array>,
}

fn columns(timeline: &Timeline, pick: &Pick<'_>, grid: Option<Grid>) -> Vec<Column> {
    let Some(grid) = grid else { return vec![clock(&[])] };
    // a time before 1970 is none of a dump
    let times = (0..grid.rows).map(|row| u64::try_from(grid.time(row).0).unwrap_or(0).saturating_mul(1_000));
    let mut found = vec![clock(&times.collect::<Vec<u64>>())];
    for host in &timeline.hosts {
        for (key, id) in host.picked(pick) {
            match host.series.get(&id) {
                Some(series) if id.kind == Kind::Gauge => {
                    found.extend(gauge(host, &key, &id, &grid.lasts(&series.readings)));
                }
                _ => found.extend(counter(host, &key, &id, grid)),
            }
        }
    }
    found
}

fn clock(times: &[u64]) -> Column {
    let array = PrimitiveArray::<u64>::from_slice(times).boxed();
    let about = [("metric_type", "timestamp".to_owned())];
    Column { field: field("timestamp", ArrowDataType::UInt64, false, about), array }
}

fn counter(host: &Host, key: &Key, id: &SeriesId, grid: Grid) -> Vec<Column> {
    let increments = host.picked_increments(id);
    let readings = host.series.get(id).map(|series| &series.readings);
    let first = readings.and_then(|readings| readings.dated().next());
    let same = |value: u64, kind| if kind == Kind::Counter { value } else { 0 };
    let base = first.zip(increments.first()).filter(|(r, i)| r.time == i.from);
    let base = base.map_or(0, |(reading, _)| same(reading.value, id.kind));
    let runs = grid.totals(&increments, base);
    let several = runs.len() > 1;
    let column = |(run, values): (usize, Vec<Option<u64>>)| {
        let run = if several { (run + 1).to_string() } else { String::new() };
        let array = PrimitiveArray::<u64>::from(values).boxed();
        let field = told(host, key, id, ["counter", &metric(&key.metric), &run], ArrowDataType::UInt64);
        Column { field, array }
    };
    runs.into_iter().enumerate().map(column).collect()
}

#[allow(clippy::cast_possible_truncation)] // saturates
fn gauge(host: &Host, key: &Key, id: &SeriesId, levels: &[Option<f64>]) -> Option<Column> {
    if levels.iter().all(Option::is_none) {
        return None;
    }
    let whole = levels.iter().flatten().all(|level| level.fract() == 0.0);
    let (factor, suffix) = if whole { (1.0, "") } else { (1_000.0, "_milli") };
    let values: Vec<Option<i64>> = levels.iter().map(|v| v.map(|v| (v * factor).round() as i64)).collect();
    let name = format!("{}{suffix}", metric(&key.metric));
    let field = told(host, key, id, ["gauge", &name, ""], ArrowDataType::Int64);
    Some(Column { field, array: PrimitiveArray::<i64>::from(values).boxed() })
}

/// A field that says which series it is.
fn told(host: &Host, key: &Key, id: &SeriesId, [kind, name, run]: [&str; 3], dtype: ArrowDataType) -> Field {
    let labels = [("host", host.machine()), ("netns", &host.netns), ("of", &key.of), ("run", run)];
    let labels = || labels.iter().filter(|(_, value)| !value.is_empty());
    let column: Vec<&str> = std::iter::once(name).chain(labels().map(|(_, value)| *value)).collect();
    let about =
        [("metric", name.to_owned()), ("metric_type", kind.to_owned()), ("unit", unit(id).to_owned())];
    let about = about.into_iter().chain(labels().map(|(label, value)| (*label, (*value).to_owned())));
    field(&column.join("/"), dtype, true, about)
}

fn field(
    name: &str,
    dtype: ArrowDataType,
    nullable: bool,
    about: impl IntoIterator<Item = (&'static str, String)>,
) -> Field {
    let about = about.into_iter().filter(|(_, value)| !value.is_empty());
    let about: BTreeMap<_, _> = about.map(|(key, value)| (key.into(), value.as_str().into())).collect();
    Field::new(name.into(), dtype, nullable).with_metadata(about)
}

/// A name that `PromQL` can read.
fn metric(name: &str) -> String {
    let mut name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

fn write(columns: &[Column], grid: Option<Grid>, sink: &mut (dyn Write + Send)) -> PolarsResult<()> {
    let schema: ArrowSchema = columns.iter().map(|column| column.field.clone()).collect();
    let mut about = vec![schema_to_metadata_key(&schema)];
    let mut file = FileWriter::try_new(sink, schema, OPTIONS)?;
    let types = file.parquet_schema().fields().to_vec();
    let rows = columns.first().map_or(0, |clock| clock.array.len());
    if rows > 0 {
        let encode = |(column, kind): (&Column, &ParquetType)| {
            pages(column.array.clone(), kind, Encoding::Plain, OPTIONS)
        };
        let encoded = columns.iter().zip(&types).map(encode).collect::<PolarsResult<RowGroup>>()?;
        let pages = encoded.iter().map(|pages| Ok(DynStreamingIterator::new(convert(pages.iter().map(Ok)))));
        file.write(rows as u64, DynIter::new(pages))?;
    }
    let milliseconds = grid.map_or(1_000, |grid| grid.step / 1_000);
    let facts = [
        ("source", "netmortem".to_owned()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("sampling_interval_ms", milliseconds.to_string()),
    ];
    about.extend(facts.map(|(key, value)| KeyValue { key: key.to_owned(), value: Some(value) }));
    file.end(Some(about))?;
    Ok(())
}
