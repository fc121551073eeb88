//! `/proc/net/udp`, `/proc/net/udp6`: the kernel's own tables of UDP sockets, with what each has dropped.
//!
//! Bundles keep them as `proc/net/udp` and `proc/net/udp6`, also below `proc/PID/net`; loops append them to a file.
//!
//! ```text
//!    sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
//! 12476: 0100630A:270F 00000000:0000 07 00000000:00009B00 00:00000000 00000000     0        0 414926 2 0000000087e3b376 369
//! ```
//!
//! *Yields* for sockets that have dropped datagrams or hold some the gauges `udp.queue` (`rx_queue`) and `skmem.drops`
//! (`drops`), of the names that `ss` has for them: see [`datagrams`](super::sockets::datagrams). IPv6's wildcard is `[::]`
//! unless the table of IPv4 stands in the same capture.
//! *Hides* all other columns, and sockets that have never dropped and hold nothing.
//! *Keeps unnamed* nothing.
//! *Rejects* lines that are cut or not hexadecimal, and tables of raw sockets, of ping sockets and of UDP-Lite: they look
//! the same, and only the file's name tells. For the order of bytes see [`proc_net_tcp`](super::proc_net_tcp).

use super::lines::Lines;
use super::proc_net_tcp::{Row, header, is_row};
use super::sockets::address::word;
use super::sockets::datagrams::{Datagram, Datagrams};
use super::words::number as digits;
use super::{Dump, Reader};
use crate::model::fact::Facts;

/// See the module.
pub const DUMP: Dump = Dump {
    name: "/proc/net/udp",
    begins: |line| table(line).is_some(),
    open: || Box::new(Tables::default()),
};

/// Whether a header is that of IPv6.
fn table(line: &[u8]) -> Option<bool> {
    const BEHIND: [&[u8]; 3] = [b"ref", b"pointer", b"drops"];
    let mut rest = line;
    let six = header(&mut rest)?;
    (BEHIND.iter().all(|name| word(&mut rest) == Some(name)) && rest.trim_ascii().is_empty()).then_some(six)
}

/// Files of the same form that are not of UDP.
pub(super) fn is_other(path: &str) -> bool {
    const OTHERS: [&str; 6] = ["raw", "raw6", "icmp", "icmp6", "udplite", "udplite6"];
    OTHERS.contains(&path.rsplit('/').next().unwrap_or(path))
}

#[derive(Default)]
struct Tables {
    datagrams: Datagrams,
    /// The capture whose table of IPv4 has been read.
    read_four: Option<u32>,
}

impl Reader for Tables {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let capture = facts.capture();
        let begin = lines.number();
        let six = lines.peek().and_then(table) == Some(true);
        if !six || self.read_four != Some(capture) {
            self.datagrams.begin();
            self.read_four = if six { None } else { Some(capture) };
        }
        lines.advance();
        let other = is_other(&facts.path);
        if other {
            facts.rejects.push(begin, "a table of the same form, not of UDP, as the file's name says");
        }
        let mut found: Vec<(String, Datagram<'_>)> = Vec::new();
        while let Some(line) = lines.peek().filter(|line| is_row(line)) {
            let number = lines.number();
            let cut = memchr::memchr(b'\n', lines.rest()).is_none();
            match self.socket(line, number).filter(|_| !cut) {
                _ if other => {}
                Some(socket) => found.push(socket),
                None => facts.rejects.push(number, "socket that cannot be read: cut off?"),
            }
            lines.advance();
        }
        let named: Vec<Datagram<'_>> =
            found.iter().map(|(local, socket)| Datagram { local: local.as_bytes(), ..*socket }).collect();
        self.datagrams.give(&named, facts);
    }
}

impl Tables {
    fn socket(&self, line: &[u8], number: u32) -> Option<(String, Datagram<'static>)> {
        let row = Row::of(line)?;
        let mut rest = row.rest;
        let (_, _, drops) = (word(&mut rest)?, word(&mut rest)?, digits(word(&mut rest)?)?);
        let local = row.local.name(self.read_four.is_some().then_some(self.datagrams.names()))?;
        let (queue, drops) = (row.rx_queue, Some(drops));
        Some((local, Datagram { queue, drops, line: number, memory_line: number, ..Datagram::default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR: &str = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             \n";
    const ROW: &str = "12476: 0100630A:270F 00000000:0000 07 00000000:00009B00 00:00000000 00000000     0        0 414926 2 0000000087e3b376 369";

    fn read(path: &str, text: &str) -> Facts {
        let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
        (DUMP.open)().read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
        facts
    }

    #[test]
    fn a_socket_tells_what_it_dropped() {
        let facts = read("proc/net/udp", &[FOUR, ROW, "\n"].concat());
        assert_eq!(facts.keys[1].of, "udp 10.99.0.1:9999");
        assert_eq!(facts.samples.value, [39_680_f64.to_bits(), 369_f64.to_bits()]);
    }

    #[test]
    fn drops_that_may_have_been_cut_are_not_told() {
        let facts = read("proc/net/udp", &[FOUR, ROW].concat());
        assert_eq!((facts.keys.len(), facts.rejects.count), (0, 1));
    }

    #[test]
    fn raw_sockets_are_not_udp() {
        let facts = read("proc/net/raw6", &[FOUR, ROW, "\n"].concat());
        assert_eq!((facts.keys.len(), facts.rejects.count), (0, 1));
    }
}
