//! `ip -s link`: packets, bytes and errors of each interface, in the kernel's own fields.
//!
//! Written by iproute2 `ip -s link`, `ip -s -s -d link` (each second `-s` adds two tables), `ip -s addr`, with or
//! without `-o`. Bundles keep it as `sos_commands/networking/ip_-s_-d_link`; newer `OSWatcher` writes it in place of
//! `netstat -i`; supportconfig has `ip -stats link` in `network.txt`.
//!
//! ```text
//! 2: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default
//!     link/ether 92:87:b7:1d:9e:0c brd ff:ff:ff:ff:ff:ff
//!     RX:  bytes packets errors dropped  missed   mcast
//!       14399203    6630      0       0       0       0
//!     RX errors:  length    crc   frame    fifo overrun
//!                      0      0       0       0       0
//! ```
//!
//! *Yields* the counters `dev.*` of each interface by the names in each table's head. Releases up to 5.8 print
//! `overrun` in the first table and `missed` in the second, newer ones the other way round. What stands below a
//! line `vf 3` is that virtual function's: `vf.*` of `eth0 vf 3`.
//! *Hides* addresses, flags, qdiscs, `altname`s and details; the interface is named without what it is linked to
//! (`eth0@if5`). `ip link` and `ip addr` without `-s` are known and hold nothing.
//! *Keeps unnamed* columns nobody knows, as `dev.rx_` or `dev.tx_` and the name in the head.
//! *Rejects* numbers that `-h` rounded (`1.2M`; those below a thousand are exact), tables with more or fewer
//! numbers than names, and a last line that the end of the file may have cut.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, name, number, words};
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "ip -s link",
    begins: |line| link(line).is_some(),
    open: || Box::new(Links { counters: Intern::new(Kind::Counter) }),
};

/// The name in `2: eth0@if5: <UP> mtu …`.
fn link(line: &[u8]) -> Option<&str> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let mut words = words(line);
    number(words.next()?.strip_suffix(b":")?)?;
    let interface = name(words.next()?.strip_suffix(b":")?)?;
    let flags = words.next()?;
    (flags.starts_with(b"<") && flags.ends_with(b">") && words.next()? == b"mtu").then_some(())?;
    let bare = interface.rsplit_once('@').map_or(interface, |(bare, _)| bare);
    (!bare.is_empty()).then_some(bare)
}

struct Links {
    counters: Intern,
}

/// Where in a dump the reader is.
#[derive(Default)]
struct Place {
    /// `eth0`, or `eth0 vf 3`.
    of: String,
    /// `dev` or `vf`.
    family: &'static str,
    /// The metrics of the table whose numbers come next.
    columns: Option<Vec<String>>,
}

impl Reader for Links {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let mut place = Place::default();
        while let Some(line) = lines.peek() {
            if let Some(of) = link(line) {
                of.clone_into(&mut place.of);
                (place.family, place.columns) = ("dev", None);
            } else if is_table_of_cpus(line) || !(line.starts_with(b"    ") || is_wrapped(lines)) {
                break;
            }
            let cut = is_cut(lines);
            // -o writes a backslash where the line would end
            for part in line.split(|b| *b == b'\\') {
                self.part(part.trim_ascii(), cut, &mut place, lines.number(), facts);
            }
            lines.advance();
        }
    }
}

/// The rest of a long line that a terminal broke before somebody copied it: what follows is a table again.
fn is_wrapped(lines: &Lines<'_>) -> bool {
    let mut ahead = lines.clone();
    let broken = ahead.next().is_some_and(|line| line.first().is_some_and(u8::is_ascii_alphanumeric));
    broken && ahead.peek().is_some_and(|line| line.starts_with(b"    RX:"))
}

/// The head of `/proc/softirqs` and of `/proc/interrupts` is indented too.
fn is_table_of_cpus(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"CPU")
}

impl Links {
    fn part(&mut self, part: &[u8], cut: bool, place: &mut Place, line: u32, facts: &mut Facts) {
        if let Some(columns) = head(part, place.family) {
            place.columns = Some(columns);
        } else if let Some(columns) = place.columns.take() {
            if cut {
                return facts.rejects.push(line, CUT);
            }
            self.table(part, &columns, &place.of, line, facts);
        } else if let Some(function) = virtual_function(part) {
            let parent = place.of.split(' ').next().unwrap_or_default();
            (place.of, place.family) = (format!("{parent} vf {function}"), "vf");
        }
    }

    fn table(&mut self, part: &[u8], columns: &[String], of: &str, line: u32, facts: &mut Facts) {
        let count = words(part).count();
        if count != columns.len() {
            return facts.rejects.push(line, format!("{count} numbers below {} columns", columns.len()));
        }
        let mut rounded = false;
        for (metric, word) in columns.iter().zip(words(part)) {
            match number(word) {
                Some(value) => self.counters.count(metric, of, value, line, facts),
                None => rounded = true,
            }
        }
        if rounded {
            facts.rejects.push(line, "numbers that are not whole: rounded by ip -h?");
        }
    }
}

/// The metrics of `RX: bytes packets …`, `TX errors: aborted …`.
fn head(part: &[u8], family: &str) -> Option<Vec<String>> {
    let (way, rest) = match part.split_at_checked(2)? {
        (b"RX", rest) => ("rx", rest),
        (b"TX", rest) => ("tx", rest),
        _ => return None,
    };
    let columns = rest.strip_prefix(b" errors").unwrap_or(rest).strip_prefix(b":")?;
    words(columns).map(|column| Some(format!("{family}.{}", field(name(column)?, way)))).collect()
}

/// The field of `rtnl_link_stats64` that stands below a column.
fn field(column: &str, way: &str) -> String {
    match column {
        "mcast" => "multicast".to_owned(),
        "collsns" => "collisions".to_owned(),
        "transns" => "carrier_changes".to_owned(),
        "bcast" => "broadcast".to_owned(),
        "overrun" => format!("{way}_over_errors"),
        "otherhost" => format!("{way}_otherhost_dropped"),
        "heartbt" => format!("{way}_heartbeat_errors"),
        "missed" | "length" | "crc" | "frame" | "fifo" | "carrier" | "aborted" | "window" | "heartbeat" => {
            format!("{way}_{column}_errors")
        }
        _ => format!("{way}_{column}"),
    }
}

/// The 3 of `vf 3     link/ether …`.
fn virtual_function(part: &[u8]) -> Option<u64> {
    let mut words = words(part);
    (words.next()? == b"vf").then_some(())?;
    number(words.next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Facts, String) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        (DUMP.open)().read(&mut lines, &mut facts);
        let told = (facts.samples.key.iter().zip(&facts.samples.value))
            .map(|(key, value)| {
                let key = &facts.keys[*key as usize];
                format!("{}{{{}}}={value}", key.metric, key.of)
            })
            .collect();
        (told, facts, String::from_utf8_lossy(lines.rest()).into_owned())
    }

    const HEAD: &str = "2: eth0@if5: <UP> mtu 1500 qdisc mq\n    link/ether 00:00:00:00:00:00\n";

    #[test]
    fn overrun_and_missed_changed_places() {
        let old = "    RX: bytes  overrun\n    1 2\n    RX errors: missed\n    3\n";
        let new = "    RX:  bytes missed\n    1 3\n    RX errors: overrun\n    2\n";
        let (mut old, mut new) = (read(&[HEAD, old].concat()).0, read(&[HEAD, new].concat()).0);
        old.sort();
        new.sort();
        assert_eq!(
            old,
            ["dev.rx_bytes{eth0}=1", "dev.rx_missed_errors{eth0}=3", "dev.rx_over_errors{eth0}=2"]
        );
        assert_eq!(old, new);
    }

    #[test]
    fn a_virtual_function_is_not_its_parent() {
        let text = "    RX: bytes\n    1\n    vf 0     link/ether 00:11\n    RX: bytes  mcast\n    2 3\n    vf 1 MAC 00\n    RX: bytes\n    4\n";
        let (told, ..) = read(&[HEAD, text].concat());
        assert_eq!(
            told,
            [
                "dev.rx_bytes{eth0}=1",
                "vf.rx_bytes{eth0 vf 0}=2",
                "vf.multicast{eth0 vf 0}=3",
                "vf.rx_bytes{eth0 vf 1}=4"
            ]
        );
    }

    #[test]
    fn rounded_numbers_are_not_counters() {
        let (told, facts, _) = read(&[HEAD, "    RX: bytes packets\n    1.2M 7\n"].concat());
        assert_eq!((told, facts.rejects.count), (vec!["dev.rx_packets{eth0}=7".to_owned()], 1));
    }

    #[test]
    fn a_line_that_a_terminal_broke_ends_nothing() {
        let (told, ..) = read(&[HEAD, "umrxqueues 112 gso\n    RX: bytes\n    1\n"].concat());
        assert_eq!(told, ["dev.rx_bytes{eth0}=1"]);
    }

    #[test]
    fn a_table_of_cpus_is_not_its_own() {
        let (.., left) = read(&[HEAD, "                    CPU0\n"].concat());
        assert_eq!(left, "                    CPU0\n");
    }

    #[test]
    fn addresses_and_neighbours_do_not_begin_a_dump() {
        for line in
            ["1: lo    inet 127.0.0.1/8 scope host lo\\", "1:\tlo", "10: 20: <x> no", "2: @if3: <UP> mtu 1"]
        {
            assert!(!(DUMP.begins)(line.as_bytes()), "{line}");
        }
    }
}
