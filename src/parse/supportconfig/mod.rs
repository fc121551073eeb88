//! SUSE's supportconfig: files that are many dumps, each below a heading.
//!
//! Written by `supportconfig` of supportutils since SLES 9, in `scc_<host>_<yymmdd>_<hhmm>.txz` (`nts_…tbz` before 2020):
//! `basic-environment.txt`, `network.txt`, `env.txt`, `proc.txt`, `memory.txt`, `messages.txt`, `boot.txt`, …
//!
//! ```text
//! #==[ Command ]======================================#
//! # /usr/sbin/ss -s
//! Total: 190
//!
//! #==[ Configuration File ]===========================#
//! # /proc/sys/net/core/somaxconn
//! 4096
//!
//!
//! #==[ Log File ]=====================================#
//! # /var/log/messages - Last 200000 Lines
//! ```
//!
//! *Yields* what the readers of the sections' formats do: each section is read as a file that is named after its
//! command or file (`nstat_-az`, `proc/net/snmp`), and keeps its lines in the whole. A `date` is the time of the
//! sections below it; no other section tells when it was written. Of the values that several files of `sysctl.d` give
//! a key, the one in force (`persisted.rs`). [`Clue::Date`] of a `date`, which the files beside it without one are dated by.
//! [`Clue::NotTaken`] of commands that failed.
//! *Hides* all sections of formats that nobody here reads, and says how many; excerpts (`grep …`), whose lines stand
//! elsewhere; the ring buffer below a journal of the same boot. supportconfig leaves out comments and blank lines of
//! configuration files, so that a history of a shell has no times.
//! *Keeps unnamed* nothing. *Rejects* commands that did not end in time, and what the readers reject. *Notes* files
//! and logs that were asked for and are not there, and logs of which the last lines were kept.

mod persisted;
mod route;
mod section;

use super::join::Join;
use super::lines::Lines;
use super::{Parsed, Whole, stamp};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;
use persisted::Files;
use route::{Route, asked_for, last_lines, route};
use section::{Kind, Section, is_one, sections};

/// See the module.
pub const FILE: Whole = Whole { name: "supportconfig", is, read, cut: None };

/// Bytes in which the first heading is looked for: a banner of a dozen lines and an administrator's own header file
/// may stand before it.
const HEAD: usize = 64 << 10;

fn is(_: &str, bytes: &[u8]) -> bool {
    is_one(&bytes[..bytes.len().min(HEAD)])
}

/// The network namespace that a file is about: `network-blue.txt` in the folder of a supportconfig.
#[must_use]
pub fn netns(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let name = parts.next()?.strip_prefix("network-")?.strip_suffix(".txt")?;
    let folder = parts.next()?;
    (!name.is_empty() && (folder.starts_with("scc_") || folder.starts_with("nts_"))).then_some(name)
}

fn read(path: &str, bytes: &[u8], facts: &mut Facts) {
    let mut reader = Reader { netns: netns(path), whole: Join::new(path), ..Reader::default() };
    reader.whole.facts().met(FILE.name);
    let all = sections(bytes);
    for section in &all {
        reader.section(section);
    }
    *facts = reader.finish(all.len());
    facts.lines = Lines::new(bytes, 1).count() as u64;
}

/// State of the reader.
#[derive(Default)]
struct Reader<'a> {
    whole: Join,
    netns: Option<&'a str>,
    files: Files,
    /// Sections of which something was read.
    used: usize,
    /// A journal of the present boot was read.
    journal: bool,
    /// Line of the first section that was read.
    first: u32,
    /// Namespaces' sections that no file of theirs holds.
    stray: usize,
}

/// What supportconfig writes in place of an output; older releases could not spell it.
const NOT_FOUND: [&[u8]; 3] =
    [b"ERROR: Command not found", b"ERROR: File or Command Not Found", b"ERROR: Not a normal text file"];

/// What stands behind an output that was cut off.
const TIMEOUT: &[u8] = b"# ERROR: Command did not complete within the timeout period.";

impl Reader<'_> {
    fn section(&mut self, section: &Section<'_>) {
        let (route, netns) = route(section);
        if netns.is_some() && netns != self.netns {
            self.stray += usize::from(route != Route::Pass);
            return;
        }
        match route {
            Route::Pass => {}
            Route::Absent(path) => self.note(section, &format!("{path} was not found on the host")),
            Route::Date => self.date(section),
            _ if NOT_FOUND.iter().any(|words| section.body.starts_with(words)) => {
                self.not_taken(section, "not found on the host");
            }
            _ if section.is_blank() => {}
            Route::Read(path) if path.starts_with("dmesg") && self.journal => {}
            Route::Read(path) => self.piece(section, &path, None),
            Route::Below(path, command) => self.piece(section, &path, Some(&command)),
        }
    }

    fn note(&mut self, section: &Section<'_>, why: &str) {
        let why: String = why.chars().take(240).collect();
        self.whole.facts().notes.push(section.line, why);
    }

    /// A command without an output.
    fn not_taken(&mut self, section: &Section<'_>, why: &str) {
        let command = String::from_utf8_lossy(bare(section.title)).replace(char::is_control, "\u{fffd}");
        let [command, why] = [&command, why].map(|text| text.chars().take(240).collect());
        self.whole.facts().clues.push(Clue::NotTaken { command, why, line: section.line });
    }

    /// The host's clock, from the first line below.
    fn date(&mut self, section: &Section<'_>) {
        let text = Lines::new(section.body, section.first).next().unwrap_or_default();
        let Some(at) = stamp::separator(text) else { return };
        if let (Some(east), Stamp::Instant(at)) = (stamp::offset(text), &at) {
            let clue = Clue::Offset { host: None, east, at: *at, line: section.first };
            self.whole.facts().clues.push(clue);
        }
        self.whole.facts().clues.push(Clue::Date { stamp: at.clone(), line: section.first });
        self.whole.stamp(at, section.first);
        self.met(section);
    }

    fn met(&mut self, section: &Section<'_>) {
        self.used += 1;
        self.first = if self.used == 1 { section.line } else { self.first };
    }

    /// Reads a section as a file, below the command line that its reader needs.
    fn piece(&mut self, section: &Section<'_>, path: &str, command: Option<&str>) {
        let mut text = section.text();
        let timeout = || memchr::memmem::find(text, TIMEOUT).filter(|at| is_line(text, *at));
        if let Some(at) = (section.kind == Kind::Command).then(timeout).flatten() {
            let lines = memchr::memchr_iter(b'\n', &text[..at]).count();
            let line = section.first.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            let why = "the command did not end in the time that supportconfig gave it: its output may be cut";
            self.whole.facts().rejects.push(line, why);
            text = &text[..at];
        }
        let (parsed, first) = match command {
            Some(command) => {
                (super::file(path, &[command.as_bytes(), text].concat()), section.first.saturating_sub(1))
            }
            None => (super::file(path, text), section.first),
        };
        match parsed {
            Parsed::Skipped(why) if section.kind == Kind::Command => {
                if let Some(said) = why.strip_prefix("the command failed: ") {
                    self.not_taken(section, said);
                }
            }
            Parsed::Skipped(_) => {}
            Parsed::Read(parts) => {
                self.met(section);
                self.tail(section, text);
                let before = self.whole.facts().settings.len();
                let is_log = |part: &Facts| part.clues.iter().any(|c| matches!(c, Clue::LogSpan { .. }));
                self.journal |=
                    path.starts_with("journalctl") && is_of_this_boot(section) && parts.iter().any(is_log);
                for part in parts {
                    self.whole.section(part, first);
                }
                self.files.met(path, before..self.whole.facts().settings.len());
            }
        }
    }

    /// A log of which the last lines were kept begins there, and was not silent before.
    fn tail(&mut self, section: &Section<'_>, text: &[u8]) {
        let Ok(title) = std::str::from_utf8(section.title) else { return };
        let of = last_lines(title).or_else(|| Some(("the journal", asked_for(title)?)));
        let lines = memchr::memchr_iter(b'\n', text).count() as u64;
        if let Some((log, most)) = of.filter(|(_, most)| lines >= *most) {
            let why = format!("the last {most} lines of {log}: it begins before the first of them");
            self.whole.facts().notes.push(section.first, why);
        }
    }

    fn finish(mut self, sections: usize) -> Facts {
        let facts = self.whole.facts();
        self.files.settle(facts);
        if self.stray > 0 {
            let why = format!(
                "{} sections of network namespaces were not read: they are told apart in network-<name>.txt below a folder scc_… or nts_…",
                self.stray
            );
            facts.notes.push(1, why);
        }
        let left = sections.saturating_sub(self.used);
        if self.used > 0 && left > 0 {
            let why = format!(
                "{left} of {sections} sections passed over: of no format that is read here, excerpts, or empty"
            );
            facts.notes.push(self.first, why);
        }
        self.whole.finish()
    }
}

/// A command line without the folder of its program.
fn bare(title: &[u8]) -> &[u8] {
    let end = memchr::memchr(b' ', title).unwrap_or(title.len());
    memchr::memrchr(b'/', &title[..end]).map_or(title, |at| &title[at + 1..])
}

/// Whether a line begins there.
fn is_line(text: &[u8], at: usize) -> bool {
    at == 0 || text.get(at - 1) == Some(&b'\n')
}

/// `journalctl --boot` and `--boot 0`; a journal of all boots has this one, too.
fn is_of_this_boot(section: &Section<'_>) -> bool {
    let title = String::from_utf8_lossy(section.title);
    let mut words = title.split_whitespace().skip_while(|word| !matches!(*word, "--boot" | "-b"));
    words.next();
    matches!(words.next(), None | Some("0" | "|")) && asked_for(&title).is_none()
}

#[cfg(test)]
mod tests;
