//! `free`: memory and swap, as procps or busybox sum up `/proc/meminfo`.
//!
//! Bundles keep it as `free`, `sos_commands/memory/free`, `free_-m`, or in a file that a loop appended to.
//!
//! ```text
//!                total        used        free      shared  buff/cache   available
//! Mem:        24684084     2824656    12278292        8872     9983376    21859428
//! Swap:              0           0           0
//! ```
//!
//! *Yields* the gauges of [`super::meminfo`] that it repeats, in bytes: `meminfo.MemTotal`, `.MemFree`, `.Shmem`,
//! `.Buffers`, `.MemAvailable`, `.SwapTotal`, `.SwapFree`. Columns are read by their names.
//! *Hides* `used`, `cached` and `buff/cache`, which each release of procps counts in its own way, and the rows
//! `Low`, `High`, `Total`, `-/+ buffers/cache`. *Keeps unnamed* nothing.
//! *Rejects* the whole dump where the unit is unknown: plain numbers in a file whose name does not say `free`
//! (KiB) or `free -b`, `-m`, `-g`, for 16000 may be MiB or KiB; rows with more numbers than names; a last
//! row that the end of the file may have cut.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, level, words};
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump { name: "free", begins, open: || Box::new(Free(Intern::new(Kind::Gauge))) };

fn begins(line: &[u8]) -> bool {
    line.starts_with(b"  ") && words(line).take(3).eq([&b"total"[..], b"used", b"free"])
}

/// Metrics by row and column.
const METRICS: [(&[u8], &[u8], &str); 7] = [
    (b"Mem:", b"total", "meminfo.MemTotal"),
    (b"Mem:", b"free", "meminfo.MemFree"),
    (b"Mem:", b"shared", "meminfo.Shmem"),
    (b"Mem:", b"buffers", "meminfo.Buffers"),
    (b"Mem:", b"available", "meminfo.MemAvailable"),
    (b"Swap:", b"total", "meminfo.SwapTotal"),
    (b"Swap:", b"free", "meminfo.SwapFree"),
];

const ROWS: [&[u8]; 7] = [b"Mem:", b"Swap:", b"Low:", b"High:", b"Total:", b"Comm:", b"-/+"];

/// Bytes of one unit of the numbers, by the name of the file.
fn unit(path: &str) -> Option<f64> {
    let file = path.rsplit('/').next()?;
    let at = file.find("free")?;
    let lone = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    let behind = file.get(at + 4..)?;
    if !lone(file.get(..at)?.chars().next_back()) || !lone(behind.chars().next()) {
        return None; // freedom, root_free
    }
    let options = behind.trim_start_matches(['_', ' ']);
    if options.contains("si") {
        return None;
    }
    let letter = options.strip_prefix('-').map_or("k", |o| o.trim_start_matches(['l', 't', 'w', 'o', '-']));
    match letter.chars().next() {
        Some('b') => Some(1.0),
        Some('k') | None => Some(1024.0),
        Some('m') => Some(1024.0 * 1024.0),
        Some('g') => Some(1024.0 * 1024.0 * 1024.0),
        Some('t') => Some(1024.0 * 1024.0 * 1024.0 * 1024.0),
        Some(c) if !c.is_ascii_alphanumeric() => Some(1024.0),
        _ => None,
    }
}

/// A number with the unit that `free -h` puts behind it; `free -h --si` has no `i`, as older releases for 1024.
fn human(word: &[u8]) -> Option<f64> {
    let digits = word.iter().position(|b| !(b.is_ascii_digit() || *b == b'.'))?;
    let power = match word.get(digits..)? {
        b"B" => 0,
        b"Ki" => 1,
        b"Mi" => 2,
        b"Gi" => 3,
        b"Ti" => 4,
        _ => return None,
    };
    Some(level(word.get(..digits)?)? * 1024.0_f64.powi(power))
}

/// State of the reader: the series met.
struct Free(Intern);

impl Reader for Free {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let cut = !lines.rest().ends_with(b"\n");
        let unit = unit(&facts.path);
        let header: Vec<&[u8]> = lines.next().map(|line| words(line).collect()).unwrap_or_default();
        let mut told = false;
        while let Some(text) = lines.peek() {
            let row = words(text).next().unwrap_or_default();
            if !ROWS.contains(&row) {
                break;
            }
            let line = lines.number();
            lines.advance();
            let numbers: Vec<&[u8]> = words(text).skip(1).collect();
            if cut && lines.rest().is_empty() {
                facts.rejects.push(line, CUT);
                continue;
            }
            if numbers.len() > header.len() && row != b"-/+" {
                facts.rejects.push(line, "more numbers than names above");
                continue;
            }
            for (of, column, metric) in METRICS {
                let word = header.iter().position(|name| *name == column).and_then(|at| numbers.get(at));
                let Some(word) = word.filter(|_| of == row) else { continue };
                let value = human(word).or_else(|| Some(level(word)? * unit?));
                match value {
                    Some(value) => self.0.measure(metric, "", value, line, facts),
                    None if told => (),
                    None => facts
                        .rejects
                        .push(line, "free without a known unit: neither the numbers nor the path say"),
                }
                told |= value.is_none();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "               total        used        free      shared  buff/cache   available\nMem:              16           9           8           7           6           5\nSwap:              4           3           2\n";

    fn read(path: &str, text: &str) -> (Vec<String>, u64) {
        let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
        let mut lines = Lines::new(text.as_bytes(), 1);
        if lines.peek().is_some_and(begins) {
            (DUMP.open)().read(&mut lines, &mut facts);
        }
        let told = facts.samples.key.iter().zip(&facts.samples.value);
        let told = told.map(|(k, v)| {
            format!("{}={}", facts.keys[*k as usize].metric.replace("meminfo.", ""), f64::from_bits(*v))
        });
        (told.collect(), facts.rejects.count)
    }

    #[test]
    fn the_name_of_the_file_tells_the_unit() {
        let expected = [
            "MemTotal=16384",
            "MemFree=8192",
            "Shmem=7168",
            "MemAvailable=5120",
            "SwapTotal=4096",
            "SwapFree=2048",
        ];
        assert_eq!(read("sos_commands/memory/free", PLAIN), (expected.map(str::to_owned).to_vec(), 0));
        assert_eq!(read("free_-m", PLAIN).0[0], "MemTotal=16777216");
        assert_eq!(read("free -b.txt", PLAIN).0[0], "MemTotal=16");
        assert_eq!(read("free.log", PLAIN).0[0], "MemTotal=16384");
        for unknown in ["x.log", "freedom.log", "free_-m_--si", "free_-h"] {
            assert_eq!(read(unknown, PLAIN), (vec![], 1), "{unknown}");
        }
    }

    #[test]
    fn numbers_that_carry_their_unit_need_no_name() {
        let text = "               total        used        free\nMem:            23Gi       2.7Gi       512Mi\nSwap:             0B          0B          0B\n";
        let expected = ["MemTotal=24696061952", "MemFree=536870912", "SwapTotal=0", "SwapFree=0"];
        assert_eq!(read("x.log", text).0, expected);
    }

    #[test]
    fn old_releases_have_a_row_of_their_own() {
        let text = "             total       used       free     shared    buffers     cached\nMem:            16          9          8          7          6          5\n-/+ buffers/cache:          4          3\nSwap:            4          3          2\n";
        let (told, rejects) = read("free", text);
        assert_eq!((told.len(), told[3].as_str(), rejects), (6, "Buffers=6144", 0));
    }

    #[test]
    fn a_cut_row_is_not_believed() {
        assert_eq!(read("free", &PLAIN[..PLAIN.len() - 1]).1, 1);
    }
}
