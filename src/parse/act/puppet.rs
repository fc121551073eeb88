//! Puppet's agent: `(/Stage[main]/Net/Sysctl[net.core.somaxconn]/val) val changed '128' to '4096'`, and commands of
//! `Exec`. In its own log the source stands in front of the level or behind it: `/Stage[main]/…/val (notice): val
//! changed …`, `Puppet (notice): /Stage[main]/…/value: value changed …`. Written when it is done; a dry run says `current_value … should be … (noop)` instead.

use super::{Teller, Told, command, set};
use crate::model::act::{Outcome, Way};
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller = Teller { needles: &["Sysctl", "sysctl"], read };

static VALUE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"Sysctl[A-Za-z_:]*\[(?P<key>[^\]]+)\]/(?:val|value|ensure)(?:\):?| \(notice\):|:) .*?\bchanged (?P<what>.*?)to '?(?P<value>[^']+?)'?(?: \(corrective\))?$";
    Regex::new(pattern).expect("a constant pattern")
});
static EXEC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"/Exec\[(?P<command>[^\]]+)\](?:/returns)?(?:\)| \(\w+\))?[: ]+(?:executed successfully|Triggered 'refresh')",
    )
    .expect("a constant pattern")
});

fn read(tag: &str, message: &str) -> Vec<Told> {
    if !tag.starts_with("puppet") && !message.contains("/Stage[") {
        return Vec::new();
    }
    let done = |what| Told::new(what, Way::Puppet).came_to(Outcome::Done);
    if let Some(value) = VALUE.captures(message) {
        // the provider may change the file alone
        let file_only = value["what"].contains("configuration") && !value["what"].contains("live");
        return if file_only { Vec::new() } else { vec![done(set(&value["key"], &value["value"]))] };
    }
    let command = EXEC.captures(message).map(|exec| exec["command"].to_owned()).unwrap_or_default();
    command::acts(&command).into_iter().map(done).collect()
}
