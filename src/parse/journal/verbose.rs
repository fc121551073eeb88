//! `journalctl -o verbose`: a heading with the time and the cursor, then one indented line a field. A message of
//! several lines goes on further to the right.

use super::Journal;
use super::export::field;
use super::record::Record;
use crate::model::stamp::Stamp;
use crate::parse::lines::Lines;
use crate::parse::stamp;
use memchr::memchr;
use std::borrow::Cow;

/// The time in a heading, and its cursor: `Fri 2026-11-20 08:33:22.000000 CET [s=f808…;i=1;b=0f0f…;m=1e8480;t=660b…;x=54fc…]`.
pub(super) fn heading(line: &[u8]) -> Option<(Stamp, &[u8])> {
    if !line.ends_with(b"]") {
        return None;
    }
    let (stamp, rest) = stamp::syslog(line)?;
    Some((stamp, rest.strip_prefix(b"[s=")?.strip_suffix(b"]")?))
}

pub(super) fn read(bytes: &[u8], journal: &mut Journal) {
    let mut lines = Lines::new(bytes, 1);
    let mut record = Record::default();
    while let Some(line) = lines.peek() {
        if line.starts_with(b" ") {
            let text = line.strip_prefix(b"    ").filter(|text| field(text));
            if let Some((text, at)) = text.and_then(|text| Some((text, memchr(b'=', text)?))) {
                record.field(&text[..at], Cow::Borrowed(&text[at + 1..]), lines.number());
            }
        } else if let Some((stamp, cursor)) = heading(line) {
            std::mem::take(&mut record).finish(journal);
            record = begun(stamp, cursor);
        } else if !line.is_empty() && !line.starts_with(b"-- ") {
            journal.part.rejects.push(lines.number(), "neither a heading nor a field of a journal entry");
        }
        lines.advance();
    }
    record.finish(journal);
    journal.part.lines = lines.number().saturating_sub(1);
}

/// The cursor has both clocks, in hexadecimal.
fn begun(stamp: Stamp, cursor: &[u8]) -> Record<'_> {
    let part = |name: &[u8]| cursor.split(|b| *b == b';').find_map(|part| part.strip_prefix(name));
    let hex = |name| u64::from_str_radix(std::str::from_utf8(part(name)?).ok()?, 16).ok();
    Record {
        stamp: Some(stamp),
        realtime: hex(b"t=").and_then(|t| i64::try_from(t).ok()),
        monotonic: hex(b"m="),
        boot: Cow::Borrowed(part(b"b=").unwrap_or_default()),
        ..Record::default()
    }
}
