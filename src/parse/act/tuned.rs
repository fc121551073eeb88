//! tuned: `static tuning from profile 'throughput-performance' applied`, `reapplying system sysctl`, and each key
//! where it logs at debug level.

use super::{Teller, Told, load_all, set};
use crate::model::act::{Act, Outcome, Way};
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller = Teller { needles: &["static tuning from profile '", "sysctl"], read };

static APPLIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"static tuning from profile '(?P<name>[^']+)' applied").expect("a constant pattern")
});
static PARAMETER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<how>Setting|Failed to set) sysctl parameter '(?P<key>[^']+)' to '(?P<value>[^']*)'")
        .expect("a constant pattern")
});

fn read(tag: &str, message: &str) -> Vec<Told> {
    if tag != "tuned" {
        return Vec::new();
    }
    let told = |what, outcome| vec![Told::new(what, Way::Tuned).came_to(outcome)];
    if let Some(applied) = APPLIED.captures(message) {
        return told(Act::Profile(applied["name"].to_owned()), Outcome::Done);
    }
    if let Some(parameter) = PARAMETER.captures(message) {
        let outcome = if &parameter["how"] == "Setting" { Outcome::Untold } else { Outcome::Failed };
        return told(set(&parameter["key"], &parameter["value"]), outcome);
    }
    if message.contains("reapplying system sysctl") { told(load_all(), Outcome::Untold) } else { Vec::new() }
}
