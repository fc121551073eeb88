//! `/var/log/apt/history.log`: what apt was asked for, by whom, and what it did.
//!
//! ```text
//! Start-Date: 2026-11-20  09:12:10
//! Commandline: apt install tuned
//! Requested-By: bob (1000)
//! Install: tuned:amd64 (2.20.0-1), hdparm:amd64 (9.65+ds-1, automatic)
//! End-Date: 2026-11-20  09:12:31
//! ```
//!
//! *Yields* one act for each package that carries or applies settings, at the end of its run. *Hides* all other
//! packages. *Keeps unnamed* the zone. *Rejects* runs without a readable end.

use crate::model::act::{Act, Action, Outcome, Way};
use crate::model::fact::Facts;
use crate::model::stamp::Stamp;
use crate::parse::act::matters;
use crate::parse::lines::Lines;
use crate::parse::syslog::cut;
use crate::parse::{Whole, stamp};

/// See the module.
pub const APT: Whole = Whole { name: "apt history", is, read, cut: None };

fn is(_: &str, bytes: &[u8]) -> bool {
    let first = Lines::new(&bytes[..bytes.len().min(4096)], 1).find(|l| !l.trim_ascii().is_empty());
    first.is_some_and(|line| date(line, "Start-Date: ").is_some())
}

fn date(line: &[u8], label: &str) -> Option<Stamp> {
    let text = String::from_utf8_lossy(line.strip_prefix(label.as_bytes())?);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    stamp::separator(text.as_bytes())
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(APT.name);
    let mut user: Option<String> = None;
    let mut run: Vec<(u32, String, &[u8])> = Vec::new();
    let mut lines = Lines::new(bytes, 1);
    while let Some(line) = lines.peek() {
        let number = lines.number();
        let finished = lines.rest().len() > line.len();
        lines.advance();
        if line.starts_with(b"Start-Date: ") {
            if !run.is_empty() {
                facts.rejects.push(number, "the run before has no end");
            }
            (user, run) = (None, Vec::new());
        } else if let Some(name) = line.strip_prefix(b"Requested-By: ") {
            user = String::from_utf8_lossy(name).split_whitespace().next().map(str::to_owned);
        } else if line.starts_with(b"End-Date: ") {
            let Some(at) = date(line, "End-Date: ").filter(|_| finished) else {
                facts.rejects.push(number, "no readable date");
                continue;
            };
            facts.actions.extend(run.drain(..).map(|(line, package, text)| Action {
                stamp: at.clone(),
                host: None,
                what: Act::Package(package),
                way: Way::Package,
                user: user.clone(),
                outcome: Outcome::Done,
                line,
                text: cut(text),
            }));
        } else {
            run.extend(did(line).into_iter().map(|package| (number, package, line)));
        }
    }
    facts.lines = u64::from(lines.number().saturating_sub(1));
}

/// The packages that matter on a line of what was done.
fn did(line: &[u8]) -> Vec<String> {
    const VERBS: [&str; 6] = ["Install", "Upgrade", "Remove", "Purge", "Downgrade", "Reinstall"];
    let text = String::from_utf8_lossy(&line[..line.len().min(1 << 20)]);
    let Some((_, rest)) = text.split_once(": ").filter(|(verb, _)| VERBS.contains(verb)) else {
        return Vec::new();
    };
    // `name:arch (version, automatic), …`
    let names = rest.split("), ").filter_map(|part| part.split_whitespace().next());
    names.filter(|name| matters(name)).map(str::to_owned).collect()
}
