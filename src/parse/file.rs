//! One file: what it is, and all facts in it.

use super::lines::Lines;
use super::{DUMPS, WHOLE, stamp};
use crate::model::fact::{Capture, Clue, Facts};
use crate::model::stamp::Stamp;
use rayon::prelude::*;

/// What became of one file.
#[derive(Debug)]
pub enum Parsed {
    /// Facts in file order, in parts when the file was large.
    Read(Vec<Facts>),
    /// Not a format that netmortem knows, and why.
    Skipped(String),
}

/// Parses one file. `path` decides only where the content cannot: a `sysctl -a` dump and a `sysctl.conf` look alike.
#[must_use]
pub fn file(path: &str, bytes: &[u8]) -> Parsed {
    if let Some(why) = unreadable(bytes) {
        return Parsed::Skipped(why.to_owned());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some(whole) = WHOLE.iter().find(|whole| (whole.is)(path, bytes)) {
        let mut facts = Facts::default();
        (whole.read)(path, bytes, &mut facts);
        if facts.lines == 0 {
            facts.lines = Lines::new(bytes, 1).count() as u64;
        }
        return Parsed::Read(vec![facts]);
    }
    let parts: Vec<Facts> =
        chunks(bytes).into_par_iter().map(|(chunk, first_line)| dumps(path, chunk, first_line)).collect();
    if parts.iter().all(|part| part.formats.is_empty()) {
        return Parsed::Skipped(unknown(bytes));
    }
    Parsed::Read(parts)
}

/// Walks time lines and dumps; anything else is a reject.
fn dumps(path: &str, bytes: &[u8], first_line: u32) -> Facts {
    let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
    let mut lines = Lines::new(bytes, first_line);
    let mut readers: Vec<_> = DUMPS.iter().map(|dump| (dump, (dump.open)())).collect();
    while let Some(line) = lines.peek() {
        if line.iter().all(u8::is_ascii_whitespace) {
            lines.advance();
        } else if let Some(stamp) = stamp::separator(line) {
            if let (Some(east), Stamp::Instant(at)) = (stamp::offset(line), &stamp) {
                facts.clues.push(Clue::Offset { host: None, east, at: *at, line: lines.number() });
            }
            facts.captures.push(Capture { stamp: Some(stamp), line: lines.number() });
            lines.advance();
        } else if let Some((dump, reader)) = readers.iter_mut().find(|(dump, _)| (dump.begins)(line)) {
            facts.met(dump.name);
            let before = lines.number();
            reader.read(&mut lines, &mut facts);
            // a reader that takes nothing would be asked for ever
            if lines.number() == before && !lines.rest().is_empty() {
                facts.rejects.push(before, refusal(line));
                lines.advance();
            }
        } else {
            facts.rejects.push(lines.number(), refusal(line));
            lines.advance();
        }
    }
    facts.lines = u64::from(lines.number() - first_line);
    facts
}

/// Files above this are parsed in parts. Smaller ones gain nothing from a second core.
const PART: usize = 4 << 20;

/// Cuts before time lines, so that no snapshot is torn; a file without them stays whole.
fn chunks(bytes: &[u8]) -> Vec<(&[u8], u32)> {
    let mut cut = vec![0];
    let mut at = PART;
    while at < bytes.len() {
        let Some(offset) = next_stamp(&bytes[at..]) else { break };
        cut.push(at + offset);
        at += offset + PART;
    }
    cut.push(bytes.len());
    let counted: Vec<usize> =
        cut.par_windows(2).map(|w| memchr::memchr_iter(b'\n', &bytes[w[0]..w[1]]).count()).collect();
    let mut line = 1_usize;
    let mut parts = Vec::with_capacity(counted.len());
    for (window, lines) in cut.windows(2).zip(counted) {
        parts.push((&bytes[window[0]..window[1]], u32::try_from(line).unwrap_or(u32::MAX)));
        line += lines;
    }
    parts
}

/// Offset of the first line after the present one that is a time line.
fn next_stamp(bytes: &[u8]) -> Option<usize> {
    let mut start = memchr::memchr(b'\n', bytes)? + 1;
    loop {
        let rest = &bytes[start..];
        let end = memchr::memchr(b'\n', rest)?;
        if stamp::separator(rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end])).is_some() {
            return Some(start);
        }
        start += end + 1;
    }
}

/// Why these bytes are no text that a parser could use.
fn unreadable(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "compressed (gzip)"),
        (b"\xfd7zXZ\0", "compressed (xz)"),
        (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
        (b"BZh", "compressed (bzip2)"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\xff\xfe", "UTF-16 text"),
        (b"\xfe\xff", "UTF-16 text"),
    ];
    if bytes.is_empty() {
        return Some("empty");
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some("a tar archive: unpack it first");
    }
    if bytes.starts_with(b"TZif") {
        return None; // binary with a line of text at its end
    }
    let head = &bytes[..bytes.len().min(8_192)];
    let control = head.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace()).count();
    // A NUL run where a crash cut a log is text with a hole; a binary is control characters throughout.
    (control * 10 > head.len() * 3 && !has_text_lines(bytes)).then_some("binary")
}

/// How far behind a hole of NULs text is looked for: `lastlog` is a hole of gigabytes.
const HOLE: usize = 16 << 20;

/// Whether readable lines stand behind a hole of NULs.
fn has_text_lines(bytes: &[u8]) -> bool {
    let text = |line: &[u8]| line.len() > 8 && line.iter().all(|b| !b.is_ascii_control() || *b == b'\t');
    Lines::new(&bytes[..bytes.len().min(HOLE)], 1).take(10_000).filter(|line| text(line)).take(3).count() == 3
}

/// What to say of a file in which nothing was recognised.
fn unknown(bytes: &[u8]) -> String {
    // behind a loop's time lines, which any dump may have
    let says = |line: &&[u8]| !line.iter().all(u8::is_ascii_whitespace) && stamp::separator(line).is_none();
    let first = Lines::new(bytes, 1).find(says).unwrap_or_default();
    if let Some(why) = failure(first) {
        return why;
    }
    if first.is_empty() {
        let timed = Lines::new(bytes, 1).any(|line| stamp::separator(line).is_some());
        return if timed { "a time, and no dump behind it" } else { "no text in it" }.to_owned();
    }
    let shown: String = String::from_utf8_lossy(&first[..first.len().min(240)]).chars().take(60).collect();
    format!("not a known format; it begins {shown:?}")
}

fn refusal(line: &[u8]) -> String {
    failure(line).unwrap_or_else(|| "not a line of any known dump".to_owned())
}

/// A shell's or a tool's own complaint in place of its output.
fn failure(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&line[..line.len().min(240)]);
    [
        "command not found",
        "No such file or directory",
        "Permission denied",
        "not installed",
        "Operation not permitted",
    ]
    .iter()
    .any(|complaint| text.contains(complaint))
    .then(|| format!("the command failed: {}", text.trim().replace(char::is_control, "\u{fffd}")))
}
