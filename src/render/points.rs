//! What `changepoints` prints: one row a point, for reading and for programs alike.

use super::escape::printable;
use crate::model::report::moved::Found;
use std::fmt::Write;

/// A header and one line a point, tab-separated: index, time as written, mean before, mean after, p-value.
#[must_use]
pub fn text(found: &Found) -> String {
    let mut out = String::from("index\ttime\tbefore\tafter\tp\n");
    for p in &found.points {
        let time = printable(&p.time).replace('\t', " ");
        let _ = writeln!(out, "{}\t{time}\t{}\t{}\t{:.3}", p.index, short(p.before), short(p.after), p.p);
    }
    out
}

/// Five figures.
fn short(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e6).contains(&value.abs()) {
        format!("{value:.4e}")
    } else {
        format!("{value:.4}")
    }
}
