//! The floor on timelines made by hand: what a pair of readings says, and what it does not.

use super::{Claims, Subject, diff};
use crate::model::diff::{Basis, Class, Counter, Diff, Kind, SettingKind, State};
use crate::model::fact::{self, Layer, SeriesId};
use crate::model::report::Report;
use crate::model::time::Time;
use crate::timeline::readings::{Reading, Readings};
use crate::timeline::{Host, Observed, Series, Timeline, Uptime};

const HOUR: i64 = 3_600;

fn host(name: &str, boot: i64, at: i64, counters: &[(&str, u64)]) -> Host {
    let mut host = Host { name: name.to_owned(), ..Host::default() };
    host.name_basis = "named in the dumps".to_owned();
    for (metric, value) in counters {
        put(&mut host, SeriesId::counter(metric), &[(at, *value)]);
    }
    #[allow(clippy::cast_precision_loss)]
    let seconds = (at - boot) as f64;
    host.uptimes.push(Uptime {
        seconds,
        time: Some(Time::from_secs(at)),
        basis: "uptime".to_owned(),
        artifact: 0,
    });
    host
}

fn put(host: &mut Host, id: SeriesId, samples: &[(i64, u64)]) {
    let mut readings = Readings::default();
    for (at, value) in samples {
        readings.push(Reading { time: Time::from_secs(*at), value: *value, artifact: 0, line: 7 });
    }
    host.series.insert(id, Series { clock: String::new(), readings });
}

fn set(host: &mut Host, key: &str, value: &str) {
    let seen = Observed { time: None, value: value.to_owned(), layer: Layer::Runtime, artifact: 0, line: 3 };
    host.settings.entry(key.to_owned()).or_default().push(seen);
}

fn report() -> Report {
    let text = r#"{"schema":1,"tool":"","headline":{"title":"","lede":"","severity":null},"window":null,"hosts":[],
        "changes":[],"effects":[],"figures":[],"events":[],"findings":[],"listeners":[],"settings":[],
        "settings_census":{"keys":0,"changed":0,"volatile":0,"constant":0},"since_boot":[],"series":[],
        "coverage":{"artifacts":[],"rejects":[],"rejected":0,"missing":[],"unknown_counters":[]}}"#;
    serde_json::from_str(text).expect("the report's shape")
}

fn compared(a: &Host, b: &Host) -> Diff {
    let (timeline, report) = (Timeline::default(), report());
    let quote = |_: u32, _: u32| String::new();
    let side = |host| Subject { timeline: &timeline, host, report: &report, quote: &quote, input: "" };
    diff(side(a), side(b), Claims::default())
}

fn counter<'a>(diff: &'a Diff, metric: &str) -> &'a Counter {
    diff.counters.iter().find(|c| c.metric == metric).expect("the counter")
}

fn close(a: Option<f64>, b: f64) {
    assert!(a.is_some_and(|a| (a - b).abs() < 1e-9 * b.abs().max(1.0)), "{a:?} is not {b}");
}

#[test]
fn of_one_boot_the_later_side_is_an_increment() {
    let a = host("web1", 0, HOUR, &[("TcpExt.ListenOverflows", 36)]);
    let b = host("web1", 0, HOUR + 100, &[("TcpExt.ListenOverflows", 536)]);
    let diff = compared(&a, &b);
    assert_eq!((diff.relation.kind, diff.relation.seconds), (Kind::Between, Some(100.0)));
    let row = counter(&diff, "TcpExt.ListenOverflows");
    close(row.a.rate, 0.01);
    close(row.b.rate, 5.0);
    close(row.ratio, 500.0);
    assert_eq!((row.class, row.b.total), (Class::Differs, Some(536)));
}

#[test]
fn a_boot_is_known_by_its_time_and_no_rate_is_negative() {
    let a = host("web1", 0, HOUR, &[("Tcp.RetransSegs", 3_600)]);
    let b = host("web1", HOUR + 50, HOUR + 150, &[("Tcp.RetransSegs", 400)]);
    let diff = compared(&a, &b);
    assert_eq!((diff.relation.kind, diff.relation.same_host), (Kind::Apart, true));
    assert!(diff.relation.basis.contains("rebooted"), "{}", diff.relation.basis);
    let row = counter(&diff, "Tcp.RetransSegs");
    close(row.a.rate, 1.0);
    close(row.b.rate, 4.0);
}

#[test]
fn a_series_beside_one_look_is_since_boot_on_both_sides() {
    let mut a = host("web1", 0, HOUR, &[]);
    put(&mut a, SeriesId::counter("Tcp.RetransSegs"), &[(HOUR - 100, 0), (HOUR, 7_200)]);
    let b = host("web2", 0, HOUR, &[("Tcp.RetransSegs", 3_600)]);
    let row = counter(&compared(&a, &b), "Tcp.RetransSegs").clone();
    assert_eq!((row.a.basis, row.b.basis, row.mixed), (Basis::SinceBoot, Basis::SinceBoot, false));
    close(row.ratio, 0.5);
    // without an uptime on the one side its rate is of another kind, and nothing is divided
    a.uptimes.clear();
    let row = counter(&compared(&a, &b), "Tcp.RetransSegs").clone();
    assert_eq!((row.a.basis, row.mixed, row.ratio, row.class), (Basis::Window, true, None, Class::Unclear));
}

#[test]
fn hosts_of_different_load_are_compared_by_share() {
    let a = host("web1", 0, HOUR, &[("Tcp.RetransSegs", 100), ("Tcp.OutSegs", 100_000)]);
    let b = host("web2", 0, HOUR, &[("Tcp.RetransSegs", 1_000), ("Tcp.OutSegs", 1_000_000)]);
    let row = counter(&compared(&a, &b), "Tcp.RetransSegs").clone();
    close(row.ratio, 10.0);
    close(row.share_ratio, 1.0);
    assert_eq!(row.class, Class::Alike);
}

#[test]
fn few_events_are_no_difference() {
    let a = host("web1", 0, HOUR, &[("TcpExt.ListenOverflows", 1)]);
    let b = host("web2", 0, HOUR, &[("TcpExt.ListenOverflows", 3)]);
    assert_eq!(counter(&compared(&a, &b), "TcpExt.ListenOverflows").class, Class::Alike);
}

#[test]
fn absent_is_not_zero() {
    let a = host("web1", 0, HOUR, &[("TcpExt.ListenOverflows", 9), ("Tcp.OutRsts", 0)]);
    let b = host("web2", 0, HOUR, &[("Tcp.OutRsts", 0)]);
    let diff = compared(&a, &b);
    let row = counter(&diff, "TcpExt.ListenOverflows");
    assert_eq!((row.b.state, row.b.rate, row.class), (State::Absent, None, Class::Unclear));
    assert_eq!(diff.zero, 1);
}

#[test]
fn cpus_are_summed_and_a_counter_of_32_bits_may_turn_over() {
    let sides = [(HOUR, [u64::from(u32::MAX), 10]), (HOUR + 100, [99, 110])].map(|(at, values)| {
        let mut host = host("web1", 0, at, &[("Tcp.InSegs", 5)]);
        for (cpu, value) in ["cpu0", "cpu1"].into_iter().zip(values) {
            let id = SeriesId {
                metric: "softnet.dropped".to_owned(),
                of: cpu.to_owned(),
                kind: fact::Kind::Counter32,
            };
            put(&mut host, id, &[(at, value)]);
        }
        host
    });
    let row = counter(&compared(&sides[0], &sides[1]), "softnet.dropped").clone();
    close(row.b.count, 200.0);
}

#[test]
fn settings_of_interfaces_are_one_row_and_those_of_one_side_alone_are_counted() {
    let mut a = host("web1", 0, HOUR, &[]);
    let mut b = host("web2", 0, HOUR, &[]);
    for interface in ["eth0", "eth1"] {
        set(&mut a, &format!("net.ipv4.conf.{interface}.rp_filter"), "1");
        set(&mut b, &format!("net.ipv4.conf.{interface}.rp_filter"), "2");
    }
    set(&mut a, "net.ipv4.conf.docker0.rp_filter", "0");
    set(&mut a, "kernel.hostname", "web1");
    set(&mut b, "kernel.hostname", "web2");
    for host in [&mut a, &mut b] {
        set(host, "net.ipv4.tcp_sack", "1");
    }
    let diff = compared(&a, &b);
    let keys: Vec<_> = diff.settings.iter().map(|s| (s.key.as_str(), s.kind, s.interfaces.len())).collect();
    assert_eq!(keys, [("net.ipv4.conf.*.rp_filter", SettingKind::Running, 2)]);
    assert_eq!((diff.census.equal, diff.census.aside, diff.census.interfaces_a), (1, 1, 1));
}

#[test]
fn a_setting_stands_beside_the_counter_that_it_acts_on() {
    let mut a = host("web1", 0, HOUR, &[("TcpExt.ListenOverflows", 0)]);
    let mut b = host("web2", 0, HOUR, &[("TcpExt.ListenOverflows", 9_000)]);
    set(&mut a, "net.core.somaxconn", "4096");
    set(&mut b, "net.core.somaxconn", "128");
    let diff = compared(&a, &b);
    assert_eq!(counter(&diff, "TcpExt.ListenOverflows").differing, ["net.core.somaxconn"]);
    assert_eq!(diff.settings[0].differing, ["TcpExt.ListenOverflows"]);
    assert!(diff.title.starts_with("Accept-queue overflows: none in 1\u{a0}h on web1"), "{}", diff.title);
}

#[test]
fn folders_that_name_no_host_are_one_only_where_the_boot_says_so() {
    let mut a = host("before", 0, HOUR, &[("Tcp.InSegs", 5)]);
    let mut b = host("after", 0, HOUR + 60, &[("Tcp.InSegs", 9)]);
    for host in [&mut a, &mut b] {
        host.name_basis = "name of the folder".to_owned();
    }
    let apart = compared(&a, &b);
    assert!(!apart.relation.same_host && apart.lede.contains("--same-host"), "{}", apart.lede);
    for host in [&mut a, &mut b] {
        set(host, "kernel.random.boot_id", "0b7f");
    }
    assert_eq!(compared(&a, &b).relation.kind, Kind::Between);
}

#[test]
fn sides_without_anything_in_common_say_so() {
    let diff = compared(&Host { name: "x".to_owned(), ..Host::default() }, &host("y", 0, HOUR, &[]));
    assert_eq!(diff.title, "Nothing that both sides tell differs between x and y");
    assert!(diff.gaps.iter().any(|gap| gap.title == "No counter of x"));
}
