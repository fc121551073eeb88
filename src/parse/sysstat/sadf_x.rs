//! `sadf -x`: the day as XML, one element a line. sosreports keep it as `sos_commands/sar/saDD.xml`.
//!
//! ```text
//! <timestamp date="2026-11-20" time="09:12:20" utc="1" interval="10">
//!   <network per="second">
//!     <net-dev iface="eth0" rxpck="12.00" txpck="11.50"/>
//! ```
//!
//! *Yields* what [`sadf -j`](super::sadf_j) yields; the keys are the same.
//! *Hides* restarts, comments, interrupts by number, USB devices, words.
//! *Keeps unnamed* columns nobody wrote down, as `sar.<column>`.
//! *Rejects* statistics without a date, and a last line without an end.

use super::number::{Cell, cell};
use super::report::Report;
use super::sadf::{Rows, When};
use super::sadf_d::when;
use super::sadf_j::column;
use crate::model::fact::Facts;
use crate::parse::Whole;
use crate::parse::lines::Lines;

/// See the module.
pub const WHOLE: Whole = Whole { name: "sadf -x", is, read, cut: None };

/// Keys that name what an element is of.
const ENTITIES: [&str; 9] = ["name", "number", "cpu", "iface", "dev", "line", "fchost", "fsname", "mountp"];

/// Elements that nothing is read in.
const HIDDEN: [&str; 4] = ["interrupts", "usb-devices", "restarts", "comments"];

fn is(_: &str, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(512)];
    head.starts_with(b"<?xml") && memchr::memmem::find(head, b"<sysstat").is_some()
}

/// Where the reader stands.
#[derive(Default)]
struct Place {
    when: Option<When>,
    /// The element opened last, and the one nothing is read in.
    parent: String,
    hidden: Option<String>,
    /// Of elements with a line a number: memory.
    columns: Vec<String>,
    cells: Vec<Option<Cell>>,
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let mut lines = Lines::new(bytes, 1);
    let (mut rows, mut place) = (Rows::default(), Place::default());
    let cut = !bytes.ends_with(b"\n");
    loop {
        let number = lines.number();
        let Some(line) = lines.next() else { break };
        let Some(element) = std::str::from_utf8(line).ok().and_then(|l| l.trim().strip_prefix('<')) else {
            continue;
        };
        if cut && lines.rest().is_empty() && element != "/sysstat>" {
            facts.rejects.push(number, "truncated: the file ends here");
        } else {
            place.element(element, number, &mut rows, facts);
        }
    }
    rows.finish(facts);
}

impl Place {
    fn element(&mut self, element: &str, line: u32, rows: &mut Rows, facts: &mut Facts) {
        let end = element.find([' ', '>', '/']).filter(|end| *end > 0);
        let name = end.map_or("", |end| &element[..end]);
        if let Some(closed) = element.strip_prefix('/') {
            let closed = closed.trim_end_matches('>');
            if self.hidden.as_deref() == Some(closed) {
                self.hidden = None;
            }
            self.file("", line, rows, facts);
        } else if self.hidden.is_some() {
        } else if HIDDEN.contains(&name) && !element.ends_with("/>") {
            self.hidden = Some(name.to_owned());
        } else if name == "host" {
            let host = attributes(element).find(|(key, _)| *key == "nodename");
            rows.host(host.map_or("", |(_, host)| host), line, facts);
        } else if name == "timestamp" {
            self.when = time(element);
            if self.when.is_none() {
                facts.rejects.push(line, "statistics without a date");
            }
        } else if element.ends_with("/>") {
            self.row(name, element, line, rows, facts);
        } else if let Some((_, text)) = element.split_once('>').filter(|(_, text)| !text.is_empty()) {
            self.number(name, text, line, rows, facts);
        } else {
            name.clone_into(&mut self.parent);
        }
    }

    /// `<net-dev iface="lo" rxpck="0.00"/>`.
    fn row(&mut self, name: &str, element: &str, line: u32, rows: &mut Rows, facts: &mut Facts) {
        self.file("", line, rows, facts);
        let group = match (self.parent.as_str(), name) {
            ("cpu-load" | "cpu-load-all", "cpu") => "cpu-load",
            (_, "cpufreq") => "cpu-frequency",
            (_, "filesystem") => "filesystems",
            (_, name) => name,
        };
        let mut of = "";
        for (key, value) in attributes(element) {
            if ENTITIES.contains(&key) {
                of = value;
            } else if let Some(value) = cell(value.as_bytes()) {
                self.columns.push(column(group, key));
                self.cells.push(Some(value));
            }
        }
        self.file(of, line, rows, facts);
    }

    /// `<memfree>1437740</memfree>`.
    fn number(&mut self, name: &str, text: &str, line: u32, rows: &mut Rows, facts: &mut Facts) {
        let value = text.split('<').next().and_then(|text| cell(text.as_bytes()));
        if let Some(value) = value.filter(|_| self.when.is_some()) {
            self.columns.push(column(&self.parent, name));
            self.cells.push(Some(value));
            if self.parent == "io" {
                self.file("", line, rows, facts);
            }
        }
    }

    fn file(&mut self, of: &str, line: u32, rows: &mut Rows, facts: &mut Facts) {
        if let Some(when) = self.when.as_ref().filter(|_| !self.columns.is_empty()) {
            let names: Vec<&str> = self.columns.iter().map(String::as_str).collect();
            let row = (of.as_bytes(), self.cells.as_slice());
            rows.row(&names.join(";"), || Report::new(&names), row, when, line, facts);
        }
        self.columns.clear();
        self.cells.clear();
    }
}

/// `key="value"` of an element.
fn attributes(element: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = element.split_once(' ').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (key, behind) = rest.split_once("=\"")?;
        let (value, behind) = behind.split_once('"')?;
        rest = behind;
        Some((key.trim(), value))
    })
}

fn time(element: &str) -> Option<When> {
    let get = |key: &str| attributes(element).find(|(k, _)| *k == key).map(|(_, value)| value);
    let zone = if get("utc") == Some("1") { "UTC" } else { get("tz").unwrap_or("") };
    when(get("interval").unwrap_or("-1"), format!("{} {} {zone}", get("date")?, get("time")?).trim_end())
}
