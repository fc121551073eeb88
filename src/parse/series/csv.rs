//! CSV with a column of times: what Grafana, a spreadsheet or a script of one's own saved.
//!
//! ```text
//! "Time","node_load1{instance=""web1""}","retransmits"
//! 2026-11-20 09:12:10,0.5,3
//! ```
//!
//! Separators are commas, semicolons (then `1,5` is a number) or tabs; a first line `sep=;` is Excel's.
//! *Yields* a gauge for each column of numbers, named as its column is; what stands in braces behind the name is what it
//! is of. Columns that are mostly words are labels: they, too, say what the numbers beside them are of. Times without a zone are wall
//! clocks.
//! *Hides* empty cells, NaN, null and infinities: nothing was measured.
//! *Keeps unnamed* everything: no column is translated, for a name alone does not say what was averaged.
//! *Rejects* rows without a time that can be read, rows with other cells than the header, words among
//! numbers, lines with a quote that nothing closes, and the last line of a file that ends without a line feed in the
//! middle of it.

use super::table::{Table, rows};
use super::time;
use crate::model::fact::{Facts, Kind};
use crate::parse::Whole;
use crate::parse::intern::Intern;
use crate::parse::lines::Lines;
use crate::parse::moment::{Moments, Zone};
use csv::StringRecord;

/// See the module.
pub const WHOLE: Whole = Whole { name: "csv", is: |_, bytes| layout(bytes).is_some(), read, cut: None };

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
    /// Which column has the time.
    time: usize,
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
    let sample = &bytes[skip..end.max(skip)];
    let mut reader = rows(sample, separator);
    let mut names = StringRecord::new();
    reader.read_record(&mut names).ok().filter(|more| *more)?;
    let below = usize::try_from(reader.position().byte()).ok().and_then(|at| sample.get(at..))?;
    let time = names.iter().position(|name| TIMES.contains(&name.trim().to_lowercase().as_str()))?;
    if names.len() < 2 || names.iter().any(|name| name.trim().is_empty() || number(name, separator).is_some())
    {
        return None;
    }
    let below = table(below, 1, separator, time);
    let mut columns = vec![Cells::default(); names.len()];
    let (mut whole, mut timed) = (0, 0);
    for record in below.records().take(ROWS).filter(|record| record.len() == names.len()) {
        // one garbled row costs itself, but the first one shows what the column is
        let is_time = self::time(record.get(time)?).is_some();
        if !is_time && whole == 0 {
            return None;
        }
        (whole, timed) = (whole + 1, timed + i32::from(is_time));
        for (column, cell) in columns.iter_mut().zip(&record).filter(|(_, cell)| !is_absent(cell)) {
            column.add(number(cell, separator).is_some());
        }
    }
    let mut columns: Vec<(String, Column)> =
        names.iter().zip(columns).map(|(name, cells)| (name.trim().to_owned(), cells.column())).collect();
    columns.get_mut(time)?.1 = Column::Time;
    let numbers = columns.iter().filter(|(_, column)| *column == Column::Number).count();
    (whole > 0 && timed * 4 >= whole * 3 && numbers > 0).then_some(Layout { separator, skip, columns, time })
}

/// What a column has in the sample.
#[derive(Clone, Default)]
struct Cells {
    numbers: usize,
    words: usize,
}

impl Cells {
    fn add(&mut self, is_number: bool) {
        *(if is_number { &mut self.numbers } else { &mut self.words }) += 1;
    }

    /// One `error` among numbers is a reading that failed, not a name.
    fn column(&self) -> Column {
        if self.words > self.numbers { Column::Label } else { Column::Number }
    }
}

fn table(bytes: &[u8], line: u32, separator: u8, place: usize) -> Table<'_> {
    Table { bytes, line, separator, time: (place, |cell| time(cell).is_some()) }
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
    let first = if layout.skip > 0 { 2 } else { 1 };
    let table = table(&bytes[layout.skip..], first, layout.separator, layout.time);
    let (mut moments, mut gauges) = (Moments::new(Zone::Utc), Intern::new(Kind::Gauge));
    let mut head = true;
    table.each(facts, &mut |record, line, facts| {
        if !std::mem::take(&mut head) {
            row(&layout, record, line, (&mut moments, &mut gauges), facts);
        }
    });
}

fn row(
    layout: &Layout,
    record: &StringRecord,
    line: u32,
    (moments, gauges): (&mut Moments, &mut Intern),
    facts: &mut Facts,
) {
    if record.len() != layout.columns.len() {
        return facts.rejects.push(line, misfit(record));
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

/// What to say of a row with other cells than its header: a quote in the wrong place may have cost more than one line.
pub(super) fn misfit(record: &StringRecord) -> String {
    match memchr::memchr_iter(b'\n', record.as_slice().as_bytes()).count() {
        0 => "row does not fit its header".to_owned(),
        more => format!("row of {} lines does not fit its header", more + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let mut facts = Facts::default();
        read("", text.as_bytes(), &mut facts);
        let samples = facts.samples.key.iter().zip(&facts.samples.value).map(|(key, value)| {
            let id = &facts.keys[*key as usize];
            format!("{}{{{}}}={}", id.metric, id.of, f64::from_bits(*value))
        });
        (samples.collect(), facts.rejects.kept.iter().map(|r| format!("{}: {}", r.line, r.why)).collect())
    }

    const ROWS: &str = "time,a,b\n2026-11-20T09:00:00Z,1,web\n2026-11-20T09:00:01Z,2,\n";

    #[test]
    fn a_word_among_numbers_makes_no_label() {
        let (samples, rejects) =
            told(&[ROWS, "2026-11-20T09:00:02Z,error,web\n2026-11-20T09:00:03Z,4,7\n"].concat());
        assert_eq!(samples, ["a{b=web}=1", "a{}=2", "a{b=7}=4"]);
        assert_eq!(rejects, ["4: a: no number"]);
        let (samples, rejects) = told(&ROWS.replace(",1,web", ",failed,1"));
        assert_eq!(
            (samples, rejects),
            (vec!["b{}=1".to_owned(), "a{}=2".to_owned()], vec!["2: a: no number".to_owned()])
        );
    }

    #[test]
    fn an_unclosed_quote_costs_its_line_wherever_it_stands() {
        for unclosed in ["2026-11-20T09:00:02Z,\"3,web\n", "\"2026-11-20T09:00:02Z,3,web\n"] {
            let (samples, rejects) = told(&[ROWS, unclosed, "2026-11-20T09:00:03Z,4,\"web\"\n"].concat());
            assert_eq!(samples.last().map(String::as_str), Some("a{b=web}=4"));
            assert_eq!((samples.len(), rejects), (3, vec!["4: a quote that nothing closes".to_owned()]));
        }
        let (samples, rejects) = told(&[ROWS, "x,\"y\nz\"\n2026-11-20T09:00:03Z,4,web\n"].concat());
        assert_eq!(
            (samples.len(), rejects),
            (3, vec!["4: row of 2 lines does not fit its header".to_owned()])
        );
    }
}
