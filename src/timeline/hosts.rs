//! Whose dumps are whose. A dump rarely names its host, so the folder it lies in decides, and folders are
//! told apart by what the dumps and logs in them say.

use super::{place, roots};
use crate::catalogue::events;
use crate::model::fact::{self, Clue, Facts};
use std::collections::{BTreeMap, BTreeSet};

/// What one artifact says about its host.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// Path parts of the artifact, the file name last.
    parts: Vec<String>,
    /// Names from the dumps themselves (`kernel.hostname`, `uname`), shortened.
    dumps: BTreeSet<String>,
    /// Names that a file would give the host at its next boot (`etc/hostname`), shortened.
    files: BTreeSet<String>,
    /// Names in the host field of log lines, shortened.
    logs: BTreeSet<String>,
    /// Ids of the installation.
    machines: BTreeSet<String>,
    /// Formats, to see whether two folders hold the same evidence twice.
    formats: BTreeSet<&'static str>,
}

/// A host that artifacts were given to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Short name; with its machine-id where several have that name.
    pub name: String,
    /// How it is known, in words.
    pub basis: String,
    /// Id of the installation, where it is known.
    pub machine: Option<String>,
}

impl Claim {
    /// Collects what the parts of one artifact say.
    #[must_use]
    pub fn new(path: &str, parts: &[Facts]) -> Self {
        let mut claim = Self { parts: place::parts(path), ..Self::default() };
        let is_file = path == "etc/hostname" || path.ends_with("/etc/hostname");
        for facts in parts {
            claim.formats.extend(facts.formats.iter().copied());
            for clue in &facts.clues {
                match clue {
                    Clue::Host { name, .. } if is_file => claim.files.extend(short(name)),
                    Clue::Host { name, .. } => claim.dumps.extend(short(name)),
                    Clue::Machine { id, .. } => claim.machines.extend([id.clone()]),
                    Clue::LogSpan { host: Some(host), .. } => claim.logs.extend(short(host)),
                    _ => {}
                }
            }
            // until it has its name a host that boots calls itself localhost, and services start then
            let weighs = |e: &&fact::Event| events::event(e.kind).is_none_or(|kind| !kind.background);
            let named = facts.events.iter().filter(weighs);
            claim.logs.extend(named.filter_map(|e| short(e.host.as_deref()?)));
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
    if garbled || name.is_empty() || name == "(none)" {
        return None;
    }
    let address = name.parse::<std::net::IpAddr>().is_ok();
    let label = if address { name } else { name.split('.').next().unwrap_or(name) };
    (!label.is_empty() && label != "localhost").then(|| label.to_owned())
}

/// One host for each artifact, in the order given.
#[must_use]
pub fn assign(claims: &[Claim]) -> Vec<Named> {
    let all: Vec<usize> = (0..claims.len()).collect();
    let nobody =
        Named { name: "host".to_owned(), basis: "no name in the evidence".to_owned(), machine: None };
    let mut named = vec![nobody; claims.len()];
    split(claims, &all, 0, None, &mut named);
    tell_namesakes(&mut named);
    named
}

/// Between a name and the id of the one that is meant.
pub(super) const NAMESAKE: &str = " (machine-id ";
/// Digits of a machine-id that are shown, where they tell it from others.
const DIGITS: usize = 8;

/// Gives hosts of one name and different machine-ids a name each. Where only one id is known to a name, files
/// without any are its, too.
fn tell_namesakes(named: &mut [Named]) {
    let mut machines: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in &*named {
        machines.entry(&one.name).or_default().extend(one.machine.as_deref());
    }
    let own_name = |one: &Named| {
        let alike = machines.get(one.name.as_str()).filter(|ids| ids.len() > 1)?;
        let Some(id) = &one.machine else { return Some(format!("{}{NAMESAKE}unknown)", one.name)) };
        let shown = |digits: usize| id.get(..digits).unwrap_or(id);
        let unlike =
            |digits: &usize| alike.iter().filter(|other| other.starts_with(shown(*digits))).count() == 1;
        let digits = (DIGITS..id.len()).find(unlike).unwrap_or(id.len());
        Some(format!("{}{NAMESAKE}{})", one.name, shown(digits)))
    };
    let own_names: Vec<Option<String>> = named.iter().map(own_name).collect();
    for (one, name) in named.iter_mut().zip(own_names) {
        one.name = name.unwrap_or_else(|| std::mem::take(&mut one.name));
    }
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
    let root = roots::is_root(folders.keys().copied());
    let several = !root && folders.len() > 1 && tell_apart(claims, &folders);
    if !several && !root && !dumps_here && folders.len() == 1 && files.is_empty() {
        return split(claims, members, depth + 1, apart, named);
    }
    if !several {
        let folders = members.first().map(|&i| claims[i].parts.get(..depth).unwrap_or_default());
        let folders = folders.unwrap_or_default();
        let collected = folders.iter().rev().find_map(|folder| roots::host(folder).and_then(short));
        let at = apart.or(depth.checked_sub(1));
        let own = || folders.get(..=at?)?.iter().rev().find(|folder| !roots::is_part(folder));
        let folder = collected.map(Folder::Bundle).or_else(|| own().cloned().map(Folder::Plain));
        let parts = members.iter().flat_map(|&i| claims[i].parts.iter().map(String::as_str));
        let name = name_of(
            claims,
            members,
            root || roots::is_root(parts.collect::<BTreeSet<_>>().into_iter()),
            folder,
        );
        for &i in members {
            named[i] = name.clone();
        }
        return watched(claims, members, named);
    }
    for inside in folders.values() {
        split(claims, inside, depth + 1, Some(depth), named);
    }
    // A log beside the hosts' folders is a central one: each of its lines names its own host.
    let rest = name_of(claims, &files, false, None);
    for i in files {
        named[i] = rest.clone();
    }
}

/// Gives each file of `OSWatcher` its own host where those of several lie in one folder: its name says whose it is.
fn watched(claims: &[Claim], members: &[usize], named: &mut [Named]) {
    let mine = |&&i: &&usize| claims[i].formats.contains("OSWatcher") && claims[i].dumps.len() == 1;
    let hosts: BTreeSet<&String> = members.iter().filter(mine).flat_map(|&i| &claims[i].dumps).collect();
    if hosts.len() < 2 {
        return;
    }
    for &i in members.iter().filter(mine) {
        let name = claims[i].dumps.first().cloned().unwrap_or_default();
        named[i] = Named { name, basis: "named in the dumps".to_owned(), machine: None };
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
    let machines = |members: &Vec<usize>| collected(claims, members, |claim| &claim.machines);
    let ids: Vec<_> = folders.values().map(machines).filter(|ids| !ids.is_empty()).collect();
    if ids.windows(2).any(|pair| pair[0].is_disjoint(&pair[1])) {
        return true;
    }
    let says = |(folder, members): (&&str, &Vec<usize>)| -> BTreeSet<String> {
        let kinds: [fn(&Claim) -> &BTreeSet<String>; 3] = [|c| &c.dumps, |c| &c.files, |c| &c.logs];
        let said = kinds.iter().map(|kind| collected(claims, members, *kind)).find(|names| !names.is_empty());
        let said = said.map(|names| names.into_iter().cloned().collect());
        said.unwrap_or_else(|| roots::host(folder).and_then(short).into_iter().collect())
    };
    let said: Vec<_> = folders.iter().map(says).filter(|names| !names.is_empty()).collect();
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

/// What several artifacts say of one thing.
fn collected<'a>(
    claims: &'a [Claim],
    members: &[usize],
    of: impl Fn(&'a Claim) -> &'a BTreeSet<String>,
) -> BTreeSet<&'a String> {
    members.iter().flat_map(|&i| of(&claims[i])).collect()
}

/// A name that the path tells.
enum Folder {
    /// Of the host that a bundle is named after.
    Bundle(String),
    /// Any folder.
    Plain(String),
}

/// The name of a host whose artifacts these are. In the root of a bundle the kernel knows better than logs, which
/// reach back to the time before the host got its name, and than the file that holds its next one.
fn name_of(claims: &[Claim], members: &[usize], root: bool, folder: Option<Folder>) -> Named {
    let one = |of: fn(&Claim) -> &BTreeSet<String>| {
        let names = collected(claims, members, of);
        if names.len() == 1 { names.first().map(|n| (*n).clone()) } else { None }
    };
    let (dump, file, log) = (one(|c| &c.dumps), one(|c| &c.files), one(|c| &c.logs));
    let machine = one(|c| &c.machines);
    let named = |name: String, basis: &str| Named { name, basis: basis.to_owned(), machine: machine.clone() };
    match (dump.or(file), log, folder) {
        (Some(dump), Some(log), _) if dump != log && !root => {
            named(log, &format!("host field of the log; the dumps beside it say {dump}"))
        }
        (Some(dump), _, _) => named(dump, "named in the dumps"),
        (None, Some(log), _) => named(log, "host field of the log"),
        (None, None, Some(Folder::Bundle(name))) => named(name, "name of the bundle"),
        (None, None, Some(Folder::Plain(name))) => named(name, "name of the folder"),
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
            ..Claim::default()
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

    #[test]
    fn a_file_of_oswatcher_is_of_the_host_that_it_names() {
        let claims = [
            claim("osw/archive/oswnetstat/db2_netstat_26.11.20.0400.dat", &["db2"], &[], "OSWatcher"),
            claim("osw/archive/oswnetstat/web1_netstat_26.11.21.1500.dat", &["web1"], &[], "OSWatcher"),
            claim("osw/archive/oswtop/web1_top_26.11.21.1500.dat", &["web1"], &[], "OSWatcher"),
        ];
        assert_eq!(names(&claims), ["db2", "web1", "web1"]);
    }

    fn machine(mut claim: Claim, id: &str) -> Claim {
        claim.machines = [id.to_owned()].into();
        claim
    }

    #[test]
    fn folders_of_a_root_are_one_host_whatever_they_say() {
        let claims = [
            claim("s/etc/hostname", &["template"], &[], "hostname"),
            claim("s/proc/sys", &["web7"], &[], "/proc/sys"),
            claim("s/var/log/messages", &[], &["installer"], "syslog"),
        ];
        let mut claims = claims;
        claims[0].files = std::mem::take(&mut claims[0].dumps);
        assert_eq!(names(&claims), ["web7", "web7", "web7"]);
    }

    #[test]
    fn namesakes_with_other_machine_ids_are_others() {
        let id = ["1111222233334444aaaabbbbccccdddd", "11112222ffffeeeeaaaabbbbccccdddd"];
        let claims = [
            machine(claim("in/a/uname", &["ubuntu"], &[], "uname -a"), id[0]),
            machine(claim("in/b/uname", &["ubuntu"], &[], "uname -a"), id[1]),
            machine(claim("in/c/uname", &["ubuntu"], &[], "uname -a"), id[0]),
            claim("in/d/uname", &["ubuntu"], &[], "uname -a"),
            claim("in/e/uname", &["web7"], &[], "uname -a"),
        ];
        let first = "ubuntu (machine-id 111122223)";
        let second = "ubuntu (machine-id 11112222f)";
        assert_eq!(names(&claims), [first, second, first, "ubuntu (machine-id unknown)", "web7"]);
    }

    #[test]
    fn a_bundle_without_a_name_in_it_is_named_by_its_own() {
        let claims = [
            claim("in/sosreport-web7-2026-11-20-abcdefg/proc/net/snmp", &[], &[], "/proc/net/snmp"),
            claim("in/sosreport-web7-2026-11-21-hijklmn/proc/net/snmp", &["web7"], &[], "/proc/net/snmp"),
            claim("in/sosreport-db2-2026-11-20-opqrstu/proc/net/snmp", &[], &[], "/proc/net/snmp"),
        ];
        assert_eq!(names(&claims), ["web7", "web7", "db2"]);
    }
}
