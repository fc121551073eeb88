//! `journalctl -o export`: `FIELD=value` lines, entries set apart by blank lines. A value with bytes that are not
//! text stands behind its name's line feed as eight bytes of length, least significant first, and the bytes: it may
//! hold blank lines and whatever looks like an entry, so entries cannot be found by search, only by walking.

use super::Journal;
use super::record::Record;
use memchr::{memchr, memchr_iter, memchr2, memmem};
use std::borrow::Cow;

/// Whether a line is `NAME=value`, as names of fields are.
pub(super) fn field(line: &[u8]) -> bool {
    memchr(b'=', line).is_some_and(|at| named(&line[..at]))
}

fn named(name: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_';
    !name.is_empty() && name.len() <= 64 && name.iter().all(letter)
}

pub(super) fn read(bytes: &[u8], journal: &mut Journal) {
    let (mut at, mut line) = (0, 1_u32);
    let mut record = Record::default();
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, lines) = match step(rest, line, &mut record) {
            Step::Field(length, lines) => (length, lines),
            Step::Blank => {
                std::mem::take(&mut record).finish(journal);
                (1, 1)
            }
            Step::Bad(why) => {
                journal.part.rejects.push(line, why);
                record = Record::default();
                // the next entry begins behind a blank line, and with its cursor
                let skip = memmem::find(rest, b"\n\n__").map_or(rest.len(), |n| n + 2);
                (skip, newlines(&rest[..skip]))
            }
        };
        at += length;
        line = line.saturating_add(lines);
    }
    record.finish(journal);
    journal.part.lines = line.saturating_sub(1);
}

/// The first place at or behind an offset where an entry ends, of some bytes that begin with one.
pub(super) fn end_behind(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = 0;
    loop {
        match step(bytes.get(at..)?, 1, &mut Record::default()) {
            Step::Field(length, _) => at += length,
            Step::Blank if at >= from => return Some(at + 1),
            Step::Blank => at += 1,
            Step::Bad(_) => return None,
        }
    }
}

enum Step {
    /// A field of so many bytes and lines.
    Field(usize, u32),
    /// The end of an entry.
    Blank,
    Bad(&'static str),
}

fn step<'a>(rest: &'a [u8], line: u32, record: &mut Record<'a>) -> Step {
    const CUT: Step = Step::Bad("an entry that is cut short");
    let Some(at) = memchr2(b'=', b'\n', rest) else { return CUT };
    if at == 0 && rest.first() == Some(&b'\n') {
        return Step::Blank;
    }
    let name = &rest[..at];
    if !named(name) {
        return Step::Bad("not a field of a journal entry");
    }
    if rest.get(at) == Some(&b'=') {
        let value = &rest[at + 1..];
        let Some(end) = memchr(b'\n', value) else { return CUT };
        record.field(name, Cow::Borrowed(&value[..end]), line);
        return Step::Field(at + 1 + end + 1, 1);
    }
    let length = rest.get(at + 1..at + 9).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    let Some(length) = length.and_then(|n| usize::try_from(n).ok()) else { return CUT };
    let end = at.saturating_add(9).saturating_add(length);
    match (rest.get(at + 9..end), rest.get(end)) {
        (Some(value), Some(b'\n')) => {
            record.field(name, Cow::Borrowed(value), line.saturating_add(1));
            Step::Field(end + 1, newlines(&rest[..=end]))
        }
        _ => CUT,
    }
}

fn newlines(text: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}
