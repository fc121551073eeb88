//! The acts in a command line: typed into a shell, or as sudo and auditd wrote it.
//!
//! Quotes may be gone (sudo before 1.9.13 writes `sh -c echo 1 > /proc/sys/…`), so a shell's argument reaches to
//! the end of the line. A program counts only where a command begins: `grep sysctl` sets nothing.

use super::{assign, load_all};
use crate::model::act::{Act, Load};
use regex::Regex;
use std::sync::LazyLock;

/// `> /proc/sys/KEY`, `| tee -a /proc/sys/KEY`, `tee /proc/sys/KEY`, and what is in front of it.
static WRITE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"^(?P<before>.*?)\s*(?:>{1,2}\|?|(?:(?:^|\|)\s*(?:sudo\s+)?(?:[\w/]*/)?tee(?:\s+-\S+)*))\s*['"]?/proc/sys/(?P<key>[\w./@:-]+)"#;
    Regex::new(pattern).expect("a constant pattern")
});
/// `echo VALUE`, `printf VALUE`.
static ECHO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^(?:/usr)?(?:/bin/)?(?:echo|printf)\s+(?:-[neE]+\s+)*['"]?(?P<value>[^|;<>'"`$]*?)(?:\\n)?['"]?\s*$"#)
        .expect("a constant pattern")
});

/// Deeper than anyone nests shells.
const DEPTH: u32 = 4;

/// The acts of a command line, in order.
pub(in crate::parse) fn acts(command: &str) -> Vec<Act> {
    let mut found = Vec::new();
    list(command, 0, &mut found);
    found
}

/// Commands between `;`, `&&`, `||` and line feeds, as far as quotes tell.
fn list(text: &str, depth: u32, found: &mut Vec<Act>) {
    let (mut start, mut quote) = (0, None);
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match (byte, quote) {
            (b'\'' | b'"', None) => quote = Some(byte),
            (b'\'' | b'"', Some(open)) if open == byte => quote = None,
            (b';' | b'\n', None) => {
                pipeline(text.get(start..at).unwrap_or(""), depth, found);
                start = at + 1;
            }
            (b'&' | b'|', None) if bytes.get(at + 1) == Some(byte) => {
                pipeline(text.get(start..at).unwrap_or(""), depth, found);
                start = at + 2;
            }
            _ => {}
        }
    }
    pipeline(text.get(start..).unwrap_or(""), depth, found);
}

fn pipeline(text: &str, depth: u32, found: &mut Vec<Act>) {
    let mut rest = text.trim().trim_start_matches(['(', '{', '&']).trim_start();
    loop {
        let (word, behind) = word(rest);
        let program = word.rsplit('/').next().unwrap_or(word);
        match program {
            "sudo" | "doas" | "env" | "nohup" | "time" | "command" | "exec" | "nice" | "ionice"
            | "setsid" => {
                rest = options(behind);
            }
            "sh" | "bash" | "dash" | "zsh" | "ksh" | "su" => {
                if let (Some(script), true) = (script(behind), depth < DEPTH) {
                    list(script, depth + 1, found);
                }
                return;
            }
            "sysctl" => return sysctl(behind, found),
            "tuned-adm" => {
                let names = behind.strip_prefix("profile ").unwrap_or_default().trim();
                found.extend((!names.is_empty()).then(|| Act::Profile(names.to_owned())));
                return;
            }
            "systemctl" | "service" => {
                let has = |names: &[&str]| behind.split_whitespace().any(|w| names.contains(&w));
                let loads = has(&["systemd-sysctl", "systemd-sysctl.service", "procps", "procps.service"]);
                let runs =
                    has(&["start", "restart", "reload", "try-restart", "reload-or-restart", "force-reload"]);
                found.extend((loads && runs).then(load_all));
                return;
            }
            _ if is_assignment(word) => rest = behind,
            _ => return written(rest, found),
        }
    }
}

/// Up to the next blank, and what is behind it.
fn word(text: &str) -> (&str, &str) {
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}

/// `LANG=C` in front of a command.
fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What stands behind the options of `sudo`, `env` and the like.
fn options(mut rest: &str) -> &str {
    while let (option, behind) = word(rest)
        && option.starts_with('-')
    {
        let takes_a_word = matches!(option, "-u" | "-g" | "-n" | "-h" | "-p") && !behind.starts_with('-');
        // sudo's own -n takes none, nice's does
        let skip = takes_a_word && (option != "-n" || behind.starts_with(|c: char| c.is_ascii_digit()));
        rest = if skip { word(behind).1 } else { behind };
    }
    rest
}

/// The argument of a shell's `-c`.
fn script(mut rest: &str) -> Option<&str> {
    loop {
        let (option, behind) = word(rest);
        if option.is_empty() {
            return None;
        }
        if option.starts_with('-') && !option.starts_with("--") && option.ends_with('c') {
            let quoted =
                |q: char| behind.strip_prefix(q).map(|b| b.rsplit_once(q).map_or(b, |(inside, _)| inside));
            return Some(quoted('\'').or_else(|| quoted('"')).unwrap_or(behind));
        }
        rest = behind;
    }
}

fn sysctl(args: &str, found: &mut Vec<Act>) {
    let end = args.find(['|', '>', '<', '&']).unwrap_or(args.len());
    let args = args.get(..end).unwrap_or(args);
    if args.split_whitespace().any(|w| w == "--dry-run") {
        return;
    }
    let settings = assign::settings(args).into_iter();
    found.extend(settings.map(|(key, value)| Act::Set { key, value: Some(value) }));
    if args.split_whitespace().any(|w| w == "--system") {
        return found.push(load_all());
    }
    let file = |name: &str| Act::Load(Load::File(name.trim_matches(['\'', '"']).to_owned()));
    let mut words = args.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let short = word.starts_with('-') && !word.starts_with("--") && word.ends_with(['p', 'f']);
        if let Some(name) = word.strip_prefix("--load=") {
            found.push(file(name));
        } else if short || word == "--load" {
            let before = found.len();
            while let Some(name) = words.next_if(|w| !w.starts_with('-')) {
                found.push(file(name));
            }
            if found.len() == before {
                found.push(file("/etc/sysctl.conf"));
            }
        }
    }
}

/// The dotted key of a path below `/proc/sys`; a dot in the path, as of a VLAN, is a slash in the key.
pub(in crate::parse) fn key_of(path: &str) -> String {
    let swap = |c| match c {
        '/' => '.',
        '.' => '/',
        other => other,
    };
    path.trim_matches('/').chars().map(swap).collect()
}

/// A write below `/proc/sys` without sysctl.
fn written(text: &str, found: &mut Vec<Act>) {
    let Some(write) = WRITE.captures(text) else { return };
    let key = key_of(write["key"].trim_end_matches('.'));
    let value = ECHO.captures(write["before"].trim()).map(|echo| echo["value"].to_owned());
    let value = value.map(|v| v.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|v| !v.is_empty());
    found.push(Act::Set { key, value });
}
