//! `/proc/meminfo`: what the machine's memory is used for.
//!
//! Written by the kernel. Bundles keep it as `proc/meminfo`, `memory.txt`, in `OSWatcher`'s `oswmeminfo`, or in a
//! file that a loop appended to.
//!
//! ```text
//! MemTotal:       16393172 kB
//! HugePages_Total:       0
//! ```
//!
//! *Yields* a gauge for each line, `meminfo.MemAvailable`, in bytes where the kernel prints kB, else as printed.
//! *Hides* nothing. *Keeps unnamed* lines of later kernels. *Rejects* lines without a number, and a last line that
//! the end of the file may have cut.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, level, words};
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump { name: "meminfo", begins, open: || Box::new(Memory(Intern::new(Kind::Gauge))) };

fn begins(line: &[u8]) -> bool {
    line.starts_with(b"MemTotal: ") && line.trim_ascii_end().ends_with(b" kB")
}

/// Name and the words behind it of `Active(anon):     223256 kB`.
fn pair(line: &[u8]) -> Option<(&str, &[u8])> {
    let at = memchr::memchr(b':', line)?;
    let name = std::str::from_utf8(line.get(..at)?).ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '(' | ')');
    let rest = line.get(at + 1..)?;
    (name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(plain) && rest.starts_with(b" "))
        .then_some((name, rest))
}

/// State of the reader: the series met.
struct Memory(Intern);

impl Reader for Memory {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let cut = !lines.rest().ends_with(b"\n");
        let mut first = true;
        while let Some(text) = lines.peek() {
            let line = lines.number();
            let Some((name, rest)) = pair(text) else {
                if cut && text.len() == lines.rest().len() {
                    facts.rejects.push(line, CUT);
                    lines.advance();
                }
                break;
            };
            let mut words = words(rest);
            let value = words.next().and_then(level);
            let unit = words.next();
            let bare = value.is_none() && unit.is_none();
            if bare || unit.is_some_and(|unit| unit != b"kB") || words.next().is_some() {
                if first {
                    facts.rejects.push(line, "not a number of kB behind the name");
                    lines.advance();
                }
                break; // another dump that has names and colons
            }
            first = false;
            lines.advance();
            match value {
                _ if cut && lines.rest().is_empty() && unit.is_none() => facts.rejects.push(line, CUT),
                Some(value) => {
                    let value = if unit.is_some() { value * 1024.0 } else { value };
                    self.0.measure(&format!("meminfo.{name}"), "", value, line, facts);
                }
                None => facts.rejects.push(line, "no number behind the name"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Facts, usize) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        if lines.peek().is_some_and(begins) {
            (DUMP.open)().read(&mut lines, &mut facts);
        }
        let told = facts.samples.key.iter().zip(&facts.samples.value);
        let told = told.map(|(k, v)| format!("{}={}", facts.keys[*k as usize].metric, f64::from_bits(*v)));
        (told.collect(), facts, lines.rest().len())
    }

    #[test]
    fn kilobytes_become_bytes_and_pages_stay() {
        let (told, ..) = read("MemTotal:       4 kB\nActive(anon):   2 kB\nHugePages_Total:       3\n");
        assert_eq!(told, ["meminfo.MemTotal=4096", "meminfo.Active(anon)=2048", "meminfo.HugePages_Total=3"]);
    }

    #[test]
    fn a_cut_line_is_no_level() {
        for cut in ["MemFree:   12", "MemFr", "MemFree:"] {
            let (told, facts, _) = read(&format!("MemTotal:       4 kB\n{cut}"));
            assert_eq!((told.len(), facts.rejects.count), (1, 1), "{cut}");
        }
    }

    #[test]
    fn the_next_dump_is_left_alone() {
        for other in [
            "Tcp: InSegs\n",
            "Tcp:\n",
            "TCP: inuse 4 orphan 0\n",
            "Mem:  1 2 3\n",
            "Mon Mar  4 10:00:00 UTC 2024\n",
        ] {
            assert_eq!(read(&format!("MemTotal:       4 kB\n{other}")).2, other.len(), "{other}");
        }
    }
}
