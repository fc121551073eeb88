//! `hostnamectl`: name, machine-id, distribution and kernel of a host.
//!
//! ```text
//!    Static hostname: web7
//!          Icon name: computer-vm
//!         Machine ID: 3d1219c7c4c5404aaa1f6d2a48adfda4
//!            Boot ID: 8c4cbd1d0b6c4e36a1d9a0f4f9a5a0c6
//!   Operating System: Debian GNU/Linux 12 (bookworm)
//!             Kernel: Linux 6.1.0-18-amd64
//!       Architecture: x86-64
//! ```
//!
//! Written by systemd; sosreports keep it as `sos_commands/host/hostnamectl_status`.
//!
//! *Yields* [`Clue::Host`] (the transient name before the static one, which only a boot brings into force),
//! [`Clue::Machine`], [`Clue::Os`] and [`Clue::Kernel`]. *Hides* the rest. *Rejects* nothing: what is not `Key: value`
//! ends it.

use super::lines::Lines;
use super::{Dump, machine_id, uname, words};
use crate::model::fact::{Clue, Facts};

/// See the module.
pub const DUMP: Dump = Dump { name: "hostnamectl", begins, open: || Box::new(read) };

fn begins(line: &[u8]) -> bool {
    pair(line).is_some_and(|(key, _)| key == "Static hostname")
}

/// Key and value, the key indented to the right.
fn pair(line: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(line.get(..line.len().min(300))?).ok()?;
    let (key, value) = text.split_once(": ")?;
    let words = key.trim_start();
    (!words.is_empty() && words.bytes().all(|b| b.is_ascii_alphabetic() || b == b' '))
        .then_some((words, value.trim()))
}

fn read(lines: &mut Lines<'_>, facts: &mut Facts) {
    let (mut running, mut named) = (None, None);
    while let Some((key, value)) = lines.peek().and_then(pair) {
        let line = lines.number();
        if !lines.rest().contains(&b'\n') {
            facts.rejects.push(line, words::CUT);
            lines.advance();
            break;
        }
        let host = || uname::is_host_name(value).then(|| Clue::Host { name: value.to_owned(), line });
        match key {
            "Static hostname" => named = host(),
            "Transient hostname" => running = host(),
            "Machine ID" => {
                let id = machine_id::id(value.as_bytes()).map(|id| Clue::Machine { id: id.to_owned(), line });
                facts.clues.extend(id);
            }
            "Operating System" => facts.clues.push(Clue::Os { name: value.to_owned(), line }),
            "Kernel" => {
                let release = value.strip_prefix("Linux ").map(str::to_owned);
                facts.clues.extend(release.map(|release| Clue::Kernel { release, line }));
            }
            _ => {}
        }
        lines.advance();
    }
    facts.clues.extend(running.or(named));
}
