//! [`Table`]: the records of a CSV file, of which a quote that nothing closes costs its own line.
//!
//! To CSV such a quote makes one cell of all that follows, up to the next quote or the file's end. Here it ends before
//! the next line that is a row, or at a bound.

use crate::model::fact::Facts;
use csv::{ReaderBuilder, StringRecord};
use std::iter;

/// What a record may have within quotes; a cell is a name or a number, at most a remark.
const LINES: usize = 100;
const BYTES: usize = 64 << 10;

/// Text from a line's begin on.
pub struct Table<'a> {
    pub bytes: &'a [u8],
    /// Number of the first line.
    pub line: u32,
    pub separator: u8,
    /// Place of the cell that has the time in each row, and what is one: where a line inside quotes is a row, the
    /// quote is not closed.
    pub time: (usize, fn(&str) -> bool),
}

/// Whole records, and behind them perhaps what a quote that nothing closes has cost: its line, and how many there are
/// up to the next row.
struct Piece<'a> {
    rows: &'a [u8],
    line: u32,
    unclosed: Option<(u32, u32)>,
}

/// A reader of what lies between two such lines.
pub fn rows(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(separator).has_headers(false).flexible(true);
    builder.buffer_capacity(bytes.len().clamp(64, 8 << 10)).from_reader(bytes)
}

impl<'a> Table<'a> {
    /// All records that can be read.
    pub fn records(&self) -> impl Iterator<Item = StringRecord> {
        self.pieces().flat_map(|piece| rows(piece.rows, self.separator).into_records().flatten())
    }

    /// Gives `row` each record with its line. The rest are rejects.
    pub fn each(&self, facts: &mut Facts, row: &mut dyn FnMut(&StringRecord, u32, &mut Facts)) {
        let mut record = StringRecord::new();
        let torn = !self.bytes.ends_with(b"\n");
        for Piece { rows: piece, line: first, unclosed } in self.pieces() {
            let mut reader = rows(piece, self.separator);
            let end = piece.len() as u64;
            loop {
                let more = reader.read_record(&mut record);
                let line = record.position().map_or(1, csv::Position::line).saturating_sub(1);
                let line = first.saturating_add(u32::try_from(line).unwrap_or(u32::MAX));
                match more {
                    Ok(false) => break,
                    Err(_) => facts.rejects.push(line, "not text"),
                    Ok(true) if torn && unclosed.is_none() && reader.position().byte() >= end => {
                        facts.rejects.push(line, "truncated: the file ends here");
                    }
                    Ok(true) => row(&record, line, facts),
                }
            }
            match unclosed {
                Some((line, 1)) => facts.rejects.push(line, "a quote that nothing closes"),
                Some((line, lost)) => {
                    facts.rejects.push(line, format!("a quote that nothing closes: {lost} lines lost"));
                }
                None => {}
            }
        }
    }

    fn pieces(&self) -> impl Iterator<Item = Piece<'a>> {
        let (mut rest, mut line) = (self.bytes, self.line);
        iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (rows, lost, behind) = self.whole(rest);
            let begin = line;
            let end = begin.saturating_add(lines(rows));
            line = end.saturating_add(lines(lost));
            rest = behind;
            Some(Piece { rows, line: begin, unclosed: (!lost.is_empty()).then_some((end, line - end)) })
        })
    }

    /// The records before the first quote that nothing closes, what it costs, and the rest.
    fn whole(&self, bytes: &'a [u8]) -> (&'a [u8], &'a [u8], &'a [u8]) {
        let mut at = 0;
        while let Some(quote) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
            let before = bytes.get(at..at + quote).unwrap_or_default();
            let begin = at + memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1);
            let (rows, rest) = bytes.split_at(begin);
            match self.record(rest) {
                Ok(length) => at = begin + length,
                Err(length) => {
                    let (lost, rest) = rest.split_at(length);
                    return (rows, lost, rest);
                }
            }
        }
        (bytes, &[], &[])
    }

    /// Length of the first record with its line end; as an error, that of all lines up to the next row, where a quote is
    /// not closed before it. The bounds are the record's and not the cell's: lines can be made of which each closes
    /// the quote of the one above and opens another.
    fn record(&self, bytes: &[u8]) -> Result<usize, usize> {
        let (mut at, mut lines) = (0, 0);
        let (mut begins, mut quoted) = (true, false);
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' if quoted && bytes.get(at) == Some(&b'"') => at += 1,
                b'"' if quoted => (begins, quoted) = (false, false),
                b'"' if begins => quoted = true,
                b'\n' if !quoted => return Ok(at),
                b'\n' => {
                    lines += 1;
                    if lines >= LINES || at > BYTES || self.is_row(bytes.get(at..).unwrap_or_default()) {
                        return Err(at);
                    }
                }
                _ => begins = *byte == self.separator || *byte == b'\r',
            }
        }
        // a last line that the file's end cut is one by that, and not by its quote
        if quoted && lines > 0 { Err(at) } else { Ok(at) }
    }

    /// Whether the line that begins here has a time where rows have it.
    fn is_row(&self, bytes: &[u8]) -> bool {
        let line = bytes.get(..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())).unwrap_or_default();
        let (place, is_time) = self.time;
        let cell =
            line.split(|b| *b == self.separator).nth(place).and_then(|cell| std::str::from_utf8(cell).ok());
        cell.is_some_and(|cell| is_time(cell.trim().trim_matches('"')))
    }
}

/// How many lines there are, with a last one that has no line end.
fn lines(bytes: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', bytes).count();
    u32::try_from(ends + usize::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<(u32, String)>) {
        let (mut facts, mut told) = (Facts::default(), Vec::new());
        let time = (0, (|cell| cell.starts_with("20")) as fn(&str) -> bool);
        let table = Table { bytes: text.as_bytes(), line: 1, separator: b',', time };
        table.each(&mut facts, &mut |record, line, _| {
            told.push(format!("{line}: {}", record.iter().collect::<Vec<_>>().join("|")));
        });
        (told, facts.rejects.kept.into_iter().map(|reject| (reject.line, reject.why)).collect())
    }

    const UNCLOSED: &str = "a quote that nothing closes";

    #[test]
    fn a_quote_that_nothing_closes_costs_its_line() {
        let (told, rejects) = read("t,a\n2026,1\n2026,\"2\n2026,3\n2026,\"4\"\n2026,\"5\n");
        assert_eq!(told, ["1: t|a", "2: 2026|1", "4: 2026|3", "5: 2026|4"]);
        assert_eq!(rejects, [(3, UNCLOSED.to_owned()), (6, UNCLOSED.to_owned())]);
    }

    #[test]
    fn a_cell_may_have_quotes_and_lines() {
        let (told, rejects) = read("t,a\n2026,\"x \"\"y\"\", z\n1\n\"\n2026,b\"c\n\"2026\",\"\"\n");
        assert_eq!(told, ["1: t|a", "2: 2026|x \"y\", z\n1\n", "5: 2026|b\"c", "6: 2026|"]);
        assert_eq!(rejects, []);
    }

    #[test]
    fn a_record_ends_after_a_hundred_lines() {
        for line in ["x\n", "a\"b,\"c\n"] {
            let text = ["t,a\n2026,\"2\n", &line.repeat(150), "2026,3\n"].concat();
            let (told, rejects) = read(&text);
            assert_eq!(told.last().map(String::as_str), Some("153: 2026|3"), "{line}");
            assert_eq!(rejects.first(), Some(&(2, format!("{UNCLOSED}: 100 lines lost"))));
        }
        let long = format!("t,a\n2026,\"2\n{}\n2026,3\n", "x".repeat(70_000));
        assert_eq!(read(&long).0.last().map(String::as_str), Some("4: 2026|3"));
    }

    #[test]
    fn a_last_line_that_was_cut_is_called_so() {
        let (told, rejects) = read("t,a\n2026,1\n2026,\"2");
        assert_eq!((told.len(), rejects), (2, vec![(3, "truncated: the file ends here".to_owned())]));
        let (told, rejects) = read("t,a\n2026,\"1\n2026,\"2\"\n2026,4");
        assert_eq!((told.len(), rejects.len()), (2, 2));
    }
}
