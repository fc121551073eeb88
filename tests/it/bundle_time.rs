//! Times inside a bundle: what dates a file that has no time of its own, and what was not taken.

use crate::run::{report, text};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// 2026-11-21 14:52:20 UTC, 15:52:20 in Berlin.
const START: u64 = 1_795_272_740;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn age(root: &Path, path: &str, seconds: u64) {
    let file = File::options().write(true).open(root.join(path)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
}

fn snmp(retransmitted: u64) -> String {
    format!(
        "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\n\
         Tcp: 1 200 120000 -1 93 4 9 26 0 32147 50000 {retransmitted} 0 80 0\n"
    )
}

fn netstat_s(retransmitted: u64) -> String {
    format!(
        "Tcp:\n    93 active connection openings\n    4 passive connection openings\n    9 failed connection attempts\n    26 connection resets received\n    32150 segments received\n    50009 segments sent out\n    {retransmitted} segments retransmitted\n    80 resets sent\n"
    )
}

/// A sosreport of a host in Berlin. Its clock shows `hour`; the manifest counts from `start`.
fn bundle(root: &Path, start: u64, hour: u32) {
    let log = [
        "20,000 INFO: [sos.report:setup] executing 'sos report --batch'",
        "20,100 WARNING: [plugin:networking] skipped command 'ss -peaonmi': required kmods missing: tcp_diag.  Use it",
        "21,500 INFO: [plugin:networking] collecting path '/proc/net'",
        "23,500 INFO: [plugin:networking] collecting output of 'netstat -s'",
        "24,000 INFO: [plugin:kernel] collecting path '/proc/sys'",
    ];
    let log = log.map(|line| format!("2026-11-21 {hour:02}:52:{line}\n")).concat();
    write(root, "sos_logs/sos.log", &log);
    let command = |exec: &str, path: &str, at: f64| {
        #[allow(clippy::cast_precision_loss)]
        let (from, to) = (start as f64 + at, start as f64 + at + 0.2);
        format!(
            r#"{{"exec": "{exec}", "filepath": "sos_commands/{path}", "return_code": 0, "start_time": {from}, "end_time": {to}}}"#
        )
    };
    let netstat = command("netstat -s", "networking/netstat_-s", 23.5 - 20.0);
    let uptime = command("uptime", "host/uptime", 2.0);
    let manifest = format!(
        r#"{{"version": "4.9.1", "cmdline": "report", "policy": "Debian", "components": {{"report": {{"plugins": {{
"networking": {{"start_time": "2026-11-21 {hour:02}:52:21.400000", "end_time": "2026-11-21 {hour:02}:52:24.100000", "commands": [
{netstat},
{{"exec": "tc -s qdisc show", "filepath": null, "return_code": 127}}]}},
"host": {{"start_time": "2026-11-21 {hour:02}:52:21.000000", "end_time": "2026-11-21 {hour:02}:52:23.000000", "commands": [
{uptime}]}}}}}}}}}}
"#
    );
    write(root, "sos_reports/manifest.json", &manifest);
    write(root, "sos_commands/networking/netstat_-s", &netstat_s(1006));
    write(
        root,
        "sos_commands/host/uptime",
        &format!(" {hour:02}:52:22 up 1 day,  0:00,  1 user,  load average: 0.00, 0.01, 0.05\n"),
    );
    write(root, "proc/4711/net/snmp", &snmp(1000));
    write(root, "proc/sys/net/core/somaxconn", "4096\n");
    write(root, "proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n");
    write(root, "proc/sys/kernel/hostname", "web7\n");
    // minutes late, as sos packs it
    age(root, "proc/4711/net/snmp", start + 300);
    age(root, "proc/sys/net/core/somaxconn", start - 40_000);
    write(
        root,
        "etc/sysctl.d/99-web.conf",
        "net.core.somaxconn = 4096\nnet.ipv4.tcp_max_syn_backlog = 4096\n",
    );
    age(root, "etc/sysctl.d/99-web.conf", start - 3600);
}

fn artifact<'a>(report: &'a Value, end: &str) -> &'a Value {
    let all = report["coverage"]["artifacts"].as_array().unwrap();
    all.iter().find(|a| a["path"].as_str().unwrap().ends_with(end)).unwrap_or_else(|| panic!("{end}"))
}

fn missing<'a>(report: &'a Value, title: &str) -> &'a str {
    let all = report["coverage"]["missing"].as_array().unwrap();
    let row = all.iter().find(|m| m["title"].as_str().unwrap().starts_with(title));
    row.unwrap_or_else(|| panic!("{title}: {all:?}"))["text"].as_str().unwrap()
}

#[test]
fn a_bundle_dates_what_has_no_time_of_its_own() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bundle(&input.path().join("sosreport-web7"), START, 15);
    let report = report(input.path(), out.path());
    let host = &report["hosts"][0];
    assert_eq!((host["name"].as_str(), host["zone"].as_str()), (Some("web7"), Some("+01:00")));
    // the log shows the wall clock, and the manifest's seconds since 1970 tell what that is in UTC
    let snmp = artifact(&report, "net/snmp");
    assert_eq!(snmp["window"]["from"], "2026-11-21T14:52:21.500Z");
    assert_eq!(snmp["clock"], "time of reading by sos_logs/sos.log");
    let netstat = artifact(&report, "netstat_-s");
    assert_eq!(netstat["window"]["from"], "2026-11-21T14:52:23.500Z");
    assert_eq!(netstat["clock"], "start of the command by sos_reports/manifest.json");
    let sysctl = artifact(&report, "core/somaxconn");
    assert_eq!(sysctl["window"]["from"], "2026-11-21T14:52:24Z", "never the age of a file below /proc/sys");
    assert_eq!(host["boots"][0], "2026-11-20T14:52:22Z", "uptime is dated, and so the boot");
}

#[test]
fn one_bundle_has_an_average_since_boot_and_a_rate_while_it_was_collected() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bundle(&input.path().join("sosreport-web7"), START, 15);
    let report = report(input.path(), out.path());
    let all = report["since_boot"].as_array().unwrap();
    let retransmitted = all.iter().find(|s| s["metric"] == "Tcp.RetransSegs").expect("in the table");
    assert!((retransmitted["rate"].as_f64().unwrap() - 1000.0 / 86_400.0).abs() < 1e-3);
    let short = &retransmitted["at_collection"];
    assert_eq!((short["count"].as_u64(), short["seconds"].as_f64()), (Some(6), Some(2.0)));
    assert_eq!(short["rate"].as_f64(), Some(3.0));
    let page = text(&out.path().join("report.html"));
    assert!(page.contains("While the bundle was collected"), "labelled");
}

#[test]
fn what_a_bundle_did_not_take_is_said_with_the_command_for_next_time() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bundle(&input.path().join("sosreport-web7"), START, 15);
    let report = report(input.path(), out.path());
    let ss = missing(&report, "ss: not in the bundle");
    assert!(ss.contains("kernel modules are not loaded: tcp_diag") && ss.contains("sos.log:2"), "{ss}");
    assert!(missing(&report, "tc -s qdisc: not").contains("not installed"));
    assert!(missing(&report, "conntrack -S: not").contains("never run"));
}

#[test]
fn an_edited_file_is_held_against_the_boot_and_the_running_kernel() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bundle(&input.path().join("sosreport-web7"), START, 15);
    let report = report(input.path(), out.path());
    let note = |key: &str| {
        let all = report["settings"].as_array().unwrap();
        let row = all.iter().find(|s| s["key"] == key).unwrap_or_else(|| panic!("{key}"));
        row["persisted"][0]["note"].as_str().unwrap_or_default().to_owned()
    };
    let applied = note("net.core.somaxconn");
    assert!(
        applied.contains("after the last boot; if it was this line, it was applied between"),
        "{applied}"
    );
    let not = note("net.ipv4.tcp_max_syn_backlog");
    assert!(not.contains("after the last boot; not applied by"), "{not}");
}

#[test]
fn two_bundles_in_one_input_do_not_mix() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bundle(&input.path().join("a"), START, 15);
    bundle(&input.path().join("b"), START + 3600, 16);
    let report = report(input.path(), out.path());
    assert_eq!(report["hosts"].as_array().unwrap().len(), 1, "one host name, one host");
    let at = |end: &str| artifact(&report, end)["window"]["from"].as_str().unwrap().to_owned();
    assert_eq!(at("a/proc/4711/net/snmp"), "2026-11-21T14:52:21.500Z");
    assert_eq!(at("b/proc/4711/net/snmp"), "2026-11-21T15:52:21.500Z");
    assert_eq!(at("b/sos_commands/networking/netstat_-s"), "2026-11-21T15:52:23.500Z");
}

#[test]
fn what_the_files_of_an_earlier_bundle_say_counts_no_more() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bundle(&input.path().join("a"), START + 3600, 16);
    bundle(&input.path().join("b"), START, 15);
    write(&input.path().join("b"), "etc/sysctl.d/99-gone.conf", "net.core.somaxconn = 7\n");
    let report = report(input.path(), out.path());
    let all = report["settings"].as_array().unwrap();
    let row = all.iter().find(|s| s["key"] == "net.core.somaxconn").unwrap();
    let files = row["persisted"].as_array().unwrap();
    let winner = files.last().unwrap();
    assert!(winner["path"].as_str().unwrap().contains("a/etc/sysctl"), "{row}");
    assert_eq!(files.len(), 2, "the file that is gone, and not the same line again: {row}");
    assert_eq!((&files[0]["value"], &files[0]["note"]), (&"7".into(), &"in an earlier bundle".into()));
}

#[test]
fn the_limits_of_a_process_are_those_of_another_one_in_the_next_bundle() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (name, hour, limit) in [("a", 15, 1024), ("b", 16, 4096)] {
        let root = input.path().join(name);
        bundle(&root, START + 3600 * (u64::from(hour) - 15_u64), hour);
        let head = format!("{:<26}{:<21}{:<21}{:<10}\n", "Limit", "Soft Limit", "Hard Limit", "Units");
        let row = format!("{:<26}{limit:<21}{:<21}{:<10}\n", "Max open files", 524_288, "files");
        write(&root, "proc/431/limits", &[head, row].concat());
    }
    let report = report(input.path(), out.path());
    assert_eq!(artifact(&report, "a/proc/431/limits")["format"], "/proc/PID/limits");
    assert!(report["changes"].as_array().unwrap().is_empty(), "{}", report["changes"]);
}

#[test]
fn another_number_of_the_boot_is_a_reboot_though_no_uptime_says_so() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (name, hour, id) in
        [("a", 15, "3d5ed699-04a8-4f03-b4f1-3b09d3861972"), ("b", 16, "84a5538e-4801-4d98-b44d-b680c8b924f6")]
    {
        let root = input.path().join(name);
        bundle(&root, START + 3600 * (u64::from(hour) - 15), hour);
        fs::remove_dir_all(root.join("sos_commands/host")).unwrap();
        write(&root, "proc/sys/kernel/random/boot_id", &format!("{id}\n"));
        write(&root, "proc/4711/net/snmp", &snmp(if name == "a" { 1000 } else { 2000 }));
        write(&root, "sos_commands/networking/netstat_-s", &netstat_s(if name == "a" { 1006 } else { 2006 }));
    }
    let report = report(input.path(), out.path());
    assert!(missing(&report, "Rates").contains("averages since boot"), "nothing is counted across it");
    assert!(report["changes"].as_array().unwrap().is_empty(), "the number is no setting");
}

#[test]
fn the_host_says_its_zone_and_how_far_its_clock_may_be_off() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = input.path().join("sosreport-web7");
    bundle(&root, START, 15);
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    for (from, to) in [
        ("timedatectl/systemd-252", "sos_commands/systemd/timedatectl"),
        ("chronyc_tracking/chrony-4", "sos_commands/chrony/chronyc_tracking"),
        ("journalctl_--list-boots/systemd-255", "sos_commands/systemd/journalctl_--list-boots"),
    ] {
        write(&root, to, &text(&formats.join(from)));
    }
    let report = report(input.path(), out.path());
    let host = &report["hosts"][0];
    assert_eq!(host["zone"], "Europe/Berlin");
    let clock = host["clock"].as_str().unwrap();
    assert!(clock.contains("within 12.1\u{a0}ms of true time, by chronyc tracking"), "{clock}");
    // the uptime and the last of the journal's boots are seven hours apart, and so two
    let boots = ["2026-11-20T08:41:48Z", "2026-11-20T14:52:22Z", "2026-11-20T21:33:22Z"];
    assert_eq!(host["boots"].as_array().unwrap(), &boots);
}
