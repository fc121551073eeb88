//! Files of tools that are not read: top, ps, iostat, traceroute and others.

use super::line::{Line, line};
use super::{DUMP, Head};
use crate::model::fact::Facts;
use crate::parse::lines::Lines;
use crate::parse::{DUMPS, stamp, sysstat};

/// Bytes of a file that tell which tool's it is.
const HEAD: usize = 64 << 10;

/// Beginnings of lines of tools whose output is not read, and the name under which it is passed over.
const TOOLS: [(&str, &str); 11] = [
    ("top - ", "top: passed over"),
    ("avg-cpu:", "iostat: passed over"),
    ("F S UID", "ps: passed over"),
    ("F   UID", "ps: passed over"),
    ("F S RUSER", "ps: passed over"),
    ("USER ", "ps: passed over"),
    ("slabinfo - version", "slabinfo: passed over"),
    ("traceroute", "traceroute: passed over"),
    ("PING ", "ping: passed over"),
    ("processor\t", "cpuinfo: passed over"),
    ("COMMAND ", "lsof: passed over"),
];

const UNKNOWN: &str = "a tool that is not read: passed over";

/// The word for the tool, in a file of one of the two that holds nothing that is read here.
pub(super) fn tool(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let mut lines = Lines::new(head, 1).filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next()?;
    let is_mark = |text: &[u8]| text.starts_with(b"zzz") && stamp::separator(text).is_some();
    if !is_mark(first) && line(first).is_none_or(|l| matches!(l, Line::Late(_) | Line::Undated)) {
        return None;
    }
    let mut averages = false;
    for text in lines {
        if let Some((_, word)) = TOOLS.iter().find(|(start, _)| text.starts_with(start.as_bytes())) {
            return Some(word);
        }
        // mpstat and iostat begin alike
        if (sysstat::sar::DUMP.begins)(text) {
            averages = true;
        } else if line(text).is_none() && DUMPS.iter().any(|dump| (dump.begins)(text)) {
            return None;
        }
    }
    let snapshot = || Lines::new(head, 1).any(is_mark);
    let text = |text: &[u8]| !text.trim_ascii().is_empty() && line(text).is_none() && !is_mark(text);
    (!averages && snapshot() && Lines::new(head, 1).any(text)).then_some(UNKNOWN)
}

/// Takes the host from the head, and passes over the rest.
pub(super) fn read(path: &str, bytes: &[u8], facts: &mut Facts) {
    path.clone_into(&mut facts.path);
    facts.met(DUMP.name);
    let mut head = Head::default();
    for (number, text) in (1..).zip(Lines::new(&bytes[..bytes.len().min(HEAD)], 1)) {
        if let Some(found @ (Line::Title(_) | Line::Head)) = line(text) {
            head.line(found, number, facts);
        }
    }
    head.host(None, 1, facts);
    facts.met(tool(bytes).unwrap_or(UNKNOWN));
}
