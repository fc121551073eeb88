//! What `-o`, `-m` and `-i` tell of a socket: `timer:(…)`, `skmem:(…)` and the fields of `tcp_info`.

use crate::parse::sockets::address::word;
use crate::parse::sockets::group::{Info, Memory};
use crate::parse::sockets::state::Timer;
use crate::parse::words::number as digits;

/// All that was told of one socket, on its line and on those below.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// `timer:(on,200ms,0)`.
    pub timer: Option<Timer>,
    /// `skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)`.
    pub memory: Option<Memory>,
    /// Where there is a `cwnd:`.
    pub info: Option<Info>,
    fields: Info,
}

impl Told {
    /// Reads one line, or its end.
    pub fn read(&mut self, mut text: &[u8]) {
        while let Some(token) = word(&mut text) {
            let Some(colon) = token.iter().take(9).position(|b| *b == b':') else { continue };
            let (name, value) = (&token[..colon], &token[colon + 1..]);
            match name {
                b"timer" => self.timer = timer(value).or(self.timer),
                b"skmem" | b"mem" => self.memory = memory(value).or(self.memory),
                _ => self.field(name, value),
            }
        }
    }

    fn field(&mut self, name: &[u8], value: &[u8]) {
        let fields = &mut self.fields;
        match name {
            b"rtt" => fields.rtt = number(before(value, b'/')).or(fields.rtt),
            b"rto" => fields.rto = number(value).unwrap_or(fields.rto),
            b"unacked" => fields.unacked = count(value).unwrap_or(fields.unacked),
            b"lost" => fields.lost = count(value).unwrap_or(fields.lost),
            b"retrans" => {
                let now = before(value, b'/');
                fields.retrans = count(now).unwrap_or(fields.retrans);
                let total = value.get(now.len() + 1..).and_then(digits);
                fields.retrans_total = total.unwrap_or(fields.retrans_total);
            }
            b"cwnd" => {
                let Some(cwnd) = count(value) else { return };
                fields.cwnd = cwnd;
                self.info = Some(*fields);
            }
            _ => return,
        }
        // `retrans:`, `lost:` and `unacked:` stand behind `cwnd:`
        if self.info.is_some() {
            self.info = Some(self.fields);
        }
    }
}

fn before(value: &[u8], separator: u8) -> &[u8] {
    value.split(|b| *b == separator).next().unwrap_or(value)
}

fn count(value: &[u8]) -> Option<u32> {
    digits(value)?.try_into().ok()
}

fn number(value: &[u8]) -> Option<f32> {
    if let Some(whole) = digits(value) {
        #[allow(clippy::cast_precision_loss)] // milliseconds
        return Some(whole as f32);
    }
    std::str::from_utf8(value).ok()?.parse().ok().filter(|n: &f32| n.is_finite() && *n >= 0.0)
}

fn timer(value: &[u8]) -> Option<Timer> {
    Timer::of_word(before(value.strip_prefix(b"(")?, b','))
}

/// `(r0,rb131072,…,d0)`; older releases' `mem:(r0,w0,f0,t0)` tells less. A list that was cut is not read.
fn memory(value: &[u8]) -> Option<Memory> {
    let mut memory = Memory::default();
    for part in value.strip_prefix(b"(")?.strip_suffix(b")")?.split(|b| *b == b',') {
        let letters = part.iter().position(u8::is_ascii_digit)?;
        let number = digits(&part[letters..])?;
        match &part[..letters] {
            b"r" => memory.rmem_alloc = Some(number),
            b"rb" => memory.rcvbuf = Some(number),
            b"tb" => memory.sndbuf = Some(number),
            b"w" => memory.wmem_queued = Some(number),
            b"bl" => memory.backlog = Some(number),
            b"d" => memory.drops = Some(number),
            _ => {}
        }
    }
    Some(memory)
}
