//! sudo: `bob : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/sbin/sysctl -w net.core.somaxconn=4096`.
//!
//! Written when sudo lets a command through, before it runs: what came of it is not told. A refusal has words
//! (`command not allowed`) where a permitted command has its first field.

use super::{Teller, Told, command};
use crate::model::act::Way;
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller = Teller { needles: &["sysctl", "/proc/sys/", "tuned-adm"], read };

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let fields = r"(?:[A-Z]+=[^;]* ; )*";
    let pattern = format!(r"^(?P<user>[^ ]+) : {fields}USER=root ; {fields}COMMAND=(?P<command>.*)");
    Regex::new(&pattern).expect("a constant pattern")
});

fn read(tag: &str, message: &str) -> Vec<Told> {
    // `journalctl -o with-unit` writes the unit that sudo ran in for the program
    let unit = tag.strip_suffix(".scope").is_some() || tag.starts_with("user@");
    let Some(line) = (tag == "sudo" || unit).then(|| LINE.captures(message)).flatten() else {
        return Vec::new();
    };
    let user = Some(line["user"].to_owned());
    let acts = command::acts(&line["command"].replace('\\', "")).into_iter();
    acts.map(|what| Told { user: user.clone(), ..Told::new(what, Way::Sudo) }).collect()
}
