//! One entry of a journal.

use super::Journal;
use crate::model::fact::Clue;
use crate::model::stamp::Stamp;
use crate::parse::stamp::Shape;
use crate::parse::syslog::{Entry, has_needle, judge};
use memchr::memchr;
use std::borrow::Cow;

/// The fields that count, as far as they were met.
#[derive(Default)]
pub(super) struct Record<'a> {
    /// Line of the message.
    pub line: u32,
    /// A time other than `__REALTIME_TIMESTAMP`, as written.
    pub stamp: Option<Stamp>,
    pub realtime: Option<i64>,
    /// Microseconds since boot, when it was read.
    pub monotonic: Option<u64>,
    /// Microseconds since boot, when the kernel printed it.
    pub source: Option<u64>,
    pub boot: Cow<'a, [u8]>,
    pub host: Option<Cow<'a, [u8]>>,
    pub tag: Cow<'a, [u8]>,
    pub command: Cow<'a, [u8]>,
    pub pid: Cow<'a, [u8]>,
    pub kernel: bool,
    pub message: Option<Cow<'a, [u8]>>,
}

impl<'a> Record<'a> {
    /// Takes a field that counts; of one that an entry has several times, the first.
    pub fn field(&mut self, name: &[u8], value: Cow<'a, [u8]>, line: u32) {
        let keep = |slot: &mut Cow<'a, [u8]>, value| {
            if slot.is_empty() {
                *slot = value;
            }
        };
        match name {
            b"MESSAGE" if self.message.is_none() => (self.message, self.line) = (Some(value), line),
            b"__REALTIME_TIMESTAMP" => self.realtime = number(&value).and_then(|n| i64::try_from(n).ok()),
            b"__MONOTONIC_TIMESTAMP" => self.monotonic = number(&value),
            b"_SOURCE_MONOTONIC_TIMESTAMP" => self.source = number(&value),
            b"_BOOT_ID" => keep(&mut self.boot, value),
            b"_HOSTNAME" => self.host = self.host.take().or(Some(value)),
            b"SYSLOG_IDENTIFIER" => keep(&mut self.tag, value),
            b"_COMM" => keep(&mut self.command, value),
            b"_PID" | b"SYSLOG_PID" => keep(&mut self.pid, value),
            b"_TRANSPORT" => self.kernel = *value == *b"kernel",
            _ => {}
        }
    }

    /// Reads what the entry tells.
    pub fn finish(self, journal: &mut Journal) {
        let written = self.stamp.clone().or_else(|| self.realtime.map(Stamp::Instant));
        if let Some(stamp) = &written {
            journal.alive(self.host.as_deref(), stamp);
            self.tie(journal);
        }
        let Some(message) = self.message.as_deref() else { return };
        let message = &message[..memchr(b'\n', message).unwrap_or(message.len())];
        let tag = if self.tag.is_empty() { &self.command } else { &self.tag };
        let tag: &[u8] = if self.kernel { b"kernel" } else { tag };
        if !has_needle(message) && !has_needle(tag) {
            return;
        }
        let Some(stamp) = self.realtime.map(Stamp::Instant).or(written) else {
            return journal.part.rejects.push(self.line, "an entry without __REALTIME_TIMESTAMP");
        };
        let uptime = self.source.or(self.monotonic).filter(|_| self.kernel).map(seconds);
        let host = self.host.as_deref().filter(|h| !h.is_empty());
        let message = message.trim_ascii();
        let entry = Entry { stamp, shape: Shape::Classic, host, tag, uptime, message };
        let text = [host.unwrap_or_default(), b" ", tag, &self.bracketed_pid(), b": ", message].concat();
        judge(&entry, text.trim_ascii_start(), self.line, &mut journal.part);
    }

    fn bracketed_pid(&self) -> Vec<u8> {
        if self.pid.is_empty() || self.kernel { Vec::new() } else { [b"[", &*self.pid, b"]"].concat() }
    }

    /// Ties the two clocks at the first entry of the kernel in each boot. Entries of others would say as much, but a
    /// journal of one unit must not pass for one that has the kernel's lines.
    fn tie(&self, journal: &mut Journal) {
        let known = !self.kernel || self.boot.is_empty() || journal.boots.contains(&*self.boot);
        let (Some(realtime), Some(monotonic), false) = (self.realtime, self.monotonic, known) else { return };
        journal.boots.insert(self.boot.to_vec());
        let host = self.host.as_deref().map(|h| String::from_utf8_lossy(h).into_owned());
        let (stamp, uptime) = (Stamp::Instant(realtime), seconds(monotonic));
        journal.part.clues.push(Clue::KernelStamp { host, stamp, uptime, line: self.line });
    }
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[allow(clippy::cast_precision_loss)] // microseconds of a century fit
fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}
