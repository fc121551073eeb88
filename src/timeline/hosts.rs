//! Whose dumps are whose. A dump rarely names its host, so the folder it lies in decides, and folders are
//! told apart by what the dumps and logs in them say.

use super::place;
use crate::model::fact::{Clue, Facts};
use std::collections::{BTreeMap, BTreeSet};

/// What one artifact says about its host.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// Path parts of the artifact, the file name last.
    parts: Vec<String>,
    /// Names from the dumps themselves (`kernel.hostname`, `uname`), shortened.
    dumps: BTreeSet<String>,
    /// Names in the host field of log lines, shortened.
    logs: BTreeSet<String>,
    /// Formats, to see whether two folders hold the same evidence twice.
    formats: BTreeSet<&'static str>,
}

/// A host that artifacts were given to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Short name.
    pub name: String,
    /// How it is known, in words.
    pub basis: String,
}

impl Claim {
    /// Collects what the parts of one artifact say.
    #[must_use]
    pub fn new(path: &str, parts: &[Facts]) -> Self {
        let mut claim = Self { parts: place::parts(path), ..Self::default() };
        for facts in parts {
            claim.formats.extend(facts.formats.iter().copied());
            for clue in &facts.clues {
                match clue {
                    Clue::Host { name, .. } => claim.dumps.extend(short(name)),
                    Clue::LogSpan { host: Some(host), .. } => claim.logs.extend(short(host)),
                    _ => {}
                }
            }
            claim.logs.extend(facts.events.iter().filter_map(|e| short(e.host.as_deref()?)));
            claim.logs.extend(facts.actions.iter().filter_map(|a| short(a.host.as_deref()?)));
        }
        claim
    }

    /// Whether this is a central log, each line of which names its own host.
    #[must_use]
    pub fn names_several_hosts(&self) -> bool {
        self.logs.len() > 1
    }
}

/// The name that one machine goes by, whether a dump says `web1` or a log `web1.example.org`. Addresses
/// stay whole. Longer than DNS allows, or with control characters, it is no name but a garbled line.
#[must_use]
pub fn short(name: &str) -> Option<String> {
    let name = name.trim();
    let garbled = name.len() > 253 || name.contains(char::is_control);
    if garbled || name.is_empty() || name == "localhost" || name == "(none)" {
        return None;
    }
    let address = name.parse::<std::net::IpAddr>().is_ok();
    let label = if address { name } else { name.split('.').next().unwrap_or(name) };
    (!label.is_empty()).then(|| label.to_owned())
}

/// One host for each artifact, in the order given.
#[must_use]
pub fn assign(claims: &[Claim]) -> Vec<Named> {
    let all: Vec<usize> = (0..claims.len()).collect();
    let mut named =
        vec![Named { name: "host".to_owned(), basis: "no name in the evidence".to_owned() }; claims.len()];
    split(claims, &all, 0, None, &mut named);
    named
}

/// Gives the artifacts below one folder (which share `depth` path parts) to one host or to several. `apart` is where
/// the folder stands in the path that set them apart from others: it names them rather than `proc` or `net` below it.
fn split(claims: &[Claim], members: &[usize], depth: usize, apart: Option<usize>, named: &mut [Named]) {
    let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut files = Vec::new();
    for &i in members {
        match claims[i].parts.get(depth..) {
            Some([folder, _, ..]) => folders.entry(folder).or_default().push(i),
            _ => files.push(i),
        }
    }
    let dumps_here = files.iter().any(|&i| claims[i].formats.iter().any(|f| !LOGS.contains(f)));
    let several = folders.len() > 1 && tell_apart(claims, &folders);
    if !several && !dumps_here && folders.len() == 1 && files.is_empty() {
        return split(claims, members, depth + 1, apart, named);
    }
    if !several {
        let at = apart.or(depth.checked_sub(1));
        let folder = members.first().zip(at).and_then(|(&i, at)| claims[i].parts.get(at));
        let name = name_of(claims, members, folder.map(String::as_str));
        return members.iter().for_each(|&i| named[i] = name.clone());
    }
    for inside in folders.values() {
        split(claims, inside, depth + 1, Some(depth), named);
    }
    // A log beside the hosts' folders is a central one: each of its lines names its own host.
    let rest = name_of(claims, &files, None);
    for i in files {
        named[i] = rest.clone();
    }
}

/// Formats that one host has in several folders: `etc/sysctl.d` and `usr/lib/sysctl.d`, rotated logs, processes,
/// containers of a supportconfig, the tools of a watcher.
const ELSEWHERE: [&str; 13] = [
    "etc/localtime",
    "sysctl.conf",
    "syslog",
    "dmesg",
    "journal",
    "auditd",
    "shell history",
    "apt history",
    "limits.conf",
    "tuned.conf",
    "/proc/PID/limits",
    "supportconfig",
    "OSWatcher",
];
/// Formats whose lines name hosts themselves, and may lie beside the folders of those hosts.
const LOGS: [&str; 3] = ["syslog", "journal", "auditd"];

/// Whether sibling folders are different hosts rather than different kinds of dump of one.
fn tell_apart(claims: &[Claim], folders: &BTreeMap<&str, Vec<usize>>) -> bool {
    let says = |members: &Vec<usize>| -> BTreeSet<&String> {
        let dumps: BTreeSet<_> = members.iter().flat_map(|&i| &claims[i].dumps).collect();
        if dumps.is_empty() { members.iter().flat_map(|&i| &claims[i].logs).collect() } else { dumps }
    };
    let said: Vec<_> = folders.values().map(says).filter(|names| !names.is_empty()).collect();
    if said.len() > 1 {
        return said.windows(2).any(|pair| pair[0] != pair[1]);
    }
    let mut seen = BTreeSet::new();
    folders
        .iter()
        .filter(|(name, _)| crate::parse::stamp::file_name(name).is_none())
        .map(|(_, members)| members.iter().flat_map(|&i| &claims[i].formats).collect::<BTreeSet<_>>())
        .map(|formats| formats.into_iter().filter(|f| !ELSEWHERE.contains(f)).collect::<BTreeSet<_>>())
        .any(|formats| formats.into_iter().fold(false, |twice, format| twice | !seen.insert(format)))
}

fn name_of(claims: &[Claim], members: &[usize], folder: Option<&str>) -> Named {
    let dumps: BTreeSet<&String> = members.iter().flat_map(|&i| &claims[i].dumps).collect();
    let logs: BTreeSet<&String> = members.iter().flat_map(|&i| &claims[i].logs).collect();
    let one =
        |names: &BTreeSet<&String>| if names.len() == 1 { names.first().map(|n| (*n).clone()) } else { None };
    let named = |name: String, basis: &str| Named { name, basis: basis.to_owned() };
    match (one(&dumps), one(&logs), folder) {
        (Some(dump), Some(log), _) if dump != log => {
            named(log, &format!("host field of the log; the dumps beside it say {dump}"))
        }
        (Some(dump), _, _) => named(dump, "named in the dumps"),
        (None, Some(log), _) => named(log, "host field of the log"),
        (None, None, Some(folder)) => named(folder.to_owned(), "name of the folder"),
        (None, None, None) => named("host".to_owned(), "no name in the evidence"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, assign};

    fn claim(path: &str, dumps: &[&str], logs: &[&str], format: &'static str) -> Claim {
        Claim {
            parts: path.split('/').map(str::to_owned).collect(),
            dumps: dumps.iter().map(|&s| s.to_owned()).collect(),
            logs: logs.iter().map(|&s| s.to_owned()).collect(),
            formats: [format].into(),
        }
    }

    fn names(claims: &[Claim]) -> Vec<String> {
        assign(claims).into_iter().map(|n| n.name).collect()
    }

    #[test]
    fn folders_of_one_host_are_one_host() {
        let claims = [
            claim("in/kern.log", &[], &["lab"], "syslog"),
            claim("in/netstat-s.log", &[], &[], "netstat -s"),
            claim("in/sysctl/a.txt", &["vm"], &[], "sysctl -a"),
        ];
        assert_eq!(names(&claims), ["lab", "lab", "lab"]);
    }

    #[test]
    fn folders_with_the_same_evidence_twice_are_two_hosts() {
        let claims = [
            claim("in/web1/netstat.txt", &[], &[], "netstat -s"),
            claim("in/web2/netstat.txt", &[], &["db7"], "netstat -s"),
        ];
        assert_eq!(names(&claims), ["web1", "db7"]);
    }

    #[test]
    fn folders_named_by_time_are_one_host() {
        let claims = [
            claim("in/20261120T0910Z/netstat.txt", &[], &[], "netstat -s"),
            claim("in/20261120T0920Z/netstat.txt", &[], &[], "netstat -s"),
        ];
        assert_eq!(names(&claims), ["in", "in"]);
    }
}
