//! Records of the audit trail, and the events that they make up.

use super::form::{self, Form};
use crate::model::act::{Act, Outcome, Way};
use crate::parse::act::command;
use memchr::{memchr, memmem};
use std::collections::BTreeMap;

/// What the records of one event share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Id {
    pub micros: i64,
    serial: u64,
}

/// One line.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub id: Id,
    pub host: Option<&'a [u8]>,
    kind: &'a [u8],
    fields: &'a [u8],
    form: Form,
}

/// The kernel cuts records at 8970 bytes; auditd adds names.
const LONGEST: usize = 16 << 10;

/// `type=… msg=audit(TIME:SERIAL): fields`, behind `node=…` where several hosts send theirs to one.
pub(super) fn record(line: &[u8], form: Form) -> Option<Record<'_>> {
    let (host, line) = match line.strip_prefix(b"node=") {
        Some(rest) => {
            let end = memchr(b' ', rest)?;
            (Some(&rest[..end]), &rest[end + 1..])
        }
        None => (None, line),
    };
    let rest = line.strip_prefix(b"type=")?;
    let (kind, rest) = rest.split_at(memchr(b' ', rest)?);
    let rest = rest.strip_prefix(b" msg=audit(")?;
    let end = memchr(b')', rest)?;
    let (time, serial) = std::str::from_utf8(&rest[..end]).ok()?.rsplit_once(':')?;
    let id = Id { micros: form.micros(time)?, serial: serial.parse().ok()? };
    let fields = rest[end + 1..].trim_ascii_start().strip_prefix(b":").unwrap_or_default();
    Some(Record { id, host, kind, fields: &fields[..fields.len().min(LONGEST)], form })
}

impl Record<'_> {
    /// A field's value without quotes; text with blanks or quotes in it is written in hexadecimal.
    fn text(&self, name: &str) -> Option<String> {
        let value = self.raw(name)?;
        if self.form != Form::Raw {
            return (value != b"(null)").then(|| String::from_utf8_lossy(value).into_owned());
        }
        if let Some(quoted) = value.strip_prefix(b"\"") {
            return Some(String::from_utf8_lossy(&quoted[..memchr(b'"', quoted)?]).into_owned());
        }
        let nibble = |b: u8| char::from(b).to_digit(16).and_then(|n| u8::try_from(n).ok());
        let (pairs, odd) = value.as_chunks::<2>();
        let byte = |pair: &[u8; 2]| Some((nibble(pair[0])? << 4) | nibble(pair[1])?);
        let bytes: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
        (odd.is_empty() && !bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A field as written.
    fn raw(&self, name: &str) -> Option<&[u8]> {
        let name = format!("{name}=");
        // enriched records have further fields behind a group separator, USER_CMD has its own in quotes
        let starts = |at: &usize| *at == 0 || matches!(self.fields[at - 1], b' ' | 0x1d | b'\'');
        let at = memmem::find_iter(self.fields, name.as_bytes()).find(starts)? + name.len();
        let rest = &self.fields[at..];
        if self.form != Form::Raw && name == "cmd=" {
            return Some(form::until(rest, &["exe", "terminal"]));
        }
        if rest.first() == Some(&b'"') {
            return Some(rest);
        }
        let end = rest.iter().position(|b| matches!(b, b' ' | 0x1d | b'\'')).unwrap_or(rest.len());
        Some(&rest[..end])
    }

    /// The arguments of a program.
    fn args(&self) -> BTreeMap<u64, String> {
        let all = 0..self.number("argc", 10).unwrap_or(0).min(ARGS);
        if self.form == Form::Raw {
            return all.filter_map(|n| Some((n, self.text(&format!("a{n}"))?))).collect();
        }
        // without quotes, each reaches to the next
        let mut found = BTreeMap::new();
        let mut rest = self.fields;
        for n in all {
            let Some(at) = memmem::find(rest, format!(" a{n}=").as_bytes()) else { break };
            rest = rest.get(at + format!(" a{n}=").len()..).unwrap_or_default();
            let value = form::until(rest, &[&format!("a{}", n + 1)]);
            found.insert(n, String::from_utf8_lossy(value).into_owned());
        }
        found
    }

    fn number(&self, name: &str, radix: u32) -> Option<u64> {
        u64::from_str_radix(std::str::from_utf8(self.raw(name)?).ok()?, radix).ok()
    }
}

/// What the records of one event say together.
#[derive(Debug, Default)]
pub(super) struct Event {
    /// Who logged in.
    pub user: Option<String>,
    args: BTreeMap<u64, String>,
    /// What sudo was asked for.
    command: Option<String>,
    paths: Vec<String>,
    folder: Option<String>,
    succeeded: Option<bool>,
    writes: bool,
}

/// More arguments than any command of interest has.
const ARGS: u64 = 256;

impl Event {
    /// Adds what a record says.
    pub fn join(&mut self, record: &Record<'_>) {
        match record.kind {
            b"EXECVE" => self.args.extend(record.args()),
            b"SYSCALL" => {
                self.succeeded = record.raw("success").map(|s| s == b"yes");
                self.writes = writes(record);
            }
            b"USER_CMD" => {
                self.command = record.text("cmd");
                self.folder = record.text("cwd");
                self.succeeded = record.raw("res").map(|r| r.starts_with(b"success"));
            }
            b"CWD" => self.folder = record.text("cwd"),
            b"PATH" if record.raw("nametype").is_none_or(|t| t != b"PARENT") => {
                self.paths.extend(record.text("name"));
            }
            _ => return,
        }
        self.user = self.user.take().or_else(|| user(record));
    }

    /// What was done.
    pub fn acts(&self) -> Vec<(Act, Way, Outcome)> {
        let failed = self.succeeded == Some(false);
        // that a program was started says nothing of how it ended
        let started = if failed { Outcome::Failed } else { Outcome::Untold };
        let command = self.command.clone().unwrap_or_else(|| self.command_line());
        let mut found: Vec<_> =
            command::acts(&command).into_iter().map(|what| (what, Way::Audit, started)).collect();
        if self.writes {
            let opened = if failed { Outcome::Failed } else { Outcome::Done };
            let keys = self.paths.iter().filter_map(|path| self.key(path));
            found.extend(keys.map(|key| (Act::Set { key, value: None }, Way::Audit, opened)));
        }
        found
    }

    /// The arguments as a shell would take them.
    fn command_line(&self) -> String {
        let plain = |arg: &str| arg.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./=,:@%+".contains(&b));
        let quoted = |arg: &String| match arg {
            arg if plain(arg) => arg.clone(),
            arg if arg.contains('\'') => format!("\"{arg}\""),
            arg => format!("'{arg}'"),
        };
        self.args.values().map(quoted).collect::<Vec<_>>().join(" ")
    }

    fn key(&self, path: &str) -> Option<String> {
        let whole = match (&self.folder, path.starts_with('/')) {
            (Some(folder), false) => format!("{folder}/{path}"),
            _ => path.to_owned(),
        };
        let below = whole.strip_prefix("/proc/sys/")?;
        (!below.is_empty() && !below.contains("..")).then(|| command::key_of(below))
    }
}

/// Whether a system call opens a file for writing, where the architecture's numbers are known.
fn writes(record: &Record<'_>) -> bool {
    if record.form != Form::Raw {
        let flags = match record.raw("syscall") {
            Some(b"open") => record.raw("a1"),
            Some(b"openat") => record.raw("a2"),
            Some(b"creat") => return true,
            _ => None,
        };
        let writing = |flag: &[u8]| flag == b"O_WRONLY" || flag == b"O_RDWR";
        return flags.is_some_and(|flags| flags.split(|b| *b == b'|').any(writing));
    }
    let flags = match (record.raw("arch"), record.number("syscall", 10)) {
        // open on x86-64 and i386
        (Some(b"c000003e"), Some(2)) | (Some(b"40000003"), Some(5)) => record.number("a1", 16),
        // openat on x86-64, arm64 and i386
        (Some(b"c000003e"), Some(257)) | (Some(b"c00000b7"), Some(56)) | (Some(b"40000003"), Some(295)) => {
            record.number("a2", 16)
        }
        // creat
        (Some(b"c000003e"), Some(85)) | (Some(b"40000003"), Some(8)) => Some(1),
        _ => None,
    };
    flags.is_some_and(|flags| flags & 3 != 0)
}

/// Who logged in, in the log's own words: `bob` in an enriched log, else the number.
fn user(record: &Record<'_>) -> Option<String> {
    if record.form != Form::Raw {
        return record.text("auid").filter(|name| name != "unset" && name != "-1");
    }
    let name = record.text("AUID").filter(|name| name != "unset");
    let number =
        || record.number("auid", 10).filter(|n| *n != u64::from(u32::MAX)).map(|n| format!("uid {n}"));
    name.or_else(number)
}
