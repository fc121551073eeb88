//! One pass over a piece of a log: only lines with a needle in them are looked at.

use super::entry::{Entry, clean};
use super::replay::Replays;
use crate::catalogue::events::{self, EventKind, Source};
use crate::model::fact::{Act, Action, Clue, Event, Outcome, Rejects, Way};
use crate::parse::act;
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr, memchr_iter, memmem, memrchr};
use regex::bytes::{Captures, Regex};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Characters of a line that a fact keeps.
const KEPT: usize = 400;
/// Lines of `last message repeated` that may follow each other: sysklogd repeats it after 30 s, 2 min, 10 min.
const CHAIN: usize = 100;

/// No writer of such lines counts higher: the kernel and syslogd count what they leave out in an `int`.
const MOST: u64 = 0x7fff_ffff;

/// Literals that are not of the catalogue: logger's own remarks, and the first line of a boot.
pub(super) const REPEATED: &str = "essage repeated ";
const BOOT: &str = "Linux version ";

/// The program that the kernel is in a log.
const KERNEL: &[u8] = b"kernel";

/// All needles, and per needle the index of its kind; those of acts and the two literals above come last.
static NEEDLES: LazyLock<(AhoCorasick, Vec<Option<usize>>)> = LazyLock::new(|| {
    let kinds = events::all().iter().enumerate();
    let mut needles: Vec<_> =
        kinds.flat_map(|(at, k)| k.needles.iter().map(move |n| (*n, Some(at)))).collect();
    needles.extend(act::needles().map(|needle| (needle, None)));
    needles.extend([(REPEATED, None), (BOOT, None)]);
    let mut met = HashSet::new();
    needles.retain(|(needle, _)| met.insert(*needle));
    // leftmost matching is what lets the search run vectorised (Teddy)
    let search =
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(needles.iter().map(|n| n.0));
    (search.expect("needles are few and short"), needles.into_iter().map(|n| n.1).collect())
});

static REPEAT: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^(?:last message repeated (?P<last>[0-9]+) times?|message repeated (?P<n>[0-9]+) times?: \[ ?(?P<inner>.*?)\]?)\s*$";
    Regex::new(pattern).expect("a constant pattern")
});

/// What a log is searched for: literals of log events, of acts, and of the loggers' own remarks.
#[must_use]
pub fn needles() -> Vec<&'static str> {
    let events = events::all().iter().flat_map(|kind| kind.needles.iter().copied());
    let mut needles: Vec<&str> = events.chain(act::needles()).chain([REPEATED, BOOT]).collect();
    needles.sort_unstable();
    needles.dedup();
    needles
}

/// Whether any needle is in a text.
pub(in crate::parse) fn has_needle(text: &[u8]) -> bool {
    NEEDLES.0.is_match(text)
}

/// What one piece of a log told. Line numbers count from 1 within the piece.
#[derive(Default)]
pub(in crate::parse) struct Part {
    pub lines: u32,
    pub events: Vec<Event>,
    pub actions: Vec<Action>,
    pub clues: Vec<Clue>,
    pub rejects: Rejects,
}

impl Part {
    fn keep(&mut self, event: Event) {
        if event.count > MOST {
            self.rejects.push(event.line, "counts more repeats than any writer can");
        } else {
            self.events.push(event);
        }
    }
}

/// Takes a line apart, if it can.
pub(super) type Take = fn(&[u8]) -> Option<Entry<'_>>;

/// Reads a log, or a piece of one. `take` takes a line apart.
pub(super) fn scan(text: &[u8], take: Take) -> Part {
    let (search, _) = &*NEEDLES;
    let mut part = Part { lines: count_lines(text), ..Part::default() };
    reject_nuls(text, &mut part);
    let mut replays = Replays::default();
    let (mut counted, mut line, mut done) = (0, 1, 0);
    for found in search.find_iter(text) {
        // logins by the thousand, which no entry need be taken apart for
        let session = text[found.end()..].starts_with(b"Session ");
        if found.start() < done || session && text[found.start()..found.end()].starts_with(b"Started") {
            continue;
        }
        let start = memrchr(b'\n', &text[..found.start()]).map_or(0, |n| n + 1);
        let end = memchr(b'\n', &text[found.end()..]).map_or(text.len(), |n| found.end() + n);
        line += newlines(&text[counted..start]);
        (counted, done) = (start, end);
        let Some(entry) = take(&text[start..end]) else {
            unstamped(&text[start..end], line, &mut part);
            continue;
        };
        let acts = part.actions.len();
        candidate(text, start, &text[start..end], line, &entry, &mut part);
        if end == text.len() && part.actions.len() > acts {
            part.actions.truncate(acts);
            part.rejects.push(line, "the last line has no end: its value may be cut");
        }
        if entry.uptime.is_some() {
            part.clues.extend(replays.around(text, start, line, &entry));
        }
    }
    part
}

fn newlines(text: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}

fn count_lines(text: &[u8]) -> u32 {
    let unfinished = text.last().is_some_and(|b| *b != b'\n');
    newlines(text).saturating_add(u32::from(unfinished))
}

/// One reject for each run of NULs: what a crash leaves of blocks that were allocated and never written.
fn reject_nuls(text: &[u8], part: &mut Part) {
    let (mut at, mut line) = (0, 1);
    while let Some(found) = memchr(0, &text[at..]).map(|n| at + n) {
        line += newlines(&text[at..found]);
        let run = text[found..].iter().take_while(|b| **b == 0).count();
        at = found + run;
        part.rejects.push(line, format!("{run} NUL bytes, as a crash leaves behind"));
    }
}

/// A line with a needle and without a time. `journalctl` sets the further lines of a message off by blanks: what
/// they quote is not what the program says of itself.
fn unstamped(line: &[u8], number: u32, part: &mut Part) {
    let text = clean(line);
    let tells = || recognise(text, KERNEL).is_some() || !act::told(text, b"", text).is_empty();
    if !text.starts_with(b"        ") && tells() {
        part.rejects.push(number, "no readable time stamp");
    }
}

/// Looks closely at a line with a needle.
fn candidate(bytes: &[u8], at: usize, line: &[u8], number: u32, entry: &Entry<'_>, part: &mut Part) {
    match REPEAT.captures(entry.message) {
        Some(repeat) => repeated(bytes, at, line, number, entry, &repeat, part),
        None => judge(entry, line, number, part),
    }
}

/// What one entry tells: the beginning of a boot, an event, acts. `line` is what facts quote.
pub(in crate::parse) fn judge(entry: &Entry<'_>, line: &[u8], number: u32, part: &mut Part) {
    if entry.is_kernel() && entry.message.starts_with(BOOT.as_bytes()) {
        return booted(entry, line, number, part);
    }
    let recognised = recognise(entry.message, entry.tag);
    if let Some((kind, found)) = recognised.as_ref().filter(|(kind, _)| kind.source != Source::Init) {
        let left_out = count(found).filter(|_| kind.suppressed);
        return part.keep(event(kind, found, entry, line, number, left_out));
    }
    let acts = act::told(line, entry.tag, entry.message);
    // systemd says of what applies the settings, too, that it was started: that is an act
    if let Some((kind, found)) = recognised.filter(|_| acts.is_empty()) {
        return part.keep(event(kind, &found, entry, line, number, None));
    }
    part.actions.extend(acts.into_iter().map(|told| Action {
        stamp: entry.stamp.clone(),
        host: entry.host_name(),
        what: told.what,
        way: told.way,
        user: told.user,
        outcome: told.outcome,
        line: number,
        text: cut(line),
    }));
}

/// The kernel's first line: uptime zero, and which release it is.
fn booted(entry: &Entry<'_>, line: &[u8], number: u32, part: &mut Part) {
    let (host, stamp, uptime) = (entry.host_name(), entry.stamp.clone(), entry.uptime.unwrap_or(0.0));
    part.clues.push(Clue::KernelStamp { host: host.clone(), stamp: stamp.clone(), uptime, line: number });
    let release = String::from_utf8_lossy(&entry.message[BOOT.len()..]);
    let Some(release) = release.split_whitespace().next().map(str::to_owned) else { return };
    let (what, way, outcome) = (Act::Kernel(release), Way::Boot, Outcome::Done);
    part.actions.push(Action { stamp, host, what, way, user: None, outcome, line: number, text: cut(line) });
}

/// The kind a message is of. Kinds whose needle is not in it are not tried, and none is tried twice: a line may
/// be megabytes of needles.
fn recognise<'a>(message: &'a [u8], tag: &[u8]) -> Option<(&'static EventKind, Captures<'a>)> {
    let (search, kind_of) = &*NEEDLES;
    let mut tried = vec![false; events::all().len()];
    let kinds = search.find_iter(message).filter_map(|found| kind_of[found.pattern().as_usize()]);
    kinds
        .filter(|at| !std::mem::replace(&mut tried[*at], true))
        .map(|at| &events::all()[at])
        .filter(|kind| match kind.source {
            Source::Kernel => tag == KERNEL,
            Source::Any => true,
            Source::Init => matches!(tag, b"systemd" | b"init"),
        })
        .filter_map(|kind| Some((kind, kind.pattern.captures(message)?)))
        .find(|(kind, found)| kind.source != Source::Init || found.get(0).is_some_and(|m| m.start() == 0))
}

/// Whether a message begins as one of the kernel's own kinds; in front of that stands a protocol or an interface at most.
pub(super) fn begins_with_event(message: &[u8]) -> bool {
    let begins = |found: &Captures<'_>| found.get(0).is_some_and(|m| m.start() < 24);
    let quoted = message.first().is_none_or(|b| !b.is_ascii_alphabetic());
    !quoted
        && recognise(message, KERNEL)
            .is_some_and(|(kind, found)| kind.source != Source::Any && begins(&found))
}

/// `message repeated 5 times: [ … ]` stands for five more of the inner line; `last message repeated 5 times`
/// for five more of the line above, when the same host wrote both.
fn repeated(
    bytes: &[u8],
    at: usize,
    line: &[u8],
    number: u32,
    entry: &Entry<'_>,
    repeat: &Captures<'_>,
    part: &mut Part,
) {
    let times = number_in(repeat, "n").or_else(|| number_in(repeat, "last"));
    let Some(n) = times else { return };
    if let Some(inner) = repeat.name("inner") {
        if let Some((kind, found)) = recognise(inner.as_bytes(), entry.tag) {
            let each = if kind.suppressed { count(&found).unwrap_or(1) } else { 1 };
            part.keep(event(kind, &found, entry, line, number, Some(n.saturating_mul(each))));
        }
        return;
    }
    let Some(above) = above(bytes, at) else { return };
    let Some(said) = Entry::read(above).filter(|said| said.host == entry.host) else { return };
    if let Some((kind, found)) = recognise(said.message, said.tag) {
        let each = if kind.suppressed { count(&found).unwrap_or(1) } else { 1 };
        let tagged = Entry { tag: said.tag, ..entry.clone() };
        part.keep(event(kind, &found, &tagged, line, number, Some(n.saturating_mul(each))));
    }
}

/// The nearest line above the one at `at` that is not itself `last message repeated`.
fn above(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let mut end = at.checked_sub(1)?;
    for _ in 0..CHAIN {
        let start = memrchr(b'\n', &bytes[..end]).map_or(0, |n| n + 1);
        let line = &bytes[start..end];
        // a literal, not the grammar: a hostile log may be nothing but such lines
        if memmem::find(line, b"last message repeated ").is_none() {
            return Some(line);
        }
        end = start.checked_sub(1)?;
    }
    None
}

fn event(
    kind: &'static EventKind,
    found: &Captures<'_>,
    entry: &Entry<'_>,
    line: &[u8],
    number: u32,
    left_out: Option<u64>,
) -> Event {
    // where a program speaks of itself, it is the one concerned
    let who = if kind.source == Source::Any { entry.tag } else { b"" };
    let of = found.name("of").map_or(who, |m| m.as_bytes());
    Event {
        kind: kind.id,
        stamp: entry.stamp.clone(),
        uptime: entry.uptime,
        host: entry.host_name(),
        of: String::from_utf8_lossy(of).into_owned(),
        count: left_out.unwrap_or(1),
        added_back: left_out.is_some(),
        line: number,
        text: cut(line),
    }
}

fn count(found: &Captures<'_>) -> Option<u64> {
    ["n", "n2", "n3"].into_iter().find_map(|name| number_in(found, name))
}

/// What 64 bits cannot hold is more than [`MOST`], too.
fn number_in(found: &Captures<'_>, name: &str) -> Option<u64> {
    Some(std::str::from_utf8(found.name(name)?.as_bytes()).ok()?.parse().unwrap_or(u64::MAX))
}

/// A line as text, cut, with what is not UTF-8 replaced.
pub(in crate::parse) fn cut(line: &[u8]) -> String {
    let line = clean(line);
    let head = &line[..line.len().min(KEPT * 4)];
    String::from_utf8_lossy(head).trim_end().chars().take(KEPT).collect()
}
