//! `sadf -j`: the day as one JSON object.
//!
//! ```text
//! {"sysstat": {"hosts": [{"nodename": "web1", "statistics": [
//!   {"timestamp": {"date": "2026-11-20", "time": "09:12:20", "utc": 1, "interval": 10},
//!    "network": {"net-tcp": {"active": 0.10, "passive": 0.20, "iseg": 9.00, "oseg": 8.00}}}]}]}}
//! ```
//!
//! *Yields* what [`sadf -d`](super::sadf_d) yields; a sample's line is that of its timestamp.
//! *Hides* restarts, comments, interrupts by number, USB devices, words.
//! *Keeps unnamed* columns nobody wrote down, as `sar.<column>`.
//! *Rejects* what stands behind a place that is no JSON, and statistics without a date (`mpstat -o JSON`).

use super::number::Cell;
use super::report::Report;
use super::sadf::{Rows, When};
use crate::model::fact::Facts;
use crate::parse::Whole;
use crate::parse::json;
use crate::parse::sysstat::sadf_d::when;
use serde_json::{Map, Value};

/// See the module.
pub const WHOLE: Whole =
    Whole { name: "sadf -j", is: |_, bytes| json::begins_with_key(bytes, "sysstat"), read, cut: None };

/// Keys that name what an object is of.
const ENTITIES: [&str; 8] =
    ["cpu", "iface", "disk-device", "line", "fchost", "filesystem", "mountp", "number"];

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let mut rows = Rows::default();
    let mut lines = timestamps(bytes).into_iter();
    let ended =
        json::each(bytes, &["sysstat", "hosts", "statistics"], &mut |key, value| match (key, value) {
            ("nodename", Value::String(name)) => rows.host(&name, 1, facts),
            ("", Value::Object(statistics)) => {
                let line = lines.next().unwrap_or(1);
                match statistics.get("timestamp").and_then(time) {
                    Some(when) => group("", &statistics, &when, line, &mut rows, facts),
                    None => facts.rejects.push(line, "statistics without a date"),
                }
            }
            _ => {}
        });
    rows.finish(facts);
    if let Err(why) = ended {
        let last = memchr::memchr_iter(b'\n', bytes).count() + 1;
        facts.rejects.push(u32::try_from(last).unwrap_or(u32::MAX), why);
    }
}

/// Lines that name a timestamp: one for each statistics, which JSON itself has no lines for.
fn timestamps(bytes: &[u8]) -> Vec<u32> {
    let (mut line, mut from, mut found) = (1_u32, 0, Vec::new());
    for at in memchr::memmem::find_iter(bytes, b"\"timestamp\":") {
        let passed = memchr::memchr_iter(b'\n', &bytes[from..at]).count();
        line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        from = at;
        found.push(line);
    }
    found
}

fn time(stamp: &Value) -> Option<When> {
    let text = |key| stamp.get(key).and_then(Value::as_str);
    let interval = stamp.get("interval").and_then(Value::as_i64).unwrap_or(-1).to_string();
    let zone =
        if stamp.get("utc").and_then(Value::as_i64) == Some(1) { "UTC" } else { text("tz").unwrap_or("") };
    when(&interval, format!("{} {} {zone}", text("date")?, text("time")?).trim_end())
}

/// An object of numbers is a row; of objects and lists, a group of reports.
fn group(
    name: &str,
    object: &Map<String, Value>,
    when: &When,
    line: u32,
    rows: &mut Rows,
    facts: &mut Facts,
) {
    if matches!(name, "timestamp" | "interrupts" | "usb-devices") {
        return;
    }
    let (mut columns, mut cells, mut of) = (Vec::new(), Vec::new(), String::new());
    for (key, value) in object {
        match value {
            Value::Object(inner) => group(key, inner, when, line, rows, facts),
            Value::Array(list) => {
                for inner in list.iter().filter_map(Value::as_object) {
                    group(key, inner, when, line, rows, facts);
                }
            }
            _ if ENTITIES.contains(&key.as_str()) => {
                of = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            }
            Value::Number(number) => {
                columns.push(column(name, key));
                cells.push(number.as_f64().map(Cell::Plain));
            }
            _ => {}
        }
    }
    if !columns.is_empty() {
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        rows.row(&columns.join(";"), || Report::new(&names), (of.as_bytes(), &cells), when, line, facts);
    }
}

/// The column that a key of `sadf -j` and `-x` is called in the tables of sar.
pub(super) fn column(group: &str, key: &str) -> String {
    if key == "percent-capacity" {
        return "%cap".to_owned();
    }
    if let Some(share) = key.strip_suffix("-percent").or_else(|| key.strip_prefix("percent-")) {
        return format!("%{share}");
    }
    match (group, key) {
        ("cpu-load", _) => format!("%{key}"),
        ("memory", "inactive") => "kbinact".to_owned(),
        ("memory", "shared") => "kbshmem".to_owned(),
        ("memory" | "hugepages", _) => format!("kb{key}"),
        ("battery" | "bat", "variation") => "cap/min".to_owned(),
        ("cpu-frequency", "frequency") => "MHz".to_owned(),
        ("psi-cpu" | "psi-io" | "psi-mem", _) => {
            let what = group.trim_start_matches("psi-");
            let (kind, average) = key.split_once("_avg").unwrap_or((key, ""));
            let dash = if average.is_empty() { "" } else { "-" };
            format!("%{}{what}{dash}{average}", kind.get(..1).unwrap_or(""))
        }
        ("net-sock" | "net-sock6" | "queue" | "kernel" | "filesystems", _)
        | (
            _,
            "tps" | "rtps" | "wtps" | "dtps" | "await" | "blg_len" | "areq-sz" | "aqu-sz" | "rpm" | "degC"
            | "inV",
        ) => key.to_owned(),
        _ => format!("{key}/s"),
    }
}
