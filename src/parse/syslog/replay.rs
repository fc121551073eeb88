//! A log daemon that starts late writes the kernel's whole ring buffer under the time of its own start: boot
//! messages, and whatever went wrong before, all seem to happen in one second.

use super::entry::{Entry, clean};
use crate::model::fact::Clue;
use crate::model::stamp::Stamp;
use memchr::{memchr, memchr_iter, memrchr};
use std::ops::Range;

/// How far a run is followed each way: a ring buffer enlarged to 16 MB holds about this many lines.
const REACH: usize = 200_000;
/// Fewer lines may share a second by chance after a pause of the log daemon.
const LINES: u32 = 5;
/// Lines of one second, live, have uptimes at most about a second apart; this leaves room for a busy reader.
const SPREAD: f64 = 5.0;

/// Finds replays around candidate lines, and remembers the run looked at last so that a flood of candidates
/// costs no more than one walk.
#[derive(Default)]
pub(super) struct Replays {
    seen: Range<usize>,
}

impl Replays {
    /// The run around the line at `at`, unless it was looked at already. `line` is the number of that line.
    pub(super) fn around(&mut self, bytes: &[u8], at: usize, line: u32, entry: &Entry<'_>) -> Option<Clue> {
        if self.seen.contains(&at) || !entry.is_kernel() || matches!(entry.stamp, Stamp::SinceBoot(_)) {
            return None;
        }
        let second = second(line_at(bytes, at))?;
        self.seen = run(bytes, at, second);
        let mut uptimes = Uptimes::default();
        let text = &bytes[self.seen.clone()];
        for text in text.split(|b| *b == b'\n') {
            let same = |e: &Entry<'_>| e.is_kernel() && e.host == entry.host;
            if let Some(uptime) = Entry::read(text).filter(same).and_then(|e| e.uptime) {
                uptimes.add(uptime);
            }
        }
        let before = memchr_iter(b'\n', &bytes[self.seen.start..at]).count();
        (uptimes.lines >= LINES && uptimes.last - uptimes.first > SPREAD).then(|| Clue::Replay {
            host: entry.host_name(),
            stamp: entry.stamp.clone(),
            first: uptimes.first,
            last: uptimes.last,
            lines: uptimes.lines,
            line: line.saturating_sub(u32::try_from(before).unwrap_or(u32::MAX)),
        })
    }
}

struct Uptimes {
    first: f64,
    last: f64,
    lines: u32,
}

impl Default for Uptimes {
    fn default() -> Self {
        Self { first: f64::INFINITY, last: f64::NEG_INFINITY, lines: 0 }
    }
}

impl Uptimes {
    fn add(&mut self, uptime: f64) {
        self.first = self.first.min(uptime);
        self.last = self.last.max(uptime);
        self.lines += 1;
    }
}

/// The bytes of the lines around `at` that begin with the same second.
fn run(bytes: &[u8], at: usize, second: &[u8]) -> Range<usize> {
    let same = |start: usize| self::second(line_at(bytes, start)) == Some(second);
    let mut start = at;
    for _ in 0..REACH {
        let Some(before) = start.checked_sub(1) else { break };
        let previous = memrchr(b'\n', &bytes[..before]).map_or(0, |n| n + 1);
        if !same(previous) {
            break;
        }
        start = previous;
    }
    let mut end = at + line_at(bytes, at).len();
    for _ in 0..REACH {
        if end + 1 >= bytes.len() || !same(end + 1) {
            break;
        }
        end += 1 + line_at(bytes, end + 1).len();
    }
    start..end.max(at + 1).min(bytes.len())
}

/// A line's time as bytes, cut to the second: daemons that write microseconds replay within some of them.
pub(super) fn second(line: &[u8]) -> Option<&[u8]> {
    let line = clean(line);
    let line = match line.strip_prefix(b"<") {
        Some(rest) => &rest[memchr(b'>', rest)? + 1..],
        None => line,
    };
    let line = line.strip_prefix(b"1 ").unwrap_or(line);
    let length =
        if line.first()?.is_ascii_digit() { "2026-11-20T09:12:10".len() } else { "Nov 20 09:12:10".len() };
    line.get(..length)
}

fn line_at(bytes: &[u8], start: usize) -> &[u8] {
    let rest = &bytes[start..];
    &rest[..memchr(b'\n', rest).unwrap_or(rest.len())]
}
