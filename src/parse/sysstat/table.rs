//! [`Table`]: a header of sysstat, and where in the rows below it the numbers stand.

use super::clock;
use super::number::cell;
use super::report::Report;
use crate::catalogue::sar;
use std::borrow::Cow;

/// Words of a header that name what a row is of.
pub const ENTITIES: [&str; 14] = [
    "CPU",
    "IFACE",
    "DEV",
    "TTY",
    "FAN",
    "TEMP",
    "IN",
    "BAT",
    "FILESYSTEM",
    "MOUNTPOINT",
    "FCHOST",
    "NODE",
    "CORE",
    "INTR",
];

/// Columns that hold words.
pub const TEXT: [&str; 2] = ["DEVICE", "status"];

/// Words that only headers of reports nobody needs have.
pub const HIDDEN: [&str; 5] = ["INTR", "BUS", "PID", "TGID", "UID"];

/// Where the name stands in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    Nowhere,
    First,
    Last,
}

/// A header met before, and what follows it.
#[derive(Debug)]
pub struct Table {
    pub report: Report,
    pub place: Place,
    pub days: clock::Days,
    pub hidden: bool,
    /// Columns of words: their places among the cells.
    pub text: Vec<usize>,
    pub header: String,
}

impl Table {
    pub fn new(words: &[&str]) -> Self {
        let entity = |word: Option<&&str>| word.is_some_and(|word| ENTITIES.contains(word));
        let (place, columns) = match words {
            [_, rest @ ..] if entity(words.first()) => (Place::First, rest),
            [rest @ .., _] if entity(words.last()) => (Place::Last, rest),
            all => (Place::Nowhere, all),
        };
        let text = (0..columns.len()).filter(|i| TEXT.contains(&columns[*i])).collect();
        let columns: Vec<&str> = columns.iter().filter(|word| !TEXT.contains(word)).copied().collect();
        let hidden = words.iter().any(|word| HIDDEN.contains(word));
        Self {
            report: Report::new(&columns),
            place,
            days: clock::Days::default(),
            hidden,
            text,
            header: words.join(" "),
        }
    }

    pub fn is(&self, words: &[&str]) -> bool {
        self.header.split(' ').eq(words.iter().copied())
    }
}

pub fn is_header(words: &[&str]) -> bool {
    words.iter().any(|word| is_column(word)) && words.iter().all(|word| cell(word.as_bytes()).is_none())
}

pub fn is_column(word: &str) -> bool {
    const OTHERS: [&str; 8] = ["all", "dentunusd", "runq-sz", "tps", "MHz", "wghMHz", "LINUX", "COM"];
    ENTITIES.contains(&word)
        || HIDDEN.contains(&word)
        || word.starts_with("CPU")
        || OTHERS.contains(&word)
        || word.ends_with("/s")
        || word.starts_with(['%', 'k', 'M']) && word.len() > 3
        || sar::column(word, &[]).is_some()
}

/// Without the colours that `S_COLORS=always` puts in.
pub fn uncoloured(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(0x1b, line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut plain = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(0x1b, rest) {
        plain.extend_from_slice(&rest[..at]);
        let end = rest[at..].iter().position(|b| *b == b'm').map_or(rest.len(), |end| at + end + 1);
        rest = &rest[end..];
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}
