//! What a log tells of the time around a change: starts of servers, links, cards.

use crate::honest::Case;
use crate::verdicts::{dumps, flags, listeners, long_loop, verdict};
use serde_json::Value;

/// Two days of which the second has a longer backlog and fewer overflows; `ss` and the log as given.
fn report(log: &str, ss: Option<&str>) -> Value {
    let case = Case::new()
        .file("netstat.log", &long_loop(91, 2, |m| if m > 1_440 { 0.3 } else { 1.0 }))
        .file("sysctl.log", &dumps(2, |m| if m > 1_440 { 4096 } else { 128 }))
        .file("messages", log);
    match ss {
        Some(ss) => case.file("ss.log", ss).report(),
        None => case.report(),
    }
}

/// A log of the whole time, with these lines in between.
fn log(lines: &[&str]) -> String {
    let mut all = vec!["10T00:00:00+00:00 web1 CRON[1]: (root) CMD (true)"];
    all.extend(lines);
    all.push("12T00:00:00+00:00 web1 CRON[2]: (root) CMD (true)");
    all.iter().fold(String::new(), |out, line| out + "2026-11-" + line + "\n")
}

const START: &str =
    "11T01:30:00+00:00 web1 systemd[1]: Started nginx.service - A high performance web server.";

/// What does not break is written with spaces here.
fn plain(value: &Value) -> String {
    value.to_string().replace(['\u{a0}', '\u{202f}'], " ")
}

fn caveats(report: &Value) -> String {
    plain(&report["changes"][0]["caveats"])
}

#[test]
fn a_start_in_the_log_is_when_a_backlog_came_into_force() {
    let others = "11T01:20:00+00:00 web1 systemd[1]: Started Daily rotation of log files.";
    let report = report(
        &log(&[others, "11T01:25:00+00:00 web1 systemd[1]: Started Session 5 of User root.", START]),
        None,
    );
    let (_, effect) = verdict(&report, "net.core.somaxconn");
    let sentence = plain(&effect["sentence"]);
    assert!(sentence.contains("nginx was started at 11 Nov 01:30:00 UTC"), "{sentence}");
    assert!(caveats(&report).contains("No dump shows its limit"), "{}", caveats(&report));
    assert!(flags(effect).contains(&"partial-activation"), "{effect}");
    // once, as what brought it into force, and not as a second cause
    assert_eq!(caveats(&report).matches("was started").count(), 1, "{}", caveats(&report));
    assert!(!report["findings"].to_string().contains("service-started"));
    assert!(!report["events"].to_string().contains("nginx"));
}

#[test]
fn what_ss_shows_weighs_more_than_a_start_in_the_log() {
    let report = report(&log(&[START]), Some(&listeners(2, |_| 128)));
    assert_eq!(verdict(&report, "net.core.somaxconn").0, "not in force");
}

#[test]
fn a_reload_keeps_its_sockets() {
    let reload = "11T01:30:00+00:00 web1 systemd[1]: Reloaded nginx.service - A high performance web server.";
    let report = report(&log(&[reload]), None);
    let sentence = verdict(&report, "net.core.somaxconn").1["sentence"].as_str().unwrap();
    assert!(!sentence.contains("nginx"), "{sentence}");
    assert!(caveats(&report).contains("nginx was reloaded at 11 Nov 01:30:00 UTC, as the log tells."));
}

#[test]
fn links_and_cards_in_the_windows_are_named() {
    let kernel = |rest: &str| format!("11T03:{rest}");
    let lines = [
        kernel("00:00+00:00 web1 kernel: [197200.5] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Down"),
        kernel(
            "00:04+00:00 web1 kernel: [197204.5] igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps",
        ),
        kernel(
            "10:00+00:00 web1 kernel: [197800.5] NETDEV WATCHDOG: eth1 (e1000e): transmit queue 0 timed out",
        ),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let report = report(&log(&lines), Some(&listeners(2, |m| if m > 1_440 { 4096 } else { 128 })));
    let (_, effect) = verdict(&report, "net.core.somaxconn");
    assert!(flags(effect).contains(&"confounded"), "{effect}");
    for words in [
        "The link of eth0 went down or came up 2 times within 11 Nov 03:00:00–03:00:04 UTC, as the log tells.",
        "eth1 hung or was reset at 11 Nov 03:10:00 UTC, as the log tells.",
    ] {
        assert!(caveats(&report).contains(words), "{}", caveats(&report));
        assert!(plain(&effect["flags"]).contains(words), "{effect}");
    }
}

#[test]
fn what_a_network_daemon_says_counts_where_the_kernel_says_nothing() {
    let lines = [
        "11T03:00:00+00:00 web1 systemd-networkd[412]: ens3: Lost carrier",
        "11T04:00:00+00:00 web1 kernel: [197200.5] e1000e: eth0 NIC Link is Down",
        "11T04:00:00+00:00 web1 systemd-networkd[412]: eth0: Lost carrier",
    ];
    let report = report(&log(&lines), None);
    let told = caveats(&report);
    assert!(told.contains("The link of ens3 went down at 11 Nov 03:00:00 UTC, as the log tells."), "{told}");
    assert!(told.contains("The link of eth0 went down at 11 Nov 04:00:00 UTC, as the log tells."), "{told}");
}

#[test]
fn a_proxy_or_a_web_server_that_reloads_by_itself_listens_no_more_than_one_under_systemd() {
    for (line, words) in [
        (
            "11T01:30:00+00:00 web1 haproxy[431]: [NOTICE]   (431) : Reexecuting Master process",
            "haproxy was reloaded at 11 Nov 01:30:00 UTC",
        ),
        (
            "11T01:30:00+00:00 web1 apache2[501]: [mpm_event:notice] [pid 501:tid 140] AH00493: SIGUSR1 received.  Doing graceful restart",
            "apache2 was reloaded at 11 Nov 01:30:00 UTC",
        ),
    ] {
        let report = report(&log(&[line]), None);
        assert!(caveats(&report).contains(words), "{}", caveats(&report));
        let effect = verdict(&report, "net.core.somaxconn").1;
        assert!(!effect["sentence"].as_str().unwrap().contains("01:30"), "{effect}");
    }
}
