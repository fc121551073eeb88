//! `systemd-sysctl`, which puts all configuration files in force at boot: the unit's end, and what it could not write
//! (`Couldn't write '4096' to 'net/core/somaxconn', ignoring: No such file or directory`).

use super::{Teller, Told, load_all, set};
use crate::model::act::{Outcome, Way};
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller = Teller { needles: &["Apply Kernel Variables", "sysctl"], read };

static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^Couldn't write '(?P<value>[^']*)' to '(?P<key>[^']+)'").expect("a constant pattern")
});

fn read(tag: &str, message: &str) -> Vec<Told> {
    let told = |what, outcome| vec![Told::new(what, Way::SystemdSysctl).came_to(outcome)];
    if tag == "systemd-sysctl"
        && let Some(refused) = REFUSED.captures(message)
    {
        return told(set(&refused["key"], &refused["value"]), Outcome::Failed);
    }
    // before v246 a unit that had ended was `Started`
    let ended = message.starts_with("Finished ") || message.starts_with("Started ");
    let ours = matches!(tag, "systemd" | "init") && message.contains("Apply Kernel Variables");
    if ended && ours { told(load_all(), Outcome::Done) } else { Vec::new() }
}
