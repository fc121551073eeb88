//! Long histories and series that everybody knows.

use crate::honest::Case;
use crate::run::netmortem;
use crate::verdicts::{Random, verdict};
use serde_json::Value;

const DAYS: u32 = 30;
/// Noon of the 27th day; the retransmissions move at the beginning of the 13th, when nobody turned anything.
const CHANGE: u32 = 26 * 1_440 + 720;
const ALONE: u32 = 12 * 1_440;

fn stamp(minute: u32) -> String {
    let (day, minute) = (1 + minute / 1_440, minute % 1_440);
    format!("2026-10-{day:02} {:02}:{:02}:00 UTC", minute / 60, minute % 60)
}

/// Ten-minute snapshots: a daily wave, quieter weekends, noise that remembers.
fn netstat() -> String {
    let mut random = Random(97);
    let (mut segments, mut pruned, mut sent_again, mut memory) = (1_000_000.0, 5_000.0, 1_000.0, 0.0);
    let mut out = String::new();
    for minute in (0..DAYS * 1_440).step_by(10) {
        out += &format!(
            "{}\nTcp:\n    {segments:.0} segments received\n    {segments:.0} segments sent out\n    {sent_again:.0} segments retransmitted\n\
             TcpExt:\n    {pruned:.0} packets pruned from receive queue because of socket buffer overrun\n",
            stamp(minute)
        );
        memory = 0.7 * memory + 0.2 * random.normal();
        let wave = 1.0 + 0.5 * (f64::from(minute) / 1_440.0 * std::f64::consts::TAU).sin();
        // the first of October 2026 is a Thursday
        let weekend = [2, 3].contains(&(minute / 1_440 % 7));
        let traffic = 600_000.0 * wave * if weekend { 0.8 } else { 1.0 };
        let mut count = |mean: f64| (mean + mean.sqrt() * random.normal()).round().max(0.0);
        segments += traffic.round();
        pruned += count(traffic / 2_000.0 * memory.exp() * if minute >= CHANGE { 0.5 } else { 1.0 });
        sent_again += count(traffic / 1_000.0 * if minute >= ALONE { 2.0 } else { 1.0 });
    }
    out
}

#[test]
fn a_month_of_history_makes_a_verdict_certain_and_shows_what_moved_alone() {
    let dumps = (0..DAYS * 1_440).step_by(720).chain([CHANGE + 10]).fold(String::new(), |out, minute| {
        let value = if minute > CHANGE { "4096 131072 6291456" } else { "4096 8192 16384" };
        out + &format!("{}\nnet.ipv4.tcp_rmem = {value}\n", stamp(minute))
    });
    let report = Case::new().file("netstat.log", &netstat()).file("sysctl.log", &dumps).report();
    let (verdict, effect) = verdict(&report, "net.ipv4.tcp_rmem");
    assert_eq!((verdict, &effect["certainty"]), ("improved", &"high".into()), "{effect}");
    assert_eq!(effect["estimate"]["tier"], "days");
    let [lo, hi] = [0, 1].map(|i| effect["estimate"]["interval"][i].as_f64().unwrap());
    assert!(lo < 0.5 && 0.5 < hi && hi < 0.8, "{effect}");
    assert!(effect["sentence"].as_str().unwrap().contains("27\u{a0}Oct\u{a0}12:00:00"), "{effect}");
    let points = report["points"].as_array().unwrap();
    let of = |metric: &str| -> Vec<&Value> { points.iter().filter(|p| p["metric"] == metric).collect() };
    let [alone, matched] = [of("Tcp.RetransSegs"), of("TcpExt.PruneCalled")];
    assert_eq!((alone.len(), matched.len()), (1, 1), "{points:?}");
    assert!(alone[0]["time"].as_str().unwrap().starts_with("2026-10-1"), "{}", alone[0]);
    let words = alone[0]["sentence"].as_str().unwrap();
    assert!(words.contains("\u{a0}Oct") && words.contains("nothing in the evidence says why"), "{words}");
    assert!(matched[0]["chance"].as_f64().unwrap() < 0.02, "{}", matched[0]);
}

/// Annual flow of the Nile at Aswan (Cobb 1978): it fell after 1898, when the dam was begun.
#[test]
fn the_nile_fell_after_1898() {
    const NILE: [u32; 100] = [
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799,
        958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916,
        692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698,
        845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801,
        1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170,
        912, 746, 919, 718, 714, 740,
    ];
    let rows = (1_871..).zip(NILE).fold("time,value\n".to_owned(), |out, (y, v)| out + &format!("{y},{v}\n"));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("nile.csv");
    std::fs::write(&path, rows).unwrap();
    for alpha in ["0.01", "0.05"] {
        let run = netmortem([
            "changepoints".as_ref(),
            path.as_os_str(),
            "--alpha".as_ref(),
            alpha.as_ref(),
            "--json".as_ref(),
        ]);
        let found: Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(found["points"].as_array().unwrap().len(), 1, "{found}");
        assert_eq!((&found["points"][0]["index"], &found["points"][0]["time"]), (&28.into(), &"1899".into()));
    }
}
