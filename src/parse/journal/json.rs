//! `journalctl -o json`: one object a line (behind `data: ` for `json-sse`, a record separator for `json-seq`);
//! `-o json-pretty`: one field a line. Values are text; what is not text is an array of bytes, what is longer than
//! 4096 bytes is `null` unless `--all` was given, and a field that is there several times is an array of values.

use super::Journal;
use super::record::Record;
use crate::parse::lines::Lines;
use crate::parse::syslog::has_needle;
use memchr::{memchr_iter, memmem};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The object on a line.
pub(super) fn object(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"data: ").or_else(|| line.strip_prefix(b"\x1e")).unwrap_or(line);
    let line = line.trim_ascii();
    (line.starts_with(b"{\"") && line.len() > 2).then_some(line)
}

/// One object a line.
pub(super) fn lines(bytes: &[u8], journal: &mut Journal) {
    let mut reader = Reader::default();
    let mut lines = Lines::new(bytes, 1);
    while let Some(line) = lines.peek() {
        if let Some(object) = object(line) {
            reader.entry(object, lines.number(), journal);
        } else if !line.trim_ascii().is_empty() && !line.starts_with(b"-- ") {
            journal.part.rejects.push(lines.number(), "not an object of a journal entry");
        }
        lines.advance();
    }
    reader.last(journal);
    journal.part.lines = lines.number().saturating_sub(1);
}

/// An object from a line `{` to a line `}`.
pub(super) fn pretty(bytes: &[u8], journal: &mut Journal) {
    let mut reader = Reader::default();
    let mut lines = Lines::new(bytes, 1);
    let (mut begun, mut at) = (None, 0);
    while let Some(line) = lines.next() {
        let end = bytes.len() - lines.rest().len();
        match (line, begun) {
            (b"{", _) => begun = Some((at, lines.number().saturating_sub(1))),
            (b"}", Some((start, number))) => {
                reader.entry(bytes.get(start..end).unwrap_or_default(), number, journal);
                begun = None;
            }
            _ => {}
        }
        at = end;
    }
    if let Some((_, number)) = begun {
        journal.part.rejects.push(number, "an entry that is cut short");
    }
    reader.last(journal);
    journal.part.lines = lines.number().saturating_sub(1);
}

/// Takes apart the entries that matter: the first and the last, those of a new boot or host, and those with a needle.
#[derive(Default)]
struct Reader<'a> {
    boot: &'a [u8],
    host: &'a [u8],
    /// The entry read last, if it was passed over.
    passed: Option<(&'a [u8], u32)>,
    entries: u64,
}

impl<'a> Reader<'a> {
    fn entry(&mut self, object: &'a [u8], line: u32, journal: &mut Journal) {
        self.entries += 1;
        let boot = value(object, b"\"_BOOT_ID\"");
        let host = value(object, b"\"_HOSTNAME\"");
        let new = boot != self.boot || host != self.host;
        let kernel_unknown = value(object, b"\"_TRANSPORT\"") == b"kernel" && !journal.boots.contains(boot);
        (self.boot, self.host) = (boot, host);
        // an array of bytes hides its text
        if new || kernel_unknown || has_needle(object) || value(object, b"\"MESSAGE\"").is_empty() {
            if let Some((passed, at)) = self.passed.take().filter(|_| new) {
                whole(passed, at, journal);
            }
            whole(object, line, journal);
            self.passed = None;
        } else {
            self.passed = Some((object, line));
        }
    }

    fn last(self, journal: &mut Journal) {
        if let Some((object, line)) = self.passed {
            whole(object, line, journal);
        }
        journal.entries = self.entries;
    }
}

/// The text of a field by its quoted name, without undoing escapes; empty where it is no text.
fn value<'a>(object: &'a [u8], name: &[u8]) -> &'a [u8] {
    let text =
        memmem::find(object, name).map_or(b"".as_slice(), |at| object[at + name.len()..].trim_ascii_start());
    let text = text.strip_prefix(b":").unwrap_or_default().trim_ascii_start();
    let Some(text) = text.strip_prefix(b"\"") else { return b"" };
    &text[..memchr::memchr(b'"', text).unwrap_or(0)]
}

fn whole(object: &[u8], line: u32, journal: &mut Journal) {
    let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(object) else {
        return journal.part.rejects.push(line, "an entry that is cut short or not JSON");
    };
    let mut record = Record::default();
    for (name, value) in &fields {
        if let Some(value) = bytes(value) {
            record.field(name.as_bytes(), value, line);
        }
    }
    let before = memmem::find(object, b"\"MESSAGE\"").unwrap_or(0);
    let further = memchr_iter(b'\n', &object[..before]).count();
    record.line = line.saturating_add(u32::try_from(further).unwrap_or(0));
    record.finish(journal);
}

/// A value's bytes: text, an array of bytes, or the first of several values.
fn bytes(value: &Value) -> Option<Cow<'_, [u8]>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text.as_bytes())),
        Value::Array(all) if all.first()?.is_number() => {
            let byte = |n: &Value| n.as_u64().and_then(|n| u8::try_from(n).ok());
            all.iter().map(byte).collect::<Option<Vec<u8>>>().map(Cow::Owned)
        }
        Value::Array(all) => match all.first()? {
            Value::Array(_) | Value::String(_) => bytes(all.first()?),
            _ => None,
        },
        _ => None,
    }
}
