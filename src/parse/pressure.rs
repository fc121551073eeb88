//! `/proc/pressure/{cpu,io,memory,irq}`: the share of time in which tasks waited for a resource.
//!
//! Written by kernels since 4.20. Bundles keep them as `proc/pressure/cpu`; `grep . /proc/pressure/*` puts the file
//! before each line.
//!
//! ```text
//! some avg10=0.12 avg60=0.05 avg300=0.01 total=157622151
//! full avg10=0.00 avg60=0.00 avg300=0.00 total=0
//! ```
//!
//! *Yields* `pressure.cpu.some`, a counter in microseconds, and the gauges `pressure.cpu.some.avg10`, `.avg60` and
//! `.avg300` in percent. *Hides* nothing. *Keeps unnamed* averages of later kernels.
//! *Rejects* lines whose resource neither the line nor the path tells: nothing in the text does. Also words that are
//! no numbers, and a last number that the end of the file may have cut.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, level, number, words};
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump { name: "/proc/pressure", begins, open: || Box::new(Pressure::default()) };

fn begins(line: &[u8]) -> bool {
    let (_, line) = prefixed(line);
    line.starts_with(b"some avg10=") || line.starts_with(b"full avg10=")
}

/// The path that `grep` puts before a line, and the line.
fn prefixed(line: &[u8]) -> (&[u8], &[u8]) {
    let at = line.iter().take(120).position(|b| *b == b':');
    match at.and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?))) {
        Some((path, rest)) if memchr::memmem::find(path, b"pressure").is_some() => (path, rest),
        _ => (b"", line),
    }
}

/// The resource that a path ends with: `proc/pressure/io`, `proc_pressure_io.txt`.
fn resource(path: &str) -> Option<&'static str> {
    let (_, name) = path.rsplit_once("pressure")?;
    let name = name.trim_start_matches(['/', '_', '-', '.', ' ']);
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    ["cpu", "io", "memory", "irq"].into_iter().find(|known| *known == name)
}

/// State of the reader: the series met.
struct Pressure {
    counters: Intern,
    gauges: Intern,
}

impl Default for Pressure {
    fn default() -> Self {
        Self { counters: Intern::new(Kind::Counter), gauges: Intern::new(Kind::Gauge) }
    }
}

impl Reader for Pressure {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(text) = lines.peek().filter(|line| begins(line)) {
            let line = lines.number();
            lines.advance();
            let (path, text) = prefixed(text);
            let Some(resource) =
                std::str::from_utf8(path).ok().and_then(resource).or_else(|| resource(&facts.path))
            else {
                facts.rejects.push(line, "pressure on what? neither the line nor the path says");
                continue;
            };
            self.row(resource, text, (line, cut && lines.rest().is_empty()), facts);
        }
    }
}

impl Pressure {
    fn row(&mut self, resource: &str, text: &[u8], (line, cut): (u32, bool), facts: &mut Facts) {
        let mut words = words(text).peekable();
        let who = String::from_utf8_lossy(words.next().unwrap_or_default()).into_owned();
        let metric = format!("pressure.{resource}.{who}");
        while let Some(word) = words.next() {
            let mut parts = word.splitn(2, |b| *b == b'=');
            let name = parts.next().unwrap_or_default();
            let value = parts.next().unwrap_or_default();
            if cut && words.peek().is_none() {
                facts.rejects.push(line, CUT);
            } else if let (b"total", Some(value)) = (name, number(value)) {
                self.counters.count(&metric, "", value, line, facts);
            } else if let (true, Some(value)) = (name.starts_with(b"avg"), level(value)) {
                let name = String::from_utf8_lossy(name);
                self.gauges.measure(&format!("{metric}.{name}"), "", value, line, facts);
            } else {
                facts.rejects.push(line, "a word that is no name=number");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> (Vec<String>, u64) {
        let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
        let mut lines = Lines::new(text.as_bytes(), 1);
        if lines.peek().is_some_and(begins) {
            (DUMP.open)().read(&mut lines, &mut facts);
        }
        let told = facts.samples.key.iter().zip(&facts.samples.value);
        let told = told.map(|(k, v)| (&facts.keys[*k as usize], *v));
        (told.map(|(id, v)| format!("{}={}", id.metric, id.kind.number(v))).collect(), facts.rejects.count)
    }

    #[test]
    fn the_path_says_on_what() {
        let text = "some avg10=0.12 avg60=0.05 avg300=0.01 total=157\n";
        let told = [
            "pressure.io.some.avg10=0.12",
            "pressure.io.some.avg60=0.05",
            "pressure.io.some.avg300=0.01",
            "pressure.io.some=157",
        ];
        assert_eq!(read("proc/pressure/io", text), (told.map(str::to_owned).to_vec(), 0));
        assert_eq!(read("x.log", &format!("/proc/pressure/io:{text}")).0, told);
        assert_eq!(read("x.log", text), (vec![], 1));
    }

    #[test]
    fn a_cut_total_is_not_believed() {
        assert_eq!(
            read("proc/pressure/cpu", "some avg10=0.12 total=15"),
            (vec!["pressure.cpu.some.avg10=0.12".to_owned()], 1)
        );
        assert_eq!(read("proc/pressure/cpu", "some avg10=x total=1\n").1, 1);
    }
}
