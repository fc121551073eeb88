use super::{Basis, By, Dated, HostClock, Input, LearnFrom, YearBasis};
use crate::model::fact::{Capture, Clue, Facts, ZoneSource};
use crate::model::time::Time;
use crate::parse::{stamp, syslog};
use chrono_tz::Tz;

const FULL: &str = "nf_conntrack: table full, dropping packet";

fn log(text: &str) -> Facts {
    let mut facts = Facts::default();
    syslog::read(text.as_bytes(), 1, &mut facts);
    facts
}

/// A file in which a loop wrote these times.
fn dump(dates: &[&str]) -> Facts {
    let captures = dates.iter().map(|d| Capture { stamp: stamp::separator(d.as_bytes()), line: 1 }).collect();
    Facts { captures, ..Facts::default() }
}

fn input(facts: &Facts) -> Input<'_> {
    Input { facts, path: "", name: None, mtime: None, taken: None }
}

fn date_with(from: &LearnFrom<'_>) -> Vec<Dated> {
    let clock = HostClock::learn(from);
    from.inputs.iter().map(|input| clock.date(input)).collect()
}

fn date(inputs: &[Input<'_>]) -> Vec<Dated> {
    date_with(&LearnFrom { tz: None, year: None, inputs, offsets: &[] })
}

fn events(dated: &Dated) -> Vec<String> {
    dated.events.iter().map(|e| e.map_or("-".to_owned(), |e| e.time.rfc3339())).collect()
}

fn captures(dates: &[&str]) -> Vec<(String, String)> {
    let facts = dump(dates);
    let all = date(&[input(&facts)]);
    all[0].captures.iter().flatten().map(|r| (r.time.rfc3339(), r.basis.words())).collect()
}

fn full(stamps: &[&str]) -> Facts {
    log(&stamps.iter().map(|s| format!("{s} web1 kernel: {FULL}")).collect::<Vec<_>>().join("\n"))
}

#[test]
fn an_offset_or_a_clear_abbreviation_is_its_own_zone() {
    let said = |at: &str, basis: &str| vec![(at.to_owned(), basis.to_owned())];
    let nine = "2026-11-20T08:12:10Z";
    assert_eq!(captures(&["2026-11-20T09:12:10+01:00"]), said(nine, "offset in the stamp"));
    assert_eq!(captures(&["Fri Nov 20 09:12:10 CET 2026"]), said(nine, "zone CET named in the stamp"));
    assert_eq!(captures(&["2026-11-20 08:12:10"]), said(nine, "no zone known: read as UTC"));
    let guess = "CST is ambiguous, read as UTC: give --tz";
    assert_eq!(captures(&["Fri Nov 20 08:12:10 CST 2026"]), said(nine, guess));
}

#[test]
fn tz_settles_an_ambiguous_abbreviation_that_it_carries() {
    let facts =
        dump(&["Fri Nov 20 09:12:10 CST 2026", "Fri Nov 20 09:12:10 CET 2026", "2026-11-20 09:12:10"]);
    let inputs = [input(&facts)];
    let with = |tz| {
        let dated = date_with(&LearnFrom { tz: Some(tz), year: None, inputs: &inputs, offsets: &[] });
        dated[0].captures.iter().flatten().map(|r| (r.time.hms(), r.basis)).collect::<Vec<_>>()
    };
    let cet = ("08:12:10".to_owned(), Basis::Named("CET"));
    let shanghai = Basis::Given(Tz::Asia__Shanghai);
    assert_eq!(
        with(Tz::Asia__Shanghai),
        [("01:12:10".into(), shanghai), cet.clone(), ("01:12:10".into(), shanghai)]
    );
    let berlin = Basis::Given(Tz::Europe__Berlin);
    assert_eq!(
        with(Tz::Europe__Berlin),
        [("09:12:10".into(), Basis::Ambiguous("CST")), cet, ("08:12:10".into(), berlin)]
    );
}

#[test]
fn a_log_without_zone_takes_the_zone_its_host_names_elsewhere() {
    let log = full(&["Jul 20 09:12:10", "Nov 20 09:12:10"]);
    let other = dump(&["Fri Nov 20 10:00:00 CET 2026", "Fri Nov 20 09:00:00 UTC 2026"]);
    let dated = date(&[input(&log), input(&other)]);
    assert_eq!(events(&dated[0]), ["2026-07-20T07:12:10Z", "2026-11-20T08:12:10Z"], "summer is CEST");
    assert_eq!(dated[0].events[0].map(|e| e.basis), Some(Basis::Sibling("CET")));
    assert_eq!(dated[0].year, Some(YearBasis::Neighbours));

    let mut other = dump(&["2026-11-20T10:00:00+05:30"]);
    other.clues.push(Clue::Offset { host: None, east: 19_800, at: 1_795_149_000_000_000, line: 1 });
    let dated = date(&[input(&log), input(&other)]);
    assert_eq!(events(&dated[0])[1], "2026-11-20T03:42:10Z");
    assert_eq!(
        dated[0].events[1].map(|e| e.basis.words()),
        Some("offset +05:30 of the host's other stamps".into())
    );
}

#[test]
fn stamps_in_utc_do_not_outweigh_the_offset_of_the_hosts_own_clock() {
    let line = log(&format!("Nov 20 09:12:10 web1 kernel: {FULL}"));
    let mut loops = Facts::default();
    for (minutes, east) in [(0, 3_600), (1, 0), (2, 0), (30, 3_600)] {
        let at = 1_795_161_600_000_000 + minutes * 60_000_000;
        loops.clues.push(Clue::Offset { host: None, east, at, line: 1 });
    }
    let inputs = [input(&line), input(&loops)];
    let dated = date_with(&LearnFrom { tz: None, year: Some(2026), inputs: &inputs, offsets: &[] });
    assert_eq!(events(&dated[0]), ["2026-11-20T08:12:10Z"]);
}

#[test]
fn december_before_january_is_last_year() {
    let log = full(&[
        "Nov 30 09:00:00",
        "Dec 31 23:59:59",
        "Jan  1 00:00:01",
        "Dec 31 23:59:58",
        "Jan  1 00:00:02",
    ]);
    let other = dump(&["2026-01-01T00:10:00Z"]);
    let dated = date(&[input(&log), input(&other)]);
    let want = [
        "2025-11-30T09:00:00Z",
        "2025-12-31T23:59:59Z",
        "2026-01-01T00:00:01Z",
        "2025-12-31T23:59:58Z",
        "2026-01-01T00:00:02Z",
    ];
    assert_eq!(events(&dated[0]), want);
}

#[test]
fn a_log_without_any_year_stays_undated() {
    let log = full(&["Nov 20 09:12:10"]);
    let dated = date(&[input(&log)]);
    assert_eq!((dated[0].events[0], dated[0].year), (None, None));
    let inputs = [input(&log)];
    let given = date_with(&LearnFrom { tz: None, year: Some(2019), inputs: &inputs, offsets: &[] });
    assert_eq!(events(&given[0]), ["2019-11-20T09:12:10Z"]);
    let aged = Input { mtime: Time::from_secs(1_574_300_000).into(), ..input(&log) };
    assert_eq!(events(&date(&[aged])[0]), ["2019-11-20T09:12:10Z"]);
}

#[test]
fn a_rotated_log_is_dated_by_its_own_age() {
    let log = full(&["Nov 20 09:12:10"]);
    let other = dump(&["2026-11-25T00:00:00Z"]);
    let old = Input { mtime: Some(Time::from_secs(1_732_100_000)), ..input(&log) };
    assert_eq!(events(&date(&[old, input(&other)])[0]), ["2024-11-20T09:12:10Z"]);
    let copied = Input { mtime: Some(Time::from_secs(1_900_000_000)), ..input(&log) };
    assert_eq!(events(&date(&[copied, input(&other)])[0]), ["2026-11-20T09:12:10Z"]);
}

#[test]
fn a_rotated_chain_over_new_year_takes_its_years_from_its_names_and_neighbours() {
    let (live, one, two) = (
        full(&["Jan  3 09:00:00"]),
        full(&["Dec 30 09:00:00", "Jan  2 09:00:00"]),
        full(&["Dec 20 09:00:00", "Dec 29 09:00:00"]),
    );
    let old = full(&["Jan  9 09:00:00"]);
    let other = dump(&["2026-01-04T00:00:00Z"]);
    let path = |path, facts| Input { path, ..input(facts) };
    let want = [
        vec!["2026-01-03T09:00:00Z"],
        vec!["2025-12-30T09:00:00Z", "2026-01-02T09:00:00Z"],
        vec!["2025-12-20T09:00:00Z", "2025-12-29T09:00:00Z"],
        vec!["2025-01-09T09:00:00Z"],
    ];
    let numbered = [
        path("syslog", &live),
        path("syslog.1", &one),
        path("syslog.2.gz", &two),
        path("syslog.50.gz", &old),
    ];
    let with_dump: Vec<_> = numbered.iter().cloned().chain([input(&other)]).collect();
    let got = |dated: Vec<Dated>| dated.iter().take(4).map(events).collect::<Vec<_>>();
    assert_eq!(got(date(&with_dump)), want);
    let given = date_with(&LearnFrom { tz: None, year: Some(2026), inputs: &numbered, offsets: &[] });
    assert_eq!(given[1].year, Some(YearBasis::Chain));
    assert_eq!(got(given), want);
    // names alone
    let dated = [
        path("messages-20260104.gz", &live),
        path("messages-20260103.gz", &one),
        path("messages-20251230.xz", &two),
        path("messages-20250110", &old),
    ];
    assert_eq!(got(date(&dated)), want);
}

#[test]
fn february_29_is_of_a_leap_year_or_of_none() {
    let log = full(&["Feb 29 09:12:10"]);
    let other = dump(&["2026-11-25T00:00:00Z"]);
    assert_eq!(events(&date(&[input(&log), input(&other)])[0]), ["2024-02-29T09:12:10Z"]);
    let inputs = [input(&log)];
    let given = date_with(&LearnFrom { tz: None, year: Some(2025), inputs: &inputs, offsets: &[] });
    assert_eq!(events(&given[0]), ["-"]);
}

#[test]
fn the_hour_that_autumn_shows_twice_follows_the_order_of_lines() {
    let log = full(&[
        "Oct 25 02:50:00",
        "Oct 25 02:10:00",
        "Oct 25 02:40:00",
        "Oct 25 03:10:00",
        "Mar 28 02:30:00",
    ]);
    let inputs = [input(&log)];
    let dated = date_with(&LearnFrom {
        tz: Some(Tz::Europe__Berlin),
        year: Some(2027),
        inputs: &inputs,
        offsets: &[],
    });
    let times: Vec<_> = dated[0].events.iter().flatten().map(|e| e.time.hms()).collect();
    assert_eq!(times, ["00:50:00", "01:10:00", "01:40:00", "02:10:00", "01:30:00"]);
}

fn replay(at: &str, uptimes: &[f64]) -> String {
    uptimes.iter().map(|u| format!("{at} web1 kernel: [{u:12.6}] {FULL}\n")).collect::<Vec<_>>().concat()
}

#[test]
fn a_replayed_ring_buffer_is_dated_by_uptime() {
    let log = log(&replay("2026-11-20T09:12:10Z", &[0.0, 10.0, 20.0, 30.0, 40.0]));
    let inputs = [input(&log)];
    let dated = date(&inputs);
    assert_eq!(events(&dated[0])[..2], ["2026-11-20T09:11:30Z", "2026-11-20T09:11:40Z"]);
    assert_eq!(dated[0].events[0].map(|e| e.basis), Some(Basis::Replay));

    let boots =
        HostClock::learn(&LearnFrom { tz: None, year: None, inputs: &inputs, offsets: &[] }).boots(None);
    assert_eq!(boots.iter().map(|b| b.at.hms()).collect::<Vec<_>>(), ["09:11:30"]);
}

#[test]
fn a_live_line_of_the_same_boot_dates_the_replay_better() {
    let mut text = replay("2026-11-20T09:12:10Z", &[0.0, 10.0, 20.0, 30.0, 40.0]);
    text += &replay("2026-11-20T09:13:20Z", &[120.0]);
    let dated = date(&[input(&log(&text))]);
    assert_eq!(events(&dated[0])[0], "2026-11-20T09:11:20Z");
    assert_eq!(events(&dated[0])[5], "2026-11-20T09:13:20Z");
}

#[test]
fn a_restarted_log_daemon_is_not_a_reboot() {
    let mut text = replay("2026-11-18T10:00:00Z", &[36_000.0]);
    text += &replay("2026-11-20T09:12:10Z", &[0.0, 10.0, 20.0, 30.0, 36_000.0]);
    let facts = log(&text);
    let inputs = [input(&facts)];
    let clock = HostClock::learn(&LearnFrom { tz: None, year: None, inputs: &inputs, offsets: &[] });
    assert_eq!(
        clock.boots(None).iter().map(|b| b.at.rfc3339()).collect::<Vec<_>>(),
        ["2026-11-18T00:00:00Z"]
    );
    assert_eq!(events(&clock.date(&inputs[0]))[1..3], ["2026-11-18T00:00:00Z", "2026-11-18T00:00:10Z"]);
}

#[test]
fn an_uptime_that_falls_is_a_reboot() {
    let mut text = replay("2026-11-18T10:00:00Z", &[36_000.0]);
    text += &replay("2026-11-20T09:12:10Z", &[0.0, 10.0, 20.0, 30.0, 40.0]);
    text += &replay("2026-11-20T09:13:30Z", &[120.0]);
    let facts = log(&text);
    let inputs = [input(&facts)];
    let clock = HostClock::learn(&LearnFrom { tz: None, year: None, inputs: &inputs, offsets: &[] });
    let boots: Vec<_> = clock.boots(None).iter().map(|b| b.at.rfc3339()).collect();
    assert_eq!(boots, ["2026-11-18T00:00:00Z", "2026-11-20T09:11:30Z"]);
}

#[test]
fn dmesg_is_dated_by_a_boot_that_others_tell() {
    let dmesg = log(&format!("[    1.000000] Linux version 6.18\n[  100.000000] {FULL}\n"));
    assert_eq!(events(&date(&[input(&dmesg)])[0]), ["-"]);
    let mut uptime = dump(&["2026-11-20T10:00:00Z"]);
    uptime.clues.push(Clue::Uptime { seconds: 3600.0, capture: 0, line: 2 });
    let dated = date(&[input(&dmesg), input(&uptime)]);
    assert_eq!(events(&dated[0]), ["2026-11-20T09:01:40Z"]);
}

#[test]
fn a_capture_without_stamp_takes_the_files_name_and_then_its_age() {
    let facts = Facts { captures: vec![Capture { stamp: None, line: 1 }], ..Facts::default() };
    let mtime = Some(Time::from_secs(1_795_165_930));
    let named = Input {
        facts: &facts,
        path: "",
        name: stamp::file_name("sysctl-20261120T091211Z"),
        mtime,
        taken: None,
    };
    let aged = Input { facts: &facts, path: "", name: None, mtime, taken: None };
    let got: Vec<_> = date(&[named, aged, input(&facts)])
        .iter()
        .map(|d| d.captures[0].map(|r| (r.time.hms(), r.basis)))
        .collect();
    assert_eq!(
        got,
        [Some(("09:12:11".into(), Basis::FileName)), Some(("09:12:10".into(), Basis::Mtime)), None]
    );
}

#[test]
fn absurd_years_do_not_panic() {
    let log = full(&["Feb 29 09:12:10", "Nov 20 09:12:10"]);
    for year in [i32::MIN, -1, 0, 9999, 262_142, i32::MAX] {
        for tz in [None, Some(Tz::Pacific__Apia)] {
            for mtime in [None, Some(Time(i64::MAX)), Some(Time(i64::MIN))] {
                let inputs = [Input { mtime, ..input(&log) }];
                let _ = date_with(&LearnFrom { tz, year: Some(year), inputs: &inputs, offsets: &[] });
                let _ = date_with(&LearnFrom { tz, year: None, inputs: &inputs, offsets: &[] });
            }
        }
    }
}

/// What a host says of its clock.
fn clues(clues: &[Clue]) -> Facts {
    Facts { clues: clues.to_vec(), ..Facts::default() }
}

#[test]
fn the_zone_that_a_host_names_reads_its_wall_clocks() {
    let zone = Clue::Zone { name: "CET-1CEST,M3.5.0,M10.5.0/3".into(), from: ZoneSource::Localtime, line: 1 };
    // the offset of a November day is not that of a July day
    let offset = Clue::Offset { host: None, east: 3600, at: 1_795_272_740_000_000, line: 1 };
    let (said, dumps) =
        (clues(&[zone, offset]), dump(&["2026-07-01 12:00:00", "Sat Nov 21 15:52:20 CST 2026"]));
    let dated = date(&[input(&said), input(&dumps)]);
    let first = dated[1].captures[0].unwrap();
    assert_eq!(first.time.rfc3339(), "2026-07-01T10:00:00Z");
    assert_eq!(first.basis, Basis::Home(Tz::Europe__Berlin, ZoneSource::Localtime));
    assert_eq!(dated[1].captures[1].unwrap().basis, Basis::SiblingOffset(3600), "CST may be anyone's");
}

#[test]
fn a_record_dates_what_has_no_stamp_unless_stamps_follow() {
    let mut undated = dump(&["2026-11-21 15:00:00"]);
    let taken = Some((stamp::separator(b"2026-11-21T15:52:21Z").unwrap(), By::Manifest));
    let at = |facts: &Facts| {
        let dated = date(&[Input { taken: taken.clone(), ..input(facts) }]);
        dated[0].captures[0].map(|r| (r.time.hms(), r.basis))
    };
    undated.captures.insert(0, Capture { stamp: None, line: 1 });
    assert_eq!(at(&undated), None, "a copy of what was written before it");
    undated.captures.pop();
    assert_eq!(at(&undated), Some(("15:52:21".to_owned(), Basis::Bundle(By::Manifest, false))));
}

#[test]
fn boots_of_the_journal_and_of_an_uptime_are_one() {
    let wall = |text: &str| stamp::separator(text.as_bytes()).unwrap();
    let (first, last) = (wall("2026-11-20 22:33:22 UTC"), wall("2026-11-21 09:52:08 UTC"));
    let journal = clues(&[Clue::Boot { id: String::new(), first, last, line: 1 }]);
    let mut uptime = dump(&["2026-11-21 09:51:37 UTC"]);
    uptime.clues.push(Clue::Uptime { seconds: 40_680.0, capture: 0, line: 2 });
    let inputs = [input(&journal), input(&uptime)];
    let clock = HostClock::learn(&LearnFrom { tz: None, year: None, inputs: &inputs, offsets: &[] });
    assert_eq!(clock.boots(None).iter().map(|b| b.at.hms()).collect::<Vec<_>>(), ["22:33:22"]);
}
