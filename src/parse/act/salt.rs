//! Salt's minion: the comment of a state, `Updated sysctl value net.core.somaxconn = 4096`, and the commands that it
//! logs before it runs them, `Executing command 'sysctl -w net.core.somaxconn="4096"' in directory '/root'`.

use super::{Teller, Told, command, set};
use crate::model::act::{Outcome, Way};
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller = Teller { needles: &["sysctl"], read };

static UPDATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"Updated sysctl value (?P<key>[\w./:-]+) = (?P<value>[^'\x22\\]+)")
        .expect("a constant pattern")
});
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"Executing command '?(?P<command>.+?)'? in directory ").expect("a constant pattern")
});

fn read(tag: &str, message: &str) -> Vec<Told> {
    if !tag.contains("salt") && !message.contains("Updated sysctl value ") {
        return Vec::new();
    }
    if let Some(updated) = UPDATED.captures(message) {
        let what = set(&updated["key"], &updated["value"]);
        return vec![Told::new(what, Way::Salt).came_to(Outcome::Done)];
    }
    let command = RUN.captures(message).map(|run| run["command"].to_owned()).unwrap_or_default();
    command::acts(&command).into_iter().map(|what| Told::new(what, Way::Salt)).collect()
}
