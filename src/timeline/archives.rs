//! The bundles of a batch as Parquet: `data/archives.parquet`, one row each, in the order of the index.
//!
//! | column | type | meaning |
//! |---|---|---|
//! | `archive_id` | text | as in the tables of samples; empty (null) for a duplicate and for what could not be read |
//! | `path`, `size`, `sha256` | text, integer, text | where it lies; bytes; of a file, null of a folder |
//! | `status`, `why` | text | `ok`, `partial`, `failed` or `duplicate`, and why |
//! | `rows`, `files`, `rejected` | integer | samples in its table, files read, lines that could not be used |
//! | `host`, `kernel`, `os`, `boot_id` | text | null where nothing tells |
//! | `first_time`, `last_time` | UTC, microseconds | span of its evidence |
//! | `severity`, `headline`, `worst_finding` | text | null without findings; empty where nothing was analysed |
//! | `findings`, `changes` | integer | how many |
//! | `report` | text | folder of its report, null without one |

use crate::model::index::{Index, Row};
use crate::model::report::Severity;
use crate::model::time::Time;
use polars::prelude::*;
use std::io::{self, Write};

/// Writes the table.
///
/// # Errors
/// When the sink fails.
pub fn parquet(index: &Index, sink: &mut (dyn Write + Send)) -> io::Result<()> {
    let mut table = frame(&index.bundles).map_err(io::Error::other)?;
    let writer = ParquetWriter::new(sink).with_compression(ParquetCompression::Snappy);
    writer.finish(&mut table).map(|_| ()).map_err(io::Error::other)
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let text = |name: &str, cell: fn(&Row) -> Option<&str>| {
        let column: StringChunked = rows.iter().map(cell).collect_ca(name.into());
        column.into_series().into_column()
    };
    // signed, for what is unsigned and long is a decimal to Spark
    let number = |name: &str, cell: fn(&Row) -> u64| {
        let column: Int64Chunked =
            rows.iter().map(|row| i64::try_from(cell(row)).ok()).collect_ca(name.into());
        column.into_series().into_column()
    };
    let time = |name: &str, cell: fn(&Row) -> Option<Time>| {
        let column: Int64Chunked = rows.iter().map(|row| Some(cell(row)?.0)).collect_ca(name.into());
        let column = column.into_datetime(TimeUnit::Microseconds, Some(polars::prelude::TimeZone::UTC));
        column.into_series().into_column()
    };
    DataFrame::new(
        rows.len(),
        vec![
            text("archive_id", |row| row.archive_id.as_deref()),
            text("path", |row| Some(&row.path)),
            number("size", |row| row.size),
            text("sha256", |row| row.sha256.as_deref()),
            text("status", |row| Some(row.status.word())),
            text("why", |row| Some(&row.why)),
            number("rows", |row| row.found.rows),
            number("files", |row| row.found.files),
            number("rejected", |row| row.found.rejected),
            text("host", |row| Some(row.found.host.as_str()).filter(|host| !host.is_empty())),
            text("kernel", |row| row.found.kernel.as_deref()),
            text("os", |row| row.found.os.as_deref()),
            text("boot_id", |row| row.found.boot_id.as_deref()),
            time("first_time", |row| row.found.first),
            time("last_time", |row| row.found.last),
            text("severity", |row| row.found.severity.map(severity)),
            text("headline", |row| Some(&row.found.headline)),
            text("worst_finding", |row| row.found.findings.first().map(|f| f.title.as_str())),
            number("findings", |row| row.found.findings.len() as u64),
            number("changes", |row| row.found.changes.len() as u64),
            text("report", |row| row.report.as_deref()),
        ],
    )
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}
