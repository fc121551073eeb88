//! Chef's client: `update net.core.somaxconn from 128 to 4096` below `sysctl[net.core.somaxconn] action apply`.

use super::{Teller, Told, set};
use crate::model::act::{Outcome, Way};
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller = Teller { needles: &["update net.", "update vm."], read };

static UPDATE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r#"\bupdate (?P<key>(?:net|vm)\.[\w./@:-]+) from "?(?P<from>[^"]*?)"? to "?(?P<value>[^"]+?)"?$"#;
    Regex::new(pattern).expect("a constant pattern")
});

fn read(_: &str, message: &str) -> Vec<Told> {
    let update = UPDATE.captures(message).filter(|_| !message.contains("Would "));
    let told = update.map(|u| Told::new(set(&u["key"], &u["value"]), Way::Chef).came_to(Outcome::Done));
    told.into_iter().collect()
}
