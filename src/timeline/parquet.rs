//! The long table as Parquet: columns and order as in [`frame`](super::frame), without the frame in memory.
//!
//! Most columns are one value a series, so each row group is made from runs of them: text as a dictionary
//! and its indexes, times and lines as differences, values as they are. Readers see plain text columns, for
//! the file's schema says text. Row groups are encoded side by side and written in order.

use super::frame::{COLUMNS, kind, unit};
use super::readings::UNDATED;
use super::{Host, Series, Timeline};
use crate::model::fact::SeriesId;
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

/// Writes the table as Parquet.
///
/// # Errors
/// When the sink fails.
pub fn parquet(timeline: &Timeline, sink: &mut (dyn Write + Send)) -> io::Result<()> {
    write(timeline, sink, ROWS).map_err(io::Error::other)
}

fn write(timeline: &Timeline, sink: &mut (dyn Write + Send), limit: usize) -> PolarsResult<()> {
    let mut file = FileWriter::try_new(sink, schema(), OPTIONS)?;
    let types = file.parquet_schema().fields().to_vec();
    for batch in row_groups(timeline, limit).chunks(AT_ONCE) {
        let encoded: Vec<RowGroup> =
            batch.par_iter().map(|runs| encode(timeline, runs, &types)).collect::<PolarsResult<_>>()?;
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

fn schema() -> ArrowSchema {
    let dtype = |name: &str| match name {
        "time" => ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        "value" => ArrowDataType::Float64,
        "line" => ArrowDataType::UInt32,
        _ => ArrowDataType::Utf8View,
    };
    COLUMNS.into_iter().map(|name| Field::new(name.into(), dtype(name), true)).collect()
}

fn encode(timeline: &Timeline, runs: &[Run<'_>], types: &[ParquetType]) -> PolarsResult<RowGroup> {
    let each = |column: (&str, &ParquetType)| {
        let (array, encoding) = column_of(timeline, runs, column.0)?;
        let mut found = Vec::new();
        for pages in array_to_columns(array, column.1.clone(), OPTIONS, &[encoding])? {
            let pages = pages.map(|page| page.map_err(|e| ParquetError::FeatureNotSupported(e.to_string())));
            for page in Compressor::new(pages, OPTIONS.compression, Vec::new()) {
                found.push(page?);
            }
        }
        Ok(found)
    };
    COLUMNS.into_iter().zip(types).map(each).collect()
}

/// One column of a row group, and how it is laid down.
fn column_of(timeline: &Timeline, runs: &[Run<'_>], name: &str) -> PolarsResult<(Box<dyn Array>, Encoding)> {
    let array = match name {
        "host" => text(runs, |run| run.host.machine())?,
        "netns" => text(runs, |run| &run.host.netns)?,
        "metric" => text(runs, |run| &run.id.metric)?,
        "of" => text(runs, |run| &run.id.of)?,
        "kind" => text(runs, |run| kind(run.id.kind))?,
        "unit" => text(runs, |run| unit(run.id))?,
        "clock" => by_artifact(runs, |artifact| timeline.clock(artifact))?,
        "path" => by_artifact(runs, |artifact| timeline.path(artifact))?,
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
    fn push(&mut self, word: &'a str, rows: usize) {
        let next = u32::try_from(self.distinct.len()).unwrap_or(u32::MAX);
        let key = *self.index.entry(word).or_insert(next);
        if key == next {
            self.distinct.push(word);
        }
        self.keys.extend(repeat_n(key, rows));
    }

    fn array(self) -> PolarsResult<Box<dyn Array>> {
        let words = Utf8ViewArray::from_slice_values(&self.distinct);
        let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
        Ok(DictionaryArray::try_new(dtype, PrimitiveArray::from_vec(self.keys), words.boxed())?.boxed())
    }
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
    use super::write;
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

    #[test]
    fn the_file_reads_back_as_the_frame_however_it_is_cut() {
        let mut host = Host { name: "web1".to_owned(), ..Host::default() };
        host.series.insert(SeriesId::counter("TcpExt.ListenOverflows"), series(&[UNDATED, 5, 6, 7], 1 << 53));
        host.series.insert(SeriesId::gauge("listener.queue", "*:80"), series(&[5, 6], 1.5_f64.to_bits()));
        let file = |path: &str| Account { path: path.to_owned(), ..Account::default() };
        let timeline = Timeline {
            hosts: vec![host],
            artifacts: vec![file("a.txt"), file("b.txt")],
            ..Timeline::default()
        };
        for limit in [1, 3, 4, 100] {
            let mut bytes = Vec::new();
            write(&timeline, &mut bytes, limit).unwrap();
            let read = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
            assert!(read.equals_missing(&frame(&timeline).unwrap()), "{limit}: {read}");
            assert_eq!(read.schema(), frame(&timeline).unwrap().schema());
        }
    }
}
