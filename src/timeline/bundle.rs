//! When what lies in a bundle was taken, by the bundle's own records.
//!
//! A copy of `/proc/net/snmp` has no time in it, and its age in the archive is that of the packing. sos writes down
//! the start of each command (`sos_reports/manifest.json`) and of each copy (`sos_logs/sos.log`), and every bundle
//! has a `date`; a supportconfig has one in `basic-environment.txt`, which is written first. A record holds below the
//! folder in which its bundle lies and nowhere else, so that several bundles in one input do not mix.

use super::clock::By;
use crate::model::fact::{Clue, Facts, Taker};
use crate::model::stamp::Stamp;
use crate::parse::moment::{self, Zone};
use crate::parse::supportconfig::FILE as SUPPORTCONFIG;
use std::collections::BTreeMap;

/// Folders that sos makes beside the copies.
const OWN: [&str; 4] = ["sos_commands", "sos_logs", "sos_reports", "sos_strings"];

/// The bundles of an input, by the folders that stand for `/`; with a `/` behind them, or empty.
#[derive(Debug, Default)]
pub(super) struct Bundles(BTreeMap<String, Records>);

/// What one bundle says of itself.
#[derive(Debug, Default)]
struct Records {
    manifest: BTreeMap<String, Stamp>,
    log: BTreeMap<String, Stamp>,
    /// What sos's own clock was ahead of UTC, in seconds, by the manifest.
    east: Option<i32>,
    /// `date` and `date --utc`.
    dates: [Option<Stamp>; 2],
    /// The `date` of a supportconfig.
    begun: Option<Stamp>,
}

/// The first file of a supportconfig.
const BASIC: &str = "basic-environment.txt";

impl Bundles {
    /// Finds the bundles and reads their records, whatever order the artifacts come in.
    pub(super) fn learn<'a>(artifacts: impl Iterator<Item = (&'a str, &'a [Facts])>) -> Self {
        let mut bundles = Self::default();
        for (path, parts) in artifacts {
            let Some(root) = root(path).or_else(|| of_supportconfig(path, parts)) else { continue };
            let records = bundles.0.entry(root.to_owned()).or_default();
            for clue in parts.iter().flat_map(|facts| &facts.clues) {
                records.note(path, clue);
            }
        }
        bundles
    }

    /// The bundle that an artifact is in: its folder, and what is below that.
    fn of<'a>(&self, path: &'a str) -> Option<(&str, &Records, &'a str)> {
        // from the innermost folder outwards: bundles lie in bundles
        let mut ends = path.rmatch_indices('/').map(|(at, _)| at + 1).chain([0]);
        let (end, root, records) = ends.find_map(|end| {
            let (root, records) = self.0.get_key_value(path.get(..end)?)?;
            Some((end, root, records))
        })?;
        Some((root, records, path.get(end..)?))
    }

    /// The folder of an artifact's bundle.
    pub(super) fn root(&self, path: &str) -> Option<&str> {
        self.of(path).map(|(root, ..)| root)
    }

    /// When an artifact was taken. Of configuration and logs the copy says nothing of the time in them.
    pub(super) fn taken(&self, path: &str) -> Option<(Stamp, By)> {
        let (_, records, below) = self.of(path)?;
        if let Some(begun) = &records.begun {
            let own = !below.contains('/') && below != BASIC;
            return own.then(|| (begun.clone(), By::Date));
        }
        let read = ["proc/", "sys/", "sos_commands/", "sos_strings/"];
        read.iter().any(|folder| below.starts_with(folder)).then(|| records.taken(below))?
    }

    /// Whether a file's age may be when it was read: sos gives copies of `/proc` and `/sys` the age that those have
    /// when it packs.
    pub(super) fn has_age(&self, path: &str) -> bool {
        let below = self.of(path).map(|(.., below)| below);
        !below.is_some_and(|below| below.starts_with("proc/") || below.starts_with("sys/"))
    }

    /// Whether a file is one that people edit: bundles keep the age of those as it was.
    pub(super) fn is_configuration(&self, path: &str) -> bool {
        self.of(path).is_some_and(|(.., below)| below.starts_with("etc/"))
    }

    /// What the wall clock of an artifact's bundle was ahead of UTC, and when, by `date` and `date --utc`.
    pub(super) fn offset(&self, root: &str) -> Option<(i64, i32)> {
        let [local, utc] = &self.0.get(root)?.dates;
        let micros = |stamp: &Option<Stamp>| Some(moment::placed(stamp.clone()?)?.1);
        let at = micros(utc)?;
        // one ran after the other
        let quarters = (micros(local)? - at + 450_000_000).div_euclid(900_000_000);
        let east = i32::try_from(quarters * 900).ok().filter(|east| east.abs() <= 15 * 3600)?;
        Some((at, east))
    }
}

/// The folder above the first of [`OWN`].
fn root(path: &str) -> Option<&str> {
    let mut at = 0;
    let mut found = None;
    for part in path.split('/') {
        let ends = at + part.len();
        // a bundle within a bundle's folder of commands is its own
        if OWN.contains(&part) && ends < path.len() {
            found = path.get(..at);
        }
        at = ends + 1;
    }
    found
}

/// The folder of a supportconfig, by the file of it that has a `date`.
fn of_supportconfig<'a>(path: &'a str, parts: &[Facts]) -> Option<&'a str> {
    let root = path.strip_suffix(BASIC).filter(|root| root.is_empty() || root.ends_with('/'))?;
    parts.iter().any(|facts| facts.formats.contains(&SUPPORTCONFIG.name)).then_some(root)
}

impl Records {
    fn note(&mut self, path: &str, clue: &Clue) {
        match clue {
            Clue::Taken { path, stamp, by, .. } => {
                let of = match by {
                    Taker::Manifest => &mut self.manifest,
                    Taker::Log => &mut self.log,
                };
                of.entry(path.clone()).or_insert_with(|| stamp.clone());
            }
            Clue::Offset { east, .. } if path.ends_with("/manifest.json") => self.east = Some(*east),
            Clue::Date { stamp, .. } if path.ends_with(BASIC) => self.begun = Some(stamp.clone()),
            Clue::Date { stamp, .. } if path.ends_with("/date") => self.dates[0] = Some(stamp.clone()),
            Clue::Date { stamp, .. } if path.ends_with("/date_--utc") => self.dates[1] = Some(stamp.clone()),
            _ => {}
        }
    }

    fn taken(&self, below: &str) -> Option<(Stamp, By)> {
        // the tail of a long output is kept apart
        let tail = below.strip_prefix("sos_strings/").and_then(|rest| rest.strip_suffix(".tailed"));
        let name = tail.map_or_else(|| below.to_owned(), |rest| format!("sos_commands/{rest}"));
        if let Some(stamp) = self.manifest.get(&name) {
            return Some((stamp.clone(), By::Manifest));
        }
        let alone = command(&name);
        let names = [Some(name.clone()), alone, live(&name)];
        if let Some(stamp) = names.iter().flatten().find_map(|name| self.logged(name)) {
            return Some((self.in_utc(stamp), By::Log));
        }
        let [local, utc] = &self.dates;
        local.as_ref().or(utc.as_ref()).map(|stamp| (stamp.clone(), By::Date))
    }

    /// A reading of the log. sos may run with another zone than the host's clocks keep.
    fn in_utc(&self, stamp: &Stamp) -> Stamp {
        let known = self.east.zip(moment::placed(stamp.clone()));
        match known {
            Some((east, (Zone::Wall(None), local))) => Stamp::Instant(local - i64::from(east) * 1_000_000),
            _ => stamp.clone(),
        }
    }

    /// The line of a file, or of the nearest folder above it that was copied whole.
    fn logged(&self, name: &str) -> Option<&Stamp> {
        let mut name = name;
        loop {
            if let Some(stamp) = self.log.get(name) {
                return Some(stamp);
            }
            name = name.rsplit_once('/')?.0;
        }
    }
}

/// A command's output without the folder of its namespace, which its line in the log leaves open.
fn command(name: &str) -> Option<String> {
    let mut parts = name.split('/');
    let (commands, plugin, last) = (parts.next()?, parts.next()?, parts.next_back()?);
    (commands == "sos_commands").then(|| format!("{commands}/{plugin}/{last}"))
}

/// The name under which sos copied what it filed behind a link: `/proc/net` leads to the folder of sos's own process,
/// `/sys/class/net/eth0` to that of the device.
fn live(name: &str) -> Option<String> {
    if let Some((pid, rest)) = name.strip_prefix("proc/").and_then(|rest| rest.split_once("/net/")) {
        let own = pid == "self" || pid.bytes().all(|b| b.is_ascii_digit());
        return own.then(|| format!("proc/net/{rest}"));
    }
    let (_, rest) = name.strip_prefix("sys/devices/")?.split_once("/net/")?;
    Some(format!("sys/class/net/{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::stamp;

    fn taken(path: &str, seconds: i64, by: Taker) -> Clue {
        Clue::Taken { path: path.to_owned(), stamp: Stamp::Instant(seconds * 1_000_000), by, line: 1 }
    }

    fn learn(files: &[(&str, Vec<Clue>)]) -> Bundles {
        let of = |clues: &Vec<Clue>| vec![Facts { clues: clues.clone(), ..Facts::default() }];
        let parts: Vec<(&str, Vec<Facts>)> = files.iter().map(|(path, clues)| (*path, of(clues))).collect();
        Bundles::learn(parts.iter().map(|(path, parts)| (*path, parts.as_slice())))
    }

    fn seconds(bundles: &Bundles, path: &str) -> Option<(i64, By)> {
        match bundles.taken(path)? {
            (Stamp::Instant(micros), by) => Some((micros / 1_000_000, by)),
            _ => None,
        }
    }

    #[test]
    fn the_manifest_outweighs_the_log_and_the_log_the_date() {
        let of = "sos_commands/networking/netstat_-s";
        let bundles = learn(&[
            ("in/a/sos_reports/manifest.json", vec![taken(of, 7, Taker::Manifest)]),
            (
                "in/a/sos_logs/sos.log",
                vec![
                    taken(of, 6, Taker::Log),
                    taken("proc/net", 5, Taker::Log),
                    taken("sos_commands/networking/ip_netns_exec_blue_nstat_-zas", 8, Taker::Log),
                ],
            ),
            ("in/a/sos_commands/date/date", vec![Clue::Date { stamp: Stamp::Instant(4_000_000), line: 1 }]),
        ]);
        let at = |path: &str| seconds(&bundles, &format!("in/a/{path}"));
        assert_eq!(at(of), Some((7, By::Manifest)));
        assert_eq!(at("proc/net/snmp"), Some((5, By::Log)), "a folder covers what is in it");
        assert_eq!(at("proc/4711/net/snmp"), Some((5, By::Log)), "where proc/net leads to");
        assert_eq!(at("proc/4711/status"), Some((4, By::Date)));
        let inside = "sos_commands/networking/namespaces/blue/ip_netns_exec_blue_nstat_-zas";
        assert_eq!(at(inside), Some((8, By::Log)));
        assert_eq!(at("sos_commands/kernel/sysctl_-a"), Some((4, By::Date)));
        assert_eq!(at("var/log/messages"), None, "a copy says nothing of the times in it");
        assert!(!bundles.has_age("in/a/proc/net/snmp") && bundles.has_age("in/a/etc/hosts"));
    }

    #[test]
    fn a_record_holds_below_its_own_root_only() {
        let bundles = learn(&[
            ("in/a/sos_logs/sos.log", vec![taken("proc/net", 5, Taker::Log)]),
            ("in/b/sos_logs/sos.log", vec![taken("proc/net", 9, Taker::Log)]),
            ("in/b/inner/sos_commands/x/y", vec![]),
        ]);
        assert_eq!(seconds(&bundles, "in/a/proc/net/snmp"), Some((5, By::Log)));
        assert_eq!(seconds(&bundles, "in/b/proc/net/snmp"), Some((9, By::Log)));
        assert_eq!(seconds(&bundles, "in/b/inner/proc/net/snmp"), None);
        assert_eq!(seconds(&bundles, "in/proc/net/snmp"), None);
        assert!(bundles.has_age("in/proc/net/snmp"));
    }

    #[test]
    fn the_manifest_tells_the_zone_of_the_log_beside_it() {
        let wall = stamp::separator(b"2026-11-21 15:52:20").unwrap();
        let line = Clue::Taken { path: "proc/net".into(), stamp: wall, by: Taker::Log, line: 1 };
        let offset = Clue::Offset { host: None, east: 3600, at: 0, line: 1 };
        let files = [("a/sos_reports/manifest.json", vec![offset]), ("a/sos_logs/sos.log", vec![line])];
        assert_eq!(seconds(&learn(&files), "a/proc/net/snmp"), Some((1_795_272_740, By::Log)));
    }

    #[test]
    fn a_supportconfig_dates_its_files_by_the_date_of_the_first() {
        let date = Clue::Date { stamp: Stamp::Instant(5_000_000), line: 7 };
        let facts = Facts { clues: vec![date], formats: vec![SUPPORTCONFIG.name], ..Facts::default() };
        let none = Facts::default();
        let files = [("in/scc/basic-environment.txt", &facts), ("in/scc/network.txt", &none)];
        let bundles =
            Bundles::learn(files.map(|(path, facts)| (path, std::slice::from_ref(facts))).into_iter());
        assert_eq!(seconds(&bundles, "in/scc/network.txt"), Some((5, By::Date)));
        for other in ["in/scc/basic-environment.txt", "in/scc/sar/sa21.txt", "in/network.txt"] {
            assert_eq!(seconds(&bundles, other), None, "{other}");
        }
    }

    #[test]
    fn two_dates_tell_the_offset() {
        let wall = |hour: i64, second: i64| Clue::Date {
            stamp: Stamp::Wall(crate::model::stamp::Wall {
                year: Some(2026),
                month: 7,
                day: 1,
                micros: (hour * 3600 + second) * 1_000_000,
                zone: Some("IST".to_owned()),
            }),
            line: 1,
        };
        let bundles = learn(&[
            ("a/sos_commands/date/date", vec![wall(14, 1)]),
            ("a/sos_commands/date/date_--utc", vec![wall(9, 2)]),
        ]);
        assert_eq!(bundles.offset("a/").map(|(_, east)| east), Some(18_000));
    }
}
