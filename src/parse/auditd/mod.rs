//! The audit trail: `/var/log/audit/audit.log*`, `ausearch --raw`.
//!
//! ```text
//! type=SYSCALL msg=audit(1763629940.123:456): arch=c000003e syscall=59 success=yes exit=0 … auid=1000 uid=0 … comm="sysctl" exe="/usr/sbin/sysctl"
//! type=EXECVE msg=audit(1763629940.123:456): argc=3 a0="sysctl" a1="-w" a2="net.core.somaxconn=4096"
//! type=SYSCALL msg=audit(1763629941.200:460): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=55d0 a2=241 …
//! type=PATH msg=audit(1763629941.200:460): item=0 name="/proc/sys/net/core/somaxconn" …
//! ```
//!
//! One event is several records of one serial number. *Yields* acts: programs that were run (`EXECVE`, and what sudo
//! asked for, `USER_CMD`), and files below `/proc/sys` that were opened for writing. The latter come without a value,
//! for the kernel records the opening alone; where a program's arguments tell the value at the same moment, only these
//! are an act. Also the log's span. *Hides* everything else. *Keeps unnamed* users that the log has by number only.
//! *Rejects* nothing: a record that does not fit its event tells no act.
//!
//! `ausearch -i` prints the same records in words: `type=EXECVE msg=audit(11/20/2026 09:12:10.123:456) : argc=3
//! a0=sysctl a1=-w a2=net.core.somaxconn=4096`, the last record of an event first, the time that of the host's wall
//! clock without a zone and in its locale's form, values without quotes. Which number of `10/11/26` is the month the
//! text itself may tell ([`form::of`]); where both fit, the month is taken to be first, and a note says so.

mod event;
mod form;

use super::Whole;
use super::lines::Lines;
use super::syslog::cut;
use crate::model::act::{Act, Action};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;
use aho_corasick::AhoCorasick;
use event::{Event, Id};
use form::Form;
use memchr::{memchr, memchr_iter, memmem, memrchr};
use std::collections::HashSet;
use std::sync::LazyLock;

/// See the module.
pub const LOG: Whole = Whole {
    name: "auditd",
    is: |_, bytes| looks_like(bytes),
    read: |_, bytes, facts| read(bytes, facts),
    cut: Some(cut_at),
};

/// Literals of which every event that tells an act has at least one, in one of its records.
static NEEDLES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(["sysctl", "/proc/sys", "tuned-adm", "=\"-c\"", "=-c ", "type=USER_CMD "])
        .expect("constant literals")
});

/// Records of other events that may stand between those of one, each way.
const APART: usize = 24;
/// Microseconds in which a command and the write that it does are one act.
const ONE: i64 = 2_000_000;

fn looks_like(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1 << 14)];
    let text = |l: &&[u8]| !l.trim_ascii().is_empty() && *l != b"----" && !l.starts_with(b"time->");
    Lines::new(head, 1).filter(text).take(3).any(|line| {
        form::inside(line).is_some_and(|time| {
            let form = if time.contains(' ') { form::of(line).form } else { Form::Raw };
            event::record(line, form).is_some()
        })
    })
}

/// Where a piece may end: before a record of another event than the one before it. Interpreted ones stay whole, for all
/// of their dates tell whether the day or the month stands first.
fn cut_at(bytes: &[u8], from: usize) -> Option<usize> {
    let head = &bytes[..bytes.len().min(1 << 14)];
    if !matches!(form::of(head).form, Form::Raw) {
        return None;
    }
    let (mut at, mut before) = (from + memchr(b'\n', bytes.get(from..)?)? + 1, None);
    loop {
        let end = at + memchr(b'\n', &bytes[at..])?;
        if let Some(record) = event::record(&bytes[at..end], Form::Raw) {
            if before.as_ref().is_some_and(|id| *id != record.id) {
                return Some(at);
            }
            before = Some(record.id);
        }
        at = end + 1;
    }
}

fn read(bytes: &[u8], facts: &mut Facts) {
    facts.met(LOG.name);
    facts.lines = memchr_iter(b'\n', bytes).count() as u64 + u64::from(!bytes.ends_with(b"\n"));
    let form::Found { form, ambiguous } = form::of(bytes);
    span(bytes, form, facts);
    let mut seen: HashSet<Id> = HashSet::new();
    let mut acts: Vec<Action> = Vec::new();
    let (mut counted, mut line, mut done) = (0, 1_u32, 0);
    // the last record may be cut in the middle of an argument
    let whole = memrchr(b'\n', bytes).map_or(b"".as_slice(), |end| &bytes[..=end]);
    for found in NEEDLES.find_iter(whole) {
        if found.start() < done {
            continue;
        }
        let start = memrchr(b'\n', &bytes[..found.start()]).map_or(0, |n| n + 1);
        let end = memchr(b'\n', &bytes[found.end()..]).map_or(bytes.len(), |n| found.end() + n);
        let passed = memchr_iter(b'\n', &bytes[counted..start]).count();
        line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        (counted, done) = (start, end);
        let text = &bytes[start..end];
        let Some(record) = event::record(text, form).filter(|r| seen.insert(r.id.clone())) else { continue };
        let mut event = Event::default();
        around(bytes, start, form).filter(|r| r.id == record.id).for_each(|r| event.join(&r));
        acts.extend(event.acts().into_iter().map(|(what, way, outcome)| Action {
            stamp: Stamp::Instant(record.id.micros),
            host: record.host.map(|h| String::from_utf8_lossy(h).into_owned()),
            what,
            way,
            user: event.user.clone(),
            outcome,
            line,
            text: cut(text),
        }));
    }
    let mut acts = once(acts);
    for act in &mut acts {
        if let Stamp::Instant(micros) = act.stamp {
            act.stamp = form.stamp(micros);
        }
    }
    if let Some(first) = acts.first().filter(|_| ambiguous) {
        facts
            .notes
            .push(first.line, "a date that does not say which number is the month: the first is taken");
    }
    facts.actions.extend(acts);
}

/// The records around a line, its own among them, in file order.
fn around(bytes: &[u8], at: usize, form: Form) -> impl Iterator<Item = event::Record<'_>> {
    let mut start = at;
    for _ in 0..APART {
        let Some(before) = start.checked_sub(1) else { break };
        start = memrchr(b'\n', &bytes[..before]).map_or(0, |n| n + 1);
    }
    Lines::new(&bytes[start..], 1).take(APART * 2).filter_map(move |line| event::record(line, form))
}

/// First and last record.
fn span(bytes: &[u8], form: Form, facts: &mut Facts) {
    let first = Lines::new(bytes, 1).take(100).find_map(|line| event::record(line, form));
    let last = memmem::rfind(bytes, b"msg=audit(").and_then(|at| {
        let start = memrchr(b'\n', &bytes[..at]).map_or(0, |n| n + 1);
        event::record(Lines::new(&bytes[start..], 1).next()?, form)
    });
    let Some((first, last)) = first.zip(last) else { return };
    let host = first.host.map(|h| String::from_utf8_lossy(h).into_owned());
    let at = |r: &event::Record<'_>| form.stamp(r.id.micros);
    facts.clues.push(Clue::LogSpan { host, first: at(&first), last: at(&last), lines: facts.lines });
}

/// What of an act says whether it was told before.
struct Told {
    at: i64,
    what: Act,
}

impl Told {
    fn valued(&self, key: &str) -> bool {
        matches!(&self.what, Act::Set { key: k, value: Some(_) } if k == key)
    }
}

/// Leaves out what is told twice: by `sudo` and by what it ran, by a command and by the write that it did.
fn once(mut acts: Vec<Action>) -> Vec<Action> {
    let at = |a: &Action| match a.stamp {
        Stamp::Instant(micros) => micros,
        _ => 0,
    };
    acts.sort_by_key(|a| (at(a), a.line));
    let told: Vec<Told> = acts.iter().map(|a| Told { at: at(a), what: a.what.clone() }).collect();
    let mut index = 0;
    acts.retain(|act| {
        let now = index;
        index += 1;
        let near = |t: &&Told| (t.at - at(act)).abs() <= ONE;
        let before = || told[..now].iter().rev().take_while(near);
        let silent = match &act.what {
            Act::Set { key, value: None } => {
                before().chain(told[now + 1..].iter().take_while(near)).any(|t| t.valued(key))
            }
            _ => false,
        };
        !silent && !before().any(|t| t.what == act.what)
    });
    acts
}

#[cfg(test)]
mod tests;
