//! Verdicts through the front door: loops of `netstat -s` and dumps of sysctl whose truth is known.

use crate::honest::Case;
use crate::run::{netmortem, project};
use serde_json::Value;

/// A number generator that is the same everywhere (xorshift).
pub struct Random(pub u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / 4_294_967_296.0
    }

    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// Half of the recording in minutes, and the change in the middle of it.
const HALF: u32 = 720;

pub fn stamp(minute: u32) -> String {
    let (day, minute) = (10 + minute / 1_440, minute % 1_440);
    format!("2026-11-{day} {:02}:{:02}:00 UTC", minute / 60, minute % 60)
}

/// Twelve hours before and twelve after, a snapshot a minute; `rate` and `load` are what they become after the change.
fn netstat(seed: u64, rate: f64, load: f64) -> String {
    let mut random = Random(seed);
    let (mut segments, mut pruned, mut memory) = (1_000_000.0, 5_000.0, 0.0);
    let mut out = String::new();
    for minute in 0..=2 * HALF {
        out += &format!(
            "{}\nTcp:\n    {segments:.0} segments received\n    {segments:.0} segments sent out\nTcpExt:\n    \
             1 delayed acks sent\n    {pruned:.0} packets pruned from receive queue because of socket buffer overrun\n",
            stamp(minute)
        );
        let after = minute >= HALF;
        memory = 0.9 * memory + 0.1 * random.normal();
        let wave = (f64::from(minute) / 720.0 * std::f64::consts::TAU).sin();
        let traffic = 60_000.0 * (1.0 + 0.4 * wave) * if after { load } else { 1.0 };
        let expected = traffic / 1_000.0 * (memory).exp() * if after { rate } else { 1.0 };
        let counted: f64 = (expected + expected.sqrt() * random.normal()).round();
        segments += traffic.round();
        pruned += counted.max(0.0);
    }
    out
}

/// Dumps every half hour; each key with its value before and after.
fn sysctl(keys: &[(&str, &str, &str)]) -> String {
    let mut out = String::new();
    for minute in (0..=2 * HALF).step_by(30) {
        out += &format!("{}\n", stamp(minute));
        for (key, before, after) in keys {
            // turned a minute after a dump
            let value = if minute > HALF { after } else { before };
            out += &format!("{key} = {value}\n");
        }
    }
    out
}

const BUFFERS: (&str, &str, &str) = ("net.ipv4.tcp_rmem", "4096 8192 16384", "4096 131072 6291456");
const MEMORY: (&str, &str, &str) = ("net.ipv4.tcp_mem", "100 200 300", "1000 2000 3000");
const UNRELATED: (&str, &str, &str) = ("net.ipv4.tcp_fin_timeout", "60", "30");

fn report(seed: u64, rate: f64, load: f64, keys: &[(&str, &str, &str)]) -> Value {
    Case::new().file("netstat.log", &netstat(seed, rate, load)).file("sysctl.log", &sysctl(keys)).report()
}

pub fn verdict<'a>(report: &'a Value, key: &str) -> (&'a str, &'a Value) {
    let change = report["changes"].as_array().unwrap().iter().find(|c| c["key"] == key).expect("the change");
    let of = |e: &&Value| e["change"] == change["id"] && e["primary"] == true;
    let effect = report["effects"].as_array().unwrap().iter().find(of).unwrap_or(&Value::Null);
    (change["verdict"].as_str().unwrap(), effect)
}

pub fn flags(effect: &Value) -> Vec<&str> {
    effect["flags"].as_array().into_iter().flatten().map(|f| f["kind"].as_str().unwrap()).collect()
}

#[test]
fn nothing_that_was_not_changed_has_a_verdict() {
    let report = report(1, 0.5, 1.0, &[("net.ipv4.tcp_rmem", "1 2 3", "1 2 3")]);
    assert!(report["changes"].as_array().unwrap().is_empty());
    assert!(report["effects"].as_array().unwrap().is_empty());
}

#[test]
fn a_change_without_an_effect_is_never_called_one() {
    let mut none = 0;
    for seed in [11, 12, 13, 14] {
        let report = report(seed, 1.0, 1.0, &[BUFFERS]);
        let (verdict, effect) = verdict(&report, BUFFERS.0);
        assert!(["no measurable effect", "inconclusive"].contains(&verdict), "{verdict}: {effect}");
        none += usize::from(verdict == "no measurable effect");
    }
    assert!(none >= 1, "a quiet counter over twelve hours a side can rule a quarter out");
}

#[test]
fn what_halved_improved_and_what_doubled_worsened() {
    for (rate, word) in [(0.5, "improved"), (2.0, "worsened")] {
        let report = report(21, rate, 1.0, &[BUFFERS]);
        let (verdict, effect) = verdict(&report, BUFFERS.0);
        assert_eq!(verdict, word, "{effect}");
        assert_eq!(effect["metric"], "TcpExt.PruneCalled");
        let estimate = &effect["estimate"];
        let [lo, hi] = [0, 1].map(|i| estimate["interval"][i].as_f64().unwrap());
        assert!(lo < rate && rate < hi, "{estimate}");
        assert!(estimate["p_adjusted"].as_f64().unwrap() <= 0.05);
        let sentence = effect["sentence"].as_str().unwrap();
        assert!(
            sentence.contains(" after net.ipv4.tcp_rmem ") && !sentence.contains("because"),
            "{sentence}"
        );
    }
}

#[test]
fn what_stopped_has_a_bound_and_no_ratio() {
    let report = report(31, 0.0, 1.0, &[BUFFERS]);
    let (verdict, effect) = verdict(&report, BUFFERS.0);
    assert_eq!(verdict, "improved", "{effect}");
    assert_eq!(
        (&effect["estimate"]["turn"], &effect["estimate"]["ratio"]),
        (&"stopped".into(), &Value::Null)
    );
    assert_eq!(effect["estimate"]["interval"], Value::Null);
    assert!(effect["after"]["at_most"].as_f64().unwrap() < 0.001);
    assert_eq!(effect["certainty"], "medium", "{effect}");
    assert!(effect["sentence"].as_str().unwrap().contains("none in 11"), "{}", effect["sentence"]);
}

#[test]
fn a_load_that_doubles_at_the_same_time_is_not_the_settings_doing() {
    for seed in [41, 42] {
        let report = report(seed, 1.0, 2.0, &[BUFFERS]);
        let (verdict, effect) = verdict(&report, BUFFERS.0);
        assert!(["no measurable effect", "inconclusive"].contains(&verdict), "{verdict}: {effect}");
        assert!(effect["estimate"].is_null() || flags(effect).contains(&"load-shift"), "{effect}");
    }
}

#[test]
fn two_knobs_of_one_moment_share_the_verdict() {
    let report = report(51, 0.5, 1.0, &[BUFFERS, MEMORY]);
    let (verdict, effect) = verdict(&report, BUFFERS.0);
    assert_eq!(verdict, "improved");
    assert!(flags(effect).contains(&"confounded"), "{effect}");
    assert_eq!(effect["certainty"], "low");
    let together: Vec<usize> = report["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["together"].as_array().unwrap().len())
        .collect();
    assert_eq!(together, [2, 2]);
}

#[test]
fn a_knob_that_does_not_govern_the_symptom_never_improved_it() {
    let report = report(61, 0.5, 1.0, &[UNRELATED]);
    let (verdict, effect) = verdict(&report, UNRELATED.0);
    assert_eq!(verdict, "not assessed", "{effect}");
    assert!(report["effects"].as_array().unwrap().iter().all(|e| e["metric"] != "TcpExt.PruneCalled"));
    // the series moved all the same, and that is said without a word of the knob's doing
    let moved = report["points"].as_array().unwrap();
    assert!(moved.iter().any(|p| p["metric"] == "TcpExt.PruneCalled"), "{moved:?}");
}

#[test]
fn changepoints_reads_any_series() {
    let mut random = Random(71);
    let mut series = "time,value\n".to_owned();
    for i in 0..200 {
        series += &format!("day {i},{:.3}\n", random.normal() + if i < 120 { 0.0 } else { 5.0 });
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("series.csv");
    std::fs::write(&path, &series).unwrap();
    let run = netmortem(["changepoints".as_ref(), path.as_os_str(), "--json".as_ref()]);
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(found["points"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!((&found["points"][0]["index"], &found["points"][0]["time"]), (&120.into(), &"day 120".into()));
    let text = String::from_utf8(netmortem(["changepoints".as_ref(), path.as_os_str()]).stdout).unwrap();
    assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("120\tday 120\t")), "{text}");
}

#[test]
fn effects_prints_the_table_alone() {
    let case = project().join("fixtures/cases/accept-queue");
    let run = |form: &str| {
        let run = netmortem(["effects".as_ref(), case.as_os_str(), "--format".as_ref(), form.as_ref()]);
        assert!(run.status.success());
        String::from_utf8(run.stdout).unwrap()
    };
    assert!(run("text").contains("improved"));
    let table: Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(table["changes"][0]["verdict"], "improved");
    let csv = run("csv");
    assert!(csv.starts_with("change,host,key,from,to,") && csv.contains("TcpExt.ListenOverflows"), "{csv}");
}

/// A loop over `days` whole days, a snapshot every five minutes; `rate` says what a minute's rate is multiplied by.
pub fn long_loop(seed: u64, days: u32, rate: impl Fn(u32) -> f64) -> String {
    let mut random = Random(seed);
    let (mut segments, mut overflows) = (1_000_000.0, 5_000.0);
    let mut out = String::new();
    for minute in (0..=days * 1_440).step_by(5) {
        out += &format!(
            "{}\nTcp:\n    {segments:.0} passive connection openings\n    {segments:.0} segments received\nTcpExt:\n    \
             1 delayed acks sent\n    {overflows:.0} times the listen queue of a socket overflowed\n    \
             {overflows:.0} SYNs to LISTEN sockets dropped\n",
            stamp(minute)
        );
        let wave = 1.0 + 0.6 * (f64::from(minute) / 1_440.0 * std::f64::consts::TAU).sin();
        let expected = 300.0 * wave * (0.2 * random.normal()).exp() * rate(minute);
        overflows += (expected + expected.sqrt() * random.normal()).round().max(0.0);
        segments += (9_000.0 * wave).round();
    }
    out
}

/// One text an hour.
fn hourly(days: u32, text: impl Fn(u32) -> String) -> String {
    let mut out = String::new();
    for minute in (0..=days * 1_440).step_by(60) {
        out += &format!("{}\n{}\n", stamp(minute), text(minute));
    }
    out
}

pub fn dumps(days: u32, value: impl Fn(u32) -> u32) -> String {
    hourly(days, |minute| format!("net.core.somaxconn = {}", value(minute)))
}

pub fn listeners(days: u32, limit: impl Fn(u32) -> u32) -> String {
    hourly(days, |minute| format!("LISTEN 0      {}         10.0.0.1:80      0.0.0.0:*", limit(minute)))
}

const SIX_DAYS: u32 = 6 * 1_440;

#[test]
fn earlier_days_make_a_verdict_certain() {
    let after = |minute: u32| minute > SIX_DAYS;
    let report = Case::new()
        .file("netstat.log", &long_loop(81, 7, |m| if after(m) { 0.5 } else { 1.0 }))
        .file("sysctl.log", &dumps(7, |m| if after(m) { 4096 } else { 128 }))
        .file("ss.log", &listeners(7, |m| if after(m) { 4096 } else { 128 }))
        .report();
    let (verdict, effect) = verdict(&report, "net.core.somaxconn");
    assert_eq!(verdict, "improved", "{effect}");
    assert_eq!(
        (&effect["estimate"]["tier"], &effect["certainty"]),
        (&"days".into(), &"high".into()),
        "{effect}"
    );
    let ratio = effect["estimate"]["ratio"].as_f64().unwrap();
    assert!((0.4..0.62).contains(&ratio), "{ratio}");
    let rates = [&effect["before"]["rate"], &effect["after"]["rate"]].map(|r| r.as_f64().unwrap());
    let shown = effect["ratio"].as_f64().unwrap();
    assert!((rates[1] / rates[0] - shown).abs() < 1e-9);
}

#[test]
fn a_backlog_that_no_listener_took_is_not_in_force_whatever_the_numbers_did() {
    let report = Case::new()
        .file("netstat.log", &long_loop(82, 2, |m| if m > 1_440 { 0.2 } else { 1.0 }))
        .file("sysctl.log", &dumps(2, |m| if m > 1_440 { 4096 } else { 128 }))
        .file("ss.log", &listeners(2, |_| 128))
        .report();
    let (verdict, effect) = verdict(&report, "net.core.somaxconn");
    assert_eq!(verdict, "not in force");
    let sentence = effect["sentence"].as_str().unwrap();
    assert!(sentence.contains("kept the limit 128") && !sentence.contains("improved"), "{sentence}");
    assert!(report["headline"]["title"].as_str().unwrap().contains("is not in force"));
}

#[test]
fn a_value_taken_back_and_a_host_left_alone_are_evidence() {
    let turned = |m: u32| (1_440..2_880).contains(&m);
    let report = Case::new()
        .file("web1/netstat.log", &long_loop(83, 3, |m| if turned(m) { 0.3 } else { 1.0 }))
        .file("web1/sysctl.log", &dumps(3, |m| if turned(m) { 4096 } else { 128 }))
        .file("web1/ss.log", &listeners(3, |m| if turned(m) { 4096 } else { 128 }))
        .file("web2/netstat.log", &long_loop(84, 3, |_| 1.0))
        .file("web2/sysctl.log", &dumps(3, |_| 128))
        .report();
    let changes = report["changes"].as_array().unwrap();
    let verdicts: Vec<_> = changes.iter().map(|c| c["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["improved", "worsened"]);
    let (_, effect) = verdict(&report, "net.core.somaxconn");
    let flags = flags(effect);
    assert!(flags.contains(&"reverted") && flags.contains(&"untouched-host"), "{effect}");
    assert_eq!(effect["certainty"], "high", "{effect}");
}

/// Two hosts that were turned alike, of which one got better and the other one worse, and one where it changed nothing.
#[test]
fn a_headline_claims_no_more_than_the_weakest_verdict_under_it() {
    let turned = |m: u32| m >= 1_440;
    let host = |case: Case, name: &str, seed: u64, after: f64| {
        case.file(
            &format!("{name}/netstat.log"),
            &long_loop(seed, 2, |m| if turned(m) { after } else { 1.0 }),
        )
        .file(&format!("{name}/sysctl.log"), &dumps(2, |m| if turned(m) { 4096 } else { 128 }))
        .file(&format!("{name}/ss.log"), &listeners(2, |m| if turned(m) { 4096 } else { 128 }))
    };
    let title = |report: &Value| report["headline"]["title"].as_str().unwrap().replace('\u{a0}', " ");
    let word = |report: &Value| -> Vec<String> {
        report["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["verdict"].as_str().unwrap().to_owned())
            .collect()
    };
    let alike = host(host(Case::new(), "web1", 101, 0.3), "web2", 102, 0.3).report();
    assert_eq!(word(&alike), ["improved", "improved"]);
    assert!(title(&alike).ends_with("→ 4,096: improved"), "{}", title(&alike));
    let mixed = host(host(Case::new(), "web1", 103, 0.3), "web2", 104, 3.0).report();
    assert_eq!(word(&mixed), ["improved", "worsened"]);
    assert!(title(&mixed).ends_with(": improved; another change: worsened"), "{}", title(&mixed));
    let three = host(host(host(Case::new(), "web1", 105, 0.3), "web2", 106, 3.0), "web3", 107, 1.0).report();
    assert_eq!(word(&three)[..2], ["improved", "worsened"]);
    let other = word(&three)[2].clone();
    assert!(
        title(&three).ends_with(&format!("; 2 other changes: 1 worsened, 1 {other}")),
        "{} {other}",
        title(&three)
    );
}

#[test]
fn what_moved_on_a_host_left_alone_too_is_no_improvement() {
    let turned = |m: u32| m >= 1_440;
    let report = Case::new()
        .file("web1/netstat.log", &long_loop(85, 2, |m| if turned(m) { 0.3 } else { 1.0 }))
        .file("web1/sysctl.log", &dumps(2, |m| if turned(m) { 4096 } else { 128 }))
        .file("web1/ss.log", &listeners(2, |m| if turned(m) { 4096 } else { 128 }))
        .file("web2/netstat.log", &long_loop(86, 2, |m| if turned(m) { 0.3 } else { 1.0 }))
        .file("web2/sysctl.log", &dumps(2, |_| 128))
        .report();
    let (verdict, effect) = verdict(&report, "net.core.somaxconn");
    assert_eq!(verdict, "inconclusive", "{effect}");
    assert!(flags(effect).contains(&"moved-elsewhere-too"));
}

/// Two snapshots before and two after, an hour apart each.
fn totals(pruned: [u64; 4]) -> Value {
    let minutes = [0, 60, 130, 190];
    let mut netstat = String::new();
    for (minute, pruned) in minutes.into_iter().zip(pruned) {
        let segments = 1_000_000 + u64::from(minute) * 60_000;
        netstat += &format!(
            "{}\nTcp:\n    {segments} segments received\nTcpExt:\n    1 delayed acks sent\n    \
             {pruned} packets pruned from receive queue because of socket buffer overrun\n",
            stamp(minute)
        );
    }
    let mut sysctl = String::new();
    for (minute, value) in [(0, BUFFERS.1), (61, BUFFERS.1), (129, BUFFERS.2), (190, BUFFERS.2)] {
        sysctl += &format!("{}\n{} = {value}\n", stamp(minute), BUFFERS.0);
    }
    Case::new().file("netstat.log", &netstat).file("sysctl.log", &sysctl).report()
}

#[test]
fn two_totals_say_little_and_say_so() {
    let report = totals([1_000, 61_000, 62_000, 62_500]);
    let (verdict, effect) = self::verdict(&report, BUFFERS.0);
    assert_eq!((verdict, effect["certainty"].as_str()), ("improved", Some("low")), "{effect}");
    assert_eq!(effect["estimate"]["tier"], "totals");
    assert!(flags(effect).contains(&"two-totals"));
    let report = totals([1_000, 1_400, 1_500, 1_700]);
    let (verdict, effect) = self::verdict(&report, BUFFERS.0);
    assert_eq!(verdict, "inconclusive", "significant if counts were Poisson, which they are not: {effect}");
    let report = totals([1_000, 61_000, 62_000, 62_000]);
    let (verdict, effect) = self::verdict(&report, BUFFERS.0);
    assert_eq!(verdict, "inconclusive", "one burst that does not come back stops nothing: {effect}");
}
