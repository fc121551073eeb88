//! When a setting bites: at once, with the next call, with new sockets, and never by a file alone.

use crate::honest::Case;
use crate::verdicts::{flags, stamp, verdict};
use serde_json::Value;

/// Six hours of one counter, a snapshot a minute, and dumps every half hour; the value is turned after three hours.
fn report(key: &str, from: &str, to: &str, section: &str, line: &str) -> Value {
    let (mut netstat, mut sysctl, mut count) = (String::new(), String::new(), 100);
    for minute in 0..=360 {
        netstat += &format!("{}\n{section}:\n    {count} {line}\n", stamp(minute));
        count += if minute > 180 { 20 + minute % 7 } else { 60 + minute % 11 };
        if minute % 30 == 0 {
            let value = if minute > 180 { to } else { from };
            sysctl += &format!("{}\n{key} = {value}\n", stamp(minute));
        }
    }
    Case::new().file("netstat.log", &netstat).file("sysctl.log", &sysctl).report()
}

/// Seconds between the end of a change's bracket and the time that is compared.
fn guard(report: &Value, key: &str) -> f64 {
    let from = verdict(report, key).1["after"]["window"]["from"].as_str().unwrap();
    // the bracket ends at half past three
    let [h, m, s] = [11, 14, 17].map(|at| from[at..at + 2].parse::<f64>().unwrap());
    h * 3_600.0 + m * 60.0 + s - 12_600.0
}

#[test]
fn what_only_new_sockets_take_is_given_ten_minutes() {
    let full = "packets pruned from receive queue because of socket buffer overrun";
    for (key, from, to, section, line, bites) in [
        ("net.core.rmem_max", "212992", "4194304", "TcpExt", full, "next setsockopt()"),
        ("net.ipv4.tcp_rmem", "1 2 3", "1 4 6", "TcpExt", full, "new sockets"),
    ] {
        let report = report(key, from, to, section, line);
        assert!(report["changes"][0]["bites"].as_str().unwrap().contains(bites), "{}", report["changes"][0]);
        assert!(guard(&report, key) >= 600.0, "{key}: {}", guard(&report, key));
    }
}

#[test]
fn a_limit_that_is_tested_at_each_connection_acts_at_once() {
    let key = "net.netfilter.nf_conntrack_max";
    let report = report(key, "300", "262144", "Tcp", "passive connection openings");
    assert_eq!(report["changes"][0]["bites"], "at once");
    let (_, effect) = verdict(&report, key);
    assert_eq!(effect["metric"], "Tcp.PassiveOpens");
    assert!(!flags(effect).contains(&"partial-activation"), "{effect}");
    assert!((60.0..300.0).contains(&guard(&report, key)), "{}", guard(&report, key));
}

#[test]
fn a_file_that_was_edited_and_never_applied_is_no_change() {
    let dump = |minute| format!("{}\nkernel.hostname = web1\nnet.core.somaxconn = 128\n", stamp(minute));
    let sudo = "2026-11-10T00:30:00+00:00 web1 sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/vim /etc/sysctl.conf\n";
    let report = Case::new()
        .file("web1/sysctl.log", &(dump(0) + &dump(60)))
        .file("web1/auth.log", sudo)
        .file("web1/etc/sysctl.conf", "net.core.somaxconn = 4096\n")
        .report();
    assert_eq!(report["changes"].as_array().map(Vec::len), Some(0), "{}", report["changes"]);
    // said all the same: what the file asks for is not what runs
    assert!(report.to_string().contains("/etc/sysctl.conf"));
}
