//! One still network namespace, told by `nstat`, by the kernel's tables and by `netstat -s`: they must agree counter
//! by counter. Needs root, iproute2 and net-tools; says so and passes where they are missing.

use netmortem::catalogue::counters;
use netmortem::model::fact::{Facts, Kind};
use netmortem::parse::{self, Parsed};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Traffic on the loopback device, then silence, then everything that tells of it. A connection that is refused,
/// datagrams to no one; IPv6 too.
const SCRIPT: &str = r#"
cd "$1"
ip link set lo up
for i in 1 2 3; do
  (: > /dev/tcp/127.0.0.1/9) 2>/dev/null
  (: > /dev/tcp/::1/9) 2>/dev/null
  (echo x > /dev/udp/127.0.0.1/9) 2>/dev/null
  (echo x > /dev/udp/::1/9) 2>/dev/null
done
export NSTAT_HISTORY="$1/history"
sleep 0.2
for tell in first second; do
  mkdir $tell
  cat /proc/self/net/snmp > $tell/snmp
  cat /proc/self/net/netstat > $tell/netstat
  cat /proc/self/net/snmp6 > $tell/snmp6
  LC_ALL=C netstat -s > $tell/netstat_-s
  LC_ALL=C netstat -s -6 > $tell/netstat_-s_-6
  nstat -az > $tell/nstat_-az
  nstat -a > $tell/nstat_-a
  nstat -azj > $tell/nstat_-azj
done
nstat -z > differences
"#;

fn recorded() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new("unshare").args(["-n", "bash", "-c", SCRIPT, "bash"]).arg(folder.path()).output();
    let whole = fs::metadata(folder.path().join("differences")).is_ok_and(|file| file.len() > 0);
    let netstat = fs::metadata(folder.path().join("first/netstat_-s")).is_ok_and(|file| file.len() > 0);
    if !(run.is_ok_and(|output| output.status.success()) && whole && netstat) {
        eprintln!("skipped: no root, or no unshare, nstat or netstat here");
        return None;
    }
    Some(folder)
}

fn read(path: &Path) -> Facts {
    match parse::file(&path.to_string_lossy(), &fs::read(path).unwrap()) {
        Parsed::Read(mut parts) => parts.remove(0),
        Parsed::Skipped(why) => panic!("{}: {why}", path.display()),
    }
}

/// Numbers by name; the same name twice must have the same number.
fn numbers(facts: &Facts) -> BTreeMap<String, u64> {
    assert_eq!(facts.rejects.count, 0, "{:?}", facts.rejects.kept);
    let mut found = BTreeMap::new();
    for (key, value) in facts.samples.key.iter().zip(&facts.samples.value) {
        let id = &facts.keys[*key as usize];
        let before = found.insert(id.metric.clone(), *value);
        assert!(before.is_none_or(|before| before == *value), "{} is two numbers", id.metric);
    }
    found
}

#[test]
fn a_still_namespace_is_told_alike_by_all() {
    let Some(folder) = recorded() else { return };
    let dump = |name: &str| read(&folder.path().join("first").join(name));
    let mut kernel = BTreeMap::new();
    for name in ["snmp", "netstat", "snmp6"] {
        kernel.extend(numbers(&dump(name)));
        let again = numbers(&read(&folder.path().join("second").join(name)));
        assert_eq!(numbers(&dump(name)), again, "the namespace was not still");
    }
    assert!(kernel.len() > 350, "{}", kernel.len());
    assert!(kernel.values().filter(|n| **n > 0).count() > 30, "no traffic");

    for name in ["nstat_-az", "nstat_-a", "nstat_-azj"] {
        let facts = dump(name);
        assert!(facts.keys.iter().all(|id| id.kind != Kind::Delta), "{name}: totals by its name");
        let told = numbers(&facts);
        for (metric, number) in &told {
            assert_eq!(kernel.get(metric), Some(number), "{name}: {metric}");
        }
        let silent = |metric: &&String| {
            // nstat leaves levels out, and without -z what is zero
            let row = counters::counter(metric);
            !told.contains_key(*metric)
                && row.is_none_or(|row| row.kind != Kind::Gauge)
                && (name != "nstat_-a" || kernel[*metric] > 0)
        };
        assert_eq!(kernel.keys().filter(silent).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}");
    }
}

#[test]
fn what_netstat_leaves_out_is_zero_in_the_sections_it_vouches_for() {
    let Some(folder) = recorded() else { return };
    let dump = |name: &str| read(&folder.path().join("first").join(name));
    let mut kernel = BTreeMap::new();
    for name in ["snmp", "netstat", "snmp6"] {
        kernel.extend(numbers(&dump(name)));
    }
    for name in ["netstat_-s", "netstat_-s_-6", "nstat_-a"] {
        let facts = dump(name);
        let told = numbers(&facts);
        for (metric, number) in &told {
            assert_eq!(kernel.get(metric), Some(number), "{name}: {metric}");
        }
        assert!(facts.sections.len() >= 4, "{name}");
        for (metric, number) in kernel.iter().filter(|(metric, _)| !told.contains_key(*metric)) {
            let vouched = metric
                .split_once('.')
                .is_some_and(|(section, _)| facts.sections.iter().any(|seen| seen.section == section));
            let level = counters::counter(metric).is_some_and(|row| row.kind == Kind::Gauge);
            assert!(*number == 0 || level || !vouched, "{name}: {metric} = {number} was left out");
        }
    }
}

/// The history was written a moment before: all differences are zero, and the types of ICMP messages show it.
#[test]
fn differences_are_not_taken_for_totals() {
    let Some(folder) = recorded() else { return };
    let facts = read(&folder.path().join("differences"));
    let kind = |key: &u32| facts.keys[*key as usize].kind;
    assert!(facts.samples.key.iter().all(|key| kind(key) == Kind::Delta));
    assert!(numbers(&facts).values().all(|number| *number == 0));
}
