//! Ansible's modules say in the target's log what they were called with, before they act:
//! `ansible-ansible.posix.sysctl: Invoked with name=net.core.somaxconn value=4096 state=present …`; where the
//! journal's own library is there, the program is `python3` and the module stands in the message.

use super::{Teller, Told, command, set};
use crate::model::act::{Act, Way};
use regex::Regex;
use std::sync::LazyLock;

pub(super) const TELLER: Teller = Teller { needles: &["sysctl", "/proc/sys/", "tuned-adm"], read };

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^ansible-(?P<module>[\w.]+):? Invoked with (?P<args>.*)").expect("a constant pattern")
});
/// Where the next argument of the sysctl module begins: values hold blanks, and are not quoted.
static SYSCTL: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?:^| )(name|key|value|val|state|reload|sysctl_set|ignoreerrors|sysctl_file)=";
    Regex::new(pattern).expect("a constant pattern")
});
static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?:^| )(_raw_params|_uses_shell|warn|stdin_add_newline|strip_empty_ends|argv|chdir|executable|creates|removes|stdin|expand_argument_vars)=";
    Regex::new(pattern).expect("a constant pattern")
});

fn read(tag: &str, message: &str) -> Vec<Told> {
    let text = if tag.starts_with("ansible-") { format!("{tag} {message}") } else { message.to_owned() };
    let Some(line) = LINE.captures(&text) else { return Vec::new() };
    let args = line.name("args").map_or("", |m| m.as_str());
    let acts = match line["module"].rsplit('.').next().unwrap_or_default() {
        "sysctl" => sysctl(args).into_iter().collect(),
        "command" | "shell" | "raw" => {
            command::acts(argument(&COMMAND, args, &["_raw_params"]).unwrap_or_default())
        }
        _ => Vec::new(),
    };
    acts.into_iter().map(|what| Told::new(what, Way::Ansible)).collect()
}

/// The module writes a file, and puts it in force unless told not to.
fn sysctl(args: &str) -> Option<Act> {
    let said = |names: &[&str]| argument(&SYSCTL, args, names);
    let no = |names: &[&str]| said(names).is_some_and(|v| v.eq_ignore_ascii_case("false") || v == "no");
    if said(&["state"]) == Some("absent")
        || no(&["reload"]) && said(&["sysctl_set"]).is_none_or(|_| no(&["sysctl_set"]))
    {
        return None;
    }
    let value = said(&["value", "val"]).filter(|v| *v != "None")?;
    Some(set(said(&["name", "key"])?, value))
}

/// An argument by one of its names, up to the next one.
fn argument<'a>(names: &Regex, args: &'a str, wanted: &[&str]) -> Option<&'a str> {
    let found: Vec<_> =
        names.captures_iter(args).filter_map(|c| Some((c.get(0)?, c.get(1)?.as_str()))).collect();
    let at = found.iter().position(|(_, name)| wanted.contains(name))?;
    let end = found.get(at + 1).map_or(args.len(), |(next, _)| next.start());
    args.get(found.get(at)?.0.end()..end).map(str::trim)
}
