//! `vmstat 60`, `vmstat -t 60`: processes that wait, interrupts, and what the CPUs did.
//!
//! Written by procps; `OSWatcher` keeps `vmstat 1 3` below each of its time lines in `oswvmstat`, administrators leave
//! `vmstat -t 60` running into a file.
//!
//! ```text
//! procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----
//!  r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 UTC
//!  6  0      0 9029888  46092 11685856    0    0  1291  7861  215  261 37  6 57  0  0 2026-11-21 12:02:13
//! ```
//!
//! *Yields* at each row's own time the gauges `stat.procs_running` (`r`) and `stat.procs_blocked` (`b`), the rates
//! `stat.intr` (`in`) and `stat.ctxt` (`cs`), and in percent of `all` CPUs `cpu.us` (user and nice), `cpu.sy` (system,
//! interrupts and softirqs), `cpu.idle`, `cpu.iowait`, `cpu.steal`, `cpu.guest`. The first row of a report averages since boot:
//! its levels are kept, its averages are not. A header that vmstat repeats after a screenful begins no report.
//! Rows without times belong to the time line above, which dates two of them at most: the levels of the first row,
//! the CPUs of the second; the rest of so short a burst adds nothing.
//! *Hides* memory, swap and disk columns: `-S` changes their unit and does not say so. `vmstat -d`, `-s`, `-f` are
//! not taken.
//! *Keeps unnamed* nothing.
//! *Rejects* a long run of rows that nothing dates, rows with more or fewer numbers than columns, and a last row that the end of
//! the file may have cut.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, number, words};
use super::{Dump, Reader, stamp};
use crate::model::fact::{Capture, Facts, Kind};
use crate::model::stamp::Stamp;

/// See the module.
pub const DUMP: Dump = Dump {
    name: "vmstat",
    begins: |line| is_title(line),
    open: || Box::new(Report { gauges: Intern::new(Kind::Gauge), rates: Intern::new(Kind::Rate) }),
};

/// Fewer rows than this below a header, and the next header is another report's: vmstat repeats its own once a
/// screen (22 rows where there is no terminal).
const SCREEN: u32 = 10;

fn is_title(line: &[u8]) -> bool {
    line.strip_prefix(b"--").unwrap_or(line).starts_with(b"procs")
        && memchr::memmem::find(line, b"-memory-").is_some()
}

struct Report {
    gauges: Intern,
    rates: Intern,
}

/// What the header says.
struct Header<'a> {
    columns: Vec<&'a [u8]>,
    /// Of `-t`; releases before 3.3 print it in each row.
    zone: Option<&'a [u8]>,
}

impl Reader for Report {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let mut rows = 0;
        let mut since_title = SCREEN;
        let mut undated = 0_u64;
        let mut known: Option<Header<'_>> = None;
        while let Some(line) = lines.peek() {
            if is_title(line) {
                if since_title < SCREEN {
                    rows = 0;
                }
                since_title = 0;
                lines.advance();
                known = lines.peek().and_then(header);
                if known.is_none() {
                    break;
                }
            } else if let Some(header) = known.as_ref().filter(|_| is_row(line)) {
                rows += 1;
                since_title += 1;
                undated += u64::from(!self.row(header, rows, lines, facts));
            } else {
                break;
            }
            lines.advance();
        }
        if undated >= u64::from(SCREEN) {
            let why = format!("{undated} rows of vmstat that nothing dates: it ran without -t");
            facts.rejects.push(lines.number().saturating_sub(1), why);
        }
    }
}

impl Report {
    /// Whether the row could be dated.
    fn row(&mut self, header: &Header<'_>, rows: u32, lines: &Lines<'_>, facts: &mut Facts) -> bool {
        let line = lines.number();
        let found: Vec<&[u8]> = words(lines.peek().unwrap_or_default()).collect();
        let (values, time) = found.split_at(header.columns.len().min(found.len()));
        if is_cut(lines) {
            facts.rejects.push(line, CUT);
            return true;
        }
        if values.len() < header.columns.len() || values.iter().any(|word| number(word).is_none()) {
            let (count, columns) = (values.len(), header.columns.len());
            facts.rejects.push(line, format!("{count} words below {columns} columns, or not all numbers"));
            return true;
        }
        let dated = at(time, header.zone);
        let own = dated.is_some();
        if let Some(stamp) = dated {
            facts.captures.push(Capture { stamp: Some(stamp), line });
        } else if rows > 2 {
            return false;
        }
        for (column, word) in header.columns.iter().zip(values) {
            let value = percent_or_count(word);
            match (what(column), rows, own) {
                (Some((metric, Of::Level)), 1, _) | (Some((metric, Of::Level)), _, true) => {
                    self.gauges.measure(metric, "", value, line, facts);
                }
                (Some((metric, Of::Cpu)), 2.., _) => self.gauges.measure(metric, "all", value, line, facts),
                (Some((metric, Of::Rate)), _, true) => {
                    let value = if rows == 1 { f64::NAN } else { value };
                    self.rates.measure(metric, "", value, line, facts);
                }
                _ => {}
            }
        }
        true
    }
}

/// What a column is.
enum Of {
    /// As it was at that moment.
    Level,
    /// Events a second since the row before.
    Rate,
    /// Percent of the CPUs' time since the row before.
    Cpu,
}

fn what(column: &[u8]) -> Option<(&'static str, Of)> {
    Some(match column {
        b"r" => ("stat.procs_running", Of::Level),
        b"b" => ("stat.procs_blocked", Of::Level),
        b"in" => ("stat.intr", Of::Rate),
        b"cs" => ("stat.ctxt", Of::Rate),
        b"us" => ("cpu.us", Of::Cpu),
        b"sy" => ("cpu.sy", Of::Cpu),
        b"id" => ("cpu.idle", Of::Cpu),
        b"wa" => ("cpu.iowait", Of::Cpu),
        b"st" => ("cpu.steal", Of::Cpu),
        b"gu" => ("cpu.guest", Of::Cpu),
        _ => return None,
    })
}

/// ` r  b   swpd …  st   UTC`.
fn header(line: &[u8]) -> Option<Header<'_>> {
    let mut columns: Vec<&[u8]> = words(line).collect();
    (columns.first() == Some(&&b"r"[..]) && columns.get(1) == Some(&&b"b"[..])).then_some(())?;
    let zone = columns.pop_if(|last| !last.first().is_some_and(u8::is_ascii_lowercase));
    Some(Header { columns, zone })
}

/// Numbers below a header begin with a blank, or with a number too wide for one.
fn is_row(line: &[u8]) -> bool {
    let mut words = words(line);
    words.next().and_then(number).is_some() && words.nth(5).and_then(number).is_some()
}

/// `2026-11-21 12:02:13`, with the zone behind it or in the header.
fn at(time: &[&[u8]], zone: Option<&[u8]>) -> Option<Stamp> {
    let [day, clock, rest @ ..] = time else { return None };
    let zone = rest.first().copied().or(zone).unwrap_or_default();
    let text = [*day, clock, zone].join(&b' ');
    stamp::separator(text.trim_ascii_end())
}

#[allow(clippy::cast_precision_loss)] // counts of processes and events a second
fn percent_or_count(word: &[u8]) -> f64 {
    number(word).unwrap_or_default() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: &str = "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n";
    const TIMED: &str = "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st CET\n";

    fn read(text: &str) -> (Vec<String>, Facts) {
        let mut facts = Facts::default();
        (DUMP.open)().read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
        let told = (facts.samples.key.iter().zip(&facts.samples.value))
            .map(|(key, value)| {
                let key = &facts.keys[*key as usize];
                format!("{}={}", key.metric, key.kind.number(*value))
            })
            .collect();
        (told, facts)
    }

    #[test]
    fn the_first_row_averages_since_boot() {
        let row = " 6  1 0 9 8 7 0 0 1291 7861 215 261 37 6 57 0 0";
        let (told, facts) = read(&format!("{TIMED}{row} 2026-11-21 12:02:13\n"));
        assert_eq!(told, ["stat.procs_running=6", "stat.procs_blocked=1", "stat.intr=NaN", "stat.ctxt=NaN"]);
        let stamp = facts.captures[0].stamp.as_ref();
        assert!(matches!(stamp, Some(Stamp::Wall(wall)) if wall.zone.as_deref() == Some("CET")), "{stamp:?}");
    }

    #[test]
    fn rows_without_times_are_dated_by_the_line_above_and_only_two_of_them() {
        for (rows, rejects) in [(5, 0), (50, 1)] {
            let rows = " 6 1 0 9 8 7 0 0 1 7 215 261 37 6 57 0 0\n".repeat(rows);
            let (told, facts) = read(&format!("{TITLE}{rows}"));
            assert_eq!(told.len(), 2 + 5);
            assert_eq!((facts.rejects.count, facts.captures.len()), (rejects, 1));
        }
    }

    #[test]
    fn a_repeated_header_begins_no_report_but_an_early_one_does() {
        let row = " 6 1 0 9 8 7 0 0 1 7 215 261 37 6 57 0 0 2026-11-21 12:02:13\n";
        let rates = |text: &str| read(text).0.iter().filter(|t| *t == "stat.ctxt=261").count();
        assert_eq!(rates(&format!("{TIMED}{}{TIMED}{row}", row.repeat(12))), 12);
        assert_eq!(rates(&format!("{TIMED}{}{TIMED}{row}", row.repeat(2))), 1);
    }
}
