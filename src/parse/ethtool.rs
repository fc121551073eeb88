//! `ethtool -S`: what a network card and its driver count.
//!
//! Written by ethtool; bundles keep it as `sos_commands/networking/ethtool_-S_eth0`, supportconfig as a section of
//! `network.txt` below the command line.
//!
//! ```text
//! NIC statistics:
//!      rx_packets: 1260062
//!      rx_queue_0_drops: 12
//!      [0]: rx_ucast_packets: 7
//! ```
//!
//! *Yields* the counters `ethtool.*`, each named as it is printed, of the interface. The output does not say which
//! one that is: a command line above it does, or the file's name. Failing both it is the one without a name, of
//! which there can be one for each time of capture.
//! What `catalogue/ethtool.tsv` knows to be no count (`peer_ifindex`) is a gauge.
//! *Hides* the number of a queue in the lines that vmxnet3 begins one with.
//! *Keeps unnamed* what that table does not know, by the name as printed. vmxnet3
//! prints the same names for each queue below a line `Tx Queue#: 0`, which goes before them; a name that a driver
//! prints twice is `name#2` the second time.
//! *Rejects* lines without a whole number at their end, a second output that nothing names, and a last line that the
//! end of the file may have cut.

use hashbrown::HashMap;

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, name, number};
use super::{Dump, Reader, Whole, heading, stamp};
use crate::catalogue::ethtool::{Class, card_counter};
use crate::model::fact::{Capture, Clue, Facts, Kind};
use crate::model::stamp::Stamp;

/// See the module.
pub const DUMP: Dump = Dump {
    name: "ethtool -S",
    begins: |line| line == TITLE || command(line).is_some(),
    open: || Box::new(Statistics::default()),
};

/// A file that is named after the interface, and holds nothing else.
pub const NAMED: Whole = Whole { name: DUMP.name, is: is_named, read: read_named, cut: None };

const TITLE: &[u8] = b"NIC statistics:";

/// The interface in `ethtool -S eth0`.
fn command(line: &[u8]) -> Option<&str> {
    let mut arguments = heading::arguments(line, "ethtool")?;
    matches!(arguments.next()?, b"-S" | b"--statistics").then_some(())?;
    name(arguments.next()?).filter(|_| arguments.next().is_none())
}

/// The interface in `ethtool_-S_eth0`, `ethtool-S-eth0.txt`.
fn interface(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let (_, rest) = file.split_once("ethtool")?;
    let rest = rest.trim_start_matches(['_', '-', ' ', '.']).strip_prefix('S')?;
    let named = rest.strip_prefix(['_', '-', ' ', '.'])?;
    let bare = [".txt", ".log", ".out"].iter().find_map(|end| named.strip_suffix(end)).unwrap_or(named);
    // the kernel's IFNAMSIZ, with room for the final NUL
    (1..16).contains(&bare.len()).then_some(bare)
}

fn is_named(path: &str, bytes: &[u8]) -> bool {
    let mut lines = Lines::new(bytes, 1).filter(|line| !line.is_empty());
    interface(path).is_some() && lines.find(|line| stamp::separator(line).is_none()) == Some(TITLE)
}

fn read_named(path: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(DUMP.name);
    let mut lines = Lines::new(bytes, 1);
    let mut reader = Statistics::default();
    while let Some(line) = lines.peek() {
        if line == TITLE {
            reader.named = interface(path).map(str::to_owned);
            reader.read(&mut lines, facts);
            continue;
        }
        if let Some(at) = stamp::separator(line) {
            if let (Some(east), Stamp::Instant(at)) = (stamp::offset(line), &at) {
                facts.clues.push(Clue::Offset { host: None, east, at: *at, line: lines.number() });
            }
            facts.captures.push(Capture { stamp: Some(at), line: lines.number() });
        } else if !line.trim_ascii().is_empty() {
            facts.rejects.push(lines.number(), "not a line of ethtool -S");
        }
        lines.advance();
    }
    facts.lines = u64::from(lines.number() - 1);
}

struct Statistics {
    counters: Intern,
    gauges: Intern,
    /// Which metrics are levels, as the catalogue says.
    levels: HashMap<String, bool>,
    /// What a command line named, until its output was read.
    named: Option<String>,
    /// The last capture with an output that nothing names.
    unnamed: Option<u32>,
    /// Which output each series was last met in, and how often its name was printed there.
    met: HashMap<u32, (u32, u32)>,
    outputs: u32,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            counters: Intern::new(Kind::Counter),
            gauges: Intern::new(Kind::Gauge),
            levels: HashMap::new(),
            named: None,
            unnamed: None,
            met: HashMap::new(),
            outputs: 0,
        }
    }
}

impl Reader for Statistics {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        if let Some(named) = lines.peek().and_then(command) {
            self.named = Some(named.to_owned());
            return lines.advance();
        }
        let title = lines.number();
        lines.advance();
        let of = self.named.take();
        let capture = facts.capture();
        let known = of.is_some() || self.unnamed != Some(capture);
        if !known {
            facts.rejects.push(title, "a second output of ethtool -S, and nothing says of which interface");
        }
        if of.is_none() {
            self.unnamed = Some(capture);
        }
        let of = of.unwrap_or_default();
        self.outputs += 1;
        let mut queue = Queue::default();
        while let Some(line) = lines.peek() {
            let Some(text) = line.strip_prefix(b"     ").filter(|text| text.contains(&b':')) else { break };
            if known {
                self.line(text, &of, &mut queue, lines, facts);
            }
            lines.advance();
        }
    }
}

impl Statistics {
    fn line(&mut self, text: &[u8], of: &str, queue: &mut Queue, lines: &Lines<'_>, facts: &mut Facts) {
        let line = lines.number();
        if is_cut(lines) {
            return facts.rejects.push(line, CUT);
        }
        let found = memchr::memrchr(b':', text).and_then(|colon| text.split_at_checked(colon));
        let Some((counter, value)) = found else { return };
        let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
        let (Some(counter), Some(value)) = (name(counter), number(value)) else {
            return facts.rejects.push(line, "no whole number behind a name");
        };
        let Some(metric) = queue.metric(counter, value) else { return };
        if self.is_level(&metric) {
            return self.gauges.measure(&metric, of, level(value), line, facts);
        }
        let capture = facts.capture();
        if let Some(key) = self.counter(&metric, of, line, facts) {
            facts.samples.push(key, capture, line, value);
        }
    }

    /// The series of a counter, another one each time that an output has its name.
    fn counter(&mut self, metric: &str, of: &str, line: u32, facts: &mut Facts) -> Option<u32> {
        let first = self.counters.key(metric, of, line, facts)?;
        let mut key = first;
        // a driver may have a name like `a#2` of its own, which is passed over
        while !self.is_new(key) {
            // counted on from the last time: a try of every number each time is a square of the lines
            let (_, times) = self.met.entry(first).or_default();
            *times += 1;
            key = self.counters.key(&format!("{metric}#{times}"), of, line, facts)?;
        }
        Some(key)
    }

    /// Whether the present output had nothing for this series until now.
    fn is_new(&mut self, key: u32) -> bool {
        let output = self.outputs;
        let (last, times) = self.met.entry(key).or_default();
        let new = *last != output;
        if new {
            (*last, *times) = (output, 1);
        }
        new
    }

    fn is_level(&mut self, metric: &str) -> bool {
        let named = |metric: &str| metric.strip_prefix("ethtool.").and_then(card_counter);
        *self
            .levels
            .entry_ref(metric)
            .or_insert_with(|| named(metric).is_some_and(|row| row.class == Class::Level))
    }
}

/// As the column of a gauge holds it.
#[allow(clippy::cast_precision_loss)] // states and shares, never near 2^53
fn level(value: u64) -> f64 {
    value as f64
}

/// vmxnet3 tells by blanks what belongs to what: `Tx Queue#: 0`, below it by two blanks the queue's counters, below
/// `  drv dropped tx total` by five the reasons.
#[derive(Default)]
struct Queue {
    queue: String,
    above: String,
}

impl Queue {
    /// `None` for the line that begins a queue.
    fn metric(&mut self, counter: &str, value: u64) -> Option<String> {
        let bare = counter.trim();
        match counter.len() - counter.trim_start().len() {
            0 if bare.ends_with("Queue#") => {
                self.queue = format!("{bare}{value} ");
                None
            }
            1..=4 if !self.queue.is_empty() => {
                bare.clone_into(&mut self.above);
                Some(format!("ethtool.{}{bare}", self.queue))
            }
            5.. if !self.queue.is_empty() => Some(format!("ethtool.{}{} {bare}", self.queue, self.above)),
            _ => Some(format!("ethtool.{bare}")),
        }
    }
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
                format!("{}{{{}}}={value}", key.metric.trim_start_matches("ethtool."), key.of)
            })
            .collect();
        (told, facts)
    }

    #[test]
    fn a_command_line_names_the_next_output_only() {
        let (told, facts) = read(
            "# ethtool -S eth1\nNIC statistics:\n     a: 1\nNIC statistics:\n     a: 2\nNIC statistics:\n     a: 3\n",
        );
        assert_eq!((told, facts.rejects.count), (vec!["a{eth1}=1".to_owned(), "a{}=2".to_owned()], 1));
    }

    #[test]
    fn a_file_name_may_be_the_only_thing_that_names_it() {
        for (path, of) in [
            ("sos_commands/networking/ethtool_-S_eth0", Some("eth0")),
            ("namespaces/a/ip_netns_exec_a_ethtool_-S_eth0.10", Some("eth0.10")),
            ("ethtool-S-ens1f0.txt", Some("ens1f0")),
            ("ethtool_-i_eth0", None),
            ("ethtool_eth0", None),
        ] {
            assert_eq!(interface(path), of, "{path}");
        }
    }

    #[test]
    fn names_may_have_colons_and_blanks() {
        let (told, _) = read("NIC statistics:\n     [0]: rx_ucast_packets: 7\n     tx timeout count: 0\n");
        assert_eq!(told, ["[0]: rx_ucast_packets{}=7", "tx timeout count{}=0"]);
    }

    #[test]
    fn a_name_that_is_printed_twice_is_numbered() {
        let text = "NIC statistics:\n     a: 7\n     a: 8\n";
        let (told, _) = read(&["ethtool -S e\n", text, "ethtool -S e\n", text].concat());
        assert_eq!(told, ["a{e}=7", "a#2{e}=8", "a{e}=7", "a#2{e}=8"]);
    }

    #[test]
    fn a_name_without_end_costs_one_try_a_line() {
        let text = ["ethtool -S e\nNIC statistics:\n     a#3: 0\n", &"     a: 7\n".repeat(40_000)].concat();
        let (told, facts) = read(&text);
        assert_eq!(told[..4], ["a#3{e}=0", "a{e}=7", "a#2{e}=7", "a#4{e}=7"]);
        assert_eq!((told.len(), facts.keys.len()), (40_001, 40_001));
    }

    #[test]
    fn queues_of_vmxnet3_go_before_their_counters() {
        let (told, _) = read(
            "NIC statistics:\n     Tx Queue#: 0\n       pkts tx err: 1\n       drv dropped tx total: 2\n          giant hdr: 3\n       giant hdr: 4\n     Tx Queue#: 1\n       giant hdr: 5\n     tx timeout count: 6\n",
        );
        let names: Vec<&str> = told.iter().map(|t| t.split('{').next().unwrap_or(t)).collect();
        assert_eq!(
            names,
            [
                "Tx Queue#0 pkts tx err",
                "Tx Queue#0 drv dropped tx total",
                "Tx Queue#0 drv dropped tx total giant hdr",
                "Tx Queue#0 giant hdr",
                "Tx Queue#1 giant hdr",
                "tx timeout count"
            ]
        );
    }
}
