//! What else happened in the windows of a change is named: reboots, kernels, packages, services, cards, links.

use crate::honest::Case;
use crate::verdicts::{Random, flags, stamp, verdict};
use serde_json::Value;

/// A day, a snapshot every two minutes; the setting is turned between noon and half past.
const DAY: u32 = 1_440;

/// Counters that begin again at a minute of the day, when the host boots.
fn netstat(boot: Option<u32>) -> String {
    let mut random = Random(7);
    let (mut segments, mut pruned) = (1_000_000.0, 50_000.0);
    let mut out = String::new();
    for minute in (0..=DAY).step_by(2) {
        if boot.is_some_and(|boot| (boot..boot + 2).contains(&minute)) {
            (segments, pruned) = (100.0, 1.0);
        }
        out += &format!(
            "{}\nTcp:\n    {segments:.0} segments received\n    {segments:.0} segments sent out\nTcpExt:\n    \
             1 delayed acks sent\n    {pruned:.0} packets pruned from receive queue because of socket buffer overrun\n",
            stamp(minute)
        );
        let expected = if minute > 720 { 60.0 } else { 120.0 };
        segments += 120_000.0;
        pruned += (expected + f64::sqrt(expected) * random.normal()).round();
    }
    out
}

fn sysctl() -> String {
    (0..=DAY).step_by(30).fold(String::new(), |out, minute| {
        let value = if minute > 720 { "4096 131072 6291456" } else { "4096 8192 16384" };
        out + &format!("{}\nnet.ipv4.tcp_rmem = {value}\n", stamp(minute))
    })
}

/// The report of a day with these lines in its log, and of another log as it lies in a bundle.
fn report(lines: &[&str], boot: Option<u32>, more: Option<(&str, &str)>) -> Value {
    let mut log = "2026-11-10T00:00:00+00:00 web1 CRON[1]: (root) CMD (true)\n".to_owned();
    for line in lines.iter().chain(&["23:59:00+00:00 web1 CRON[2]: (root) CMD (true)"]) {
        log += &format!("2026-11-10T{line}\n");
    }
    let case =
        Case::new().file("netstat.log", &netstat(boot)).file("sysctl.log", &sysctl()).file("messages", &log);
    more.into_iter().fold(case, |case, (name, text)| case.file(name, text)).report()
}

/// What is said of confounders, the blanks plain.
fn confounders(report: &Value) -> String {
    let (_, effect) = verdict(report, "net.ipv4.tcp_rmem");
    let of = |f: &&Value| f["kind"] == "confounded";
    let words = effect["flags"].as_array().into_iter().flatten().filter(of);
    words.map(|f| f["words"].as_str().unwrap().replace('\u{a0}', " ") + "\n").collect()
}

#[test]
fn nothing_beside_a_change_is_no_confounder() {
    let report = report(&[], None, None);
    let (word, effect) = verdict(&report, "net.ipv4.tcp_rmem");
    assert_eq!(word, "improved", "{effect}");
    assert!(!flags(effect).contains(&"confounded"), "{effect}");
    assert_eq!(effect["certainty"], "medium", "{effect}");
}

#[test]
fn a_service_a_card_and_a_link_are_named() {
    let report = report(
        &[
            "08:00:00+00:00 web1 systemd[1]: Started nginx.service - A high performance web server.",
            "15:00:00+00:00 web1 kernel: [197800.5] NETDEV WATCHDOG: eth1 (e1000e): transmit queue 0 timed out",
            "16:00:00+00:00 web1 kernel: [201400.5] e1000e: eth0 NIC Link is Down",
            "16:00:03+00:00 web1 kernel: [201403.5] e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex",
        ],
        None,
        None,
    );
    let told = confounders(&report);
    for words in [
        "nginx was started at 08:00:00 UTC",
        "eth1 hung or was reset at 15:00:00 UTC",
        "The link of eth0 went down or came up 2 times within 16:00:00–16:00:03 UTC",
    ] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(verdict(&report, "net.ipv4.tcp_rmem").1["certainty"], "low");
}

const BOOT: &str =
    "web1 kernel: [    0.000000] Linux version 6.8.0-50-generic (buildd@lcy02) (gcc 13.2.0) #51-Ubuntu SMP";

#[test]
fn a_boot_between_the_two_values_is_named_with_its_kernel() {
    let report = report(&[&format!("12:10:00+00:00 {BOOT}")], Some(730), None);
    let told = confounders(&report);
    assert!(told.contains("The host booted kernel 6.8.0-50-generic at 12:10:00 UTC."), "{told}");
    assert!(report["changes"][0]["caveats"].to_string().contains("The host booted at 12:10:00 UTC"));
}

#[test]
fn a_boot_ends_the_window_that_it_lies_in_and_is_named() {
    for (minute, at, words) in [
        (
            540,
            "09:00:00",
            "The host booted kernel 6.8.0-50-generic at 09:00:00 UTC: only what lies after it was compared.",
        ),
        (
            1_080,
            "18:00:00",
            "The host booted kernel 6.8.0-50-generic at 18:00:00 UTC: only what lies before it was compared.",
        ),
    ] {
        let report = report(&[&format!("{at}+00:00 {BOOT}")], Some(minute), None);
        let (_, effect) = verdict(&report, "net.ipv4.tcp_rmem");
        let told = confounders(&report);
        assert!(told.contains(words), "{told} {effect}");
        // the boot is in neither window
        assert_eq!((effect["certainty"].as_str(), &effect["verdict"]), (Some("medium"), &"improved".into()));
    }
}

#[test]
fn a_new_kernel_package_is_named_and_many_packages_hide_no_link() {
    let dpkg = (0..30).fold(String::new(), |out, i| {
        out + &format!(
            "2026-11-10 15:00:{i:02} status installed linux-image-6.8.0-{i}-generic:amd64 6.8.0-{i}.51\n"
        )
    });
    let report = report(
        &["16:00:00+00:00 web1 kernel: [201400.5] e1000e: eth0 NIC Link is Down"],
        None,
        Some(("dpkg.log", &dpkg)),
    );
    let told = confounders(&report);
    assert!(told.contains("Package linux-image-6.8.0-0-generic:amd64"), "{told}");
    assert!(told.contains("The link of eth0 went down at 16:00:00 UTC"), "{told}");
}
