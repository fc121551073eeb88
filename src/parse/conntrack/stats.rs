//! `conntrack -S` and `/proc/net/stat/nf_conntrack`: what connection tracking did, on each CPU.
//!
//! The first is written by conntrack-tools, the second by the kernel (also as `ip_conntrack`, in base 16). Bundles
//! keep them as `sos_commands/conntrack/conntrack_-S`, `proc/net/stat/nf_conntrack`, or in a file that a loop
//! appended to.
//!
//! ```text
//! cpu=0     found=0 invalid=3 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=1
//! ```
//! ```text
//! entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error
//! 00000021  00000000 00000000 00000000 00000003 0000588a 00000000 00000000 00000000 00000000 00000000 00000000 00000000
//! ```
//!
//! *Yields* a counter for each word, `nf_conntrack.insert_failed` of `cpu0`, which begins again at 2^32. Columns are
//! read by their names; one statistic has one name: `clashres` is `clash_resolve`, `chainlength` and `chaintoolong`
//! are `chain_toolong`, `icmp_error` is `error`. From `entries`, the same on every CPU, `nf_conntrack_count` once.
//! Before 1.0 `conntrack -S` printed sums, a name and a number a line: these are of no CPU.
//! *Hides* `new`, `ignore` and `delete` beside `clashres`: such kernels always print zero.
//! *Keeps unnamed* statistics of later kernels. *Rejects* words that are no numbers, rows with another count of
//! words than the names above, and a last number that the end of the file may have cut.

use crate::model::fact::{Facts, Kind};
use crate::parse::cpus::Cpus;
use crate::parse::intern::Intern;
use crate::parse::lines::Lines;
use crate::parse::softnet::hex;
use crate::parse::words::{CUT, number, words};
use crate::parse::{Dump, Reader};

/// See the module.
pub const TOOL: Dump =
    Dump { name: "conntrack -S", begins: tool_begins, open: || Box::new(Tool(Stats::default())) };

/// See the module.
pub const KERNEL: Dump = Dump {
    name: "/proc/net/stat/nf_conntrack",
    begins: is_header,
    open: || Box::new(Kernel(Stats::default())),
};

fn tool_begins(line: &[u8]) -> bool {
    cpu(line).is_some() || sum(line).is_some_and(|(name, _)| name == "entries")
}

/// The CPU of `cpu=0     found=0 …`.
fn cpu(line: &[u8]) -> Option<u64> {
    let mut words = words(line);
    let cpu = words.next()?.strip_prefix(b"cpu=").and_then(number)?;
    let statistic = words.next()?;
    let named = ["found=", "searched=", "entries="].iter().any(|name| statistic.starts_with(name.as_bytes()));
    named.then_some(cpu)
}

/// `entries               57`, of the releases that printed sums.
fn sum(line: &[u8]) -> Option<(&str, u64)> {
    let mut words = words(line);
    let name = words.next().filter(|name| name.iter().all(|b| b.is_ascii_lowercase() || *b == b'_'))?;
    let value = words.next().and_then(number)?;
    let name = std::str::from_utf8(name).ok()?;
    words.next().is_none().then_some((name, value))
}

/// Names above rows in base 16; other files of that folder have `entries` first too.
fn is_header(line: &[u8]) -> bool {
    line.starts_with(b"entries ")
        && [&b"found"[..], b"invalid", b"insert_failed"]
            .iter()
            .all(|name| words(line).any(|word| word == *name))
}

/// Series met.
struct Stats {
    counters: Intern,
    gauges: Intern,
}

impl Default for Stats {
    fn default() -> Self {
        Self { counters: Intern::new(Kind::Counter32), gauges: Intern::new(Kind::Gauge) }
    }
}

impl Stats {
    fn count(&mut self, name: &str, of: &str, value: u64, line: u32, facts: &mut Facts) {
        let name = match name {
            "clashres" => "clash_resolve",
            "chainlength" | "chaintoolong" => "chain_toolong",
            "icmp_error" => "error",
            name => name,
        };
        self.counters.count(&format!("nf_conntrack.{name}"), of, value, line, facts);
    }

    #[allow(clippy::cast_precision_loss)] // connections
    fn entries(&mut self, value: u64, line: u32, facts: &mut Facts) {
        self.gauges.measure("nf_conntrack_count", "", value as f64, line, facts);
    }
}

/// Reads what conntrack-tools print.
struct Tool(Stats);

impl Reader for Tool {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(TOOL.name);
        let cut = !lines.rest().ends_with(b"\n");
        let sums = lines.peek().is_some_and(|line| sum(line).is_some());
        let (mut entries, mut cpus) = (false, Cpus::default());
        while let Some(text) = lines.peek() {
            let line = lines.number();
            let found = if sums { sum(text) } else { None };
            let cpu = if sums { None } else { cpu(text) };
            if found.is_none() && cpu.is_none() {
                break;
            }
            lines.advance();
            let last = cut && lines.rest().is_empty();
            if let Some((name, value)) = found {
                match name {
                    _ if last => facts.rejects.push(line, CUT),
                    "entries" => self.0.entries(value, line, facts),
                    name => self.0.count(name, "", value, line, facts),
                }
            }
            if let Some(cpu) = cpu.filter(|cpu| cpus.takes(*cpu, line)) {
                self.row(text, (cpu, line, last), &mut entries, facts);
            }
        }
        cpus.finish(facts);
    }
}

impl Tool {
    fn row(
        &mut self,
        text: &[u8],
        (cpu, line, last): (u64, u32, bool),
        entries: &mut bool,
        facts: &mut Facts,
    ) {
        let of = format!("cpu{cpu}");
        let mut pairs = words(text).skip(1).peekable();
        let spaced = text.ends_with(b" "); // behind the last number as behind each
        while let Some(pair) = pairs.next() {
            let mut parts = pair.splitn(2, |b| *b == b'=');
            let name = parts.next().and_then(|name| std::str::from_utf8(name).ok());
            match (name, parts.next().and_then(number)) {
                _ if last && !spaced && pairs.peek().is_none() => facts.rejects.push(line, CUT),
                (Some("entries"), Some(value)) if !*entries => {
                    *entries = true;
                    self.0.entries(value, line, facts);
                }
                (Some("entries"), Some(_)) => (),
                (Some(name), Some(value)) => self.0.count(name, &of, value, line, facts),
                _ => facts.rejects.push(line, "a word that is no name=number"),
            }
        }
    }
}

/// Reads what the kernel prints.
struct Kernel(Stats);

impl Reader for Kernel {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(KERNEL.name);
        let cut = !lines.rest().ends_with(b"\n");
        let head = lines.next().unwrap_or_default();
        let names: Vec<String> = words(head).map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        let dead = names.iter().any(|name| name == "clashres");
        let (mut place, mut cpus) = (0, Cpus::default());
        while let Some(text) = lines.peek() {
            let line = lines.number();
            if words(text).next().and_then(hex).is_none() {
                break;
            }
            lines.advance();
            if !cpus.takes(place, line) {
                continue;
            }
            let row: Option<Vec<u32>> = words(text).map(hex).collect();
            match row {
                Some(row) if row.len() == names.len() => {
                    let of = format!("cpu{place}");
                    for (name, value) in names.iter().zip(row) {
                        match name.as_str() {
                            "entries" if place == 0 => self.0.entries(u64::from(value), line, facts),
                            "entries" => (),
                            "new" | "ignore" | "delete" if dead => (),
                            name => self.0.count(name, &of, u64::from(value), line, facts),
                        }
                    }
                }
                _ if cut && lines.rest().is_empty() => facts.rejects.push(line, CUT),
                _ => facts.rejects.push(line, "another count of numbers than of names"),
            }
            place += 1;
        }
        cpus.finish(facts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Facts) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        let kind = [TOOL, KERNEL].into_iter().find(|kind| lines.peek().is_some_and(kind.begins));
        if let Some(kind) = kind {
            (kind.open)().read(&mut lines, &mut facts);
        }
        let told = facts.samples.key.iter().zip(&facts.samples.value).map(|(key, value)| {
            let id = &facts.keys[*key as usize];
            let value = if id.kind == Kind::Gauge {
                f64::from_bits(*value)
            } else {
                f64::from(u32::try_from(*value).unwrap())
            };
            format!("{}{{{}}}={value}", id.metric.replace("nf_conntrack.", ""), id.of)
        });
        (told.collect(), facts)
    }

    #[test]
    fn each_cpu_has_its_own_statistics() {
        let (told, facts) =
            read("cpu=0   \tfound=1 insert_failed=2 chaintoolong=0 \ncpu=3   \tfound=4 \nx\n");
        assert_eq!(
            told,
            ["found{cpu0}=1", "insert_failed{cpu0}=2", "chain_toolong{cpu0}=0", "found{cpu3}=4"]
        );
        assert!(facts.keys.iter().all(|id| id.kind == Kind::Counter32));
    }

    #[test]
    fn old_releases_print_sums() {
        let (told, _) =
            read("entries             \t57\nsearched            \t9\ninsert_failed       \t2\nother text\n");
        assert_eq!(told, ["nf_conntrack_count{}=57", "searched{}=9", "insert_failed{}=2"]);
        assert_eq!(read("cpu=0   \tentries=57 searched=9 \ncpu=1   \tentries=57 searched=8 \n").0.len(), 3);
    }

    #[test]
    fn the_kernels_columns_are_read_by_their_names() {
        let (told, _) = read(
            "entries  searched found invalid insert_failed icmp_error\n00000021  00000000 0000000a 00000003 00000001 00000002\n00000021  00000000 00000000 00000000 00000000 00000000\n",
        );
        assert_eq!(
            told[..5],
            [
                "nf_conntrack_count{}=33",
                "searched{cpu0}=0",
                "found{cpu0}=10",
                "invalid{cpu0}=3",
                "insert_failed{cpu0}=1"
            ]
        );
        assert_eq!(told.len(), 11, "the entries are the same on each CPU");
        let (told, _) = read(
            "entries  clashres found new invalid insert_failed chainlength\n00000000  00000001 00000002 00000000 00000003 00000004 00000005\n",
        );
        assert_eq!(
            told[1..],
            [
                "clash_resolve{cpu0}=1",
                "found{cpu0}=2",
                "invalid{cpu0}=3",
                "insert_failed{cpu0}=4",
                "chain_toolong{cpu0}=5"
            ]
        );
    }

    #[test]
    fn cut_rows_lose_what_was_cut() {
        let (told, facts) = read("cpu=0   \tfound=1 invalid=2 \ncpu=1   \tfound=1 invali");
        assert_eq!((told.len(), facts.rejects.count), (3, 1));
        let (told, facts) = read(
            "entries  found invalid insert_failed\n00000001  00000002 00000000 00000000\n00000001  000000",
        );
        assert_eq!((told.len(), facts.rejects.count), (4, 1));
    }

    #[test]
    fn rows_without_end_are_no_cpus() {
        let (told, facts) = read(&"cpu=1 found=1 invalid=2 \n".repeat(9_000));
        assert_eq!((told.len(), facts.keys.len(), facts.rejects.count), (2 * 8_192, 2, 1));
        let (told, facts) = read("cpu=8191 found=1 \ncpu=8192 found=1 \ncpu=18446744073709551615 found=1 \n");
        assert_eq!((told, facts.rejects.count), (vec!["found{cpu8191}=1".to_owned()], 1));
        let row = "00000001  00000002 00000000 00000000\n";
        let (told, facts) = read(&["entries  found invalid insert_failed\n", &row.repeat(9_000)].concat());
        assert_eq!((told.len(), facts.rejects.count), (1 + 3 * 8_192, 1));
    }

    #[test]
    fn other_lines_do_not_begin_it() {
        for line in [
            "cpu=0",
            "cpu=0 x=1",
            "cpu=a found=1",
            "entries 5 6",
            "searched 5",
            "entries  allocs destroys hash_grows",
        ] {
            assert!(!tool_begins(line.as_bytes()) && !is_header(line.as_bytes()), "{line}");
        }
    }
}
