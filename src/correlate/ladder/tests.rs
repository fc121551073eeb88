use super::{Design, Refusal, Samples, Step, Stretch, Tier, Track, Turn, What, counts, levels};
use fastrand::Rng;

fn never(_: f64) -> bool {
    false
}

/// Steps of ten seconds over an hour before and an hour after; events and load by the step's number.
fn track(events: impl Fn(u32, &mut Rng) -> f64, load: impl Fn(u32, &mut Rng) -> f64) -> Track {
    let mut random = Rng::with_seed(5);
    Track::new((0..720).map(|i| {
        let from = f64::from(i) * 10.0;
        let (events, exposure) = (events(i, &mut random), load(i, &mut random));
        Step { from, to: from + 10.0, events, exposure }
    }))
}

const HOUR: f64 = 3_600.0;
const DESIGN: Design = Design {
    before: Stretch { from: 0.0, to: HOUR },
    after: Stretch { from: HOUR, to: 2.0 * HOUR },
    history: 0.0,
    load: true,
};

fn noisy(mean: f64, random: &mut Rng) -> f64 {
    (mean * (0.7 + 0.6 * random.f64())).round()
}

fn steady(_: u32, random: &mut Rng) -> f64 {
    noisy(1_000.0, random)
}

#[test]
fn the_ratio_is_that_of_the_rates_that_are_shown() {
    let track = track(|i, r| noisy(if i < 360 { 100.0 } else { 60.0 }, r), steady);
    let answer = counts(&track, &Design { load: false, ..DESIGN }, &never).unwrap();
    assert_eq!((answer.tier, answer.what, answer.turn), (Tier::Blocks, What::Events, Turn::None));
    let (lo, hi) = answer.interval.unwrap();
    assert!(lo < 0.6 && 0.6 < hi && answer.p < 0.01, "{answer:?}");
    assert!(answer.detectable.unwrap() < 1.2);
}

#[test]
fn a_side_without_events_has_no_ratio() {
    let track = track(|i, r| if i < 360 { noisy(100.0, r) } else { 0.0 }, steady);
    let answer = counts(&track, &DESIGN, &never).unwrap();
    assert_eq!((answer.turn, answer.size, answer.interval), (Turn::Stopped, None, None));
    assert!(answer.p < 0.01);
    let none = counts(&self::track(|_, _| 0.0, steady), &DESIGN, &never);
    assert_eq!(none.unwrap_err(), Refusal::Never);
    assert_eq!(counts(&Track::default(), &DESIGN, &never).unwrap_err(), Refusal::NoData);
}

#[test]
fn one_burst_that_does_not_come_back_stops_nothing() {
    let track = track(|i, _| if (100..130).contains(&i) { 500.0 } else { 0.0 }, steady);
    let answer = counts(&track, &DESIGN, &never);
    assert!(answer.is_err() || answer.is_ok_and(|a| a.p > 0.05), "{answer:?}");
}

#[test]
fn load_that_moved_with_the_change_is_not_told_apart_from_it() {
    let load = |i: u32, r: &mut Rng| noisy(if i < 360 { 1_000.0 } else { 2_000.0 }, r);
    let alike = track(|i, r| noisy(if i < 360 { 100.0 } else { 200.0 }, r), load);
    assert_eq!(counts(&alike, &DESIGN, &never).unwrap_err(), Refusal::Entangled);
    // down to a tenth while the load doubled: no load explains that
    let fell = track(|i, r| noisy(if i < 360 { 1_000.0 } else { 100.0 }, r), load);
    let answer = counts(&fell, &DESIGN, &never).unwrap();
    assert!(answer.weak.entangled && answer.p < 0.05);
    let (lo, hi) = answer.interval.unwrap();
    assert!(lo < 0.0125 && hi > 0.1, "from the cube of the load to none of it: {lo} to {hi}");
}

#[test]
fn a_window_shorter_than_the_memory_says_nothing() {
    // one slow wave an hour and a half long
    let slow = |i: u32, r: &mut Rng| noisy(100.0 * (2.0 + (f64::from(i) / 85.0).sin()), r);
    let design = Design { load: false, ..DESIGN };
    assert_eq!(counts(&track(slow, steady), &design, &never).unwrap_err(), Refusal::Memory);
}

#[test]
fn two_totals_say_how_much_they_bear() {
    let steps = [(0.0, 900.0), (HOUR, 300.0)].map(|(from, events)| Step {
        from,
        to: from + HOUR,
        events,
        exposure: HOUR,
    });
    let answer = counts(&Track::new(steps), &Design { load: false, ..DESIGN }, &never).unwrap();
    assert_eq!(answer.tier, Tier::Totals);
    assert!(answer.tolerates.unwrap() < 200.0 && answer.p < 1e-6, "{answer:?}");
}

#[test]
fn levels_are_means_of_medians_and_agree_with_their_shift() {
    let mut random = Rng::with_seed(9);
    let samples = Samples::new((0..720).map(|i| {
        let spike = if i % 97 == 0 { 1_000.0 } else { 0.0 };
        (f64::from(i) * 10.0, if i < 360 { 50.0 } else { 80.0 } + 10.0 * random.f64() + spike)
    }));
    let answer = levels(&samples, &DESIGN, &never).unwrap();
    assert!((answer.after - answer.before - answer.size.unwrap()).abs() < 1e-9);
    assert!((answer.size.unwrap() - 30.0).abs() < 3.0 && answer.p < 0.01, "{answer:?}");
    assert_eq!(levels(&Samples::default(), &DESIGN, &never).unwrap_err(), Refusal::NoData);
}
