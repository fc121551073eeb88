//! The long table as Parquet: columns and order as in [`frame`](super::frame), without the frame in memory.
//!
//! Most columns are one value a series, so each row group is made from runs of them: text and times as
//! dictionaries and their indexes, lines as differences, values as they are. Readers see plain text columns, for
//! the file's schema says text. A batch adds two columns, by which the tables of many bundles are told apart. Row
//! groups are encoded side by side and written in order.

mod column;
mod rezolus;

use super::frame::COLUMNS;
use super::regular::Pick;
use super::{Host, Series, Timeline};
use crate::model::fact::SeriesId;
use crate::model::time::Time;
use column::column_of;
use polars::prelude::PolarsResult;
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, TimeUnit};
use polars_parquet::read::ParquetError;
use polars_parquet::write::{
    CompressedPage, CompressionOptions, Compressor, DynIter, DynStreamingIterator, Encoding, FileWriter,
    ParquetType, StatisticsOptions, Version, WriteOptions, array_to_columns,
    fallible_streaming_iterator::convert,
};
use rayon::prelude::*;
pub use rezolus::rezolus;
use std::collections::HashMap;
use std::io::{self, Write};
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
pub fn parquet(timeline: &Timeline, pick: &Pick<'_>, sink: &mut (dyn Write + Send)) -> io::Result<()> {
    write(&Table { timeline, pick: *pick, bundle: None }, sink, ROWS).map_err(io::Error::other)
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
    write(&Table { timeline, pick: Pick::default(), bundle: Some(bundle) }, sink, ROWS)
        .map_err(io::Error::other)
}

/// What is written.
struct Table<'a> {
    timeline: &'a Timeline,
    pick: Pick<'a>,
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
    for batch in row_groups(table.timeline, &table.pick, limit).chunks(AT_ONCE) {
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
fn row_groups<'a>(timeline: &'a Timeline, pick: &Pick<'_>, limit: usize) -> Vec<Vec<Run<'a>>> {
    let mut groups: Vec<Vec<Run<'a>>> = Vec::new();
    let mut room = 0;
    for host in &timeline.hosts {
        for (id, series) in host.series.iter().filter(|(id, _)| pick.takes(id)) {
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

/// A column of a row group, encoded.
fn pages(
    array: Box<dyn Array>,
    of: &ParquetType,
    encoding: Encoding,
    options: WriteOptions,
) -> PolarsResult<Vec<CompressedPage>> {
    let mut found = Vec::new();
    for pages in array_to_columns(array, of.clone(), options, &[encoding])? {
        let pages = pages.map(|page| page.map_err(|e| ParquetError::FeatureNotSupported(e.to_string())));
        for page in Compressor::new(pages, options.compression, Vec::new()) {
            found.push(page?);
        }
    }
    Ok(found)
}

fn encode(table: &Table<'_>, runs: &[Run<'_>], types: &[ParquetType]) -> PolarsResult<RowGroup> {
    let each = |column: (&str, &ParquetType)| {
        let (array, encoding) = column_of(table, runs, column.0)?;
        pages(array, column.1, encoding, OPTIONS)
    };
    table.columns().zip(types).map(each).collect()
}

#[cfg(test)]
mod tests {
    use super::{Bundle, Table, write};
    use crate::model::fact::SeriesId;
    use crate::model::time::Time;
    use crate::timeline::frame::frame;
    use crate::timeline::readings::{Reading, Readings, UNDATED};
    use crate::timeline::regular::Pick;
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
            let table = Table {
                timeline: &timeline,
                pick: Pick::default(),
                bundle: Some(Bundle { archive_id: "id", boots }),
            };
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
            write(&Table { timeline: &timeline, pick: Pick::default(), bundle: None }, &mut bytes, limit)
                .unwrap();
            let read = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
            assert!(read.equals_missing(&frame(&timeline).unwrap()), "{limit}: {read}");
            assert_eq!(read.schema(), frame(&timeline).unwrap().schema());
        }
    }
}
