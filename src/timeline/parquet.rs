//! The long table as Parquet: columns and order as in [`frame`](super::frame), without the frame in memory.
//!
//! Most columns are one value a series, so each row group is made from runs of them: text as a dictionary
//! and its indexes, times and lines as differences, values as they are. Readers see plain text columns, for
//! the file's schema says text. A batch adds two columns, by which the tables of many bundles are told apart. Row groups are encoded side by side and written in order.

use super::frame::{COLUMNS, kind, unit};
use super::readings::UNDATED;
use super::{Host, Series, Timeline};
use crate::model::fact::SeriesId;
use crate::model::time::Time;
use polars::prelude::PolarsResult;
use polars_arrow::array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, IntegerType, TimeUnit};
use polars_parquet::read::ParquetError;
use polars_parquet::write::{
    CompressedPage, CompressionOptions, Compressor, DynIter, DynStreamingIterator, Encoding, FileWriter,
    ParquetType, StatisticsOptions, Version, WriteOptions, array_to_columns,
    fallible_streaming_iterator::convert,
};
use rayon::prelude::*;
use std::collections::HashMap;
use std::io::{self, Write};
use std::iter::repeat_n;
use std::ops::Range;

/// Rows of a row group: what polars writes by default.
const ROWS: usize = 1 << 18;
/// Row groups held in memory at once.
const AT_ONCE: usize = 16;

const OPTIONS: WriteOptions = WriteOptions {
    statistics: StatisticsOptions {
        min_value: true,
        max_value: true,
        distinct_count: false,
        null_count: true,
        binary_statistics_truncate_length: None,
    },
    version: Version::V1,
    compression: CompressionOptions::Snappy,
    data_page_size: None,
};

/// Columns of a bundle's table, behind [`COLUMNS`].
const OF_BUNDLE: [&str; 2] = ["archive_id", "boot_id"];

/// Writes the table as Parquet.
///
/// # Errors
/// When the sink fails.
pub fn parquet(timeline: &Timeline, sink: &mut (dyn Write + Send)) -> io::Result<()> {
    write(&Table { timeline, bundle: None }, sink, ROWS).map_err(io::Error::other)
}

/// The boot of a host's samples, and from when on they are of it; all of them when there is no such time.
pub type Boot = (String, Option<Time>);

/// Writes the table of a bundle as Parquet: with `archive_id`, which is the same in all rows, and `boot_id`, which is
/// empty (null) where nothing tells in which boot a sample was taken.
///
/// # Errors
/// When the sink fails.
pub fn of_bundle(
    timeline: &Timeline,
    archive_id: &str,
    boot: &dyn Fn(&Host) -> Option<Boot>,
    sink: &mut (dyn Write + Send),
) -> io::Result<()> {
    let boots = timeline.hosts.iter().map(|host| boot(host).map(|boot| (host.name.as_str(), boot)));
    let bundle = Bundle { archive_id, boots: boots.flatten().collect() };
    write(&Table { timeline, bundle: Some(bundle) }, sink, ROWS).map_err(io::Error::other)
}

/// What is written.
struct Table<'a> {
    timeline: &'a Timeline,
    bundle: Option<Bundle<'a>>,
}

/// What the table of a bundle has besides.
struct Bundle<'a> {
    archive_id: &'a str,
    /// By name of the host.
    boots: HashMap<&'a str, Boot>,
}

impl Table<'_> {
    fn columns(&self) -> impl Iterator<Item = &'static str> + use<> {
        let more: &[&str] = if self.bundle.is_some() { &OF_BUNDLE } else { &[] };
        COLUMNS.into_iter().chain(more.iter().copied())
    }
}

fn write(table: &Table<'_>, sink: &mut (dyn Write + Send), limit: usize) -> PolarsResult<()> {
    let mut file = FileWriter::try_new(sink, schema(table), OPTIONS)?;
    let types = file.parquet_schema().fields().to_vec();
    for batch in row_groups(table.timeline, limit).chunks(AT_ONCE) {
        let encoded: Vec<RowGroup> =
            batch.par_iter().map(|runs| encode(table, runs, &types)).collect::<PolarsResult<_>>()?;
        for (columns, runs) in encoded.iter().zip(batch) {
            let pages =
                columns.iter().map(|pages| Ok(DynStreamingIterator::new(convert(pages.iter().map(Ok)))));
            file.write(rows(runs) as u64, DynIter::new(pages))?;
        }
    }
    file.end(None)?;
    Ok(())
}

/// Pages of each column.
type RowGroup = Vec<Vec<CompressedPage>>;

/// Consecutive rows of one series.
#[derive(Clone)]
struct Run<'a> {
    host: &'a Host,
    id: &'a SeriesId,
    series: &'a Series,
    rows: Range<usize>,
}

fn rows(runs: &[Run<'_>]) -> usize {
    runs.iter().map(|run| run.rows.len()).sum()
}

/// All rows in the order of the table, cut into groups of at most `limit`.
fn row_groups(timeline: &Timeline, limit: usize) -> Vec<Vec<Run<'_>>> {
    let mut groups: Vec<Vec<Run<'_>>> = Vec::new();
    let mut room = 0;
    for host in &timeline.hosts {
        for (id, series) in &host.series {
            let mut start = 0;
            while start < series.readings.len() {
                if room == 0 {
                    groups.push(Vec::new());
                    room = limit;
                }
                let end = series.readings.len().min(start + room);
                groups
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|g| g.push(Run { host, id, series, rows: start..end }));
                room -= end - start;
                start = end;
            }
        }
    }
    groups
}

fn schema(table: &Table<'_>) -> ArrowSchema {
    let dtype = |name: &str| match name {
        "time" => ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        "value" => ArrowDataType::Float64,
        "line" => ArrowDataType::UInt32,
        _ => ArrowDataType::Utf8View,
    };
    table.columns().map(|name| Field::new(name.into(), dtype(name), true)).collect()
}

fn encode(table: &Table<'_>, runs: &[Run<'_>], types: &[ParquetType]) -> PolarsResult<RowGroup> {
    let each = |column: (&str, &ParquetType)| {
        let (array, encoding) = column_of(table, runs, column.0)?;
        let mut found = Vec::new();
        for pages in array_to_columns(array, column.1.clone(), OPTIONS, &[encoding])? {
            let pages = pages.map(|page| page.map_err(|e| ParquetError::FeatureNotSupported(e.to_string())));
            for page in Compressor::new(pages, OPTIONS.compression, Vec::new()) {
                found.push(page?);
            }
        }
        Ok(found)
    };
    table.columns().zip(types).map(each).collect()
}

/// One column of a row group, and how it is laid down.
fn column_of(table: &Table<'_>, runs: &[Run<'_>], name: &str) -> PolarsResult<(Box<dyn Array>, Encoding)> {
    let timeline = table.timeline;
    let bundle = table.bundle.as_ref();
    let array = match name {
        "host" => text(runs, |run| run.host.machine())?,
        "netns" => text(runs, |run| &run.host.netns)?,
        "metric" => text(runs, |run| &run.id.metric)?,
        "of" => text(runs, |run| &run.id.of)?,
        "kind" => text(runs, |run| kind(run.id.kind))?,
        "unit" => text(runs, |run| unit(run.id))?,
        "clock" => by_artifact(runs, |artifact| timeline.clock(artifact))?,
        "path" => by_artifact(runs, |artifact| timeline.path(artifact))?,
        "archive_id" => text(runs, |_| bundle.map_or("", |bundle| bundle.archive_id))?,
        "boot_id" => boots(runs, bundle)?,
        "time" => return Ok((times(runs), Encoding::DeltaBinaryPacked)),
        "value" => return Ok((values(runs), Encoding::Plain)),
        _ => return Ok((lines(runs), Encoding::DeltaBinaryPacked)),
    };
    Ok((array, Encoding::RleDictionary))
}

/// Distinct texts and, for each row, which of them.
#[derive(Default)]
struct Words<'a> {
    distinct: Vec<&'a str>,
    index: HashMap<&'a str, u32>,
    keys: Vec<u32>,
}

impl<'a> Words<'a> {
    fn key(&mut self, word: &'a str) -> u32 {
        let next = u32::try_from(self.distinct.len()).unwrap_or(u32::MAX);
        let key = *self.index.entry(word).or_insert(next);
        if key == next {
            self.distinct.push(word);
        }
        key
    }

    fn push(&mut self, word: &'a str, rows: usize) {
        let key = self.key(word);
        self.keys.extend(repeat_n(key, rows));
    }

    fn array(self) -> PolarsResult<Box<dyn Array>> {
        of_keys(&self.distinct, PrimitiveArray::from_vec(self.keys))
    }
}

fn of_keys(distinct: &[&str], keys: PrimitiveArray<u32>) -> PolarsResult<Box<dyn Array>> {
    let words = Utf8ViewArray::from_slice_values(distinct);
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    Ok(DictionaryArray::try_new(dtype, keys, words.boxed())?.boxed())
}

fn text<'a>(runs: &[Run<'a>], cell: impl Fn(&Run<'a>) -> &'a str) -> PolarsResult<Box<dyn Array>> {
    let mut words = Words { keys: Vec::with_capacity(rows(runs)), ..Words::default() };
    for run in runs {
        words.push(cell(run), run.rows.len());
    }
    words.array()
}

fn by_artifact<'a>(runs: &[Run<'a>], cell: impl Fn(u32) -> &'a str) -> PolarsResult<Box<dyn Array>> {
    let mut words = Words { keys: Vec::with_capacity(rows(runs)), ..Words::default() };
    for run in runs {
        let artifacts = &run.series.readings.artifact[run.rows.clone()];
        artifacts.chunk_by(|a, b| a == b).for_each(|same| words.push(cell(same[0]), same.len()));
    }
    words.array()
}

fn boots(runs: &[Run<'_>], bundle: Option<&Bundle<'_>>) -> PolarsResult<Box<dyn Array>> {
    let mut words = Words::default();
    let mut keys: Vec<Option<u32>> = Vec::with_capacity(rows(runs));
    for run in runs {
        let times = &run.series.readings.time[run.rows.clone()];
        let Some((id, from)) = bundle.and_then(|bundle| bundle.boots.get(run.host.name.as_str())) else {
            keys.extend(times.iter().map(|_| None));
            continue;
        };
        let key = words.key(id);
        keys.extend(times.iter().map(|t| from.is_none_or(|from| *t >= from.0).then_some(key)));
    }
    of_keys(&words.distinct, PrimitiveArray::from(keys))
}

fn times(runs: &[Run<'_>]) -> Box<dyn Array> {
    let all = runs.iter().flat_map(|run| &run.series.readings.time[run.rows.clone()]);
    let dtype = ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    if runs.iter().any(|run| run.series.readings.time[run.rows.start] == UNDATED) {
        let times: Vec<Option<i64>> = all.map(|t| (*t != UNDATED).then_some(*t)).collect();
        return PrimitiveArray::from(times).to(dtype).boxed();
    }
    PrimitiveArray::from_vec(all.copied().collect()).to(dtype).boxed()
}

#[allow(clippy::cast_precision_loss)] // documented: exact to 2^53
fn values(runs: &[Run<'_>]) -> Box<dyn Array> {
    let mut values: Vec<f64> = Vec::with_capacity(rows(runs));
    for run in runs {
        let bits = &run.series.readings.value[run.rows.clone()];
        if run.id.kind.is_exact() {
            values.extend(bits.iter().map(|n| *n as f64));
        } else {
            values.extend(bits.iter().map(|n| f64::from_bits(*n)));
        }
    }
    PrimitiveArray::from_vec(values).boxed()
}

fn lines(runs: &[Run<'_>]) -> Box<dyn Array> {
    let mut lines: Vec<u32> = Vec::with_capacity(rows(runs));
    for run in runs {
        lines.extend(&run.series.readings.line[run.rows.clone()]);
    }
    PrimitiveArray::from_vec(lines).boxed()
}

#[cfg(test)]
mod tests {
    use super::{Bundle, Table, write};
    use crate::model::fact::SeriesId;
    use crate::model::time::Time;
    use crate::timeline::frame::frame;
    use crate::timeline::readings::{Reading, Readings, UNDATED};
    use crate::timeline::{Account, Host, Series, Timeline};
    use polars::prelude::{ParquetReader, SerReader};
    use std::io::Cursor;

    fn series(times: &[i64], value: u64) -> Series {
        let mut readings = Readings::default();
        for (line, &time) in (1..).zip(times) {
            readings.push(Reading { time: Time(time), value, artifact: line % 2, line });
        }
        Series { clock: "offset in the stamp".to_owned(), readings }
    }

    fn timeline() -> Timeline {
        let mut host = Host { name: "web1".to_owned(), ..Host::default() };
        host.series.insert(SeriesId::counter("TcpExt.ListenOverflows"), series(&[UNDATED, 5, 6, 7], 1 << 53));
        host.series.insert(SeriesId::gauge("listener.queue", "*:80"), series(&[5, 6], 1.5_f64.to_bits()));
        let file = |path: &str| Account { path: path.to_owned(), ..Account::default() };
        Timeline { hosts: vec![host], artifacts: vec![file("a.txt"), file("b.txt")], ..Timeline::default() }
    }

    #[test]
    fn a_bundles_table_names_its_boot_from_that_boot_on() {
        let timeline = timeline();
        for limit in [1, 4, 100] {
            let boots = [("web1", ("b0".to_owned(), Some(Time(6))))].into();
            let table = Table { timeline: &timeline, bundle: Some(Bundle { archive_id: "id", boots }) };
            let mut bytes = Vec::new();
            write(&table, &mut bytes, limit).unwrap();
            let read = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
            let boot: Vec<Option<&str>> = read.column("boot_id").unwrap().str().unwrap().iter().collect();
            assert_eq!(boot, [None, None, Some("b0"), Some("b0"), None, Some("b0")]);
            let ids = read.column("archive_id").unwrap().str().unwrap();
            assert!(ids.iter().all(|id| id == Some("id")));
        }
    }

    #[test]
    fn the_file_reads_back_as_the_frame_however_it_is_cut() {
        let timeline = timeline();
        for limit in [1, 3, 4, 100] {
            let mut bytes = Vec::new();
            write(&Table { timeline: &timeline, bundle: None }, &mut bytes, limit).unwrap();
            let read = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
            assert!(read.equals_missing(&frame(&timeline).unwrap()), "{limit}: {read}");
            assert_eq!(read.schema(), frame(&timeline).unwrap().schema());
        }
    }
}
