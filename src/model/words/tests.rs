use super::*;
use crate::model::time::Time;

/// The narrow and the no-break space, made visible.
fn shown(text: &str) -> String {
    text.replace(THIN, "_").replace(NBSP, "~")
}

#[test]
fn rates_have_three_figures_and_never_read_as_zero() {
    let cases = [
        (269.4, "269_/s"),
        (57.93, "57.9_/s"),
        (5.5, "5.5_/s"),
        (0.3, "0.3_/s"),
        (0.0435, "0.04_/s"),
        (0.147_18, "0.147_/s"),
        (0.02, "0.02_/s"),
        (0.0007, "2.52_/h"),
        (0.009, "32.4_/h"),
        (0.0001, "8.64_/d"),
        (0.000_001, "0.09_/d"),
        (1e-9, "under 0.01_/d"),
        (0.0, "0_/s"),
        (1_234.0, "1,230_/s"),
        (9_996.0, "10_k/s"),
        (200_000.0, "200_k/s"),
        (999_700.0, "1_M/s"),
        (99.97, "100_/s"),
        (f64::NAN, "unknown"),
        (f64::INFINITY, "unknown"),
    ];
    for (value, text) in cases {
        assert_eq!(shown(&rate(value)), text, "{value}");
    }
}

#[test]
fn counts_are_exact() {
    assert_eq!(count(28_005.0), "28,005");
    assert_eq!(count(-1_000_000.0), "\u{2212}1,000,000");
    assert_eq!(count(0.0), "0");
    assert_eq!(count(2.5), "2.5");
    assert_eq!(setting("262144"), "262,144");
    assert_eq!(setting("4096\t131072\t6291456"), "4096\t131072\t6291456");
    assert_eq!(setting("0644"), "0644");
    assert_eq!(setting("cubic"), "cubic");
    assert_eq!(shown(&things(1, "sample", "samples")), "1~sample");
}

#[test]
fn ratios_are_times_on_both_sides_of_one() {
    let cases = [
        (5.49, "×5.5"),
        (0.97, "×0.97"),
        (1.06, "×1.06"),
        (1.0, "×1.00"),
        (4.0, "×4"),
        (496.6, "×497"),
        (0.004_2, "×0.0042"),
        (0.0, "under ×0.001"),
        (1e6, "over ×10,000"),
        (f64::NAN, "unknown"),
    ];
    for (value, text) in cases {
        assert_eq!(ratio(value), text, "{value}");
    }
}

#[test]
fn durations_use_two_units_at_most() {
    let cases = [
        (0.02, "20~ms"),
        (1.0, "1~s"),
        (2.5, "2.5~s"),
        (69.0, "69~s"),
        (149.4, "149~s"),
        (301.0, "5~min 1~s"),
        (22_200.0, "6~h 10~min"),
        (86_400.0, "24~h"),
        (172_799.0, "48~h"),
        (180_000.0, "2~d 2~h"),
        (1_728_000.0, "20~d"),
        (f64::NAN, "unknown"),
    ];
    for (value, text) in cases {
        assert_eq!(shown(&duration(value)), text, "{value}");
    }
}

#[test]
fn a_range_names_the_day_only_when_it_must() {
    let from = Time::from_secs(1_795_165_930);
    assert_eq!(clock(from, from.plus_seconds(10.0)), "09:12:10–09:12:20");
    assert_eq!(clock(from, from), "09:12:10");
    assert_eq!(shown(&clock(from, from.plus_seconds(86_400.0))), "20~Nov~09:12:10 – 21~Nov~09:12:10");
    assert_eq!(shown(&window(from, from.plus_seconds(301.0))), "20~Nov~2026, 09:12:10–09:17:11 UTC");
}

#[test]
fn zero_and_unknown_are_different_words() {
    let mut it = Side {
        state: SideState::None,
        window: None,
        seconds: 69.0,
        count: Some(0.0),
        rate: Some(0.0),
        peak: None,
        share: None,
        samples: 70,
        at_most: Some(0.0435),
        lower_bound: false,
        blocks: Vec::new(),
        band: None,
        note: String::new(),
    };
    assert_eq!(shown(&side(&it, "/s")), "none in 69~s");
    it.state = SideState::Unknown;
    assert_eq!(side(&it, "/s"), "unknown");
}

#[test]
fn small_units_and_shares() {
    assert_eq!(shown(&bytes(1_500_000.0)), "1.5_MB");
    assert_eq!(shown(&bytes(512.0)), "512_B");
    assert_eq!(shown(&quantity(3.0 * 1_048_576.0, "B")), "3_MiB");
    assert_eq!(shown(&quantity(1_023.9 * 1_024.0, "B")), "1_MiB");
    assert!(!figures(1e25).contains('e'), "{}", figures(1e25));
    assert_eq!(shown(&share(12_000.0)), "1.2_%");
    assert_eq!(shown(&share(120.4)), "120~per million");
    assert_eq!(shown(&percent(1.0625)), "106_%");
    assert_eq!(shown(&quantity(17.0, "connections")), "17~connections");
    assert_eq!(shown(&quantity(7_265.0, "connections")), "7,265~connections");
    assert_eq!(shown(&quantity(7_265.4, "connections")), "7,270~connections");
    assert_eq!(shown(&tick(200_000.0, "pages")), "200_k~pages");
    assert_eq!(shown(&tick(500.0, "/s")), "500_/s");
}
