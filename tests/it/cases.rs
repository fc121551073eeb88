//! Every folder of `fixtures/cases` gives exactly what `reports` holds: golden files and gallery in one.
//! `BLESS=1 cargo test` rewrites them.

use crate::run::{files, netmortem, project, report, text};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(project().join("fixtures/cases")).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    cases
}

fn of_case(name: &str) -> Value {
    let out = tempfile::tempdir().unwrap();
    report(&project().join("fixtures/cases").join(name), out.path())
}

/// The effect of a change (by key) on a metric.
fn effect<'a>(report: &'a Value, key: &str, metric: &str) -> &'a Value {
    let letter = &change(report, key)["id"];
    let effects = report["effects"].as_array().unwrap();
    effects
        .iter()
        .find(|e| e["change"] == *letter && e["metric"] == metric)
        .unwrap_or_else(|| panic!("no effect of {key} on {metric}"))
}

fn change<'a>(report: &'a Value, key: &str) -> &'a Value {
    report["changes"].as_array().unwrap().iter().find(|c| c["key"] == key).expect("the change")
}

fn finding<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|f| f["rule"] == rule).unwrap_or_else(|| panic!("no finding of {rule}"))
}

#[test]
fn every_case_gives_its_report() {
    assert!(cases().len() >= 5);
    for case in cases() {
        let golden = project().join("reports").join(case.file_name().unwrap());
        let out = tempfile::tempdir().unwrap();
        report(&case, out.path());
        if std::env::var_os("BLESS").is_some() {
            let _ = fs::remove_dir_all(&golden);
            for file in files(out.path()) {
                let to = golden.join(&file);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(out.path().join(&file), to).unwrap();
            }
        }
        assert_eq!(files(out.path()), files(&golden), "{}", case.display());
        for file in files(&golden) {
            let same = text(&out.path().join(&file)) == text(&golden.join(&file));
            assert!(same, "{} is not what the code gives; look, then BLESS=1", golden.join(&file).display());
        }
    }
}

#[test]
fn a_report_renders_again_from_its_json_alone() {
    for case in cases() {
        let (first, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        report(&case, first.path());
        let json = first.path().join("report.json");
        let run = netmortem(["render".as_ref(), json.as_os_str(), "-o".as_ref(), again.path().as_ref()]);
        assert!(run.status.success());
        for file in files(first.path()) {
            let same = text(&first.path().join(&file)) == text(&again.path().join(&file));
            assert!(same, "{}: {}", case.display(), file.display());
        }
    }
}

#[test]
fn the_recorded_accept_queue_overflow_is_told_as_it_was() {
    let report = of_case("accept-queue");
    // truth.json of the recording: somaxconn 16 → 4096 at 11:03:18.438, listener restarted
    let change = change(&report, "net.core.somaxconn");
    assert_eq!((&change["from"], &change["to"]), (&"16".into(), &"4096".into()));
    let (lo, hi) = (change["lo"].as_str().unwrap(), change["hi"].as_str().unwrap());
    assert!(lo <= "2026-11-20T11:03:18Z" && hi >= "2026-11-20T11:03:19Z", "{lo} {hi}");
    let overflows = effect(&report, "net.core.somaxconn", "TcpExt.ListenOverflows");
    assert_eq!(overflows["primary"], true);
    assert_eq!(overflows["before"]["count"], 16_311.0);
    assert_eq!(overflows["after"]["state"], "none");
    assert!(overflows["after"]["at_most"].as_f64().unwrap() < 0.07);
    let limits: Vec<_> =
        report["listeners"][0]["phases"].as_array().unwrap().iter().map(|p| p["limit"].as_u64()).collect();
    assert_eq!(limits, [Some(16), Some(4096)]);
    assert_eq!(finding(&report, "accept-queue-overflow")["severity"], "critical");
}

#[test]
fn the_recorded_conntrack_overflow_counts_what_the_rate_limit_left_out() {
    let report = of_case("conntrack");
    let full = effect(&report, "net.netfilter.nf_conntrack_max", "event:conntrack-table-full");
    // 120 lines printed, and `net_ratelimit: N callbacks suppressed` adds up to 865
    assert_eq!(full["before"]["count"], 985.0);
    assert_eq!(full["before"]["lower_bound"], true);
    assert_eq!(full["after"]["state"], "unknown", "a silent log is no zero");
    let accepted = effect(&report, "net.netfilter.nf_conntrack_max", "Tcp.PassiveOpens");
    assert!(accepted["ratio"].as_f64().unwrap() > 10.0);
    assert_eq!(report["changes"].as_array().unwrap().len(), 1, "net.nf_conntrack_max is the same setting");
}

#[test]
fn the_recorded_receive_buffer_change_keeps_both_counters_apart() {
    let report = of_case("receive-buffer");
    let pruned = effect(&report, "net.ipv4.tcp_rmem", "TcpExt.PruneCalled");
    let collapsed = effect(&report, "net.ipv4.tcp_rmem", "TcpExt.TCPRcvCollapsed");
    assert_eq!(pruned["before"]["state"], "measured");
    assert_eq!(collapsed["before"]["state"], "measured");
    assert_eq!(pruned["before"]["share"]["of"], "Tcp.InSegs");
}

#[test]
fn a_single_snapshot_is_an_average_since_boot_and_says_so() {
    let report = of_case("single-snapshot");
    let rate = |metric: &str| {
        let all = report["since_boot"].as_array().unwrap();
        all.iter().find(|s| s["metric"] == metric).expect(metric)["rate"].as_f64().unwrap()
    };
    assert!((rate("TcpExt.PruneCalled") - 0.147).abs() < 0.0005);
    assert!((rate("TcpExt.TCPRcvCollapsed") - 29.3).abs() < 0.05);
    let page = text(&project().join("reports/single-snapshot/report.html"));
    assert!(
        page.contains("0.147\u{202f}/s") && page.contains("29.3\u{202f}/s") && page.contains("hides bursts")
    );
    assert!(
        report["effects"].as_array().unwrap().is_empty() && report["changes"].as_array().unwrap().is_empty()
    );
    let listener = finding(&report, "accept-queue-overflow");
    assert!(listener["seen"].as_str().unwrap().contains("application's own backlog"));
    let reject = &report["coverage"]["rejects"][0];
    assert!(reject["why"].as_str().unwrap().contains("IpExt.InOctets"), "{reject}");
    assert_eq!(reject["line"], 81);
    assert_eq!(report["coverage"]["unknown_counters"][0], "TcpExt.TCPFrobnicated");
}

#[test]
fn two_hosts_in_two_zones_stand_on_one_axis() {
    let report = of_case("two-hosts");
    let hosts: Vec<_> =
        report["hosts"].as_array().unwrap().iter().map(|h| h["name"].as_str().unwrap()).collect();
    assert_eq!(hosts, ["web1", "web2"]);
    // the sudo line says 12:03:18 on a host whose `date` says CET; the dumps beside it only bracket it
    let somaxconn = change(&report, "net.core.somaxconn");
    assert_eq!(
        (&somaxconn["lo"], &somaxconn["hi"]),
        (&"2026-11-20T11:03:18Z".into(), &"2026-11-20T11:03:18Z".into())
    );
    let kinds: Vec<_> =
        somaxconn["evidence"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["action", "dump", "dump"]);
    // replayed at the log daemon's start under one stamp, 12:12:56 CET; its own uptime dates it 2.4 s earlier
    let page_failure =
        report["events"].as_array().unwrap().iter().find(|e| e["kind"] == "page-allocation-failure");
    assert_eq!(page_failure.unwrap()["host"], "web2");
    let reboot = finding(&report, "counters-restarted");
    assert!(reboot["title"].as_str().unwrap().contains("booted at 11:12:43"), "{reboot}");
    let drift = finding(&report, "drift")["seen"].as_str().unwrap();
    assert!(drift.contains("nf_conntrack_max runs with 262144, sysctl.conf says 300"), "{drift}");
    let returned = &report["changes"][2];
    assert_eq!(returned["to"], "300");
    assert!(returned["caveats"][0].as_str().unwrap().contains("a boot takes settings from their files"));
}
