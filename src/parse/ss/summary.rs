//! `ss -s`: how many sockets there are.
//!
//! Written by iproute2. Bundles keep it as `sos_commands/networking/ss_-s` and in supportconfig's `network.txt`.
//!
//! ```text
//! Total: 173 (kernel 0)
//! TCP:   15 (estab 8, closed 3, orphaned 0, synrecv 0, timewait 3/0), ports 0
//!
//! Transport Total     IP        IPv6
//! TCP       12        8         4
//! ```
//!
//! ss counts nothing here: it prints `/proc/net/sockstat`, `sockstat6`, and one counter of `/proc/net/snmp`.
//!
//! *Yields* these under the names that the files have: `Total` is `sockstat.sockets.used`, `orphaned`
//! `sockstat.TCP.orphan`, `timewait` `sockstat.TCP.tw`, the columns of the table `sockstat.TCP.inuse` and
//! `sockstat.TCP6.inuse` (UDP, RAW, FRAG alike), and `estab` `Tcp.CurrEstab`, which has CLOSE-WAIT in it and
//! so is not `sockets.ESTABLISHED`. The number behind `TCP:` is a sum, of which `sockstat.TCP.alloc` is left when
//! `timewait` (and `synrecv`) are taken off.
//! *Hides* sums (`Total` column, `INET`), `closed` (a difference of the others), and what old releases counted in
//! `/proc/slabinfo` (`kernel`, `synrecv`, `/0`, `ports`, the `*` row): current kernels merge those slabs, and it reads 0.
//! *Keeps unnamed* nothing.
//! *Rejects* lines without these numbers, and the last line of a file that ends in it.

use crate::model::fact::{Facts, Kind};
use crate::parse::Dump;
use crate::parse::intern::Intern;
use crate::parse::lines::Lines;
use crate::parse::sockets::address::word;
use crate::parse::words::number as digits;

/// See the module.
pub const DUMP: Dump = Dump {
    name: "ss -s",
    begins,
    open: || {
        let mut intern = Intern::new(Kind::Gauge);
        Box::new(move |lines: &mut Lines<'_>, facts: &mut Facts| read(&mut intern, lines, facts))
    },
};

/// The table may stand alone, behind `grep`.
fn begins(line: &[u8]) -> bool {
    is_total(line) || is_tcp(line) || is_table(line)
}

/// `Total: 173`, `Total: 173 (kernel 0)`, nothing else behind it.
fn is_total(line: &[u8]) -> bool {
    let Some(mut rest) = line.strip_prefix(b"Total: ") else { return false };
    let number = word(&mut rest).is_some_and(|w| digits(w).is_some());
    let rest = rest.trim_ascii();
    number && (rest.is_empty() || (rest.starts_with(b"(kernel ") && rest.ends_with(b")")))
}

fn is_tcp(line: &[u8]) -> bool {
    line.strip_prefix(b"TCP:").is_some_and(|rest| memchr::memmem::find(rest, b" (estab ").is_some())
}

fn is_table(line: &[u8]) -> bool {
    line.starts_with(b"Transport ")
        && line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).eq(COLUMNS)
}

const COLUMNS: [&[u8]; 4] = [b"Transport", b"Total", b"IP", b"IPv6"];

fn read(intern: &mut Intern, lines: &mut Lines<'_>, facts: &mut Facts) {
    let mut table = false;
    while let Some(line) = lines.peek() {
        let number = lines.number();
        let last = memchr::memchr(b'\n', lines.rest()).is_none();
        let read = if line.trim_ascii().is_empty() {
            table = false;
            Some(())
        } else if is_table(line) {
            table = true;
            Some(())
        } else if table && is_row(line) {
            if last { None } else { row(line, number, intern, facts) }
        } else if is_total(line) {
            // many a program ends with a line like this
            let below = lines.clone().nth(1).is_some_and(is_tcp);
            let used = if below { line.get(7..).and_then(leading) } else { None };
            used.map(|n| give("sockstat.sockets.used", n, number, intern, facts))
        } else if is_tcp(line) {
            tcp(line, number, intern, facts)
        } else {
            break;
        };
        if read.is_none() {
            facts.rejects.push(number, "not all numbers of ss -s: cut off?");
        }
        lines.advance();
    }
}

fn is_row(line: &[u8]) -> bool {
    let first = word(&mut &line[..]).unwrap_or_default();
    matches!(first, b"*" | b"RAW" | b"UDP" | b"TCP" | b"INET" | b"FRAG")
}

/// The digits in front.
fn leading(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii_start();
    digits(&text[..text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len())])
}

/// `TCP:   15 (estab 8, closed 3, orphaned 0, synrecv 0, timewait 3/0), ports 0`.
fn tcp(line: &[u8], number: u32, intern: &mut Intern, facts: &mut Facts) -> Option<()> {
    let all = leading(line.get(4..)?)?;
    let open = memchr::memchr(b'(', line)?;
    let close = memchr::memchr(b')', line)?;
    let (mut timewait, mut synrecv) = (None, 0);
    for part in line.get(open + 1..close)?.split(|b| *b == b',') {
        let mut rest = part;
        let (name, value) = (word(&mut rest)?, leading(rest)?);
        match name {
            b"estab" => give("Tcp.CurrEstab", value, number, intern, facts),
            b"orphaned" => give("sockstat.TCP.orphan", value, number, intern, facts),
            b"timewait" => {
                timewait = Some(value);
                give("sockstat.TCP.tw", value, number, intern, facts);
            }
            b"synrecv" => synrecv = value,
            _ => {}
        }
    }
    let alloc = all.checked_sub(timewait?)?.checked_sub(synrecv)?;
    give("sockstat.TCP.alloc", alloc, number, intern, facts);
    Some(())
}

/// `TCP       12        8         4`.
fn row(line: &[u8], number: u32, intern: &mut Intern, facts: &mut Facts) -> Option<()> {
    let mut rest = line;
    let [name, _, four, six] = std::array::from_fn(|_| word(&mut rest).unwrap_or_default());
    let (v4, v6) = match name {
        b"RAW" => ("sockstat.RAW.inuse", "sockstat.RAW6.inuse"),
        b"UDP" => ("sockstat.UDP.inuse", "sockstat.UDP6.inuse"),
        b"TCP" => ("sockstat.TCP.inuse", "sockstat.TCP6.inuse"),
        b"FRAG" => ("sockstat.FRAG.inuse", "sockstat.FRAG6.inuse"),
        _ => return Some(()),
    };
    give(v4, digits(four)?, number, intern, facts);
    give(v6, digits(six)?, number, intern, facts);
    Some(())
}

#[allow(clippy::cast_precision_loss)] // sockets that fit in memory
fn give(metric: &str, value: u64, line: u32, intern: &mut Intern, facts: &mut Facts) {
    intern.measure(metric, "", value as f64, line, facts);
}
