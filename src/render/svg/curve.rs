//! One series in one lane: stairs for rates, needles and dots for instants, an area from lowest to highest
//! where a pixel holds more than one sample. Nothing is ever drawn across a gap or a restart.

use super::canvas::{Canvas, stroke};
use super::scale::Axis;
use super::token::Token;
use crate::model::report::figure::{Series, Tone};
use crate::model::time::Time;

/// A bucket in pixels (x) and in its own unit (values).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    pub x0: f64,
    pub x1: f64,
    pub min: f64,
    pub mean: f64,
    pub max: f64,
    /// Joined to the bucket before it: no gap and no restart between them.
    pub joined: bool,
}

/// Buckets of a series from which on the drawing is coarser than a pixel, to stay small.
const MANY: usize = 500;
/// Needles closer than this have no heads.
const HEADS_FROM: f64 = 12.0;

/// The plot of a lane: its vertical extent and the value at the top.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    pub top: f64,
    pub base: f64,
    pub ceiling: f64,
}

impl Plot {
    /// Pixel of a value. Slightly above the top is allowed: a queue may exceed its limit by one.
    pub fn y(&self, value: f64) -> f64 {
        let share = (value / self.ceiling).clamp(0.0, 1.06);
        self.base - share * (self.base - self.top)
    }
}

/// Line colour of a tone.
pub fn line_of(tone: Tone) -> Token {
    match tone {
        Tone::Harm => Token::Harm,
        Tone::Measure => Token::Measure,
        Tone::Load => Token::Load,
    }
}

/// Fill colour of a tone.
pub fn fill_of(tone: Tone) -> Token {
    match tone {
        Tone::Harm => Token::HarmFill,
        Tone::Measure => Token::MeasureFill,
        Tone::Load => Token::LoadFill,
    }
}

/// The buckets of a series that are on the axis, put together where several share a pixel. Values that are
/// no numbers are left out, as a gap.
pub fn buckets(series: &Series, axis: &Axis, restarts: &[Time]) -> Vec<Bucket> {
    let offset = axis.offset(series.origin);
    let restarts: Vec<f64> = restarts.iter().map(|t| axis.offset(*t)).collect();
    let mut out: Vec<Bucket> = Vec::new();
    let mut last_end = f64::NEG_INFINITY;
    // samples of a gauge are never joined, so putting them together hides no gap
    let instants = series.kind == "gauge";
    let column = if series.start.len() > MANY { 1.6 } else { 1.0 };
    for i in 0..series.start.len() {
        let Some([start, end, min, mean, max]) = row(series, i) else { continue };
        let (start, end) = (start + offset, end + offset);
        if !axis.meets_at(start, end) {
            continue;
        }
        let restarted = restarts.iter().any(|r| *r > last_end - 1e-6 && *r <= start + 1e-6);
        // a microsecond is the resolution of a time
        let joined = start - last_end < 2e-6 && !restarted;
        last_end = end;
        let bucket = Bucket { x0: axis.at(start), x1: axis.at(end), min, mean, max, joined };
        match out.last_mut() {
            Some(last) if (joined || instants && !restarted) && bucket.x1 - last.x0 < column => {
                merge(last, bucket);
            }
            _ => out.push(bucket),
        }
    }
    out
}

/// Start, end, lowest, mean and highest of a bucket; `None` when one of them is no number.
pub fn row(s: &Series, i: usize) -> Option<[f64; 5]> {
    let row = [*s.start.get(i)?, *s.end.get(i)?, *s.min.get(i)?, *s.mean.get(i)?, *s.max.get(i)?];
    row.iter().all(|v| v.is_finite()).then_some(row)
}

/// `next` follows `into` in the same pixel column.
fn merge(into: &mut Bucket, next: Bucket) {
    let (a, b) = (into.x1 - into.x0, next.x1 - next.x0);
    into.mean = if a + b > 0.0 {
        (into.mean * a + next.mean * b) / (a + b)
    } else {
        f64::midpoint(into.mean, next.mean)
    };
    into.min = into.min.min(next.min);
    into.max = into.max.max(next.max);
    into.x1 = next.x1;
}

/// True when a pixel or a bucket holds values that differ: then an area says from where to where.
pub fn thinned(buckets: &[Bucket]) -> bool {
    buckets.iter().any(|b| b.max > b.min)
}

/// Runs of joined buckets.
fn runs(buckets: &[Bucket]) -> impl Iterator<Item = &[Bucket]> {
    buckets.chunk_by(|_, next| next.joined)
}

/// Both corners of every bucket, at the value that `pick` names.
fn corners(run: &[Bucket], plot: &Plot, pick: impl Fn(&Bucket) -> f64) -> Vec<(f64, f64)> {
    run.iter()
        .flat_map(|b| {
            let y = plot.y(pick(b));
            [(b.x0, y), (b.x1, y)]
        })
        .collect()
}

/// The area below (or around) a rate.
pub fn area(canvas: &mut Canvas<'_>, plot: &Plot, buckets: &[Bucket], token: Token) {
    let ranged = thinned(buckets);
    for run in runs(buckets) {
        let mut points = corners(run, plot, |b| b.max);
        if ranged {
            let mut low = corners(run, plot, |b| b.min);
            low.reverse();
            points.append(&mut low);
        } else if let (Some(first), Some(last)) = (run.first(), run.last()) {
            points.push((last.x1, plot.base));
            points.push((first.x0, plot.base));
        }
        if run.iter().any(|b| b.max > 0.0) {
            canvas.fill(&points, token);
        }
    }
}

/// More spikes than this are the usual course of things, which the area shows.
const SPIKES: usize = 24;

/// Lines to the highest value of buckets that it stands far out of: one interval of a month is a pixel of a light area,
/// and that nobody sees.
pub fn spikes(canvas: &mut Canvas<'_>, plot: &Plot, buckets: &[Bucket], token: Token) {
    let high = |b: &&Bucket| b.max - b.mean > plot.ceiling * 0.2 && b.max > b.mean * 4.0;
    let found: Vec<&Bucket> = buckets.iter().filter(high).collect();
    if found.len() > SPIKES {
        return;
    }
    for b in found {
        let x = f64::midpoint(b.x0, b.x1);
        canvas.line((x, plot.y(b.mean)), (x, plot.y(b.max)), stroke(token, 1.25));
    }
}

/// The stairs of a rate. A step without a neighbour keeps its width, however short.
pub fn stairs(canvas: &mut Canvas<'_>, plot: &Plot, buckets: &[Bucket], token: Token, width: f64) {
    for run in runs(buckets) {
        let mut points = corners(run, plot, |b| b.mean);
        if let [first, .., last] = points.as_mut_slice()
            && last.0 - first.0 < 1.0
        {
            last.0 = first.0 + 1.0;
        }
        canvas.path(&points, stroke(token, width));
    }
}

/// Samples of a gauge: needles with heads where they stand far apart, bare needles where dense, a bar from
/// lowest to highest where one pixel holds several. `full` is the value from which on it is at its limit.
pub fn needles(canvas: &mut Canvas<'_>, plot: &Plot, buckets: &[Bucket], tone: Tone, full: Option<f64>) {
    let apart = spacing(buckets);
    // two passes, so that needles of one colour share a path
    for limited in [false, true] {
        let token = match (limited, full, tone) {
            (true, _, _) => Token::Harm,
            (false, Some(_), Tone::Harm) => Token::Measure,
            _ => line_of(tone),
        };
        let ours = |b: &&Bucket| full.is_some_and(|f| b.max >= f) == limited;
        for b in buckets.iter().filter(ours) {
            let x = f64::midpoint(b.x0, b.x1);
            let (low, high) = (plot.y(b.min), plot.y(b.max));
            if full.is_some() || apart >= HEADS_FROM || plot.base - high < 2.0 {
                if plot.base - high >= 0.5 {
                    canvas.line((x, plot.base), (x, high), stroke(token, 1.5));
                }
            } else if b.max > b.min {
                canvas.line((x, low + 0.5), (x, high - 0.5), stroke(fill_of(tone), 1.5));
            }
        }
        if full.is_some() && apart < HEADS_FROM {
            // an empty queue was measured all the same
            for b in buckets.iter().filter(ours).filter(|b| plot.base - plot.y(b.max) < 1.5) {
                canvas.dot((f64::midpoint(b.x0, b.x1), plot.base), 0.8, token);
            }
        }
        if apart >= HEADS_FROM || full.is_none() {
            let radius = if apart >= HEADS_FROM { 2.5 } else { 1.0 };
            for b in buckets.iter().filter(ours) {
                let y = plot.y(if apart >= HEADS_FROM { b.max } else { b.mean });
                canvas.dot((f64::midpoint(b.x0, b.x1), y), radius, token);
            }
        }
    }
}

/// Median distance of neighbouring samples; a lone sample has all the room there is.
pub fn spacing(buckets: &[Bucket]) -> f64 {
    let mut steps: Vec<f64> = buckets.windows(2).map(|w| w[1].x0 - w[0].x0).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::Window;

    fn series(start: &[f64], end: &[f64], mean: &[f64]) -> Series {
        Series {
            host: String::new(),
            netns: String::new(),
            metric: "Tcp.RetransSegs".into(),
            of: String::new(),
            kind: "counter".into(),
            unit: "/s".into(),
            clock: String::new(),
            samples: 3,
            origin: Time::from_secs(0),
            start: start.to_vec(),
            end: end.to_vec(),
            min: mean.to_vec(),
            max: mean.to_vec(),
            mean: mean.to_vec(),
        }
    }

    fn axis() -> Axis {
        let (from, to) = (Time::from_secs(0), Time::from_secs(100));
        Axis::new(Window { from, to }, 0.0, 100.0)
    }

    #[test]
    fn a_gap_and_a_restart_cut_the_line() {
        let s = series(&[0.0, 10.0, 30.0, 40.0], &[10.0, 20.0, 40.0, 50.0], &[1.0; 4]);
        let joined = |restarts: &[Time]| -> Vec<bool> {
            buckets(&s, &axis(), restarts).iter().map(|b| b.joined).collect()
        };
        assert_eq!(joined(&[]), [false, true, false, true]);
        assert_eq!(joined(&[Time::from_secs(10)]), [false, false, false, true]);
    }

    #[test]
    fn what_is_no_number_or_has_no_column_is_left_out() {
        let mut s = series(&[0.0, 10.0, 20.0], &[10.0, 20.0, 30.0], &[1.0, f64::NAN, 2.0]);
        assert_eq!(buckets(&s, &axis(), &[]).len(), 2);
        s.end.truncate(1);
        assert_eq!(buckets(&s, &axis(), &[]).len(), 1);
    }

    #[test]
    fn a_spike_of_one_interval_among_thousands_is_a_line_to_its_top() {
        let n = 20_000_u32;
        let start: Vec<f64> = (0..n).map(|i| f64::from(i) / 200.0).collect();
        let end: Vec<f64> = (1..=n).map(|i| f64::from(i) / 200.0).collect();
        let mean: Vec<f64> = (0..n).map(|i| if i == 7_777 { 400.0 } else { 1.0 }).collect();
        let got = buckets(&series(&start, &end, &mean), &axis(), &[]);
        let about = super::super::canvas::About { id: "s".into(), title: "s".into(), desc: String::new() };
        let svg = super::super::canvas::draw(100.0, super::super::rewrite::Paint::Page, &about, |c| {
            spikes(c, &Plot { top: 0.0, base: 50.0, ceiling: 500.0 }, &got, Token::Harm);
            c.height = 50.0;
        });
        assert!(svg.0.contains("v-"), "{}", svg.0);
    }

    #[test]
    fn one_pixel_holds_one_bucket() {
        let n = 10_000_u32;
        let start: Vec<f64> = (0..n).map(|i| f64::from(i) / 100.0).collect();
        let end: Vec<f64> = (1..=n).map(|i| f64::from(i) / 100.0).collect();
        let mean: Vec<f64> = (0..n).map(|i| f64::from(i % 7)).collect();
        let got = buckets(&series(&start, &end, &mean), &axis(), &[]);
        assert!(got.len() <= 101, "{}", got.len());
        assert!(thinned(&got));
    }
}
