//! `conntrack -L` and `/proc/net/nf_conntrack`: every tracked connection, here counted by protocol and state.
//!
//! Written by conntrack-tools (`-o extended` adds the family) and by the kernel (before 2.6.15 and a while longer
//! also as `ip_conntrack`). Bundles keep them as `sos_commands/conntrack/conntrack_-L_-o_extended`,
//! `proc/net/nf_conntrack`, or in a file that a loop appended to.
//!
//! ```text
//! ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=5 dport=80 … [ASSURED] mark=0 use=1
//! conntrack v1.4.7 (conntrack-tools): 57 flow entries have been shown.
//! ```
//!
//! *Yields* the gauge `nf_conntrack.state`, of `tcp ESTABLISHED`, of `udp UNREPLIED`, `udp ASSURED` or `udp` where
//! the protocol has no states; a zero for a state that an earlier listing of the file had. From the last line
//! `nf_conntrack.listed`: not `nf_conntrack_count`, for `-p`, `-f` and the like list a part of the table.
//! *Hides* addresses. *Keeps unnamed* protocols and states of later kernels.
//! *Rejects* an entry that the end of the file cut: what was counted until then is told, and that it is not all.

use std::collections::BTreeMap;

use crate::model::fact::{Facts, Kind};
use crate::parse::intern::Intern;
use crate::parse::lines::Lines;
use crate::parse::words::{number, words};
use crate::parse::{Dump, Reader};

/// See the module.
pub const DUMP: Dump = Dump { name: "conntrack -L", begins, open: || Box::new(Table::default()) };

fn begins(line: &[u8]) -> bool {
    entry(line).is_some() || shown(line).is_some()
}

/// Protocol and state of an entry.
fn entry(line: &[u8]) -> Option<String> {
    let mut words = words(line).peekable();
    let mut protocol = words.next().filter(|_| !line.starts_with(b" "))?;
    let mut protocol_number = words.next().and_then(number)?;
    if [&b"ipv4"[..], b"ipv6"].contains(&protocol) {
        protocol = words.next()?;
        protocol_number = words.next().and_then(number)?;
    }
    let plain = protocol.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    if protocol_number > 255 || !plain {
        return None;
    }
    // entries that were given to a flow table have no time left
    words.next_if(|word| number(word).is_some());
    let state =
        words.next_if(|word| word.iter().all(|b| b.is_ascii_uppercase() || matches!(b, b'_' | b'0'..=b'9')));
    if !words.next()?.starts_with(b"src=") {
        return None;
    }
    let protocol = String::from_utf8_lossy(protocol).into_owned();
    let state = match state {
        Some(state) => String::from_utf8_lossy(state),
        None => flag(line).into(),
    };
    Some(format!("{protocol} {state}").trim_end().to_owned())
}

/// What stands for a state where the protocol has none.
fn flag(line: &[u8]) -> &'static str {
    let flags = ["UNREPLIED", "ASSURED", "OFFLOAD"];
    let printed = |flag: &&&str| memchr::memmem::find(line, format!("{flag}]").as_bytes()).is_some();
    flags.iter().find(printed).copied().unwrap_or_default()
}

/// The number of `conntrack v1.4.7 (conntrack-tools): 57 flow entries have been shown.`
fn shown(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(b"conntrack v")?;
    let at = memchr::memmem::find(rest, b" (conntrack-tools): ")?;
    let mut words = words(rest.get(at + 20..)?);
    let count = words.next().and_then(number)?;
    (words.next() == Some(b"flow") && words.any(|word| word == b"shown.")).then_some(count)
}

/// State of the reader: the series met.
struct Table {
    gauges: Intern,
    /// States that a listing of this file had.
    states: BTreeMap<String, f64>,
}

impl Default for Table {
    fn default() -> Self {
        Self { gauges: Intern::new(Kind::Gauge), states: BTreeMap::new() }
    }
}

impl Reader for Table {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let first = lines.number();
        let cut = !lines.rest().ends_with(b"\n");
        self.states.values_mut().for_each(|count| *count = 0.0);
        let mut entries = false;
        while let Some(text) = lines.peek() {
            let line = lines.number();
            // the flags that tell a state stand before the last word, `use=1`
            let torn =
                cut && text.len() == lines.rest().len() && memchr::memmem::find(text, b" use=").is_none();
            if let Some(of) = entry(text).filter(|_| !torn) {
                entries = true;
                *self.states.entry(of).or_default() += 1.0;
            } else if let Some(count) = shown(text) {
                #[allow(clippy::cast_precision_loss)] // connections
                self.gauges.measure("nf_conntrack.listed", "", count as f64, line, facts);
            } else if torn && (entries || entry(text).is_some()) {
                facts.rejects.push(line, "truncated: the file ends here, and the listing may go on");
            } else {
                break;
            }
            lines.advance();
        }
        for (of, count) in &self.states {
            self.gauges.measure("nf_conntrack.state", of, *count, first, facts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, f64)>, Facts) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        let mut reader = (DUMP.open)();
        while let Some(line) = lines.peek() {
            if begins(line) {
                reader.read(&mut lines, &mut facts);
            } else {
                lines.advance();
            }
        }
        let name = |k: &u32| {
            let id = &facts.keys[*k as usize];
            format!("{} {}", id.metric.replace("nf_conntrack.", ""), id.of).trim_end().to_owned()
        };
        let values = facts.samples.value.iter().map(|bits| f64::from_bits(*bits));
        (facts.samples.key.iter().map(name).zip(values).collect(), facts)
    }

    #[test]
    fn entries_are_counted_by_protocol_and_state() {
        let entries = [
            "tcp      6 431999 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 [ASSURED] mark=0 use=1\n",
            "ipv6     10 tcp      6 3 TIME_WAIT src=::1 dst=::1 sport=1 dport=2 src=::1 dst=::1 sport=2 dport=1 [ASSURED] mark=0 use=1\n",
            "udp      17 29 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=53 [UNREPLIED] src=2.2.2.2 dst=1.1.1.1 sport=53 dport=1 mark=0 use=1\n",
            "icmp     1 29 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=1 src=2.2.2.2 dst=1.1.1.1 type=0 code=0 id=1 mark=0 use=1\n",
            "tcp      6 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 [OFFLOAD] mark=0 use=2\n",
            "conntrack v1.4.7 (conntrack-tools): 5 flow entries have been shown.\n",
        ];
        let (told, _) = read(&entries.concat());
        let expected = [
            ("listed", 5.0),
            ("state icmp", 1.0),
            ("state tcp ESTABLISHED", 1.0),
            ("state tcp OFFLOAD", 1.0),
            ("state tcp TIME_WAIT", 1.0),
            ("state udp UNREPLIED", 1.0),
        ];
        assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value)));
        let (told, _) = read(&[entries[0], entries[0], "\n", entries[3]].concat());
        let expected = [("state tcp ESTABLISHED", 2.0), ("state icmp", 1.0), ("state tcp ESTABLISHED", 0.0)];
        assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value)), "none left is zero");
    }

    #[test]
    fn a_cut_listing_says_so() {
        let (told, facts) = read("tcp      6 9 CLOSE src=1.1.1.1 dst=2.2.2.2\ntcp      6 43");
        assert_eq!((told.len(), facts.rejects.count), (1, 1));
    }

    #[test]
    fn other_lines_do_not_begin_it() {
        for line in [
            "    [NEW] tcp      6 120 SYN_SENT src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2",
            "tcp        0      0 0.0.0.0:22 0.0.0.0:* LISTEN",
            "tcp   LISTEN 0 128 *:80 *:*",
            "conntrack v1.4.7 (conntrack-tools)",
            "conntrack v1.4.7 (conntrack-tools): Operation failed: No such file or directory",
            "57",
            "",
        ] {
            assert!(!begins(line.as_bytes()), "{line}");
        }
    }
}
