//! Two sides through the front door: two snapshots of one host, a boot between them, two hosts.

use crate::run::{netmortem, project, text};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A snapshot of a host as a folder of dumps.
struct Snapshot<'a> {
    host: &'a str,
    /// `10:00:00` on 20 November 2026, UTC.
    clock: &'a str,
    /// Seconds since boot.
    up: u64,
    boot_id: &'a str,
    segments: u64,
    retransmitted: u64,
    overflows: u64,
    settings: &'a str,
    listeners: &'a str,
}

const A: Snapshot<'_> = Snapshot {
    host: "web1",
    clock: "10:00:00",
    up: 100_000,
    boot_id: "aaaa",
    segments: 1_000_000,
    retransmitted: 1_000,
    overflows: 50,
    settings: "net.core.somaxconn = 4096\nnet.ipv4.tcp_retries2 = 15\n",
    listeners: "LISTEN 0 128 0.0.0.0:80 0.0.0.0:*\n",
};

/// Ten minutes later: 600 overflows, retransmissions as ever.
const B: Snapshot<'_> = Snapshot {
    clock: "10:10:00",
    up: 100_600,
    segments: 1_006_000,
    retransmitted: 1_006,
    overflows: 650,
    ..A
};

impl Snapshot<'_> {
    fn write(&self, dir: &Path) -> PathBuf {
        std::fs::create_dir_all(dir).unwrap();
        let at = format!("20261120T{}Z", self.clock.replace(':', ""));
        let put = |name: &str, text: String| {
            std::fs::write(dir.join(format!("{name}-{at}.txt")), text).unwrap();
        };
        put(
            "nstat-az",
            format!(
                "#kernel\nTcpInSegs {0} 0.0\nTcpOutSegs {0} 0.0\nTcpRetransSegs {1} 0.0\nTcpPassiveOpens {0} 0.0\n\
                 TcpExtListenOverflows {2} 0.0\nTcpExtListenDrops {2} 0.0\nTcpExtTCPTimeouts 0 0.0\n",
                self.segments, self.retransmitted, self.overflows
            ),
        );
        put(
            "sysctl-a",
            format!(
                "kernel.hostname = {}\nkernel.random.boot_id = {}\n{}",
                self.host, self.boot_id, self.settings
            ),
        );
        let head = "State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n";
        put("ss-lnt", format!("{head}{}", self.listeners));
        put("proc-uptime", format!("{}.00 {}.00\n", self.up, self.up));
        dir.to_owned()
    }
}

fn both(a: &Snapshot<'_>, b: &Snapshot<'_>) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (x, y) = (a.write(&dir.path().join("before")), b.write(&dir.path().join("after")));
    (dir, x, y)
}

fn json(run: &Output) -> Value {
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).expect("JSON")
}

fn diff(a: &Snapshot<'_>, b: &Snapshot<'_>) -> Value {
    let (_dir, x, y) = both(a, b);
    json(&netmortem([OsStr::new("diff"), x.as_os_str(), y.as_os_str(), OsStr::new("--json")]))
}

fn counter<'a>(diff: &'a Value, metric: &str) -> &'a Value {
    let rows = diff["counters"].as_array().unwrap();
    rows.iter().find(|c| c["metric"] == metric).unwrap_or_else(|| panic!("no {metric} in {rows:#?}"))
}

fn setting<'a>(diff: &'a Value, key: &str) -> &'a Value {
    let rows = diff["settings"].as_array().unwrap();
    rows.iter().find(|s| s["key"] == key).unwrap_or_else(|| panic!("no {key} in {rows:#?}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn of_one_boot_the_increment_over_the_time_between() {
    let diff = diff(&A, &B);
    assert_eq!((&diff["schema"], &diff["relation"]["kind"]), (&1.into(), &"between".into()));
    assert!((number(&diff["relation"]["seconds"]) - 600.0).abs() < 1e-9);
    let overflows = counter(&diff, "TcpExt.ListenOverflows");
    assert_eq!(overflows["b"]["basis"], "between");
    assert!((number(&overflows["b"]["count"]) - 600.0).abs() < 1e-9);
    assert!((number(&overflows["b"]["rate"]) - 1.0).abs() < 1e-9);
    assert!((number(&overflows["a"]["rate"]) - 50.0 / 100_000.0).abs() < 1e-9);
    assert_eq!((&overflows["a"]["total"], &overflows["b"]["total"]), (&50.into(), &650.into()));
    assert_eq!(overflows["class"], "differs");
    // 6 in 6,000 segments, as 1,000 in a million before
    assert_eq!(counter(&diff, "Tcp.RetransSegs")["class"], "alike");
    assert!(diff["title"].as_str().unwrap().starts_with("Accept-queue overflows: 1\u{202f}/s from A to B"));
    for side in ["a", "b"] {
        let at = &overflows[side]["exhibit"];
        assert_eq!((&at["line"], &at["text"]).0, &6, "{at}");
    }
    assert_eq!(diff["zero"], 1, "TCPTimeouts");
    assert_eq!(diff["settings"], Value::Array(Vec::new()));
}

#[test]
fn the_later_side_named_first_is_turned_round_and_no_rate_is_negative() {
    let diff = diff(&B, &A);
    assert_eq!(diff["relation"]["swapped"], true);
    assert!((number(&counter(&diff, "TcpExt.ListenOverflows")["b"]["rate"]) - 1.0).abs() < 1e-9);
    assert!(diff["lede"].as_str().unwrap().contains("named second is the earlier one"), "{}", diff["lede"]);
}

#[test]
fn a_boot_between_the_two_leaves_each_its_own_average() {
    let after = Snapshot { boot_id: "bbbb", up: 300, segments: 3_000, retransmitted: 3, overflows: 30, ..B };
    let diff = diff(&A, &after);
    assert_eq!((&diff["relation"]["kind"], &diff["relation"]["same_host"]), (&"apart".into(), &true.into()));
    assert!(diff["lede"].as_str().unwrap().contains("rebooted in between"), "{}", diff["lede"]);
    let overflows = counter(&diff, "TcpExt.ListenOverflows");
    assert!((number(&overflows["b"]["rate"]) - 0.1).abs() < 1e-9);
    assert_eq!(
        (&overflows["a"]["basis"], &overflows["b"]["basis"]),
        (&"since_boot".into(), &"since_boot".into())
    );
    let rates = diff["counters"].as_array().unwrap().iter().flat_map(|c| [&c["a"]["rate"], &c["b"]["rate"]]);
    assert!(rates.filter_map(Value::as_f64).all(|rate| rate >= 0.0));
}

#[test]
fn counters_that_fell_without_a_boot_are_said_to_have_begun_again() {
    let most = Snapshot { segments: 10, retransmitted: 1, overflows: 2, ..B };
    let basis = diff(&A, &most)["relation"]["basis"].as_str().unwrap().to_owned();
    assert!(basis.contains("began again"), "{basis}");
    let one = diff(&A, &Snapshot { retransmitted: 3, ..B });
    let row = counter(&one, "Tcp.RetransSegs");
    assert_eq!((&row["b"]["state"], &row["b"]["rate"]), (&"restarted".into(), &Value::Null));
    assert!(one["gaps"].as_array().unwrap().iter().any(|g| g["title"] == "Counters that began again"));
}

#[test]
fn two_hosts_have_each_its_own_average_and_share() {
    let web2 = Snapshot {
        host: "web2",
        boot_id: "cccc",
        up: 50_000,
        retransmitted: 20_000,
        settings: "net.core.somaxconn = 128\nnet.ipv4.tcp_retries2 = 15\nnet.ipv4.tcp_sack = 0\n",
        listeners: "LISTEN 129 128 0.0.0.0:80 0.0.0.0:*\nLISTEN 0 5 127.0.0.1:25 0.0.0.0:*\n",
        ..A
    };
    let diff = diff(&A, &web2);
    let retransmitted = counter(&diff, "Tcp.RetransSegs");
    assert!((number(&retransmitted["share_ratio"]) - 20.0).abs() < 1e-9);
    assert!((number(&retransmitted["ratio"]) - 40.0).abs() < 1e-9);
    let somaxconn = setting(&diff, "net.core.somaxconn");
    assert_eq!(
        (&somaxconn["a"]["running"]["value"], &somaxconn["b"]["running"]["value"]),
        (&"4096".into(), &"128".into())
    );
    assert_eq!(somaxconn["default"], "4096 (128 before 5.4)");
    assert_eq!(setting(&diff, "net.ipv4.tcp_sack")["kind"], "only_b");
    assert_eq!(diff["census"]["equal"], 1);
    let listeners = diff["listeners"].as_array().unwrap();
    let of = |of: &str| listeners.iter().find(|l| l["of"] == of).unwrap();
    assert_eq!((&of("0.0.0.0:80")["b"]["at_limit"], &of("127.0.0.1:25")["a"]), (&1.into(), &Value::Null));
    let findings = diff["findings"].as_array().unwrap();
    let full = findings.iter().find(|f| f["rule"] == "accept-queue-overflow").unwrap();
    assert!(full["b"]["title"].as_str().unwrap().contains("0.0.0.0:80"), "{full}");
}

#[test]
fn hosts_of_one_input_are_named() {
    let case = project().join("fixtures/cases/two-hosts");
    let args = |hosts: &str| {
        let mut args = vec![OsStr::new("diff").to_owned(), case.clone().into_os_string(), "--json".into()];
        if !hosts.is_empty() {
            args.extend(["--hosts".into(), hosts.into()]);
        }
        netmortem(args)
    };
    let both = json(&args("web1,web2"));
    assert_eq!((&both["a"]["host"], &both["b"]["host"]), (&"web1".into(), &"web2".into()));
    let somaxconn = counter(&both, "TcpExt.ListenOverflows");
    assert_eq!((&somaxconn["a"]["state"], &somaxconn["b"]["state"]), (&"zero".into(), &"measured".into()));
    for (hosts, told) in
        [("", "--hosts \"web1,web2\""), ("web1,web3", "no host \"web3\""), ("web1", "two names")]
    {
        let run = args(hosts);
        assert_eq!(run.status.code(), Some(2), "{hosts}");
        assert!(
            String::from_utf8_lossy(&run.stderr).contains(told),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
    let same = json(&args("web2,web2"));
    assert_eq!(same["relation"]["same_bytes"], true);
}

#[test]
fn the_same_bytes_have_no_difference() {
    let (_dir, x, y) = both(&A, &A);
    let run = netmortem([OsStr::new("diff"), x.as_os_str(), y.as_os_str()]);
    let shown = String::from_utf8(run.stdout).unwrap();
    assert!(shown.starts_with("No difference: both sides are the same bytes (web1)"), "{shown}");
    // at the same time, but not the same bytes
    let other = diff(&A, &Snapshot { settings: "net.core.somaxconn = 4096\n", ..A });
    assert_eq!(
        (&other["relation"]["same_bytes"], &other["relation"]["kind"]),
        (&false.into(), &"apart".into())
    );
}

#[test]
fn a_side_without_anything_is_an_error_that_names_it() {
    let (dir, x, _) = both(&A, &B);
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    for (path, told) in [(empty, "side B: no file"), (dir.path().join("gone"), "side B: ")] {
        let run = netmortem([OsStr::new("diff"), x.as_os_str(), path.as_os_str()]);
        assert_eq!(run.status.code(), Some(2));
        let why = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(why.contains(told) && run.stdout.is_empty(), "{why}");
    }
    let three = netmortem([OsStr::new("diff"), x.as_os_str(), x.as_os_str(), x.as_os_str()]);
    assert_eq!(three.status.code(), Some(2));
}

#[test]
fn what_a_side_does_not_have_is_no_zero() {
    let (_dir, x, y) = both(&A, &B);
    std::fs::remove_file(y.join("sysctl-a-20261120T101000Z.txt")).unwrap();
    std::fs::write(y.join("hostname"), "web1\n").unwrap();
    std::fs::remove_file(y.join("ss-lnt-20261120T101000Z.txt")).unwrap();
    let text = std::fs::read_to_string(y.join("nstat-az-20261120T101000Z.txt")).unwrap();
    let garbled = text.replace("TcpExtListenDrops 650", "TcpExtListenDrops 65x0");
    std::fs::write(y.join("nstat-az-20261120T101000Z.txt"), garbled).unwrap();
    let args = [OsStr::new("diff"), x.as_os_str(), y.as_os_str(), OsStr::new("--json")];
    let diff = json(&netmortem(args));
    let drops = counter(&diff, "TcpExt.ListenDrops");
    assert!(["absent", "unreadable"].contains(&drops["b"]["state"].as_str().unwrap()), "{drops}");
    assert_eq!(drops["b"]["count"], Value::Null);
    assert_eq!((&drops["class"], &drops["ratio"]), (&"unclear".into(), &Value::Null));
    assert_eq!(diff["settings"], Value::Array(Vec::new()), "a side without settings lacks none of them");
    let gaps: Vec<&str> =
        diff["gaps"].as_array().unwrap().iter().map(|g| g["title"].as_str().unwrap()).collect();
    for title in ["No settings of B", "No listeners of B", "Unreadable lines of B"] {
        assert!(gaps.contains(&title), "{title} in {gaps:?}");
    }
}

#[test]
fn hostile_names_stay_text_and_the_same_input_gives_the_same_bytes() {
    let evil = "net.x.<script>alert(1)</script>|`[x](y) = <b>\u{1b}[31m";
    let web2 =
        Snapshot { host: "w<i>eb2", boot_id: "cccc", settings: &format!("{evil}1\n{}", A.settings), ..A };
    let web1 = Snapshot { settings: &format!("{evil}2\n{}", A.settings), ..A };
    let (dir, x, y) = both(&web1, &web2);
    let out = |name: &str| {
        let out = dir.path().join(name);
        let run =
            netmortem([OsStr::new("diff"), x.as_os_str(), y.as_os_str(), OsStr::new("-o"), out.as_os_str()]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert!(!run.stdout.contains(&0x1b));
        ["diff.html", "diff.md", "diff.json"].map(|file| text(&out.join(file)))
    };
    let first = out("one");
    assert_eq!(first, out("two"));
    assert!(!first[0].contains("<script") && !first[0].contains("<i>eb2"), "{}", first[0]);
    assert!(first[0].contains("default-src 'none'") && first[0].contains("style-src 'sha256-"));
    assert!(!first[1].contains('\u{1b}'));
}

#[test]
fn the_cases_of_two_sides_give_their_pages() {
    let golden = project().join("reports/diff-two-hosts");
    let case = project().join("fixtures/cases/two-hosts");
    let out = tempfile::tempdir().unwrap();
    let to: &Path = if std::env::var_os("BLESS").is_some() { &golden } else { out.path() };
    let hosts = ["--hosts", "web1,web2", "-o"].map(OsStr::new);
    let run =
        netmortem([OsStr::new("diff"), case.as_os_str()].into_iter().chain(hosts).chain([to.as_os_str()]));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for file in ["diff.html", "diff.md", "diff.json"] {
        let same = text(&to.join(file)) == text(&golden.join(file));
        assert!(same, "{file} is not what the code gives; look, then BLESS=1");
    }
}
