//! Chef's client: `update net.core.somaxconn from 128 to 4096` below `sysctl[net.core.somaxconn] action apply`, and
//! commands once they have run: `- execute sysctl -w …` below `execute[…] action run`, which alone says no more than that
//! it was looked at, or `execute[sysctl -w …] ran successfully` where it logs. A dry run says `Would execute`.

use super::{Teller, Told, command, set};
use crate::model::act::{Outcome, Way};
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller =
    Teller { needles: &["update net.", "update vm.", "sysctl", "/proc/sys/", "tuned-adm"], read };

static UPDATE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r#"\bupdate (?P<key>(?:net|vm)\.[\w./@:-]+) from "?(?P<from>[^"]*?)"? to "?(?P<value>[^"]+?)"?$"#;
    Regex::new(pattern).expect("a constant pattern")
});

static EXECUTE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"^(?:- execute +"?(?P<done>.+?)"?|execute\[(?P<ran>.+)\] ran successfully)$"#;
    Regex::new(pattern).expect("a constant pattern")
});

fn read(tag: &str, message: &str) -> Vec<Told> {
    let told = |what| Told::new(what, Way::Chef).came_to(Outcome::Done);
    if let Some(update) = UPDATE.captures(message).filter(|_| !message.contains("Would ")) {
        return vec![told(set(&update["key"], &update["value"]))];
    }
    // its own log has no tag
    let own = tag.is_empty() || ["chef", "cinc"].iter().any(|name| tag.starts_with(name));
    let Some(execute) = EXECUTE.captures(message).filter(|_| own) else { return Vec::new() };
    let command = execute.name("done").or(execute.name("ran")).map_or("", |m| m.as_str());
    command::acts(command).into_iter().map(told).collect()
}
