//! `/var/log/zypp/history`: what zypper, `YaST` and `PackageKit` did on SUSE.
//!
//! ```text
//! 2026-11-20 09:12:09|command|root@web1|'zypper' 'install' 'tuned'|
//! 2026-11-20 09:12:10|install|tuned|2.20.0-150500.1.1|noarch|root@web1|repo-oss|3f0a…|
//! # 2026-11-20 09:12:11 tuned-2.20.0-150500.1.1.noarch.rpm installed ok
//! 2026-11-20 09:12:31|remove |kernel-default|6.4.0-150600.21.1|x86_64|root@web1|
//! ```
//!
//! *Yields* one act for each package that carries or applies settings, and for each kernel; who, where it was asked for
//! rather than taken along. *Hides* all other packages, commands, repositories and what scripts said. *Keeps unnamed*
//! the zone, and the host, which may be that of an installer. *Rejects* rows without a readable date, and a last one that
//! the end of the file may have cut.

use crate::model::act::{Act, Action, Outcome, Way};
use crate::model::fact::Facts;
use crate::model::stamp::Stamp;
use crate::parse::act::matters;
use crate::parse::lines::Lines;
use crate::parse::syslog::cut;
use crate::parse::{Whole, stamp};

/// See the module.
pub const ZYPP: Whole = Whole { name: "zypp history", is, read, cut: None };

fn is(_: &str, bytes: &[u8]) -> bool {
    let row = |line: &&[u8]| !line.trim_ascii().is_empty() && !line.starts_with(b"#");
    let first = Lines::new(&bytes[..bytes.len().min(1 << 16)], 1).find(row);
    first.is_some_and(|line| columns(line).is_some_and(|(at, ..)| at.is_some()))
}

/// Time, what was done, and the columns behind it.
fn columns(line: &[u8]) -> Option<(Option<Stamp>, &[u8], impl Iterator<Item = &[u8]>)> {
    let mut columns = line.split(|b| *b == b'|');
    let (time, verb) = (columns.next()?, columns.next()?.trim_ascii());
    let word = !verb.is_empty() && verb.iter().all(u8::is_ascii_lowercase);
    (time.len() == 19 && word).then(|| (stamp::separator(time), verb, columns))
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(ZYPP.name);
    let mut lines = Lines::new(bytes, 1);
    while let Some(line) = lines.peek() {
        let number = lines.number();
        let cut_off = lines.rest().len() == line.len();
        lines.advance();
        let Some((at, verb, mut columns)) = columns(line) else { continue };
        if !matches!(verb, b"install" | b"remove") {
            continue;
        }
        let package = String::from_utf8_lossy(columns.next().unwrap_or_default());
        if !matters(&package) {
            continue;
        }
        if cut_off {
            facts.rejects.push(number, "truncated: the file ends here");
            continue;
        }
        let Some(at) = at else {
            facts.rejects.push(number, "no readable date");
            continue;
        };
        let by = columns.nth(2).map(String::from_utf8_lossy).unwrap_or_default();
        let user = by.split('@').next().filter(|user| !user.is_empty());
        facts.actions.push(Action {
            stamp: at,
            host: None,
            what: Act::Package(package.into_owned()),
            way: Way::Package,
            user: user.map(str::to_owned),
            outcome: Outcome::Done,
            line: number,
            text: cut(line),
        });
    }
    facts.lines = u64::from(lines.number().saturating_sub(1));
}
