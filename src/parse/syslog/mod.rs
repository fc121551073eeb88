//! Logs of syslog daemons, `journalctl` and `dmesg`: `/var/log/messages`, `syslog`, `kern.log`, `secure`,
//! `auth.log`, `sos_commands/logs/journalctl_*`, `sos_commands/kernel/dmesg`.
//!
//! ```text
//! Nov 20 09:12:10 web1 kernel: [104235.156774] nf_conntrack: nf_conntrack: table full, dropping packet
//! Nov 20 09:12:15 web1 kernel: [104243.800401] net_ratelimit: 3939 callbacks suppressed
//! Nov 20 09:12:20 web1 sudo:      bob : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/sbin/sysctl -w net.core.somaxconn=4096
//! ```
//!
//! *Yields* an event for each line of a kind in the catalogue (`message repeated 5 times` and `last message
//! repeated 5 times` as one event that stands for five), an action for each setting in a sudo line that was let
//! through, the log's span, ties between the kernel's clock and the wall clock, and replays of the ring buffer.
//! *Hides* all other lines: it passes over them without looking, so memory grows with what matches.
//! *Keeps unnamed* year and zone; `timeline::clock` joins them. A host is the log's word, not a known host.
//! *Rejects* lines of a known kind without a readable time, and runs of NULs, one reject each.

mod entry;
mod replay;
mod scan;
pub use scan::needles;
mod undated;

use super::Whole;
use super::lines::Lines;
use super::stamp::{self, Shape};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;
use memchr::{memchr, memchr_iter, memmem, memrchr};
use replay::Replays;
use scan::{Take, scan};
use std::collections::BTreeMap;

pub(super) use entry::Entry;
pub(super) use scan::{Part, cut, has_needle, judge};
pub use undated::UNDATED;

/// See the module.
pub const LOG: Whole = Whole {
    name: "syslog",
    is: |path, bytes| !is_of_collector(path) && looks_like(bytes),
    read: |_, bytes, facts| read(bytes, 1, facts),
    cut: Some(cut_at),
};

/// What sos says of itself: the host is not heard in it, nor is it silent before.
fn is_of_collector(path: &str) -> bool {
    path.rsplit('/').nth(1) == Some("sos_logs")
}

/// Lines at either end of a log that are searched for a time, a host and the kernel's clock.
const ENDS: usize = 2_000;
/// Lines at either end whose hosts are counted.
const HOSTS: usize = 500;
/// Further places where a tie between the two clocks is looked for, and lines read at each.
const PROBES: usize = 16;
const PROBE_LINES: usize = 300;

/// Whether this is a log: of the first 50 lines that hold text, one in five begins with a time and goes on.
/// `journalctl --catalog` puts explanations of up to a dozen lines behind each; its `-- ` lines do not count.
#[must_use]
pub fn looks_like(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1 << 16)];
    let text =
        |line: &&[u8]| !line.trim_ascii().is_empty() && !line.starts_with(b"-- ") && !line.contains(&0);
    let (mut lines, mut stamped) = (0, 0);
    for line in Lines::new(head, 1).filter(text).take(50) {
        lines += 1;
        // a dump's separator is a time, too, but has nothing behind it
        let rest = stamp::syslog(line).map_or(b"".as_slice(), |(_, rest)| rest.trim_ascii());
        stamped += usize::from(rest.len() > 3);
    }
    stamped > 0 && stamped * 5 >= lines
}

/// Reads a log whose first line has number `first_line`.
pub fn read(bytes: &[u8], first_line: u32, facts: &mut Facts) {
    let before = (facts.clues.len(), facts.events.len(), facts.actions.len());
    let last_line = lines(bytes, first_line, |line| Entry::read(line), facts).saturating_sub(1);
    unplaced(bytes, first_line, before, facts);
    let before = before.0;
    ends(bytes, first_line, last_line, facts);
    probe(bytes, first_line, facts);
    let found = facts.clues.split_off(before);
    facts.clues.extend(distinct(found));
}

/// Reads all lines, each taken apart by `read`; the number of the line behind them.
fn lines(bytes: &[u8], first_line: u32, read: Take, facts: &mut Facts) -> u32 {
    take(scan(bytes, read), first_line, facts)
}

/// `journalctl -o short-monotonic` over several boots: only the last of them is the one that uptimes count from.
fn unplaced(bytes: &[u8], first_line: u32, before: (usize, usize, usize), facts: &mut Facts) {
    let since_boot = |stamp: &Stamp| matches!(stamp, Stamp::SinceBoot(_));
    let events = facts.events.iter().skip(before.1).any(|e| since_boot(&e.stamp));
    if !events && !facts.actions.iter().skip(before.2).any(|a| since_boot(&a.stamp)) {
        return;
    }
    let marker =
        ["\n-- Boot ", "\n-- Reboot --"].iter().filter_map(|m| memmem::rfind(bytes, m.as_bytes())).max();
    let Some(at) = marker else { return };
    let lines = memchr_iter(b'\n', &bytes[..at]).count();
    let marker = first_line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)).saturating_add(1);
    let lose = |line: u32, stamp: &mut Stamp| {
        if line < marker && since_boot(stamp) {
            *stamp = Stamp::Absent;
        }
    };
    facts.events.iter_mut().skip(before.1).for_each(|e| lose(e.line, &mut e.stamp));
    facts.actions.iter_mut().skip(before.2).for_each(|a| lose(a.line, &mut a.stamp));
}

/// Bytes in which a good place for a cut is looked for.
const REACH: usize = 1 << 20;

/// Where a piece may end: behind a line, and where the next one is of another second, so that neither a replay of the
/// ring buffer is torn nor `message repeated` off what it repeats. Logs that count from boot stay whole, for what
/// their uptimes mean shows behind their last line only.
fn cut_at(bytes: &[u8], from: usize) -> Option<usize> {
    let head = Lines::new(&bytes[..bytes.len().min(1 << 16)], 1).find_map(Entry::read);
    if head.is_none_or(|entry| entry.shape == Shape::Bare || matches!(entry.stamp, Stamp::SinceBoot(_))) {
        return None;
    }
    let first = from + memchr(b'\n', bytes.get(from..)?)? + 1;
    let (mut at, mut before) = (first, None);
    while at < first + REACH {
        let length = memchr(b'\n', &bytes[at..])?;
        let line = &bytes[at..at + length];
        let second = replay::second(line);
        let parted = second.is_some() && before.is_some_and(|before| before != second);
        if parted && memmem::find(line, scan::REPEATED.as_bytes()).is_none() {
            return Some(at);
        }
        before = Some(second);
        at += length + 1;
    }
    Some(first)
}

/// Moves a piece's facts over, its line numbers shifted; the number of the line behind it.
pub(super) fn take(part: Part, first: u32, facts: &mut Facts) -> u32 {
    let shift = first.saturating_sub(1);
    let moved = |line: u32| line.saturating_add(shift);
    facts.lines += u64::from(part.lines);
    facts.events.extend(part.events.into_iter().map(|mut e| {
        e.line = moved(e.line);
        e
    }));
    facts.actions.extend(part.actions.into_iter().map(|mut a| {
        a.line = moved(a.line);
        a
    }));
    facts.clues.extend(part.clues.into_iter().map(|mut clue| {
        if let Clue::KernelStamp { line, .. } | Clue::Replay { line, .. } = &mut clue {
            *line = moved(*line);
        }
        clue
    }));
    let unkept = part.rejects.count - part.rejects.kept.len() as u64;
    for reject in part.rejects.kept {
        facts.rejects.push(moved(reject.line), reject.why);
    }
    facts.rejects.count += unkept;
    first.saturating_add(part.lines)
}

/// The log's span, its host, and both ends' offsets.
fn ends(bytes: &[u8], first_line: u32, last_line: u32, facts: &mut Facts) {
    let head =
        (0..).zip(Lines::new(bytes, first_line)).take(ENDS).map(|(n, l)| (first_line.saturating_add(n), l));
    let tail = (0..).zip(backwards(bytes)).take(ENDS).map(|(n, l)| (last_line.saturating_sub(n), l));
    let stamped = |(number, line)| Some((number, line, Entry::read(line)?));
    let head: Vec<_> = head.filter_map(stamped).take(HOSTS).collect();
    let tail: Vec<_> = tail.filter_map(stamped).take(HOSTS).collect();
    let (Some(first), Some(last)) = (head.first(), tail.first()) else { return };
    facts.met(if first.2.shape == Shape::Bare { "dmesg" } else { "syslog" });
    for (number, line, entry) in [first, last] {
        let (Some(east), Stamp::Instant(at)) = (stamp::syslog_offset(line), &entry.stamp) else {
            continue;
        };
        // Docker writes UTC whatever the host's zone is
        if !line.starts_with(b"{") {
            facts.clues.push(Clue::Offset { host: entry.host_name(), east, at: *at, line: *number });
        }
    }
    // A central log has many hosts: what the ends show of each is when it was alive at least.
    let mut hosts: BTreeMap<&[u8], Alive<'_>> = BTreeMap::new();
    for (_, _, entry) in head.iter().chain(tail.iter().rev()) {
        let alive = Alive { first: &entry.stamp, last: &entry.stamp };
        hosts.entry(entry.host.unwrap_or_default()).or_insert(alive).last = &entry.stamp;
    }
    let lines = u64::from(last_line.saturating_sub(first_line)) + 1;
    let named: Vec<(&[u8], Alive<'_>)> = hosts.into_iter().filter(|(host, _)| !host.is_empty()).collect();
    let mut span = |host: Option<&[u8]>, alive: &Alive<'_>, lines: u64| {
        let host = host.map(|h| String::from_utf8_lossy(h).into_owned());
        let (first, last) = (alive.first.clone(), alive.last.clone());
        facts.clues.push(Clue::LogSpan { host, first, last, lines });
    };
    match named.as_slice() {
        [] | [_] => {
            let whole = Alive { first: &first.2.stamp, last: &last.2.stamp };
            span(named.first().map(|(host, _)| *host), &whole, lines);
        }
        // lines are counted once, whoever wrote them
        several => several.iter().enumerate().for_each(|(i, (host, alive))| {
            span(Some(host), alive, if i == 0 { lines } else { 0 });
        }),
    }
}

/// First and last stamp of a host's lines at the ends of a log.
struct Alive<'a> {
    first: &'a Stamp,
    last: &'a Stamp,
}

/// Lines from the end.
fn backwards(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut more = !rest.is_empty();
    std::iter::from_fn(move || {
        let start = more.then(|| memrchr(b'\n', rest))?.map_or(0, |n| n + 1);
        let line = &rest[start..];
        more = start > 0;
        rest = &rest[..start.saturating_sub(1)];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// Ties the kernel's clock to the wall clock at the head, at the tail and in between.
fn probe(bytes: &[u8], first_line: u32, facts: &mut Facts) {
    let tail = backwards(bytes).take(ENDS).find(|line| is_tie(line));
    let tail = tail.map(|line| line.as_ptr() as usize - bytes.as_ptr() as usize);
    let head = tie_after(bytes, 0, ENDS);
    let between = (1..PROBES).filter_map(|n| {
        let at = bytes.len() / PROBES * n;
        let start = at + memchr(b'\n', &bytes[at..])? + 1;
        tie_after(bytes, start, PROBE_LINES)
    });
    let mut ties: Vec<usize> = head.into_iter().chain(between).chain(tail).collect();
    ties.sort_unstable();
    ties.dedup();
    let (mut counted, mut number) = (0, first_line);
    for at in ties {
        let passed = memchr_iter(b'\n', &bytes[counted..at]).count();
        number = number.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        counted = at;
        let line = &bytes[at..];
        let line = &line[..memchr(b'\n', line).unwrap_or(line.len())];
        let Some((entry, uptime)) = Entry::read(line).and_then(|e| e.uptime.map(|u| (e, u))) else {
            continue;
        };
        let replay = Replays::default().around(bytes, at, number, &entry);
        facts.clues.push(replay.unwrap_or_else(|| {
            let (host, stamp) = (entry.host_name(), entry.stamp.clone());
            Clue::KernelStamp { host, stamp, uptime, line: number }
        }));
    }
}

fn is_tie(line: &[u8]) -> bool {
    let dated = |e: &Entry<'_>| e.shape != Shape::Bare && !matches!(e.stamp, Stamp::SinceBoot(_));
    Entry::read(line).is_some_and(|e| dated(&e) && e.is_kernel() && e.uptime.is_some())
}

/// Where the first tie among the next lines begins.
fn tie_after(bytes: &[u8], start: usize, lines: usize) -> Option<usize> {
    let mut at = start;
    for line in bytes[start..].split(|b| *b == b'\n').take(lines) {
        if is_tie(line) {
            return Some(at);
        }
        at += line.len() + 1;
    }
    None
}

/// A run met by a probe as well is one clue.
fn distinct(clues: Vec<Clue>) -> Vec<Clue> {
    let mut kept: Vec<Clue> = Vec::with_capacity(clues.len());
    for clue in clues {
        // clues of a log are few: boots, replays and a handful of probes
        if !kept.iter().rev().take(64).any(|other| same_tie(other, &clue)) {
            kept.push(clue);
        }
    }
    kept
}

/// Whether two clues tie the same uptime to the same stamp.
fn same_tie(one: &Clue, other: &Clue) -> bool {
    let tie = |clue: &Clue| match clue {
        Clue::Replay { host, stamp, first, last, .. } => Some((host.clone(), stamp.clone(), *first, *last)),
        Clue::KernelStamp { host, stamp, uptime, .. } => {
            Some((host.clone(), stamp.clone(), *uptime, *uptime))
        }
        _ => None,
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    std::mem::discriminant(one) == std::mem::discriminant(other)
        && tie(one).zip(tie(other)).is_some_and(|(one, other)| {
            one.0 == other.0 && one.1 == other.1 && near(one.2, other.2) && near(one.3, other.3)
        })
}

#[cfg(test)]
mod tests;
