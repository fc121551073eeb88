//! `/proc/net/softnet_stat`: what each CPU took from its network backlog, and what it dropped.
//!
//! Written by the kernel without a header, a line for each CPU that is online, each number as eight digits in base
//! 16. Bundles keep it as `proc/net/softnet_stat`, or in a file that a loop appended to.
//!
//! ```text
//! 000019f1 00000000 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
//! ```
//!
//! *Yields* `softnet.processed`, `.dropped`, `.time_squeeze`, `.cpu_collision`, since 2.6.35 `.received_rps`, since
//! 3.11 `.flow_limit_count`, all of `cpu0` and so on, which begin again at 2^32; since 5.14 the level
//! `softnet.backlog_len` and the CPU's own number. Older kernels leave CPUs that are offline out without a word:
//! there a row is called by its place, and may be of a CPU further on.
//! *Hides* five columns that are always zero, and the two queues whose sum is `backlog_len`.
//! *Keeps unnamed* nothing. *Rejects* a row with fewer columns than the one above: a cut file. Also, where rows are
//! called by their place, a dump with another number of rows than the first of the file: a CPU came or went.

use super::cpus::Cpus;
use super::intern::Intern;
use super::lines::Lines;
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump { name: "/proc/net/softnet_stat", begins, open: || Box::new(Softnet::default()) };

/// Columns that are counters, by their place.
const COUNTERS: [(usize, &str); 6] = [
    (0, "softnet.processed"),
    (1, "softnet.dropped"),
    (2, "softnet.time_squeeze"),
    (8, "softnet.cpu_collision"),
    (9, "softnet.received_rps"),
    (10, "softnet.flow_limit_count"),
];

/// Length of the backlog.
const BACKLOG: usize = 11;

/// The CPU's own number.
const CPU: usize = 12;

/// Kernels have printed 9 columns, 10, 11, 13 and 15.
const MOST: usize = 15;

fn begins(line: &[u8]) -> bool {
    row(line).is_some_and(|row| row.len() >= 9)
}

/// Words of eight digits with one blank between them, and nothing else.
fn row(line: &[u8]) -> Option<Vec<u32>> {
    if line.len() < 8 || line.len() > MOST * 9 {
        return None;
    }
    line.trim_ascii_end().split(|b| *b == b' ').map(hex).collect()
}

/// `%08x`.
pub(super) fn hex(word: &[u8]) -> Option<u32> {
    let digits = word.len() == 8 && word.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    u32::from_str_radix(std::str::from_utf8(word).ok().filter(|_| digits)?, 16).ok()
}

/// State of the reader: the series met.
struct Softnet {
    counters: Intern,
    gauges: Intern,
    /// How many CPUs the first dump had.
    online: Option<usize>,
}

impl Default for Softnet {
    fn default() -> Self {
        Self { counters: Intern::new(Kind::Counter32), gauges: Intern::new(Kind::Gauge), online: None }
    }
}

impl Reader for Softnet {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let first = lines.number();
        let mut rows: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut cpus = Cpus::default();
        while let Some(row) = lines.peek().and_then(row) {
            let line = lines.number();
            lines.advance();
            if rows.last().is_some_and(|(_, above)| row.len() < above.len()) {
                facts.rejects.push(line, "fewer columns than the row above: the file was cut here");
            } else if cpus.takes(row.get(CPU).map_or(0, |cpu| u64::from(*cpu)), line) {
                rows.push((line, row));
            }
        }
        cpus.finish(facts);
        let online = *self.online.get_or_insert(rows.len());
        let tell = rows.iter().all(|(_, row)| row.len() > CPU);
        if !tell && rows.len() != online {
            facts.rejects.push(first, "another number of CPUs than before: which row is whose is not told");
            return;
        }
        for (place, (line, row)) in rows.iter().enumerate() {
            self.row(place, row, *line, facts);
        }
    }
}

impl Softnet {
    fn row(&mut self, place: usize, row: &[u32], line: u32, facts: &mut Facts) {
        let cpu = row.get(CPU);
        let of = cpu.map_or_else(|| format!("cpu{place}"), |cpu| format!("cpu{cpu}"));
        for (at, metric) in COUNTERS {
            if let Some(value) = row.get(at) {
                self.counters.count(metric, &of, u64::from(*value), line, facts);
            }
        }
        if let (Some(length), Some(_)) = (row.get(BACKLOG), cpu) {
            self.gauges.measure("softnet.backlog_len", &of, f64::from(*length), line, facts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, u64)>, Facts) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        if lines.peek().is_some_and(begins) {
            (DUMP.open)().read(&mut lines, &mut facts);
        }
        let name = |k: &u32| {
            let id = &facts.keys[*k as usize];
            format!("{} {}", id.metric.replace("softnet.", ""), id.of)
        };
        let pairs = facts.samples.key.iter().map(name).zip(facts.samples.value.iter().copied()).collect();
        (pairs, facts)
    }

    fn line(words: &[u32]) -> String {
        words.iter().map(|word| format!("{word:08x}")).collect::<Vec<_>>().join(" ") + "\n"
    }

    #[test]
    fn a_row_is_called_by_its_place_until_it_tells_its_cpu() {
        let (pairs, _) = read(&[line(&[26, 2, 1, 0, 0, 0, 0, 0, 9]), line(&[5; 9])].concat());
        assert_eq!(
            pairs[..4],
            [
                ("processed cpu0".into(), 26),
                ("dropped cpu0".into(), 2),
                ("time_squeeze cpu0".into(), 1),
                ("cpu_collision cpu0".into(), 9)
            ]
        );
        assert_eq!(pairs[4].0, "processed cpu1");
        let (pairs, facts) = read(&line(&[u32::MAX, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 3, 6, 1, 2]));
        assert_eq!(pairs[0], ("processed cpu6".into(), u64::from(u32::MAX)));
        assert_eq!(
            pairs[4..],
            [
                ("received_rps cpu6".into(), 7),
                ("flow_limit_count cpu6".into(), 8),
                ("backlog_len cpu6".into(), 3.0_f64.to_bits())
            ]
        );
        assert_eq!((facts.keys[0].kind, facts.keys[6].kind), (Kind::Counter32, Kind::Gauge));
    }

    #[test]
    fn a_cpu_that_went_makes_places_useless() {
        let rows =
            |columns: usize, count: u32| (0..count).map(|cpu| line(&vec![cpu; columns])).collect::<String>();
        for (columns, kept, rejects) in [(11, 18, 1), (13, 35, 0)] {
            let mut facts = Facts::default();
            let mut reader = (DUMP.open)();
            for text in [rows(columns, 3), rows(columns, 2)] {
                reader.read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
            }
            assert_eq!((facts.samples.key.len(), facts.rejects.count), (kept, rejects), "{columns} columns");
        }
    }

    #[test]
    fn rows_without_end_are_no_cpus() {
        for (columns, samples) in [(11, 6), (13, 7)] {
            let (pairs, facts) = read(&line(&vec![1; columns]).repeat(9_000));
            assert_eq!((pairs.len(), facts.rejects.count), (8_192 * samples, 1), "{columns}");
        }
    }

    #[test]
    fn a_cut_row_is_rejected() {
        let cut = [line(&[1; 11]), line(&[1; 10])].concat();
        let (pairs, facts) = read(&cut);
        assert_eq!((pairs.len(), facts.rejects.count), (6, 1));
        assert_eq!(read(&cut[..cut.len() - 4]).0.len(), 6, "half a word is no row at all");
    }

    #[test]
    fn other_numbers_are_not_taken() {
        for text in [
            line(&[1; 8]),
            line(&[1; 16]),
            line(&[1; 11]).replace(' ', "  "),
            "00015C73 ".repeat(11),
            "deadbeef".to_owned(),
            String::new(),
        ] {
            assert!(!begins(text.trim_end().as_bytes()), "{text}");
        }
    }
}
