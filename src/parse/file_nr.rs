//! `/proc/sys/fs/file-nr`: how many files are open on the machine.
//!
//! Written by the kernel, three numbers on a line: `1632  0  790000`. Bundles keep it as `proc/sys/fs/file-nr`. Only
//! the path tells it from any other file of three numbers.
//!
//! *Yields* the gauges `fs.file-nr.allocated` and `fs.file-nr.max`. *Hides* the second number, zero since 2.6.
//! *Keeps unnamed* nothing. *Rejects* a line that is not three numbers.

use super::Whole;
use super::intern::Intern;
use super::words::{level, words};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const FILE: Whole = Whole { name: "file-nr", is: |path, _| path.ends_with("fs/file-nr"), read };

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(FILE.name);
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let numbers: Option<Vec<f64>> = words(text).map(level).collect();
    let Some([allocated, _, most]) = numbers.as_deref() else {
        facts.rejects.push(1, "not three numbers");
        return;
    };
    let mut gauges = Intern::new(Kind::Gauge);
    gauges.measure("fs.file-nr.allocated", "", *allocated, 1, facts);
    if bytes.ends_with(b"\n") {
        gauges.measure("fs.file-nr.max", "", *most, 1, facts);
    } else {
        facts.rejects.push(1, super::words::CUT);
    }
}
