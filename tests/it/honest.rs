//! What a report may claim. Each case was once told wrongly.

use crate::run::{json, netmortem, project, report, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder of dumps, made line by line.
pub struct Case(TempDir);

impl Case {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("in")
    }

    pub fn file(self, name: &str, text: &str) -> Self {
        self.bytes(name, text.as_bytes())
    }

    pub fn bytes(self, name: &str, text: &[u8]) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn report(&self) -> Value {
        report(&self.path(), &self.0.path().join("out"))
    }

    fn summary(&self) -> String {
        text(&self.0.path().join("out/summary.md"))
    }
}

/// `date -u` at a second of a day, and a small `netstat -s`.
fn snapshot(second: u32, segments: u64, overflows: u64) -> String {
    let (h, m, s) = (second / 3_600, second / 60 % 60, second % 60);
    let overflowed = match overflows {
        0 => String::new(), // net-tools prints no zeros here
        n => format!("    {n} times the listen queue of a socket overflowed\n"),
    };
    format!(
        "Fri Nov 20 {h:02}:{m:02}:{s:02} UTC 2026\nTcp:\n    {segments} segments received\n    \
         {segments} segments sent out\nTcpExt:\n    1 delayed acks sent\n{overflowed}"
    )
}

fn snapshots(seconds: impl IntoIterator<Item = u32>, overflows: impl Fn(u32) -> u64) -> String {
    seconds.into_iter().map(|s| snapshot(s, 1_000 + u64::from(s) * 10, overflows(s))).collect()
}

fn finding<'a>(report: &'a Value, rule: &str) -> Option<&'a Value> {
    report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule)
}

fn seen(report: &Value, rule: &str) -> String {
    finding(report, rule).unwrap_or_else(|| panic!("no {rule}"))["seen"]
        .as_str()
        .unwrap()
        .replace('\u{a0}', " ")
}

#[test]
fn events_during_a_pause_in_sampling_count() {
    let log = snapshots((0..10).chain(3_610..3_620), |s| if s < 3_000 { 5 } else { 1_000_005 });
    let report = Case::new().file("netstat-s.log", &log).report();
    assert!(seen(&report, "accept-queue-overflow").contains("1,000,000 in"));
}

#[test]
fn two_sources_that_contradict_each_other_make_no_rate() {
    let host = snapshots((0..600).step_by(60), |_| 7_000);
    let pod: String = (30..600).step_by(60).map(|s| snapshot(s, 900_000 + u64::from(s), 5)).collect();
    let case = Case::new().file("netstat-host.log", &host).file("netstat-pod.log", &pod);
    let report = case.report();
    assert!(finding(&report, "accept-queue-overflow").is_none(), "{}", report["findings"]);
    assert!(finding(&report, "counters-restarted").is_none());
    assert!(case.summary().contains("contradict"));
}

#[test]
fn what_a_file_says_is_not_what_runs() {
    let out = tempfile::tempdir().unwrap();
    let report = report(&project().join("fixtures/cases/single-snapshot"), out.path());
    assert!(seen(&report, "accept-queue-overflow").contains("below net.core.somaxconn = 128"));
    for listener in report["listeners"].as_array().unwrap() {
        assert_eq!(listener["phases"][0]["somaxconn"], 128);
    }
}

#[test]
fn a_log_line_in_two_files_counts_once() {
    let kern = text(&project().join("fixtures/cases/conntrack/kern.log"));
    let date = "Fri Nov 20 11:04:00 UTC 2026\nnet.core.somaxconn = 128\n";
    let case = Case::new().file("kern.log", &kern).file("syslog", &kern).file("sysctl.txt", date);
    let report = case.report();
    assert!(seen(&report, "conntrack-table-full").starts_with("120 messages in the log."));
    assert!(case.summary().contains("more than one file and counted once"));
}

const FULL: &str = "nf_conntrack: nf_conntrack: table full, dropping packet";

#[test]
fn log_events_are_counted_over_the_whole_side_of_a_change() {
    let kern = format!("Nov 20 10:30:00 web1 kernel: {FULL}\nNov 20 10:30:02 web1 kernel: {FULL}\n");
    let dump = |time: &str, max: u32| {
        format!("Fri Nov 20 {time} UTC 2026\nnet.netfilter.nf_conntrack_max = {max}\n")
    };
    let sysctl =
        dump("10:00:00", 300) + &dump("11:00:00", 300) + &dump("11:00:10", 900) + &dump("12:00:00", 900);
    let report = Case::new().file("kern.log", &kern).file("sysctl.log", &sysctl).report();
    let effect =
        report["effects"].as_array().unwrap().iter().find(|e| e["metric"] == "event:conntrack-table-full");
    let before = &effect.unwrap()["before"];
    assert_eq!(before["count"], 2.0);
    assert!((before["rate"].as_f64().unwrap() - 2.0 / 3_600.0).abs() < 1e-9);
    assert_eq!(before["lower_bound"], true, "the log covers two seconds of the hour");
    assert_eq!(
        report["findings"][0]["title"],
        "The conntrack table was full, reported from 10:30:00 to 10:30:02 UTC"
    );
}

#[test]
fn one_message_is_a_moment_and_not_a_duration() {
    let kern = format!("Nov 20 10:30:00 web1 kernel: {FULL}\n");
    let sysctl = "Fri Nov 20 10:00:00 UTC 2026\nnet.core.somaxconn = 128\n";
    let report = Case::new().file("kern.log", &kern).file("sysctl.txt", sysctl).report();
    assert_eq!(report["findings"][0]["title"], "The conntrack table was full at 10:30:00 UTC");
}

#[test]
fn a_boot_between_two_snapshots_cuts_every_counter() {
    let at = |day: u32, up: &str, overflows: u64| {
        format!(
            "Fri Nov {day} 04:00:00 UTC 2026\n 04:00:00 up {up},  1 user,  load average: 0.00, 0.00, 0.00\n\
             Tcp:\n    {overflows} segments received\nTcpExt:\n    {overflows} times the listen queue of a socket overflowed\n"
        )
    };
    let log = at(20, "20 days", 80) + &at(30, "2 days", 50_000);
    let report = Case::new().file("loop.log", &log).report();
    assert!(finding(&report, "accept-queue-overflow").is_none(), "{}", report["findings"]);
    let booted = finding(&report, "counters-restarted").expect("a restart");
    assert!(booted["title"].as_str().unwrap().starts_with("The host booted"));
}

#[test]
fn one_counter_that_falls_is_no_restart() {
    let log = "Fri Nov 20 10:00:00 UTC 2026\nTcp:\n    100 segments received\n    100 segments sent out\n    5 resets sent\n\
               Fri Nov 20 10:01:00 UTC 2026\nTcp:\n    200 segments received\n    200 segments sent out\n    1 resets sent\n";
    let report = Case::new().file("netstat-s.log", log).report();
    assert!(finding(&report, "counters-restarted").is_none());
}

fn sudo(time: &str, value: u32) -> String {
    format!(
        "Nov 20 {time} web1 sudo:   bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/sbin/sysctl -w net.core.somaxconn={value}\n"
    )
}

fn dumped(time: &str, value: u32) -> String {
    format!("Fri Nov 20 {time} UTC 2026\nnet.core.somaxconn = {value}\n")
}

fn turns(report: &Value) -> Vec<(String, String)> {
    let word = |v: &Value| v.as_str().unwrap_or("?").to_owned();
    report["changes"].as_array().unwrap().iter().map(|c| (word(&c["from"]), word(&c["to"]))).collect()
}

#[test]
fn a_change_that_was_taken_back_between_two_dumps_is_two_changes() {
    let sysctl = dumped("10:00:00", 16) + &dumped("11:00:00", 16);
    let auth = sudo("10:20:00", 4096) + &sudo("10:40:00", 16);
    let case = Case::new().file("sysctl.log", &sysctl).file("auth.log", &auth);
    let report = case.report();
    assert_eq!(turns(&report), [("16".into(), "4096".into()), ("4096".into(), "16".into())]);
    for change in report["changes"].as_array().unwrap() {
        let caveats = change["caveats"].as_array().unwrap();
        assert!(caveats.iter().all(|c| !c.as_str().unwrap().contains("next dump says")), "{caveats:?}");
    }
    assert!(!case.summary().contains("no tuning change"));
}

#[test]
fn each_act_starts_from_the_one_before() {
    let sysctl = dumped("10:00:00", 16) + &dumped("11:00:00", 4096);
    let auth = sudo("10:20:00", 1024) + &sudo("10:40:00", 4096);
    let report = Case::new().file("sysctl.log", &sysctl).file("auth.log", &auth).report();
    assert_eq!(turns(&report), [("16".into(), "1024".into()), ("1024".into(), "4096".into())]);
    let kinds: Vec<_> =
        report["changes"][1]["evidence"].as_array().unwrap().iter().map(|e| e["kind"].as_str()).collect();
    assert_eq!(kinds, [Some("action"), Some("action"), Some("dump")]);
}

#[test]
fn an_act_that_the_next_dump_denies_is_told_as_a_contradiction() {
    let sysctl = dumped("10:00:00", 16) + &dumped("11:00:00", 16);
    let report = Case::new().file("sysctl.log", &sysctl).file("auth.log", &sudo("10:20:00", 4096)).report();
    let caveats = report["changes"][0]["caveats"].to_string();
    assert!(caveats.contains("set to 4096, and the next dump says 16"), "{caveats}");
}

#[test]
fn a_window_holds_for_everything() {
    let case = project().join("fixtures/cases/two-hosts");
    let out = tempfile::tempdir().unwrap();
    let run = |window: &str| {
        let args = ["report".as_ref(), case.as_os_str(), "-o".as_ref(), out.path().as_os_str()];
        netmortem(args.into_iter().chain(["--window".as_ref(), window.as_ref()]))
    };
    assert_eq!(run("2030-01-01..2030-01-02").status.code(), Some(2));
    assert_eq!(run("2026-11-20T11:15Z..2026-11-20T11:17Z").status.code(), Some(0));
    let report = json(&out.path().join("report.json"));
    assert_eq!(turns(&report), [("300".into(), "262144".into())]);
}

#[test]
fn only_one_host_has_only_its_own_axis() {
    let out = tempfile::tempdir().unwrap();
    let case = project().join("fixtures/cases/two-hosts");
    let args = ["report".as_ref(), case.as_os_str(), "-o".as_ref(), out.path().as_os_str()];
    let run = netmortem(args.into_iter().chain(["--host".as_ref(), "web1".as_ref()]));
    assert!(run.status.success());
    let report = json(&out.path().join("report.json"));
    assert!(report["window"]["to"].as_str().unwrap() < "2026-11-20T11:05:00Z", "{}", report["window"]);
}

fn listening(time: &str, port: u32, limit: u32) -> String {
    format!("Fri Nov 20 {time} UTC 2026\nLISTEN 0      {limit}         10.0.0.1:{port}      0.0.0.0:*\n")
}

fn caveat(limits: [(u32, u32); 2]) -> String {
    let ss: String = limits
        .iter()
        .enumerate()
        .map(|(i, (before, after))| {
            let port = 80 + u32::try_from(i).unwrap();
            listening("10:00:00", port, *before) + &listening("10:50:00", port, *after)
        })
        .collect();
    let sysctl = dumped("10:00:00", 128) + &dumped("10:10:00", 4096);
    let report = Case::new().file("ss.log", &ss).file("sysctl.log", &sysctl).report();
    report["changes"][0]["caveats"][0].as_str().unwrap().to_owned()
}

#[test]
fn a_new_somaxconn_is_in_force_only_where_a_listener_shows_it() {
    assert!(caveat([(128, 4096), (50, 50)]).starts_with("In force on 10.0.0.1:80"));
    assert!(caveat([(128, 128), (50, 20)]).starts_with("Not seen in force: 10.0.0.1:80 kept"));
    assert!(caveat([(50, 50), (20, 20)]).contains("the application's own backlog"));
}

#[test]
fn a_queue_one_short_of_refusing_is_not_full() {
    let ss = "Fri Nov 20 10:00:00 UTC 2026\nLISTEN 1      1         10.0.0.1:80      0.0.0.0:*\n";
    let report = Case::new().file("ss.log", ss).report();
    assert!(finding(&report, "accept-queue-overflow").is_none());
}

#[test]
fn drift_is_against_the_file_that_wins() {
    let case = Case::new()
        .file("sysctl-a.txt", &dumped("10:00:00", 4096))
        .file("etc/sysctl.d/99-local.conf", "net.core.somaxconn = 4096\n")
        .file("usr/lib/sysctl.d/50-default.conf", "net.core.somaxconn = 128\n");
    let report = case.report();
    assert!(finding(&report, "drift").is_none(), "{}", report["findings"]);
    assert_eq!(report["hosts"].as_array().unwrap().len(), 1);
}

#[test]
fn two_snapshots_without_a_time_are_averages_since_boot() {
    let dump = |n: u64| snapshot(0, 5_000, n).lines().skip(1).collect::<Vec<_>>().join("\n") + "\n";
    let case = Case::new()
        .file("uptime", " 04:00:00 up 20 days,  1 user,  load average: 0.00, 0.00, 0.00\n")
        .file("before.txt", &dump(10))
        .file("after.txt", &dump(90_000));
    let report = case.report();
    let average =
        report["since_boot"].as_array().unwrap().iter().find(|s| s["metric"] == "TcpExt.ListenOverflows");
    assert!(average.is_some() || finding(&report, "accept-queue-overflow").is_some(), "{report}");
}

#[test]
fn a_snapshot_without_an_uptime_gives_totals_and_no_rate() {
    let report = Case::new().file("x.txt", &snapshot(0, 5_000, 77)).report();
    let total = &report["since_boot"][0];
    assert_eq!((&total["metric"], &total["count"]), (&"TcpExt.ListenOverflows".into(), &77.into()));
    assert!(total["rate"].is_null() && total["seconds"].is_null());
    assert!(seen(&report, "accept-queue-overflow").contains("77 since a boot of which no date is known"));
}

#[test]
fn a_missing_input_fails_only_when_strict() {
    let case = Case::new().file("x.txt", &snapshot(0, 5_000, 77));
    let run = |more: &[&str]| {
        let (input, out) = (case.path(), case.0.path().join("out"));
        let args = [
            "report".as_ref(),
            input.as_os_str(),
            "/nowhere/at/all".as_ref(),
            "-o".as_ref(),
            out.as_os_str(),
        ];
        netmortem(args.into_iter().chain(more.iter().map(AsRef::as_ref))).status.code()
    };
    assert_eq!((run(&[]), run(&["--strict"])), (Some(0), Some(2)));
}

#[test]
fn a_central_log_belongs_to_the_hosts_that_it_names() {
    let line =
        |s: u32, host: &str, what: &str| format!("Nov 20 10:{:02}:{:02} {host} {what}\n", s / 60, s % 60);
    let messages: String = (0..3_600)
        .step_by(10)
        .flat_map(|s| {
            [line(s, "web1", "kernel: eth0: link up"), line(s + 1, "web2", "systemd[1]: Started x")]
        })
        .chain([line(900, "web1", &format!("kernel: {FULL}"))])
        .collect();
    let case = Case::new()
        .file("web1/sysctl.txt", &dumped("10:00:00", 128))
        .file("web2/sysctl.txt", &dumped("10:00:00", 128))
        .file("messages", &messages);
    let report = case.report();
    let hosts: Vec<_> =
        report["hosts"].as_array().unwrap().iter().map(|h| h["name"].as_str().unwrap()).collect();
    assert_eq!(hosts, ["web1", "web2"]);
    assert_eq!(finding(&report, "conntrack-table-full").unwrap()["host"], "web1");
    let missing = report["coverage"]["missing"].as_array().unwrap();
    assert!(missing.iter().all(|m| m["title"] != "The log"), "both hosts have a log");
}

#[test]
fn a_loop_without_times_gives_its_last_value_and_says_so() {
    let values = "net.core.somaxconn = 16\n".repeat(3) + &"net.core.somaxconn = 4096\n".repeat(3);
    let case = Case::new().file("sysctl-20261120T100000Z.txt", &values);
    let report = case.report();
    assert!(report["changes"].as_array().unwrap().is_empty());
    assert!(case.summary().contains("only the last value counts"));
    assert!(!report.to_string().contains("16 16"), "values are not glued together");
}

#[test]
fn what_the_report_asks_to_collect_is_read_when_it_is_collected() {
    // `dmesg --time-format=iso` writes a comma and no host
    let kern = text(&project().join("fixtures/cases/conntrack/kern.log"));
    let iso = |line: &str| {
        let (stamp, message) = line.split_once(" lab kernel: ").unwrap();
        let (_, message) = message.split_once("] ").unwrap();
        format!("2026-11-20T{},961270+00:00 {message}\n", &stamp[7..])
    };
    let dmesg: String = kern.lines().map(iso).collect();
    let report = Case::new().file("dmesg.txt", &dmesg).file("sysctl.txt", &dumped("11:04:00", 16)).report();
    assert!(seen(&report, "conntrack-table-full").starts_with("120 messages in the log."));
    assert_eq!(report["hosts"].as_array().unwrap().len(), 1, "{}", report["hosts"]);
}

#[test]
fn a_report_beside_its_evidence_does_not_hide_it() {
    let case = Case::new().file("sysctl.log", &(dumped("10:00:00", 16) + &dumped("11:00:00", 32)));
    let first = report(&case.path(), &case.path());
    let again = case.report();
    assert_eq!(turns(&first), turns(&again));
}

#[test]
fn every_report_of_the_gallery_is_reproducible_by_hand() {
    // increments recomputed from the text of the dump, without the tool
    let overflows = |path: &Path| -> Vec<u64> {
        let lines = text(path);
        let counts = lines
            .lines()
            .filter_map(|l| l.trim().strip_suffix(" times the listen queue of a socket overflowed"));
        counts.map(|n| n.trim().parse().unwrap()).collect()
    };
    let seen = overflows(&project().join("fixtures/cases/accept-queue/netstat-s.log"));
    let total: u64 = seen[0] + seen.windows(2).map(|pair| pair[1] - pair[0]).sum::<u64>();
    let report = json(&project().join("reports/accept-queue/report.json"));
    let effect = report["effects"].as_array().unwrap().iter().find(|e| e["primary"] == true).unwrap();
    #[allow(clippy::cast_precision_loss)]
    let total = total as f64;
    assert_eq!(effect["before"]["count"].as_f64(), Some(total));
}

#[test]
fn a_line_that_could_be_read_otherwise_is_noted_and_is_no_failure() {
    let sar = "Linux 5.14.0 (web1) \t03/04/26 \t_x86_64_\t(4 CPU)\n\n09:00:00  active/s passive/s  iseg/s  oseg/s\n09:10:00  1.00 2.00 3.00 4.00\n";
    let case = Case::new().file("sar.txt", sar);
    let run = netmortem(["scan".as_ref(), "--strict".as_ref(), case.path().as_os_str()]);
    let shown = String::from_utf8(run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(0), "{shown}");
    assert!(shown.contains("Notes\n  in/sar.txt:1: month first or day first?"), "{shown}");
    let coverage = &case.report()["coverage"];
    assert_eq!((&coverage["rejected"], coverage["notes"].as_array().unwrap().len()), (&Value::from(0), 1));
    assert!(text(&case.0.path().join("out/report.html")).contains("month first or day first?"));
}

#[test]
fn what_was_read_in_vain_says_why() {
    let free = "               total        used        free\nMem:           15999        9000        6999\nSwap:              0           0           0\n";
    let case = Case::new().file("free2.txt", free).file("b/x.conf", "x\n");
    let run = netmortem(["scan".as_ref(), case.path().as_os_str()]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{told}");
    let why = "in/free2.txt: read as free, but line 2: free without a known unit";
    assert!(told.contains(why), "{told}");
    let alone = netmortem(["scan".as_ref(), case.path().join("free2.txt").as_os_str()]);
    assert!(String::from_utf8(alone.stderr).unwrap().contains("free2.txt: read as free, but line 2"));
}

#[test]
fn counters_of_one_instance_are_never_anothers() {
    let series = |instance: &str, value: u32| {
        format!(
            r#"{{"metric":{{"__name__":"node_netstat_Tcp_RetransSegs","instance":"{instance}:9100"}},"values":[[1795162330,"{value}"],[1795162345,"{}"]]}}"#,
            value + 9
        )
    };
    let answer = format!(
        r#"{{"status":"success","data":{{"resultType":"matrix","result":[{},{}]}}}}"#,
        series("web2", 5),
        series("web3", 900)
    );
    let case = Case::new().file("query_range.json", &answer);
    let report = case.report();
    let names: Vec<&str> =
        report["hosts"].as_array().unwrap().iter().map(|host| host["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["web2", "web3"], "each instance is a host, and the file none");
    let table = netmortem(["export".as_ref(), case.path().as_os_str()]).stdout;
    let table = String::from_utf8(table).unwrap();
    let of = |host: &str, value: u32| {
        let row = |line: &&str| {
            line.contains(host) && line.contains("Tcp.RetransSegs") && line.contains(&format!(",{value},"))
        };
        table.lines().filter(row).count()
    };
    assert_eq!([of("web2", 5), of("web2", 14), of("web3", 900), of("web3", 909)], [1; 4], "{table}");
    assert_eq!([of("web2", 900), of("web2", 909)], [0; 2], "{table}");
}
