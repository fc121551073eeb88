//! CSV with a column of times: what Grafana, a spreadsheet or a script of one's own saved.
//!
//! ```text
//! "Time","node_load1{instance=""web1""}","retransmits"
//! 2026-11-20 09:12:10,0.5,3
//! ```
//!
//! Separators are commas, semicolons (then `1,5` is a number) or tabs; a first line `sep=;` is Excel's.
//! *Yields* a gauge for each column of numbers, named as its column is; what stands in braces behind the name is what it
//! is of. Columns of words are labels: they, too, say what the numbers beside them are of. Times without a zone are wall
//! clocks.
//! *Hides* empty cells, NaN, null and infinities: nothing was measured.
//! *Keeps unnamed* everything: no column is translated, for a name alone does not say what was averaged.
//! *Rejects* rows without a time that can be read, rows with other cells than the header, words among
//! numbers, and the last line of a file that ends without a line feed in the middle of it.

use super::time;
use crate::model::fact::{Facts, Kind};
use crate::parse::Whole;
use crate::parse::intern::Intern;
use crate::parse::lines::Lines;
use crate::parse::moment::{Moments, Zone};
use csv::{ReaderBuilder, StringRecord};

/// See the module.
pub const WHOLE: Whole = Whole { name: "csv", is: |_, bytes| layout(bytes).is_some(), read };

/// Names of a column of times, in lower case.
const TIMES: [&str; 9] =
    ["time", "timestamp", "date", "datetime", "date time", "_time", "@timestamp", "ts", "time (utc)"];

/// Bytes and rows that are looked at before a file is taken for one of these.
const HEAD: usize = 64 << 10;
const ROWS: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Column {
    Time,
    Number,
    Label,
}

struct Layout {
    separator: u8,
    /// Bytes before the header: Excel's `sep=`.
    skip: usize,
    columns: Vec<(String, Column)>,
}

/// Exact, because any text may have commas: a header of words with a column of times, rows below it with as many
/// cells, a time in that column in each of them, and at least one column of numbers.
fn layout(bytes: &[u8]) -> Option<Layout> {
    let first = Lines::new(bytes, 1).next()?;
    let skip = if first.starts_with(b"sep=") { memchr::memchr(b'\n', bytes)? + 1 } else { 0 };
    let header = Lines::new(&bytes[skip..], 1).next()?;
    // sadf's own list begins so
    if header.starts_with(b"#") || header.starts_with(b"hostname;interval;") {
        return None;
    }
    let lower = header.to_ascii_lowercase();
    if !TIMES.iter().any(|name| memchr::memmem::find(&lower, name.as_bytes()).is_some()) {
        return None;
    }
    let separator = *b",;\t".iter().max_by_key(|mark| memchr::memchr_iter(**mark, header).count())?;
    let end = if bytes.len() > HEAD { memchr::memrchr(b'\n', &bytes[..HEAD])? + 1 } else { bytes.len() };
    let mut reader = rows(&bytes[skip..end.max(skip)], separator);
    let mut records = reader.records().take(ROWS + 1);
    let names = records.next()?.ok()?;
    let time = names.iter().position(|name| TIMES.contains(&name.trim().to_lowercase().as_str()))?;
    if names.len() < 2 || names.iter().any(|name| name.trim().is_empty() || number(name, separator).is_some())
    {
        return None;
    }
    let mut columns = vec![None; names.len()];
    let (mut whole, mut timed) = (0, 0);
    for record in records.flatten().filter(|record| record.len() == names.len()) {
        // one garbled row costs itself, but the first one shows what the column is
        let is_time = self::time(record.get(time)?).is_some();
        if !is_time && whole == 0 {
            return None;
        }
        (whole, timed) = (whole + 1, timed + i32::from(is_time));
        for (column, cell) in columns.iter_mut().zip(&record).filter(|(_, cell)| !is_absent(cell)) {
            let is = if number(cell, separator).is_some() { Column::Number } else { Column::Label };
            *column = Some(if *column == Some(Column::Label) { Column::Label } else { is });
        }
    }
    *columns.get_mut(time)? = Some(Column::Time);
    let columns: Vec<(String, Column)> = names
        .iter()
        .zip(columns)
        .map(|(name, column)| (name.trim().to_owned(), column.unwrap_or(Column::Number)))
        .collect();
    let numbers = columns.iter().filter(|(_, column)| *column == Column::Number).count();
    (whole > 0 && timed * 4 >= whole * 3 && numbers > 0).then_some(Layout { separator, skip, columns })
}

fn rows(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes)
}

fn is_absent(cell: &str) -> bool {
    ["", "nan", "null", "none", "undefined", "-", "n/a", "+inf", "-inf", "inf"]
        .contains(&cell.trim().to_lowercase().as_str())
}

fn number(cell: &str, separator: u8) -> Option<f64> {
    let cell = cell.trim();
    let plain = cell.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let value = if separator == b';' { cell.replace(',', ".").parse() } else { cell.parse() };
    value.ok().filter(|_| plain)
}

/// `node_load1{instance="web1"}` is `node_load1` of `instance="web1"`.
fn named(column: &str) -> (&str, &str) {
    match column.split_once('{') {
        Some((name, of)) if !name.is_empty() => (name.trim_end(), of.strip_suffix('}').unwrap_or(of)),
        _ => (column, ""),
    }
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let Some(layout) = layout(bytes) else { return };
    let before = memchr::memchr_iter(b'\n', &bytes[..layout.skip]).count() as u64;
    let mut reader = rows(&bytes[layout.skip..], layout.separator);
    let (mut moments, mut gauges) = (Moments::new(Zone::Utc), Intern::new(Kind::Gauge));
    let end = (bytes.len() - layout.skip) as u64;
    let cut = |reader: &csv::Reader<&[u8]>| reader.position().byte() >= end && !bytes.ends_with(b"\n");
    let mut record = StringRecord::new();
    let mut head = true;
    loop {
        let more = reader.read_record(&mut record);
        let line = record.position().map_or(0, csv::Position::line) + before;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        match more {
            Ok(false) => break,
            Err(_) => facts.rejects.push(line, "not text"),
            Ok(true) if std::mem::take(&mut head) => {}
            Ok(true) if cut(&reader) => facts.rejects.push(line, "truncated: the file ends here"),
            Ok(true) => row(&layout, &record, line, (&mut moments, &mut gauges), facts),
        }
    }
}

fn row(
    layout: &Layout,
    record: &StringRecord,
    line: u32,
    (moments, gauges): (&mut Moments, &mut Intern),
    facts: &mut Facts,
) {
    if record.len() != layout.columns.len() {
        return facts.rejects.push(line, "row does not fit its header");
    }
    let cells = || layout.columns.iter().zip(record);
    let Some((zone, micros)) =
        cells().find(|((_, c), _)| *c == Column::Time).and_then(|(_, cell)| time(cell))
    else {
        return facts.rejects.push(line, "a time in a form that is not known");
    };
    let label = |((name, column), cell): (&(String, Column), &str)| {
        (*column == Column::Label && !cell.is_empty()).then(|| format!("{name}={cell}"))
    };
    let labels: Vec<String> = cells().filter_map(label).collect();
    moments.zone(zone);
    let capture = moments.capture(micros, line, facts);
    for ((name, column), cell) in cells() {
        if *column != Column::Number || is_absent(cell) {
            continue;
        }
        let (metric, of) = named(name);
        let of = [of].into_iter().chain(labels.iter().map(String::as_str)).filter(|part| !part.is_empty());
        let of = of.collect::<Vec<_>>().join(", ");
        match number(cell, layout.separator).filter(|value| value.is_finite()) {
            Some(value) => {
                if let Some(key) = gauges.key(metric, &of, line, facts) {
                    facts.samples.push(key, capture, line, value.to_bits());
                }
            }
            None => facts.rejects.push(line, format!("{metric}: no number")),
        }
    }
}
