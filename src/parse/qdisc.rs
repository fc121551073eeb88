//! `tc -s qdisc`: what each queueing discipline sent, dropped and holds.
//!
//! Written by iproute2 `tc -s qdisc show`; bundles keep it as `sos_commands/networking/tc_-s_qdisc_show`,
//! supportconfig as sections `tc -s -d qdisc show dev eth0` of `network.txt`. `tc -j` is read by `iproute_json`.
//!
//! ```text
//! qdisc fq_codel 0: dev eth0 parent :1 limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms
//!  Sent 3168 bytes 4 pkt (dropped 195, overlimits 200 requeues 0)
//!  backlog 2084b 2p requeues 0
//!   maxpacket 1514 drop_overlimit 0 new_flow_count 12 ecn_mark 0
//! ```
//!
//! *Yields* for each queueing discipline the counters `qdisc.bytes`, `qdisc.packets`, `qdisc.dropped`,
//! `qdisc.overlimits`, `qdisc.requeues`, the gauges `qdisc.backlog_bytes`, `qdisc.backlog_packets`, and of the lines
//! that its kind adds the counters in [`MORE`]. Of = `eth0 fq_codel 0: :1`: interface, kind, handle, and the parent
//! where it is not the root. `show dev eth0` leaves the interface out: a command line above tells it, or nothing.
//! *Hides* parameters, and the other figures of its kind.
//! *Keeps unnamed* nothing.
//! *Rejects* statistics that do not have their five numbers, backlogs that are no number, and a last line that the end
//! of the file may have cut. `12Kb` is a number: tc writes it so where fewer than 16 bytes are rounded away (`3Mb`: a
//! kilobyte).

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, name, number, words};
use super::{Dump, Reader, heading};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "tc -s qdisc",
    begins: |line| is_qdisc(line) || command(line).is_some(),
    open: || {
        Box::new(Disciplines {
            counters: Intern::new(Kind::Counter),
            counters32: Intern::new(Kind::Counter32),
            gauges: Intern::new(Kind::Gauge),
            device: None,
        })
    },
};

/// Counters that some kinds add: `fq_codel`, codel, fq, red.
pub const MORE: [&str; 10] = [
    "drop_overlimit",
    "drop_overmemory",
    "drop_batch",
    "new_flow_count",
    "ecn_mark",
    "ce_mark",
    "flows_plimit",
    "pkts_too_long",
    "alloc_errors",
    "marked",
];

/// `qdisc kind handle: dev …`, or without `dev` where one was asked for.
fn is_qdisc(line: &[u8]) -> bool {
    line.starts_with(b"qdisc ") && of(line, None).is_some()
}

/// The interface in `tc -s -d qdisc show dev eth0`.
fn command(line: &[u8]) -> Option<&str> {
    let mut arguments = heading::arguments(line, "tc")?;
    arguments.find(|word| *word == b"qdisc")?;
    arguments.find(|word| *word == b"dev")?;
    arguments.next().and_then(name)
}

struct Disciplines {
    counters: Intern,
    /// `tc_stats` of the kernel's netlink interface has 32 bits for all but bytes and (since 5.5) packets.
    counters32: Intern,
    gauges: Intern,
    /// What a command line named, until its output was read.
    device: Option<String>,
}

impl Reader for Disciplines {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        if let Some(device) = lines.peek().and_then(command) {
            self.device = Some(device.to_owned());
            return lines.advance();
        }
        let device = self.device.take();
        let mut of_now = String::new();
        while let Some(line) = lines.peek() {
            if is_qdisc(line) {
                of_now = of(line, device.as_deref()).unwrap_or_default();
            } else if !line.starts_with(b" ") || line.trim_ascii_start().starts_with(b"CPU") {
                break;
            } else if is_cut(lines) && !line.ends_with(b" ") && !line.ends_with(b")") {
                facts.rejects.push(lines.number(), CUT);
            } else {
                self.line(line.trim_ascii(), &of_now, lines.number(), facts);
            }
            lines.advance();
        }
    }
}

impl Disciplines {
    fn line(&mut self, text: &[u8], of: &str, line: u32, facts: &mut Facts) {
        if text.starts_with(b"Sent ") {
            let Some(values) = sent(text) else {
                return facts.rejects.push(line, "statistics of a qdisc without their five numbers");
            };
            let metrics = ["bytes", "packets", "dropped", "overlimits", "requeues"];
            for (at, (metric, value)) in metrics.iter().zip(values).enumerate() {
                let counters = if at < 2 { &mut self.counters } else { &mut self.counters32 };
                counters.count(&format!("qdisc.{metric}"), of, value, line, facts);
            }
        } else if text.starts_with(b"backlog ") || text.starts_with(b"rate ") {
            // an estimator, and older releases without one, print `rate 0bit 0pps` before it
            let mut words = words(text).skip_while(|word| *word != b"backlog").skip(1);
            for (metric, unit) in [("qdisc.backlog_bytes", &b"b"[..]), ("qdisc.backlog_packets", b"p")] {
                match words.next().and_then(|word| level(word.strip_suffix(unit)?)) {
                    Some(value) => self.gauges.measure(metric, of, value, line, facts),
                    None => facts.rejects.push(line, format!("{metric} is no number")),
                }
            }
        } else {
            let mut above = &b""[..];
            for word in words(text) {
                if let (Some(value), Some(more)) = (number(word), MORE.iter().find(|m| m.as_bytes() == above))
                {
                    self.counters32.count(&format!("qdisc.{more}"), of, value, line, facts);
                }
                above = word;
            }
        }
    }
}

/// The number of `2084b`, `12Kb`, `3Mb`, without the unit.
#[allow(clippy::cast_precision_loss)] // above 2^53 the last digits are of no consequence
fn level(text: &[u8]) -> Option<f64> {
    let (digits, scale) = match text.split_last()? {
        (b'K', digits) => (digits, 1_024.0),
        (b'M', digits) => (digits, 1_048_576.0),
        _ => (text, 1.0),
    };
    Some(number(digits)? as f64 * scale)
}

/// Interface, kind, handle, and the parent if any, of `qdisc kind handle: [dev eth0] root|parent X …`.
fn of(line: &[u8], device: Option<&str>) -> Option<String> {
    let mut words = words(line).skip(1).map(name);
    let (kind, handle) = (words.next()??, words.next()??);
    let mut next = words.next()??;
    if next == "[offloaded]" || next == "offloaded" {
        next = words.next()??;
    }
    let mut dev = device;
    if next == "dev" {
        dev = Some(words.next()??);
        next = words.next().flatten().unwrap_or_default();
    } else if !matches!(next, "root" | "parent" | "ingress" | "clsact") {
        return None;
    }
    let parent = if next == "parent" { words.next().flatten() } else { None };
    let parts = [dev, Some(kind), Some(handle), parent];
    handle.ends_with(':').then(|| parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// The numbers of `Sent 3168 bytes 4 pkt (dropped 195, overlimits 200 requeues 0)`; `pkts` in older releases.
fn sent(text: &[u8]) -> Option<[u64; 5]> {
    let mut numbers = text.split(|b| !b.is_ascii_alphanumeric()).filter_map(number);
    let values = [numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?];
    (text.ends_with(b")") || numbers.next().is_some()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Facts) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        let mut reader = (DUMP.open)();
        while lines.peek().is_some_and(DUMP.begins) {
            reader.read(&mut lines, &mut facts);
        }
        let told = (facts.samples.key.iter().zip(&facts.samples.value))
            .map(|(key, value)| {
                let key = &facts.keys[*key as usize];
                format!("{}{{{}}}={}", key.metric, key.of, key.kind.number(*value))
            })
            .collect();
        (told, facts)
    }

    #[test]
    fn a_queue_is_told_by_interface_kind_handle_and_parent() {
        for (line, want) in [
            ("qdisc noqueue 0: dev lo root refcnt 2", "lo noqueue 0:"),
            ("qdisc fq_codel 0: dev eth0 parent :1 limit 1024p", "eth0 fq_codel 0: :1"),
            ("qdisc ingress ffff: dev eth0 parent ffff:fff1 ---", "eth0 ingress ffff: ffff:fff1"),
            ("qdisc tbf 8004: root refcnt 3", "tbf 8004:"),
        ] {
            assert_eq!(of(line.as_bytes(), None).as_deref(), Some(want));
        }
        assert!(!is_qdisc(b"qdisc del dev eth0 root") && !is_qdisc(b"qdisc fq_codel"));
    }

    #[test]
    fn a_command_line_tells_the_interface_that_its_output_leaves_out() {
        let text = "# /sbin/tc -s -d qdisc show dev eth1\nqdisc tbf 8004: root refcnt 3\n backlog 5b 2p requeues 0\nqdisc tbf 8005: root refcnt 3\n backlog 6b 2p requeues 0\n";
        let (told, _) = read(text);
        assert_eq!(told[0], "qdisc.backlog_bytes{eth1 tbf 8004:}=5");
        assert_eq!(told[2], "qdisc.backlog_bytes{eth1 tbf 8005:}=6");
    }

    #[test]
    fn a_backlog_may_be_in_kilobytes() {
        let (told, facts) =
            read("qdisc tbf 8004: root refcnt 3\n backlog 12Kb 2p requeues 0\n backlog -1b 2p\n");
        assert_eq!(told[0], "qdisc.backlog_bytes{tbf 8004:}=12288");
        assert_eq!((told.len(), facts.rejects.count), (3, 1));
    }
}
