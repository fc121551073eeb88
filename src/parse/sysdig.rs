//! `sysdig evt.type=accept`: the accept queue at each connection that was taken from it.
//!
//! Written by sysdig in its own format, also with `-pc` (container) and any `-t`. People keep it as what they
//! recorded while it hurt; no bundle collects it.
//!
//! ```text
//! 2031 01:51:56.381172600 1 nginx (4486) < accept fd=3(<4t>172.19.0.1:36688->172.19.0.2:80) tuple=172.19.0.1:36688->172.19.0.2:80 queuepct=0 queuelen=0 queuemax=128
//! ```
//!
//! *Yields* the gauges `listener.queue` (`queuelen`) and `listener.limit` (`queuemax`) of `:80`, the port that took the
//! connection: at which address that port listens is not told, and the tuple's is only the one that this client
//! used; the timeline joins it to the only listener of that port, if there is one. A line is a connection, and there may be thousands a second; the one with the longest queue in each second
//! is kept. `-t a` (seconds since 1970) dates it. The default, a time of day, is dated by the
//! time line above it where that has a date without an offset, and goes past midnight with the hours. Else, and with
//! `-t r` or `-t d`, one reading for all: the longest queue, at the time of the capture.
//! *Hides* other events, UNIX sockets, processes. *Keeps unnamed* nothing.
//! *Rejects* accepted connections whose tuple or queue cannot be read, as where the file ends.

use super::lines::Lines;
use super::sockets::address::{is_port, word};
use super::sockets::listeners::Listeners;
use super::words::number as digits;
use super::{Dump, Reader};
use crate::model::fact::{Capture, Facts};
use crate::model::stamp::{Stamp, Wall};
use chrono::{Datelike, Days, NaiveDate};
use hashbrown::HashMap;

/// See the module.
pub const DUMP: Dump =
    Dump { name: "sysdig", begins: |line| Event::of(line).is_some(), open: || Box::new(Sysdig::default()) };

/// A line of any event: number, time, processor, and the rest.
struct Event<'a> {
    time: Time,
    rest: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    /// Seconds since midnight.
    OfDay(u32),
    /// Seconds since 1970.
    Epoch(i64),
    /// Since the recording began, or since the event before.
    Relative,
}

/// Nothing was recorded before 2001, and nothing lasts thirty years.
const EPOCH: u64 = 1_000_000_000;

impl<'a> Event<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        line.first().filter(|b| b.is_ascii_digit())?;
        let mut rest = line;
        digits(word(&mut rest)?)?;
        let time = Time::of(word(&mut rest)?)?;
        digits(word(&mut rest)?)?;
        Some(Self { time, rest })
    }

    /// Whether a connection was accepted: `< accept fd=…`, without the arrow in newer releases.
    fn is_accept(&self) -> bool {
        let accepted = memchr::memmem::find(self.rest, b" accept fd=")
            .or(memchr::memmem::find(self.rest, b" accept4 fd="));
        accepted.is_some_and(|at| memchr::memmem::find(&self.rest[at..], b" tuple=").is_some())
    }
}

impl Time {
    /// Nanoseconds tell it from any other second word of a line.
    fn of(text: &[u8]) -> Option<Self> {
        let at = memchr::memchr(b'.', text)?;
        let (whole, nanos) = (&text[..at], &text[at + 1..]);
        digits(nanos).filter(|_| nanos.len() == 9)?;
        if let [h, h0, b':', m, m0, b':', s, s0] = whole {
            let two = |tens: &u8, ones: &u8| digits(&[*tens, *ones]);
            let seconds = two(h, h0)? * 3_600 + two(m, m0)? * 60 + two(s, s0)?;
            return Some(Self::OfDay(u32::try_from(seconds).ok()?));
        }
        let seconds = digits(whole)?;
        Some(if seconds < EPOCH { Self::Relative } else { Self::Epoch(i64::try_from(seconds).ok()?) })
    }
}

impl Time {
    /// Where no date is known.
    fn undated(self) -> Self {
        match self {
            Self::OfDay(_) => Self::Relative,
            time => time,
        }
    }
}

/// The longest queue of a port in a second.
#[derive(Clone, Copy)]
struct Peak {
    queue: u32,
    limit: u32,
    line: u32,
}

#[derive(Default)]
struct Sysdig {
    listeners: Listeners,
    /// By port as printed.
    peaks: HashMap<String, Peak>,
}

impl Reader for Sysdig {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.capture();
        let mut date = facts.captures.last().and_then(Date::of);
        let mut now = Time::Relative;
        while let Some(event) = lines.peek().and_then(Event::of) {
            let number = lines.number();
            if event.is_accept() {
                let last = memchr::memchr(b'\n', lines.rest()).is_none();
                match accepted(event.rest).filter(|_| !last || event.rest.ends_with(b" ")) {
                    Some((port, peak)) => {
                        let time = if date.is_none() { event.time.undated() } else { event.time };
                        if time != now {
                            self.give(facts);
                            now = time;
                            open(now, date.as_mut(), number, facts);
                        }
                        self.note(port, Peak { line: number, ..peak });
                    }
                    None if is_inet(event.rest) => {
                        facts.rejects.push(number, "accepted connection without its queue: cut off?");
                    }
                    None => {}
                }
            }
            lines.advance();
        }
        self.give(facts);
    }
}

impl Sysdig {
    fn note(&mut self, port: &str, new: Peak) {
        let peak = self.peaks.entry_ref(port).or_insert(new);
        if new.queue > peak.queue {
            *peak = new;
        }
    }

    fn give(&mut self, facts: &mut Facts) {
        let mut peaks: Vec<(String, Peak)> = self.peaks.drain().collect();
        peaks.sort_unstable_by_key(|(_, peak)| peak.line);
        for (port, peak) in peaks {
            self.listeners.sample(&format!(":{port}"), peak.queue, Some(peak.limit), peak.line, facts);
        }
    }
}

/// A second begins.
fn open(time: Time, date: Option<&mut Date>, line: u32, facts: &mut Facts) {
    let stamp = match time {
        Time::Epoch(seconds) => Some(Stamp::Instant(seconds.saturating_mul(1_000_000))),
        Time::OfDay(seconds) => date.map(|date| date.at(seconds)),
        Time::Relative => None,
    };
    if stamp.is_some() {
        facts.captures.push(Capture { stamp, line });
    }
}

/// What day it is, from the time line above the events.
struct Date {
    day: NaiveDate,
    second: u32,
    zone: Option<String>,
}

impl Date {
    /// Of an instant the host's own date is not known.
    fn of(capture: &Capture) -> Option<Self> {
        let Some(Stamp::Wall(wall)) = &capture.stamp else { return None };
        let day = NaiveDate::from_ymd_opt(wall.year?, wall.month, wall.day)?;
        let second = u32::try_from(wall.micros / 1_000_000).ok()?;
        Some(Self { day, second, zone: wall.zone.clone() })
    }

    /// Half a day back is midnight passed; less is a processor's clock, or a recording that began before the time line.
    fn at(&mut self, second: u32) -> Stamp {
        if second + 43_200 < self.second {
            self.day = self.day.checked_add_days(Days::new(1)).unwrap_or(self.day);
        }
        self.second = second;
        Stamp::Wall(Wall {
            year: Some(self.day.year()),
            month: self.day.month(),
            day: self.day.day(),
            micros: i64::from(second) * 1_000_000,
            zone: self.zone.clone(),
        })
    }
}

/// The local port and the queue of an accepted connection.
fn accepted(rest: &[u8]) -> Option<(&str, Peak)> {
    let tuple = field(rest, b" tuple=")?;
    let local = &tuple[memchr::memmem::find(tuple, b"->")? + 2..];
    let port = &local[memchr::memrchr(b':', local)? + 1..];
    let number = |name: &[u8]| u32::try_from(digits(field(rest, name)?)?).ok();
    let peak = Peak { queue: number(b" queuelen=")?, limit: number(b" queuemax=")?, line: 0 };
    is_port(port).then_some((std::str::from_utf8(port).ok()?, peak))
}

/// Of a UNIX socket the tuple is two addresses and a path.
fn is_inet(rest: &[u8]) -> bool {
    [&b"(<4t>"[..], b"(<6t>", b"(<4>", b"(<6>"].iter().any(|kind| memchr::memmem::find(rest, kind).is_some())
}

fn field<'a>(rest: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut value = &rest[memchr::memmem::find(rest, name)? + name.len()..];
    word(&mut value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(time: &str, queue: u32) -> String {
        format!(
            "7 {time} 1 nginx (44) < accept fd=3(<4t>10.0.0.9:4711->10.0.0.1:80) tuple=10.0.0.9:4711->10.0.0.1:80 queuepct=1 queuelen={queue} queuemax=128 \n"
        )
    }

    fn read(text: &str, facts: &mut Facts) {
        (DUMP.open)().read(&mut Lines::new(text.as_bytes(), 1), facts);
    }

    #[test]
    fn a_second_keeps_its_longest_queue() {
        let at = "1417543743.000000001";
        let mut facts = Facts::default();
        read(&[line(at, 2), line(at, 9), line(at, 4), line("1417543744.5", 0)].concat(), &mut facts);
        assert_eq!((facts.captures.len(), facts.samples.value.len()), (2, 2));
        assert_eq!((facts.samples.value[0], facts.samples.line[0]), (9_f64.to_bits(), 2));
    }

    #[test]
    fn a_time_of_day_needs_a_date() {
        let text = [line("23:59:59.100000000", 2), line("00:00:01.100000000", 3)].concat();
        let mut facts = Facts::default();
        read(&text, &mut facts);
        assert_eq!((facts.captures.len(), facts.samples.value[0]), (1, 3_f64.to_bits()));
        let wall = Wall { year: Some(2026), month: 12, day: 31, micros: 0, zone: None };
        let mut facts = Facts::default();
        facts.captures.push(Capture { stamp: Some(Stamp::Wall(wall)), line: 1 });
        read(&text, &mut facts);
        let Some(Stamp::Wall(last)) = &facts.captures[2].stamp else { panic!("no wall clock") };
        assert_eq!((last.year, last.month, last.day, last.micros), (Some(2027), 1, 1, 1_000_000));
    }

    #[test]
    fn other_lines_are_not_events() {
        for line in ["7 01:51:56.381172 1 nginx", "7 nginx 1", "12 1.5 0.123456789", ""] {
            assert!(Event::of(line.as_bytes()).is_none(), "{line}");
        }
    }
}
