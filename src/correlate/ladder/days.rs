//! The rung with history: the same clock hours on earlier days, days as the units.

use super::track::{Stretch, Sum, Track, as_f64};
use super::{Answer, Design, MOVED, Tier, Turn, Weak, What, load_ratio, of_ratio, turn};
use crate::stats::days::several_days;
use crate::stats::{Estimate, mean};

const DAY: f64 = 86_400.0;
/// Fewest earlier days.
const FEWEST: usize = 4;
/// Most: what was a month ago is another machine.
const MOST: usize = 14;
/// A day's window counts when so much of it was sampled.
const COVERED: f64 = 0.9;
/// An elasticity is used when its standard error is below.
const SURE: f64 = 0.3;
/// A window of less than this is not one clock hour's work.
const SHORTEST: f64 = 600.0;

/// `None` without four comparable days before.
pub fn answer(track: &Track, design: &Design, weekend: &dyn Fn(f64) -> bool) -> Option<Answer> {
    let day = |i: usize| design.after.earlier(DAY * as_f64(i));
    let w = design.after.length().min(DAY - (design.after.from - design.before.to)).max(0.0);
    if w < SHORTEST {
        return None;
    }
    let after = Stretch { to: design.after.from + w, ..design.after };
    let covered = |s: Stretch| {
        let sum = track.sum(s);
        (sum.seconds >= COVERED * w && sum.exposure > 0.0).then_some(sum)
    };
    let now = covered(after)?;
    let earlier: Vec<(Stretch, Sum)> = (1..=MOST)
        .map(|i| Stretch { to: day(i).from + w, ..day(i) })
        .filter(|s| s.from >= design.history && s.to <= design.before.to)
        .filter_map(|s| Some((s, covered(s)?)))
        .collect();
    let alike =
        |s: &Stretch| weekend(f64::midpoint(s.from, s.to)) == weekend(f64::midpoint(after.from, after.to));
    let same: Vec<(Stretch, Sum)> = earlier.iter().filter(|(s, _)| alike(s)).copied().collect();
    let mixed = same.len() < FEWEST;
    let days = if mixed { earlier } else { same };
    if days.len() < FEWEST {
        return None;
    }
    judged(track, design, &days, now, mixed)
}

fn judged(track: &Track, design: &Design, days: &[(Stretch, Sum)], now: Sum, mixed: bool) -> Option<Answer> {
    let slope = design.load.then(|| elasticity(track, days)).flatten().filter(|(_, se)| *se < SURE);
    let with = |b: f64, se: f64| {
        let z = |s: &Sum| (s.events + 0.5).ln() - b * s.exposure.ln();
        let before: Vec<f64> = days.iter().map(|(_, s)| z(s)).collect();
        let mut estimate = several_days(&before, &[z(&now)])?;
        let load = now.exposure.ln() - mean(&days.iter().map(|(_, s)| s.exposure.ln()).collect::<Vec<_>>());
        estimate.se = (estimate.se.powi(2) + (load * se).powi(2)).sqrt();
        Some(estimate)
    };
    let (b, se) = slope.unwrap_or((1.0, 0.0));
    let mut estimate = with(b, se)?;
    let fixed = with(1.0, 0.0)?;
    let before = summed(days);
    if turn(before.events, now.events) == Turn::None {
        let load = ((now.exposure / now.seconds) / (before.exposure / before.seconds)).ln();
        estimate.shift = ((now.events / now.seconds) / (before.events / before.seconds)).ln()
            - if design.load { b * load } else { 0.0 };
    }
    let load = load_ratio(design, before, now);
    let shifted = load.is_some_and(|l| !(1.0 / MOVED..=MOVED).contains(&l));
    let same = |a: &Estimate, b: &Estimate| {
        a.shift.signum() == b.shift.signum() && (a.p() <= 0.05) == (b.p() <= 0.05)
    };
    let rates = [before.events / before.seconds, now.events / now.seconds];
    Some(Answer {
        elasticity: design.load.then_some(b),
        load,
        raw: Some([before, now]),
        weak: Weak { weekdays: mixed, load_shift: shifted && !same(&fixed, &estimate), ..Weak::default() },
        ..of_ratio(Tier::Days, What::Events, days.len(), rates, &estimate)
    })
}

fn summed(days: &[(Stretch, Sum)]) -> Sum {
    days.iter().fold(Sum::default(), |a, (_, b)| Sum {
        events: a.events + b.events,
        exposure: a.exposure + b.exposure,
        seconds: a.seconds + b.seconds,
        steps: a.steps + b.steps,
    })
}

/// Slope of log-events on log-exposure over hourly blocks of the days, with a standard error clustered by day; `None`
/// where the exposure does not vary.
fn elasticity(track: &Track, days: &[(Stretch, Sum)]) -> Option<(f64, f64)> {
    let mut rows: Vec<(usize, f64, f64)> = Vec::new();
    for (day, (s, _)) in days.iter().enumerate() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // up to a day
        let hours = ((s.length() / 3_600.0).round() as usize).max(6);
        let full = |h: &&Sum| h.exposure > 0.0 && h.seconds > 0.5 * s.length() / as_f64(hours);
        let blocks = track.cut(*s, hours);
        rows.extend(blocks.iter().filter(full).map(|h| (day, h.exposure.ln(), (h.events + 0.5).ln())));
    }
    let n = as_f64(rows.len());
    let (x0, y0) = (rows.iter().map(|r| r.1).sum::<f64>() / n, rows.iter().map(|r| r.2).sum::<f64>() / n);
    let xx: f64 = rows.iter().map(|r| (r.1 - x0).powi(2)).sum();
    if rows.len() < 12 || xx < 1e-4 * n {
        return None;
    }
    let slope = rows.iter().map(|r| (r.1 - x0) * (r.2 - y0)).sum::<f64>() / xx;
    let mut scores = vec![0.0; days.len()];
    for (day, x, y) in &rows {
        scores[*day] += (x - x0) * (y - y0 - slope * (x - x0));
    }
    let d = as_f64(days.len());
    let se = (scores.iter().map(|s| s * s).sum::<f64>() * d / (d - 1.0)).sqrt() / xx;
    Some((slope, se)).filter(|(b, se)| b.is_finite() && se.is_finite())
}
