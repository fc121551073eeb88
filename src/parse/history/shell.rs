//! Histories of shells: `~/.bash_history`, `~/.zsh_history`.
//!
//! ```text
//! #1763629940
//! sysctl -w net.core.somaxconn=4096
//! : 1763629940:0;sysctl -w net.core.somaxconn=4096
//! ```
//!
//! bash writes the time with `HISTTIMEFORMAT` set, zsh with `EXTENDED_HISTORY`. *Yields* acts of commands with a time,
//! of root or by way of sudo; the user is the one whose home it lies in. That a command was typed does not say that it
//! worked. *Hides* all other commands. *Keeps unnamed* commands without a time. *Rejects* nothing. Known by `history`
//! in the file's name: a loop may separate dumps by the same `#` lines.

use crate::model::act::{Action, Outcome, Way};
use crate::model::fact::Facts;
use crate::model::stamp::Stamp;
use crate::parse::act::command;
use crate::parse::lines::Lines;
use crate::parse::syslog::cut;
use crate::parse::{Whole, stamp};

/// See the module.
pub const SHELL: Whole = Whole { name: "shell history", is, read, cut: None };

fn is(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let timed = |l: &[u8]| bash_time(l).is_some() || zsh(l).is_some();
    name.contains("history") && Lines::new(&bytes[..bytes.len().min(1 << 14)], 1).take(200).any(timed)
}

/// `#1763629940`.
fn bash_time(line: &[u8]) -> Option<Stamp> {
    let digits = line.strip_prefix(b"#")?;
    digits.iter().all(u8::is_ascii_digit).then(|| stamp::separator(digits)).flatten()
}

/// `: 1763629940:0;command`.
fn zsh(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let rest = line.strip_prefix(b": ")?;
    let at = stamp::separator(rest.get(..10)?)?;
    let command = memchr::memchr(b';', rest)?;
    (rest.get(10) == Some(&b':')).then_some((at, &rest[command + 1..]))
}

fn read(path: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(SHELL.name);
    let user = user(path);
    let mut now: Option<Stamp> = None;
    let mut lines = Lines::new(bytes, 1);
    while let Some(line) = lines.peek() {
        let number = lines.number();
        lines.advance();
        if let Some(at) = bash_time(line) {
            now = Some(at);
            continue;
        }
        let (at, command) = match (zsh(line), &now) {
            (Some(timed), _) => timed,
            (None, Some(at)) => (at.clone(), line),
            (None, None) => continue,
        };
        if lines.rest().is_empty() && !bytes.ends_with(b"\n") {
            facts.rejects.push(number, "the last line has no end: its value may be cut");
            continue;
        }
        let command = String::from_utf8_lossy(&command[..command.len().min(8 << 10)]).into_owned();
        let allowed = command.contains("sudo ") || user.as_deref().is_none_or(|user| user == "root");
        let acts = command::acts(&command).into_iter().filter(|_| allowed);
        facts.actions.extend(acts.map(|what| Action {
            stamp: at.clone(),
            host: None,
            what,
            way: Way::History,
            user: user.clone(),
            outcome: Outcome::Untold,
            line: number,
            text: cut(line),
        }));
    }
    facts.lines = u64::from(lines.number().saturating_sub(1));
}

/// Whose home the file lies in; not known where it lies in none.
fn user(path: &str) -> Option<String> {
    let mut folders = path.rsplit('/').skip(1);
    match (folders.next()?, folders.next()) {
        ("root", _) => Some("root".to_owned()),
        (name, Some("home")) => Some(name.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{SHELL, read};
    use crate::model::fact::Facts;

    fn acts(path: &str, text: &str) -> Vec<(u32, Option<String>)> {
        assert!((SHELL.is)(path, text.as_bytes()));
        let mut facts = Facts::default();
        read(path, text.as_bytes(), &mut facts);
        facts.actions.into_iter().map(|a| (a.line, a.user)).collect()
    }

    #[test]
    fn commands_of_root_and_of_sudo_are_acts() {
        let typed = "sysctl -p\n#1763629940\nsysctl -w net.core.somaxconn=4096\n#1763629950\nls\n\
                     #1763629960\nsudo sysctl -p\n";
        let root = Some("root".to_owned());
        assert_eq!(acts("web1/root/.bash_history", typed), [(3, root.clone()), (7, root)]);
        assert_eq!(acts("web1/home/bob/.bash_history", typed), [(7, Some("bob".into()))]);
        assert_eq!(acts("history.txt", ": 1763629940:0;sysctl -w net.core.somaxconn=4096\n"), [(1, None)]);
        assert!(!(SHELL.is)("loop.log", typed.as_bytes()));
        assert!(!(SHELL.is)(".bash_history", b"sysctl -w net.core.somaxconn=4096\n"));
    }
}
