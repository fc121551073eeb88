//! Tables of sockets of many systems against jc, record by record, and against a count of their words.
//!
//! jc's `local_address`, `local_port` and `interface` are our `addr%zone:port`; `recv_q` and `send_q` of a LISTEN are queue
//! and limit (netstat: queue only); `state` of the others is counted here by the rule that `parse::sockets` documents.
//! Where jc is at fault:
//! * it reads `[::]:ssh` of netstat as `[::]`, `:::22` as `::`: both are the wildcard;
//! * it has no notion of several tables in a file, and the corpus has none.

use crate::corpus::{corpus, expected, facts};
use netmortem::model::fact::Facts;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const SS: [&str; 4] =
    ["centos-7.7/ss-sudo-a", "ubuntu-18.04/ss-sudo-a", "ubuntu-18.04/ss-sudo-tulpen", "generic/ss-wide"];

const NETSTAT: [&str; 14] = [
    "centos-7.7/netstat",
    "centos-7.7/netstat-l",
    "centos-7.7/netstat-p",
    "centos-7.7/netstat-sudo-aeep",
    "centos-7.7/netstat-sudo-lnp",
    "fedora32/netstat",
    "generic/netstat-no-state",
    "generic/netstat-old",
    "ubuntu-18.04/netstat",
    "ubuntu-18.04/netstat-l",
    "ubuntu-18.04/netstat-p",
    "ubuntu-18.04/netstat-sudo-aeep",
    "ubuntu-18.04/netstat-sudo-lnp",
    "ubuntu-18.04/netstat-sudo-lnp-space",
];

/// `(metric, of)` to its values in order.
type Samples = BTreeMap<(String, String), Vec<f64>>;

fn samples(facts: &[Facts]) -> Samples {
    let mut found = Samples::new();
    for part in facts {
        for (key, value) in part.samples.key.iter().zip(&part.samples.value) {
            let id = &part.keys[*key as usize];
            let of = id.of.split('#').next().unwrap_or(&id.of).to_owned();
            found.entry((id.metric.clone(), of)).or_default().push(f64::from_bits(*value));
        }
    }
    found
}

fn text<'a>(socket: &'a Value, field: &str) -> &'a str {
    socket[field].as_str().unwrap_or_default()
}

/// The kernel's name of a state, whichever tool spelt it.
fn state(socket: &Value) -> &str {
    match text(socket, "state") {
        "ESTAB" => "ESTABLISHED",
        "TIME-WAIT" => "TIME_WAIT",
        "UNCONN" => "CLOSE",
        other => other,
    }
}

fn listener(socket: &Value, all: &[Value]) -> String {
    let (host, port) = (text(socket, "local_address"), text(socket, "local_port"));
    let netstat = !socket["proto"].is_null();
    let shared = !all.iter().any(|s| {
        state(s) == "LISTEN" && text(s, "local_address") == "0.0.0.0" && text(s, "local_port") == port
    });
    // an old ss, by an address of IPv4 beside a `*`: its `*` is IPv4's wildcard, and its `[::]` is as netstat's
    let of_ipv4 = |s: &Value| text(s, "local_address").contains('.') && text(s, "peer_address") == "*";
    let old = !netstat && all.iter().any(of_ipv4);
    let held = all.iter().any(|s| text(s, "local_address") == "*" && text(s, "local_port") == port);
    let host = match host {
        "*" if old => "0.0.0.0".to_owned(),
        "::" | "[::]" if old && !held => "*".to_owned(),
        "::" | "[::]" if netstat && shared => "*".to_owned(),
        host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        host => host.to_owned(),
    };
    let zone = socket["interface"].as_str().map_or_else(String::new, |zone| format!("%{zone}"));
    format!("{host}{zone}:{port}")
}

fn agree(name: &str) -> (usize, usize) {
    let Some(corpus) = corpus() else { return (0, 0) };
    let path = corpus.join(format!("kellyjonbrazil+jc/tests/fixtures/{name}.out"));
    let facts = facts(&path);
    let ours = samples(&facts);
    let rejects: u64 = facts.iter().map(|f| f.rejects.count).sum();
    assert_eq!(rejects, 0, "{name}: {:?}", facts.iter().map(|f| &f.rejects.kept).collect::<Vec<_>>());
    let jc = expected(&path);
    let tcp = |s: &&Value| text(s, "netid") == "tcp" || text(s, "proto").starts_with("tcp");
    let jc: Vec<Value> = jc.as_array().unwrap().iter().filter(tcp).cloned().collect();
    let (listening, others): (Vec<&Value>, Vec<&Value>) = jc.iter().partition(|s| state(s) == "LISTEN");

    let mut theirs = Samples::new();
    for socket in &listening {
        let of = listener(socket, &jc);
        let mut push = |metric: &str, value: &Value| {
            theirs.entry((metric.to_owned(), of.clone())).or_default().push(value.as_f64().unwrap());
        };
        push("listener.queue", &socket["recv_q"]);
        if socket["proto"].is_null() {
            push("listener.limit", &socket["send_q"]);
        }
    }
    let of_listeners: Samples = ours
        .iter()
        .filter(|((m, _), _)| m.starts_with("listener."))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    assert_eq!(of_listeners, theirs, "{name}");

    let ports: BTreeSet<&str> = listening.iter().map(|s| text(s, "local_port")).collect();
    let mut counts: BTreeMap<(String, String), f64> = BTreeMap::new();
    for socket in &others {
        let (local, peer) = (
            text(socket, "local_port"),
            socket["peer_port"].as_str().unwrap_or(text(socket, "foreign_port")),
        );
        // no listener in sight: a name, else the lower number, is the service
        let rank = |port: &str| port.parse().unwrap_or(0_u32);
        let serves = if ports.is_empty() { rank(local) <= rank(peer) } else { ports.contains(local) };
        let of = if serves { format!(":{local}") } else { format!("to :{peer}") };
        for of in [String::new(), of] {
            *counts.entry((format!("sockets.{}", state(socket)), of)).or_default() += 1.0;
        }
    }
    let of_states = |(m, _): &&(String, String)| {
        m.starts_with("sockets.") && !m.ends_with("_queue") && !m.starts_with("sockets.timer")
    };
    for key in ours.keys().filter(of_states) {
        let theirs = counts.get(key).copied().unwrap_or(0.0);
        assert_eq!(ours[key], [theirs], "{name}: {key:?}");
    }
    for (key, count) in &counts {
        assert_eq!(ours.get(key), Some(&vec![*count]), "{name}: {key:?}");
    }
    (listening.len(), others.len())
}

#[test]
fn sockets_of_ss_agree_with_jc() {
    let (mut listening, mut others) = (0, 0);
    for name in SS {
        let found = agree(name);
        (listening, others) = (listening + found.0, others + found.1);
    }
    assert!(corpus().is_none() || (listening, others) == (95, 2), "{listening} {others}");
}

#[test]
fn sockets_of_netstat_agree_with_jc() {
    let (mut listening, mut others) = (0, 0);
    for name in NETSTAT {
        let found = agree(name);
        (listening, others) = (listening + found.0, others + found.1);
    }
    assert!(corpus().is_none() || (listening, others) == (42, 13), "{listening} {others}");
}

#[test]
fn a_netstat_of_freebsd_is_not_taken() {
    let Some(corpus) = corpus() else { return };
    for name in ["netstat-Aa", "netstat-AaT", "netstat-AanP", "netstat-Aax", "netstat-aT", "netstat-an"] {
        let path = corpus.join(format!("kellyjonbrazil+jc/tests/fixtures/freebsd12/{name}.out"));
        assert_eq!(facts(&path).iter().map(|f| f.samples.key.len()).sum::<usize>(), 0, "{name}");
    }
}

/// Words counted as `awk` would.
#[test]
fn states_of_a_sosreport_are_counted() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.join("canonical+hotsos/tests/unit/fake_data_root/vault");
    let path = root.join("sos_commands/networking/netstat_-W_-neopa");
    let ours = samples(&facts(&path));
    let text = std::fs::read_to_string(&path).unwrap();
    let words = |line: &'static str| -> Vec<&'static str> { line.split_whitespace().collect() };
    let rows: Vec<Vec<&str>> =
        text.leak().lines().filter(|line| line.starts_with("tcp")).map(words).collect();
    for state in ["ESTABLISHED", "TIME_WAIT", "CLOSE_WAIT", "SYN_RECV"] {
        let count = rows.iter().filter(|row| row[5] == state).count();
        #[allow(clippy::cast_precision_loss)]
        let count = count as f64;
        assert_eq!(ours[&(format!("sockets.{state}"), String::new())], [count], "{state}");
        let to = rows.iter().filter(|row| row[5] == state && row[4].ends_with(":3306")).count();
        let ours = ours.get(&(format!("sockets.{state}"), "to :3306".to_owned())).map_or(0.0, |v| v[0]);
        #[allow(clippy::cast_precision_loss)]
        let to = to as f64;
        assert!((ours - to).abs() < 0.5, "{state} to :3306: {ours} {to}");
    }
    for (name, code, of) in [("tcp", "0A", "ipv4"), ("tcp6", "0A", "ipv6")] {
        let path = root.join("proc/282492/net").join(name);
        let ours = samples(&facts(&path));
        let text = std::fs::read_to_string(&path).unwrap();
        let rows: Vec<&str> =
            text.lines().skip(1).filter_map(|line| line.split_whitespace().nth(3)).collect();
        let listeners: usize =
            ours.iter().filter(|((m, _), _)| m == "listener.queue").map(|(_, values)| values.len()).sum();
        assert_eq!(listeners, rows.iter().filter(|st| **st == code).count(), "{name}");
        #[allow(clippy::cast_precision_loss)]
        let established = rows.iter().filter(|st| **st == "01").count() as f64;
        assert_eq!(ours[&("sockets.ESTABLISHED".to_owned(), of.to_owned())], [established], "{name}");
    }
}

/// What each file of insights-core holds, by eye.
#[test]
fn tables_of_insights_core_lose_no_line() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.join("RedHatInsights+insights-core/insights/tests/parsers/test_netstat");
    for (name, listeners, rejects) in [
        ("NETSTAT", 4, 0),
        ("NETSTAT_CONTENT_BUT_NO_PARSED_LINES", 4, 0),
        ("NETSTAT_CONTENT_BUT_NO_PID_PROGRAM", 4, 0),
        // addresses and ports in columns of their own: no netstat writes that
        ("NETSTAT_CONTENT_BUT_NO_LOCAL_ADDR_COLON", 0, 3),
        ("NETSTAT_DOCS", 4, 0),
        ("NETSTAT_MATCH1", 3, 0),
        ("NETSTAT_NO_ACTIVE_CONNS", 0, 0),
        ("NETSTAT_SOCKETS_ONLY", 0, 0),
        ("NETSTAT_TEST_RUNNING_PROCESSES", 5, 0),
        ("SS_TULPN_2", 9, 0),
        // two that were kept without their last line feed: they may have been cut
        ("SS_TUPNA_2", 9, 1),
        ("SS_TUPNA_DOCS", 1, 0),
        ("Ss_TULPN", 7, 0),
        ("Ss_TUPNA", 6, 1),
    ] {
        let facts = facts(&root.join(format!("{name}.txt")));
        let found: usize =
            samples(&facts).iter().filter(|((m, _), _)| m == "listener.queue").map(|(_, v)| v.len()).sum();
        let rejected: u64 = facts.iter().map(|f| f.rejects.count).sum();
        assert_eq!(
            (found, rejected),
            (listeners, rejects),
            "{name}: {:?}",
            facts.iter().map(|f| &f.rejects).collect::<Vec<_>>()
        );
    }
}

/// Recorded one after the other, of the same sockets: a listener is one series whichever tool was asked.
#[test]
fn ss_and_netstat_say_the_same_of_the_same_sockets() {
    let formats = crate::run::project().join("fixtures/formats");
    let of = |path: &str| -> Samples {
        let all = samples(&facts(&formats.join(path)));
        all.into_iter().filter(|((metric, _), _)| metric != "listener.limit").collect()
    };
    let ss = of("ss_-lnt/tan-iproute2-6.1.txt");
    assert_eq!(ss, of("netstat_-tan/tan-net-tools-2.10.txt"));
    let proc = of("_proc_net_tcp/both-6.18.txt");
    for ((metric, place), values) in &ss {
        let both: f64 = ["ipv4", "ipv6"]
            .iter()
            .filter_map(|table| proc.get(&(metric.clone(), format!("{table} {place}").trim_end().to_owned())))
            .flatten()
            .sum();
        let alone = proc.get(&(metric.clone(), place.clone()));
        assert!(alone == Some(values) || (both - values.iter().sum::<f64>()).abs() < 0.5, "{metric} {place}");
    }
}
