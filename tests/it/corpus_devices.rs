//! Real dumps of interfaces, queues and CPUs, read where `../shared/corpus` exists and skipped where it does not.
//!
//! Expectations: jc's JSON for `ifconfig` and `netstat -i`; for the others the same text read again by position, in
//! the layout of that one release, which is what our parsers must never do.

use crate::run::{files, project};
use netmortem::catalogue::counters;
use netmortem::model::fact::Facts;
use netmortem::parse::{self, Parsed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn corpus() -> Option<PathBuf> {
    let dir = project().join("../shared/corpus");
    if !dir.is_dir() {
        eprintln!("skipped: {} is not here", dir.display());
    }
    dir.is_dir().then_some(dir)
}

fn facts(path: &Path) -> Vec<Facts> {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    match parse::file(&path.to_string_lossy(), &bytes) {
        Parsed::Read(parts) => parts,
        Parsed::Skipped(why) => panic!("{}: {why}", path.display()),
    }
}

/// Metric and which one, to value.
type Read = BTreeMap<(String, String), u64>;

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // levels of whole bytes and packets
fn read(path: &Path) -> Read {
    let mut read = Read::new();
    for facts in facts(path) {
        for (key, value) in facts.samples.key.iter().zip(&facts.samples.value) {
            let id = &facts.keys[*key as usize];
            let value = if id.kind.is_exact() { *value } else { f64::from_bits(*value) as u64 };
            let twice = read.insert((id.metric.clone(), id.of.clone()), value);
            assert!(twice.is_none(), "{}: {} of {} twice", path.display(), id.metric, id.of);
        }
    }
    read
}

/// Every field of every record that jc has must be ours too, and we must have nothing else.
fn compare(path: &Path, name: &str, fields: &[(&str, &str)]) {
    let mut ours = read(path);
    let jc: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
    for record in jc.as_array().unwrap() {
        let of = record[name].as_str().unwrap();
        for (theirs, metric) in fields {
            let Some(want) = record[*theirs].as_u64() else { continue };
            let got = ours.remove(&((*metric).to_owned(), of.to_owned()));
            assert_eq!(got, Some(want), "{}: {metric} of {of}", path.display());
        }
    }
    assert!(ours.is_empty(), "{}: jc has not {ours:?}", path.display());
}

#[test]
fn ifconfig_agrees_with_jc() {
    let Some(corpus) = corpus() else { return };
    let fields = [
        ("rx_packets", "dev.rx_packets"),
        ("rx_bytes", "dev.rx_bytes"),
        ("rx_errors", "dev.rx_errors"),
        ("rx_dropped", "dev.rx_drop"),
        ("rx_overruns", "dev.rx_fifo_errors"),
        ("rx_frame", "dev.rx_frame"),
        ("tx_packets", "dev.tx_packets"),
        ("tx_bytes", "dev.tx_bytes"),
        ("tx_errors", "dev.tx_errors"),
        ("tx_dropped", "dev.tx_dropped"),
        ("tx_overruns", "dev.tx_fifo_errors"),
        ("tx_carrier", "dev.tx_carrier"),
        ("tx_collisions", "dev.collisions"),
    ];
    for system in ["centos-7.7", "ubuntu-16.04", "ubuntu-18.04"] {
        let path = corpus.join(format!("kellyjonbrazil+jc/tests/fixtures/{system}/ifconfig.out"));
        compare(&path, "name", &fields);
    }
}

#[test]
fn netstat_i_agrees_with_jc() {
    let Some(corpus) = corpus() else { return };
    let fields = [
        ("rx_ok", "dev.rx_packets"),
        ("rx_err", "dev.rx_errors"),
        ("rx_drp", "dev.rx_drop"),
        ("rx_ovr", "dev.rx_fifo_errors"),
        ("tx_ok", "dev.tx_packets"),
        ("tx_err", "dev.tx_errors"),
        ("tx_drp", "dev.tx_dropped"),
        ("tx_ovr", "dev.tx_fifo_errors"),
    ];
    for system in ["centos-7.7", "ubuntu-18.04"] {
        let path = corpus.join(format!("kellyjonbrazil+jc/tests/fixtures/{system}/netstat-i.out"));
        compare(&path, "iface", &fields);
    }
}

#[test]
fn other_systems_are_not_taken_for_linux() {
    let Some(corpus) = corpus() else { return };
    for name in ["netstat-i", "netstat-ib"] {
        let path = corpus.join(format!("kellyjonbrazil+jc/tests/fixtures/freebsd12/{name}.out"));
        let parsed = parse::file("netstat", &std::fs::read(&path).unwrap());
        assert!(matches!(parsed, Parsed::Skipped(_)), "{name}");
    }
}

/// The sixteen columns since kernel 2.2.
const NET_DEV: [&str; 16] = [
    "rx_bytes",
    "rx_packets",
    "rx_errors",
    "rx_drop",
    "rx_fifo_errors",
    "rx_frame",
    "rx_compressed",
    "multicast",
    "tx_bytes",
    "tx_packets",
    "tx_errors",
    "tx_dropped",
    "tx_fifo_errors",
    "collisions",
    "tx_carrier",
    "tx_compressed",
];

#[test]
fn every_proc_net_dev_is_read_whole() {
    let Some(corpus) = corpus() else { return };
    let mut rows = 0;
    for file in files(&corpus) {
        let path = corpus.join(&file);
        if !file.ends_with("net/dev") && !file.ends_with("linux-proc/net_dev") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut ours = read(&path);
        for (of, numbers) in text.lines().skip(2).filter_map(|line| line.split_once(':')) {
            rows += 1;
            for (column, number) in NET_DEV.iter().zip(numbers.split_whitespace()) {
                let got = ours.remove(&(format!("dev.{column}"), of.trim().to_owned()));
                assert_eq!(got, number.parse().ok(), "{}: {column} of {of}", file.display());
            }
        }
        assert!(ours.is_empty(), "{}: {ours:?}", file.display());
        assert!(facts(&path).iter().all(|f| f.rejects.count == 0), "{}", file.display());
    }
    assert!(rows > 40, "{rows}");
}

/// Numbers below `RX:` and `TX:`; `missed` is `overrun` in older releases. A line `vf 3` begins a virtual function,
/// and one line of `IP_S_LINK_ALL_4` is broken in two by a terminal.
fn ip_link(text: &str) -> Read {
    let mut read = Read::new();
    let (mut of, mut columns, mut family) = (String::new(), Vec::new(), "dev");
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.first() == Some(&"vf") {
            of = format!("{} vf {}", of.split(' ').next().unwrap(), words[1]);
            family = "vf";
        } else if line.starts_with(|c: char| c.is_ascii_digit()) {
            family = "dev";
            of = words.get(1).map_or("", |w| w.trim_end_matches(':').split('@').next().unwrap()).to_owned();
        } else if let Some(way) = words.first().filter(|w| matches!(**w, "RX:" | "TX:")) {
            columns = words[1..].iter().map(|c| format!("{way}{c}")).collect();
        } else {
            for (column, number) in columns.drain(..).zip(&words) {
                let metric = match column.as_str() {
                    "RX:mcast" => "multicast".to_owned(),
                    "RX:bcast" => "broadcast".to_owned(),
                    "TX:collsns" => "collisions".to_owned(),
                    "TX:carrier" => "tx_carrier_errors".to_owned(),
                    "RX:overrun" => "rx_over_errors".to_owned(),
                    "RX:missed" => "rx_missed_errors".to_owned(),
                    _ => column.to_lowercase().replace(':', "_"),
                };
                read.insert((format!("{family}.{metric}"), of.clone()), number.parse().unwrap());
            }
        }
    }
    read
}

#[test]
fn every_ip_s_link_is_read_whole() {
    let Some(corpus) = corpus() else { return };
    let mut interfaces = 0;
    for file in files(&corpus) {
        let name = file.file_name().unwrap().to_string_lossy();
        // the malformed slave has no numbers at all
        let ours = ["IP_S_LINK", "IP_D_S_LINK", "ip_-s_-d_link"].iter().any(|head| name.starts_with(head));
        if !ours || name.contains("MALFORMED") {
            continue;
        }
        let text = std::fs::read_to_string(corpus.join(&file)).unwrap();
        let want = ip_link(&text);
        interfaces += want.keys().filter(|(metric, _)| metric == "dev.rx_bytes").count();
        // the strings of insights-core have no line feed at their end, so that their last line may have been cut
        let parsed = parse::file("ip", format!("{}\n", text.trim_end()).as_bytes());
        let Parsed::Read(parts) = parsed else { panic!("{}", file.display()) };
        let mut got = Read::new();
        for facts in &parts {
            assert_eq!(facts.rejects.count, 0, "{}: {:?}", file.display(), facts.rejects.kept);
            for (key, value) in facts.samples.key.iter().zip(&facts.samples.value) {
                let id = &facts.keys[*key as usize];
                got.insert((id.metric.clone(), id.of.clone()), *value);
            }
        }
        assert_eq!(got, want, "{}", file.display());
    }
    assert!(interfaces > 30, "{interfaces}");
}

#[test]
fn the_metrics_of_the_corpus_have_rows() {
    let Some(corpus) = corpus() else { return };
    let mut unknown = BTreeMap::new();
    for file in files(&corpus) {
        let Parsed::Read(parts) =
            parse::file(&file.to_string_lossy(), &std::fs::read(corpus.join(&file)).unwrap())
        else {
            continue;
        };
        let families = ["dev.", "qdisc.", "interrupt.", "softirq.", "cpu.", "vf."];
        for key in parts.iter().flat_map(|f| &f.keys) {
            if families.iter().any(|f| key.metric.starts_with(f)) && counters::counter(&key.metric).is_none()
            {
                unknown.insert(key.metric.clone(), file.clone());
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn interrupts_of_a_guest_are_those_of_its_network_cards() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.join("canonical+hotsos/tests/unit/fake_data_root/vault");
    let interrupts = read(&root.join("proc/interrupts"));
    let line = |of: &str| interrupts.get(&("interrupt.line".to_owned(), of.to_owned())).copied();
    assert_eq!(line("virtio0-input.0"), Some(22_185_092 + 10_956));
    assert_eq!(line("virtio0-config"), None);
    let softirqs = read(&root.join("proc/softirqs"));
    assert_eq!(softirqs.get(&("softirq.NET_RX".to_owned(), "cpu1".to_owned())), Some(&36_566_088));
    assert_eq!(softirqs.get(&("softirq.TIMER".to_owned(), "all".to_owned())), Some(&(9_191_361 + 9_183_757)));
    let card = read(&root.join("sos_commands/networking/ethtool_-S_eth0"));
    assert_eq!(card.get(&("ethtool.peer_ifindex".to_owned(), "eth0".to_owned())), Some(&27));
    let queues = read(&root.join("sos_commands/networking/tc_-s_qdisc_show"));
    assert_eq!(queues.len(), 14);
}
