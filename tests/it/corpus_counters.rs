//! Counters and levels of real dumps, read where `../shared/corpus` exists and skipped where it does not. Expected
//! is what sysstat's own tests say of its `/proc` series (`expected.sadf-j` of `root1` to `root7`), and what two tools
//! said of the same host at the same time. jc and insights hold no expected values beside their samples.

use crate::run::project;
use netmortem::catalogue::counters;
use netmortem::model::fact::{Facts, Kind};
use netmortem::parse::{self, Parsed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn corpus() -> Option<PathBuf> {
    let dir = project().join("../shared/corpus");
    if !dir.is_dir() {
        eprintln!("skipped: {} is not here", dir.display());
    }
    dir.is_dir().then_some(dir)
}

fn read(path: &str) -> Option<Facts> {
    let bytes = fs::read(corpus()?.join(path)).unwrap();
    match parse::file(path, &bytes) {
        Parsed::Read(mut parts) => Some(parts.remove(0)),
        Parsed::Skipped(_) => None,
    }
}

/// Numbers by metric and what they are of.
fn numbers(facts: &Facts) -> BTreeMap<(String, String), f64> {
    let told = facts.samples.key.iter().zip(&facts.samples.value);
    told.map(|(key, value)| {
        let id = &facts.keys[*key as usize];
        ((id.metric.clone(), id.of.clone()), id.kind.number(*value))
    })
    .collect()
}

/// Of the kinds in the manifest: path and format expected.
fn files() -> Vec<(String, &'static str)> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let manifest = fs::read_to_string(corpus.join("MANIFEST.tsv")).unwrap();
    let rows = manifest.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| {
        let format = match row[1] {
            "nstat" => "nstat",
            "proc_net_netstat" | "proc_net_snmp" => "/proc/net/snmp",
            "proc_net_snmp6" => "/proc/net/snmp6",
            "proc_net_other" if row[0].contains("dev_snmp6") => "/proc/net/snmp6",
            "proc_net_sockstat" | "proc_net_sockstat6" => "/proc/net/sockstat",
            "proc_net_softnet_stat" => "/proc/net/softnet_stat",
            "proc_net_stat_nf_conntrack" => "/proc/net/stat/nf_conntrack",
            "proc_meminfo" => "meminfo",
            "sos_other" if row[0].contains("/free") => "free",
            _ => return None,
        };
        Some((row[0].to_owned(), format))
    })
    .collect()
}

/// What is no dump, by the words of its own suite.
const BROKEN: [&str; 2] = ["SOCK_STATS_NO_2.txt", "softnet_stat.broken"];

/// Lines that no kernel printed so, and how many of them.
const OWN_FAULTS: [(&str, u64); 3] = [
    ("test_netstat/PROC_NETSTAT_4.txt", 2), // a name is missing in each line of names
    ("procfs/fixtures/proc/26231/net/snmp6", 1), // the archive's `Mode: 644` stands below it
    ("procfs/fixtures/proc/net/softnet_stat", 3), // rows of several kernels in one file
];

#[test]
fn every_dump_of_counters_is_known_and_every_line_read() {
    let files = files();
    for (path, format) in &files {
        let facts = read(path);
        if BROKEN.iter().any(|broken| path.ends_with(broken)) {
            assert!(facts.is_none(), "{path}");
            continue;
        }
        let facts = facts.unwrap_or_else(|| panic!("{path} is not known"));
        assert_eq!(facts.formats, [*format], "{path}");
        // insights cut the final line feed off, so the last number may be cut as well; softnet's digits are whole
        let stripped = path.starts_with("RedHat") && *format != "/proc/net/softnet_stat";
        let own = OWN_FAULTS.iter().find(|(end, _)| path.ends_with(end)).map(|(_, rejects)| *rejects);
        assert_eq!(
            facts.rejects.count,
            own.unwrap_or(u64::from(stripped)),
            "{path}: {:?}",
            facts.rejects.kept
        );
        assert!(own.is_some() || facts.samples.key.len() >= 4, "{path}");
    }
    assert!(files.is_empty() || files.len() >= 65, "{}", files.len());
}

#[test]
fn every_counter_of_the_corpus_is_in_the_catalogue() {
    // made up by insights' and procfs' tests, or renamed since by the kernel
    let retired = [
        "TcpExt.PAWSPassive",
        "TcpExt.TCPPrequeued",
        "TcpExt.TCPDirectCopyFromBacklog",
        "TcpExt.TCPDirectCopyFromPrequeue",
        "TcpExt.TCPPrequeueDropped",
    ];
    let mut unknown = BTreeMap::new();
    for (path, format) in
        files().iter().filter(|(_, format)| ["nstat", "/proc/net/snmp", "/proc/net/snmp6"].contains(format))
    {
        for id in read(path).iter().flat_map(|facts| &facts.keys) {
            if counters::counter(&id.metric).is_none() && !retired.contains(&id.metric.as_str()) {
                unknown.insert(id.metric.clone(), format!("{format} {path}"));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

const SYSSTAT: &str = "sysstat+sysstat/tests";

fn sadf() -> Option<Vec<Value>> {
    let text = fs::read(corpus()?.join(SYSSTAT).join("expected.sadf-j")).unwrap();
    let json: Value = serde_json::from_slice(&text).unwrap();
    Some(json["sysstat"]["hosts"][0]["statistics"].as_array().unwrap().clone())
}

fn root(n: usize, file: &str) -> BTreeMap<(String, String), f64> {
    numbers(&read(&format!("{SYSSTAT}/root{n}/proc/net/{file}")).unwrap())
}

#[test]
fn levels_of_sockstat_agree_with_sar() {
    let Some(statistics) = sadf() else { return };
    let fields = [
        ("net-sock", "totsck", "sockstat", "sockets.used"),
        ("net-sock", "tcpsck", "sockstat", "TCP.inuse"),
        ("net-sock", "udpsck", "sockstat", "UDP.inuse"),
        ("net-sock", "rawsck", "sockstat", "RAW.inuse"),
        ("net-sock", "ip-frag", "sockstat", "FRAG.inuse"),
        ("net-sock", "tcp-tw", "sockstat", "TCP.tw"),
        ("net-sock6", "tcp6sck", "sockstat6", "TCP6.inuse"),
        ("net-sock6", "udp6sck", "sockstat6", "UDP6.inuse"),
        ("net-sock6", "raw6sck", "sockstat6", "RAW6.inuse"),
        ("net-sock6", "ip6-frag", "sockstat6", "FRAG6.inuse"),
    ];
    for n in 1..=7 {
        for statistic in &statistics {
            for (group, field, file, metric) in fields {
                let ours = root(n, file)[&(format!("sockstat.{metric}"), String::new())];
                assert_eq!(statistic["network"][group][field].as_f64(), Some(ours), "root{n} {field}");
            }
        }
    }
}

/// Row by row of the CPUs of sar: levels of the later snapshot, increments by the seconds between both. sar prints
/// whole seconds and two decimals; the seconds themselves follow from the greatest rate.
fn softnet_agrees(before: usize, after: usize, statistic: &Value) {
    let (old, new) = (root(before, "softnet_stat"), root(after, "softnet_stat"));
    let gained = |metric: &str, cpu: &str| {
        let key = (format!("softnet.{metric}"), format!("cpu{cpu}"));
        Some(new.get(&key)? - old.get(&key)?)
    };
    let rows = statistic["network"]["softnet"].as_array().unwrap();
    let whole = statistic["timestamp"]["interval"].as_f64().unwrap();
    let mut compared = 0;
    for row in rows.iter().filter(|row| row["cpu"] != "all") {
        let cpu = row["cpu"].as_str().unwrap();
        for (field, metric) in [
            ("total", "processed"),
            ("dropd", "dropped"),
            ("squeezd", "time_squeeze"),
            ("rx_rps", "received_rps"),
            ("flw_lim", "flow_limit_count"),
        ] {
            let Some(gained) = gained(metric, cpu) else { continue };
            let rate = row[field].as_f64().unwrap();
            let slow = gained / (whole + 1.0) - 0.006;
            let fast = gained / whole + 0.006;
            assert!(
                (slow..=fast).contains(&rate),
                "cpu{cpu} {metric}: {gained} in {whole} s, sar says {rate}"
            );
            compared += 1;
        }
        if let Some(level) = new.get(&("softnet.backlog_len".to_owned(), format!("cpu{cpu}"))) {
            assert_eq!(row["blg_len"].as_f64(), Some(*level), "cpu{cpu}");
        }
    }
    assert!(compared >= 40, "{compared}");
}

#[test]
fn softnet_agrees_with_sar_cpu_by_cpu() {
    let Some(statistics) = sadf() else { return };
    // root4 lacks cpu6 and is the first with the CPU's number; in root3 the row of cpu7 stands in the place of cpu6,
    // which nothing in that file tells, so increments from root3 to root4 are not compared
    softnet_agrees(4, 5, &statistics[3]);
    softnet_agrees(6, 7, &statistics[4]);
    softnet_agrees(1, 1, &statistics[0]);
}

#[test]
fn counters_that_sar_says_stood_still_are_equal() {
    let Some(statistics) = sadf() else { return };
    let still = |group: &str| {
        statistics
            .iter()
            .all(|s| s["network"][group].as_object().unwrap().values().all(|rate| rate.as_f64() == Some(0.0)))
    };
    for group in [
        "net-ip",
        "net-eip",
        "net-icmp",
        "net-tcp",
        "net-etcp",
        "net-udp",
        "net-ip6",
        "net-icmp6",
        "net-udp6",
    ] {
        assert!(still(group), "{group}");
    }
    for n in 2..=7 {
        assert_eq!((root(1, "snmp"), root(1, "snmp6")), (root(n, "snmp"), root(n, "snmp6")), "root{n}");
    }
}

#[test]
fn nstat_and_the_tables_of_a_sosreport_tell_of_the_same_host() {
    if corpus().is_none() {
        return;
    }
    let vault = "canonical+hotsos/tests/unit/fake_data_root/vault";
    let nstat = read(&format!("{vault}/sos_commands/networking/nstat_-zas")).unwrap();
    assert!(nstat.keys.iter().all(|id| id.kind != Kind::Delta), "totals");
    let nstat = numbers(&nstat);
    let mut compared = 0;
    for file in ["snmp", "netstat", "snmp6"] {
        let facts = read(&format!("{vault}/proc/282492/net/{file}")).unwrap();
        for (key, number) in numbers(&facts) {
            let level = counters::counter(&key.0).is_some_and(|row| row.kind == Kind::Gauge);
            let told = nstat.get(&key);
            assert_eq!(told.is_none(), level && !key.0.starts_with("MPTcp"), "{key:?}");
            // a moment apart: none is far off, and most that are not zero have not moved
            if let Some(told) = told {
                assert!(
                    (told - number).abs() <= told.max(number) * 0.01 + 50.0,
                    "{key:?}: {told} and {number}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 250, "{compared}");
}

#[test]
fn connection_tracking_agrees_with_the_rows_of_the_kernel() {
    let path = "prometheus+node_exporter/collector/fixtures/proc/net/stat/nf_conntrack";
    let Some(facts) = read(path) else { return };
    let ours = numbers(&facts);
    let text = fs::read_to_string(corpus().unwrap().join(path)).unwrap();
    let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let names = lines.next().unwrap();
    for (cpu, row) in lines.enumerate() {
        for (name, word) in names.iter().zip(row) {
            let number = f64::from(u32::from_str_radix(word, 16).unwrap());
            let key = match *name {
                "entries" => ("nf_conntrack_count".to_owned(), String::new()),
                "icmp_error" => ("nf_conntrack.error".to_owned(), format!("cpu{cpu}")),
                name => (format!("nf_conntrack.{name}"), format!("cpu{cpu}")),
            };
            assert_eq!(ours.get(&key), Some(&number), "{key:?}");
        }
    }
}
