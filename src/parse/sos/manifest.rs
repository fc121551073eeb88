//! `sos_reports/manifest.json`: when sos started each command, and what came of it.
//!
//! Written by sos since 4.0. Each plugin lists its commands; since 4.2 with the seconds since 1970 at which one
//! started and ended, in 4.0 and 4.1 only with how long it ran. Plugins start and end by the wall clock, which names
//! no zone.
//!
//! ```text
//! {
//!     "version": "4.12.1",
//!     "cmdline": "report --batch",
//!     …
//!             "plugins": {
//!                 "networking": {
//!                     "start_time": "2026-11-21 14:52:21.595402",
//!                     "commands": [
//!                         {
//!                             "exec": "netstat -s",
//!                             "filepath": "sos_commands/networking/netstat_-s",
//!                             "return_code": 0,
//!                             "start_time": 1795272741.9619,
//! ```
//!
//! *Yields* [`Clue::Taken`] for each command with a time and a file, [`Clue::NotTaken`] for each that failed, and one
//! [`Clue::Offset`] where the seconds since 1970 fit between the wall clock's start and end of their plugins with one
//! offset only. *Hides* tags, sizes and run times. *Rejects* a text that ends early, with the plugins before that read.

use super::super::{Whole, json, stamp};
use crate::model::fact::{Clue, Facts, Taker};
use crate::model::stamp::Stamp;
use crate::parse::moment;
use serde_json::Value;
use std::collections::HashMap;

/// See the module.
pub const WHOLE: Whole = Whole { name: "sos manifest", is, read, cut: None };

fn is(_: &str, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(2048)];
    let has = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    json::begins_with_key(bytes, "version") && has(b"\"cmdline\"") && has(b"\"policy\"")
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let places = Places::new(bytes);
    let mut offset = Offset::default();
    let end = json::each(bytes, &["components", "report", "plugins"], &mut |_, value| {
        let Some(commands) = value.get("commands").and_then(Value::as_array) else { return };
        for command in commands {
            one(command, &places, facts);
        }
        offset.narrow(&value, commands);
    });
    if let Err(why) = end {
        let line = places.lines.max(1);
        facts.rejects.push(line, why);
    }
    if let Some((east, at)) = offset.only() {
        facts.clues.push(Clue::Offset { host: None, east, at, line: 1 });
    }
}

/// One entry of a plugin's list.
fn one(command: &Value, places: &Places, facts: &mut Facts) {
    let text = |key| command.get(key).and_then(Value::as_str);
    let Some(exec) = text("exec").or_else(|| text("command")) else { return };
    let path = text("filepath").map(below_root);
    let line = path.and_then(|p| places.of(p)).or_else(|| places.of(exec)).unwrap_or(1);
    if let (Some(path), Some(start)) = (path, micros(command.get("start_time"))) {
        let (path, stamp) = (path.to_owned(), Stamp::Instant(start));
        facts.clues.push(Clue::Taken { path, stamp, by: Taker::Manifest, line });
    }
    let why = match (command.get("return_code").and_then(Value::as_i64), path) {
        (Some(0) | None, Some(_)) => return,
        (Some(127), _) => "its program is not installed (exit status 127)".to_owned(),
        (Some(126), _) => "its program could not be run (exit status 126)".to_owned(),
        (Some(124), _) => "it ran into sos's time limit (exit status 124)".to_owned(),
        (Some(0) | None, None) => "nothing of its output was kept".to_owned(),
        (Some(status), _) => format!("exit status {status}"),
    };
    facts.clues.push(Clue::NotTaken { command: exec.to_owned(), why, line });
}

/// Some releases write the path of the working folder in front.
fn below_root(path: &str) -> &str {
    path.find("sos_commands/").and_then(|at| path.get(at..)).unwrap_or(path).trim_start_matches('/')
}

/// Seconds since 1970, as microseconds; of this century, so that nothing overflows.
#[allow(clippy::cast_possible_truncation)]
fn micros(seconds: Option<&Value>) -> Option<i64> {
    let seconds = seconds?.as_f64().filter(|s| (946_684_800.0..4_102_444_800.0).contains(s))?;
    Some((seconds * 1e6).round() as i64)
}

/// Where strings of the indented text stand, by the line that holds one as the value of `exec` or `filepath`.
struct Places {
    of: HashMap<Vec<u8>, u32>,
    lines: u32,
}

impl Places {
    fn new(bytes: &[u8]) -> Self {
        let mut places = Self { of: HashMap::new(), lines: 0 };
        for line in bytes.split(|b| *b == b'\n') {
            places.lines = places.lines.saturating_add(1);
            let line = line.trim_ascii();
            let value =
                [&b"\"exec\": \""[..], b"\"filepath\": \""].iter().find_map(|k| line.strip_prefix(*k));
            let value = value.and_then(|v| v.strip_suffix(b"\",").or_else(|| v.strip_suffix(b"\"")));
            if let Some(value) = value {
                places.of.entry(value.to_owned()).or_insert(places.lines);
            }
        }
        places
    }

    fn of(&self, text: &str) -> Option<u32> {
        self.of.get(text.as_bytes()).copied()
    }
}

/// What the wall clock was ahead of UTC, in microseconds, as far as the plugins leave it open.
#[derive(Default)]
struct Offset {
    least: Option<i64>,
    most: Option<i64>,
    at: Option<i64>,
}

impl Offset {
    /// A plugin's commands start and end while the plugin runs, some of them as it is set up.
    fn narrow(&mut self, plugin: &Value, commands: &[Value]) {
        let wall = |key| {
            let text = plugin.get(key).and_then(Value::as_str)?;
            Some(moment::placed(stamp::separator(text.as_bytes())?)?.1)
        };
        let starts = commands.iter().filter_map(|c| micros(c.get("start_time")));
        let ends = commands.iter().filter_map(|c| micros(c.get("end_time")));
        let (Some(first), Some(last)) = (starts.min(), ends.max()) else { return };
        let began = ["setup_start", "start_time"].into_iter().filter_map(wall).min();
        let ended = ["end_time", "postproc_end"].into_iter().filter_map(wall).max();
        let (Some(start), Some(end)) = (began, ended) else { return };
        self.least = self.least.max(Some(start - first));
        self.most = Some(self.most.map_or(end - last, |most| most.min(end - last)));
        self.at = self.at.max(Some(first));
    }

    /// Zones lie a whole number of quarters of an hour from UTC. More than one that fits is none.
    fn only(&self) -> Option<(i32, i64)> {
        const QUARTER: i64 = 900_000_000;
        const ERROR: i64 = 1_000_000;
        let (least, most) = (self.least? - ERROR, self.most? + ERROR);
        let first = least.div_euclid(QUARTER) + i64::from(least.rem_euclid(QUARTER) != 0);
        let one = first * QUARTER <= most && (first + 1) * QUARTER > most;
        let east = i32::try_from(first * 900).ok().filter(|east| east.abs() <= 15 * 3600 && one)?;
        Some((east, self.at?))
    }
}
