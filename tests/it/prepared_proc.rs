//! `netstat -s` itself, given a `/proc/net` in which every counter has a number of its own: each line that it prints
//! must come back under the name that carried its number. The recorded output stands in `fixtures/formats`, so
//! that this holds where net-tools are missing; where they are installed, it is recorded anew.

use crate::run::project;
use netmortem::catalogue::counters;
use netmortem::model::fact::{Facts, Kind};
use netmortem::parse::{self, Parsed};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `netstat -s` has no number for, as of net-tools 2.10.
const NOT_PRINTED: [&str; 5] =
    ["Ip.DefaultTTL", "Tcp.RtoAlgorithm", "Tcp.RtoMin", "Tcp.RtoMax", "Tcp.MaxConn"];

/// What `nstat` leaves out; some releases do not look for SCTP either.
const LEVELS: [&str; 2] = ["Ip.Forwarding", "Tcp.CurrEstab"];

/// Names of the kernel's tables, each with a number that no other has. The order is the catalogue's, so the numbers
/// of recorded outputs are found again by the name they were given then, which stands beside them.
fn numbered() -> BTreeMap<String, u64> {
    let types = ["IcmpMsg.InType3", "IcmpMsg.OutType11", "Icmp6.InType135", "Icmp6.OutType143"];
    let rows = counters::all().map(|row| row.name).filter(|name| is_mib(name));
    let mut numbers: BTreeMap<String, u64> = rows
        .chain(types)
        .zip(1..)
        .map(|(name, at): (&str, u64)| (name.to_owned(), 1_000_003 + at * 7_919))
        .collect();
    for (constant, value) in [("Ip.Forwarding", 2), ("Tcp.RtoAlgorithm", 1)] {
        numbers.insert(constant.to_owned(), value); // words, not numbers, are printed for these
    }
    numbers
}

fn is_mib(name: &str) -> bool {
    let known = [
        "Ip", "Icmp", "Tcp", "Udp", "UdpLite", "TcpExt", "IpExt", "MPTcpExt", "Ip6", "Icmp6", "Udp6",
        "UdpLite6", "Sctp",
    ];
    !name.contains('+') && name.split_once('.').is_some_and(|(section, _)| known.contains(&section))
}

fn section<'a>(numbers: &'a BTreeMap<String, u64>, section: &'a str) -> impl Iterator<Item = (&'a str, u64)> {
    numbers.iter().filter_map(move |(name, n)| Some((name.strip_prefix(section)?.strip_prefix('.')?, *n)))
}

/// Lays the numbers out as the kernel does.
fn prepare(root: &Path, numbers: &BTreeMap<String, u64>) {
    let table = |sections: &[&str]| {
        sections.iter().fold(String::new(), |mut text, name| {
            let (names, values): (Vec<&str>, Vec<String>) =
                section(numbers, name).map(|(name, n)| (name, n.to_string())).unzip();
            write!(text, "{name}: {}\n{name}: {}\n", names.join(" "), values.join(" ")).unwrap();
            text
        })
    };
    let list = |sections: &[&str]| {
        sections.iter().fold(String::new(), |mut text, name| {
            section(numbers, name)
                .for_each(|(counter, n)| writeln!(text, "{:<32}\t{n}", format!("{name}{counter}")).unwrap());
            text
        })
    };
    fs::create_dir_all(root.join("sctp")).unwrap();
    fs::write(root.join("snmp"), table(&["Ip", "Icmp", "IcmpMsg", "Tcp", "Udp", "UdpLite"])).unwrap();
    fs::write(root.join("netstat"), table(&["TcpExt", "IpExt", "MPTcpExt"])).unwrap();
    fs::write(root.join("snmp6"), list(&["Ip6", "Icmp6", "Udp6", "UdpLite6"])).unwrap();
    fs::write(root.join("sctp/snmp"), list(&["Sctp"])).unwrap();
}

/// Runs a copy of the system's netstat that reads `root`, which is as long as `/proc/net`.
fn netstat(root: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let installed =
        ["/usr/bin/netstat", "/bin/netstat"].into_iter().find(|path| Path::new(path).is_file())?;
    let mut program = fs::read(installed).unwrap();
    let old = b"/proc/net";
    assert_eq!(root.len(), old.len());
    let found: Vec<usize> =
        (0..program.len() - old.len()).filter(|at| program[*at..].starts_with(old)).collect();
    for at in found {
        program[at..at + old.len()].copy_from_slice(root.as_bytes());
    }
    let copy = Path::new(root).join("copy-of-netstat");
    fs::write(&copy, program).unwrap();
    Command::new("chmod").arg("+x").arg(&copy).status().unwrap();
    let output = Command::new(&copy).args(arguments).env("LC_ALL", "C").output().unwrap();
    (output.status.success() && output.stdout.starts_with(b"Ip")).then_some(output.stdout)
}

/// A folder below `/tmp` with a name of nine letters in all.
struct Folder(String);

impl Folder {
    fn new() -> Self {
        let mut number = std::process::id() % 6_760;
        loop {
            let letter = char::from(b'a' + u8::try_from(number % 26).unwrap());
            let path = format!("/tmp/{letter}{:03}", number / 26 % 1_000);
            if fs::create_dir(&path).is_ok() {
                return Self(path);
            }
            number += 1;
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn facts(bytes: &[u8]) -> Facts {
    match parse::file("netstat_-s", bytes) {
        Parsed::Read(mut parts) => parts.remove(0),
        Parsed::Skipped(why) => panic!("skipped: {why}"),
    }
}

/// Levels are stored as floats, but the numbers here are whole.
fn whole(kind: Kind, bits: u64) -> u64 {
    if kind.is_exact() { bits } else { f64::from_bits(bits).to_string().parse().unwrap() }
}

/// Every line's number under its name; gives the names printed.
fn check(what: &str, output: &[u8], numbers: &BTreeMap<String, u64>) -> Vec<String> {
    let facts = facts(output);
    let mut wrong: Vec<String> =
        facts.rejects.kept.iter().map(|r| format!("line {}: {}", r.line, r.why)).collect();
    let mut printed = Vec::new();
    for (key, value) in facts.samples.key.iter().zip(&facts.samples.value) {
        let id = &facts.keys[*key as usize];
        let value = whole(id.kind, *value);
        match numbers.get(&id.metric) {
            Some(number) if *number == value => printed.push(id.metric.clone()),
            _ => {
                let carrier = numbers.iter().find(|(_, n)| **n == value).map_or("nobody", |(name, _)| name);
                wrong.push(format!("{} = {value}, the number of {carrier}", id.metric));
            }
        }
    }
    let numbers_out = String::from_utf8_lossy(output);
    let all = numbers_out
        .split_whitespace()
        .filter(|word| word.parse::<u64>().is_ok_and(|n| n > 1_000_000))
        .count();
    assert!(printed.len() >= all, "{what}: {all} numbers printed, {} read", printed.len());
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
    printed
}

fn recorded() -> PathBuf {
    project().join("fixtures/prepared-proc")
}

#[test]
fn every_sentence_of_netstat_carries_the_number_of_its_name() {
    let numbers = numbered();
    let folder = Folder::new();
    prepare(Path::new(&folder.0), &numbers);
    let mut printed = Vec::new();
    for (file, arguments) in
        [("netstat_-s", &["-s"][..]), ("netstat_-s_-6", &["-s", "-6"]), ("netstat_-sW", &["-sW"])]
    {
        let Some(output) = netstat(&folder.0, arguments) else {
            eprintln!("skipped: no netstat here that reads a prepared /proc/net");
            return;
        };
        printed.extend(check(file, &output, &numbers));
        if std::env::var_os("BLESS").is_some() && file != "netstat_-sW" {
            fs::create_dir_all(recorded()).unwrap();
            fs::write(recorded().join(file), output).unwrap();
        }
    }
    if std::env::var_os("BLESS").is_some() {
        let list: Vec<String> = numbers.iter().map(|(name, n)| format!("{name}\t{n}")).collect();
        fs::write(recorded().join("numbers.tsv"), list.join("\n") + "\n").unwrap();
    }
    let missing: Vec<&String> = numbers.keys().filter(|name| !printed.contains(name)).collect();
    let expected: Vec<&&String> =
        missing.iter().filter(|name| !NOT_PRINTED.contains(&name.as_str())).collect();
    assert!(expected.is_empty(), "netstat printed no line for {expected:?}");
}

#[test]
fn the_recorded_sentences_carry_the_numbers_of_their_names() {
    let list = fs::read_to_string(recorded().join("numbers.tsv")).unwrap();
    let numbers: BTreeMap<String, u64> = list
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, n)| (name.to_owned(), n.parse().unwrap()))
        .collect();
    for file in ["netstat_-s", "netstat_-s_-6"] {
        let printed = check(file, &fs::read(recorded().join(file)).unwrap(), &numbers);
        assert!(printed.len() >= if file == "netstat_-s_-6" { 80 } else { 300 }, "{file}: {}", printed.len());
    }
}

/// `nstat` and the kernel's own tables, by the same numbers: nstat reads another `/proc` when asked to.
#[test]
fn nstat_and_the_tables_themselves_give_every_number_its_name() {
    let numbers = numbered();
    let folder = Folder::new();
    let root = Path::new(&folder.0).join("net");
    prepare(&root, &numbers);
    let mut read = Vec::new();
    for file in ["snmp", "netstat", "snmp6", "sctp/snmp"] {
        read.extend(check(file, &fs::read(root.join(file)).unwrap(), &numbers));
    }
    assert_eq!(read.len(), numbers.len());
    let history = root.join("history");
    let nstat = |arguments: &str| {
        let mut command = Command::new("nstat");
        command.arg(arguments).env("PROC_ROOT", &folder.0).env("NSTAT_HISTORY", &history);
        command.output().ok().filter(|o| o.status.success()).map(|o| o.stdout)
    };
    let (Some(lines), Some(json)) = (nstat("-az"), nstat("-azj")) else {
        eprintln!("skipped: no nstat here");
        return;
    };
    let expected = |sctp: bool| {
        let wanted = |name: &&String| {
            (sctp || !name.starts_with("Sctp."))
                && !NOT_PRINTED.contains(&name.as_str())
                && !LEVELS.contains(&name.as_str())
        };
        numbers.keys().filter(wanted).count()
    };
    for output in [lines, json] {
        let Parsed::Read(parts) = parse::file("nstat_-az", &output) else { panic!("nstat not read") };
        let keys = parts[0].samples.key.iter().zip(&parts[0].samples.value);
        for (key, value) in keys.clone() {
            let id = &parts[0].keys[*key as usize];
            assert_eq!(numbers.get(&id.metric), Some(&whole(id.kind, *value)), "{}", id.metric);
        }
        let sctp = parts[0].keys.iter().any(|id| id.metric.starts_with("Sctp."));
        assert_eq!(keys.count(), expected(sctp));
    }
}
