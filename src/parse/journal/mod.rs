//! Journals as `journalctl` prints them with all fields: `-o export`, `-o json` (also `json-sse`, `json-seq`),
//! `-o json-pretty`, `-o verbose`; `sos_commands/logs/journalctl_*_-o_verbose`, `journalctl_*_--output_verbose`. The
//! forms without fields (`short*`, `with-unit`) are lines of a log; `parse::syslog` reads them.
//!
//! ```text
//! __CURSOR=s=d1d1…;i=4;b=0f0f…;m=35a6d4c0;t=660b0759e3f40;x=4
//! __REALTIME_TIMESTAMP=1795160900123456
//! __MONOTONIC_TIMESTAMP=900123456
//! _BOOT_ID=0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
//! _HOSTNAME=web1
//! _TRANSPORT=kernel
//! MESSAGE=nf_conntrack: nf_conntrack: table full, dropping packet
//! ```
//!
//! *Yields* what `parse::syslog` yields of the short form of the same journal, with exact times, the kernel's own
//! clock where an entry has it, and one tie of the two clocks for each boot that the kernel speaks of. *Hides* all
//! other entries: one without a known literal in its message is passed over. *Keeps unnamed* nothing. *Rejects*
//! entries that are cut short or that no form has. Only the first line of a message speaks; what follows it may
//! quote anything.

mod export;
mod json;
mod record;
mod verbose;

use super::Whole;
use super::lines::Lines;
use super::syslog::{Part, take};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;
use memchr::memmem;
use std::collections::BTreeMap;

/// See the module.
pub const JOURNAL: Whole = Whole {
    name: "journal",
    is: |_, bytes| form(bytes).is_some(),
    read: |_, bytes, facts| read(bytes, facts),
    cut: Some(cut_at),
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Export,
    Json,
    Pretty,
    Verbose,
}

/// Which form, by the first entry.
fn form(bytes: &[u8]) -> Option<Form> {
    let head = &bytes[..bytes.len().min(1 << 16)];
    let mut lines = Lines::new(head, 1).filter(|l| !l.trim_ascii().is_empty() && !l.starts_with(b"-- "));
    let first = lines.next()?;
    let stamped = |text: &[u8]| memmem::find(text, b"\"__REALTIME_TIMESTAMP\"").is_some();
    if json::object(first).is_some_and(stamped) {
        return Some(Form::Json);
    }
    if first == b"{" {
        return stamped(head).then_some(Form::Pretty);
    }
    if verbose::heading(first).is_some() {
        return Some(Form::Verbose);
    }
    let exported = export::field(first) && memmem::find(head, b"__REALTIME_TIMESTAMP=").is_some();
    exported.then_some(Form::Export)
}

/// Where a piece may end: before an entry. In an export a field's bytes may look like one, so it is walked.
fn cut_at(bytes: &[u8], from: usize) -> Option<usize> {
    let form = form(bytes)?;
    if form == Form::Export {
        return export::end_behind(bytes, from);
    }
    let mut at = from + memchr::memchr(b'\n', bytes.get(from..)?)? + 1;
    loop {
        let end = at + memchr::memchr(b'\n', &bytes[at..])?;
        match form {
            Form::Export | Form::Json => return Some(at),
            Form::Pretty if &bytes[at..end] == b"{" => return Some(at),
            Form::Verbose if verbose::heading(&bytes[at..end]).is_some() => return Some(at),
            Form::Pretty | Form::Verbose => at = end + 1,
        }
    }
}

fn read(bytes: &[u8], facts: &mut Facts) {
    let Some(form) = form(bytes) else { return };
    facts.met(JOURNAL.name);
    let mut journal = Journal::default();
    match form {
        Form::Export => export::read(bytes, &mut journal),
        Form::Json => json::lines(bytes, &mut journal),
        Form::Pretty => json::pretty(bytes, &mut journal),
        Form::Verbose => verbose::read(bytes, &mut journal),
    }
    let spans = journal.spans();
    take(journal.part, 1, facts);
    facts.clues.extend(spans);
}

/// What has been read so far.
#[derive(Default)]
struct Journal {
    part: Part,
    /// Entries read.
    entries: u64,
    /// First and last time of each host.
    hosts: BTreeMap<Option<String>, (Stamp, Stamp)>,
    /// Boots of which the kernel has spoken.
    boots: std::collections::HashSet<Vec<u8>>,
}

impl Journal {
    /// Notes when a host was alive.
    fn alive(&mut self, host: Option<&[u8]>, stamp: &Stamp) {
        self.entries += 1;
        let name = host.map(|h| String::from_utf8_lossy(h).into_owned());
        self.hosts.entry(name).or_insert_with(|| (stamp.clone(), stamp.clone())).1 = stamp.clone();
    }

    /// The span of each host; entries are counted once.
    fn spans(&mut self) -> Vec<Clue> {
        let hosts = std::mem::take(&mut self.hosts).into_iter().take(HOSTS).enumerate();
        let span = |(i, (host, (first, last)))| {
            let lines = if i == 0 { self.entries } else { 0 };
            Clue::LogSpan { host, first, last, lines }
        };
        hosts.map(span).collect()
    }
}

/// Hosts of one journal that are told apart.
const HOSTS: usize = 500;

#[cfg(test)]
mod tests;
