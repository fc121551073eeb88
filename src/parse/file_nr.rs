//! `/proc/sys/fs/file-nr`: how many files are open on the machine.
//!
//! Written by the kernel, three numbers on a line: `1632  0  790000`. Bundles keep it as `proc/sys/fs/file-nr`. Only
//! the path tells it from any other file of three numbers: `file-nr`, `proc_sys_fs_file-nr`.
//!
//! *Yields* the gauges `fs.file-nr.allocated` and `fs.file-nr.max`. *Hides* the second number, zero since 2.6.
//! *Keeps unnamed* nothing. *Rejects* a line that is not three numbers.

use super::Whole;
use super::intern::Intern;
use super::words::{level, words};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const FILE: Whole = Whole { name: "file-nr", is, read, cut: None };

/// In its place whatever it holds; elsewhere three numbers under its name, or under its path with other separators.
fn is(path: &str, bytes: &[u8]) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let file = file.strip_suffix(".txt").unwrap_or(file);
    let named = file.strip_suffix("file-nr").is_some_and(|before| {
        before.is_empty() || ["fs_", "fs.", "fs-"].iter().any(|folder| before.ends_with(folder))
    });
    let head = bytes.get(..100).unwrap_or(bytes).trim_ascii_end();
    let three = || words(head).take(4).map(|word| level(word).is_some()).eq([true; 3]);
    path.ends_with("fs/file-nr") || named && three()
}

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
