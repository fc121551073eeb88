//! [`Readings`]: the samples of one series as columns, and the increments between them.

use crate::model::time::Time;

/// Samples of one series, sorted by time, then artifact and line. 24 bytes each. Undated samples carry
/// [`UNDATED`] and so come first.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    /// Microseconds since 1970.
    pub time: Vec<i64>,
    /// `u64` of a counter, `f64::to_bits` of a gauge.
    pub value: Vec<u64>,
    /// Index of the artifact.
    pub artifact: Vec<u32>,
    /// 1-based line in it.
    pub line: Vec<u32>,
}

/// Stands for "no time known".
pub const UNDATED: i64 = i64::MIN;

/// One sample, put back together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// When; [`UNDATED`] when not known.
    pub time: Time,
    /// As in [`Readings::value`].
    pub value: u64,
    /// Index of the artifact.
    pub artifact: u32,
    /// 1-based line in it.
    pub line: u32,
}

impl Readings {
    /// Appends a sample; call [`Readings::sort`] when done.
    pub fn push(&mut self, reading: Reading) {
        self.time.push(reading.time.0);
        self.value.push(reading.value);
        self.artifact.push(reading.artifact);
        self.line.push(reading.line);
    }

    /// Appends all of `more`; call [`Readings::sort`] when done.
    pub fn append(&mut self, mut more: Self) {
        self.time.append(&mut more.time);
        self.value.append(&mut more.value);
        self.artifact.append(&mut more.artifact);
        self.line.append(&mut more.line);
    }

    /// Sums at the instants that both have; path and line are those of `self`.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = Self::default();
        for reading in self.dated() {
            if let Ok(at) = other.time.binary_search(&reading.time.0) {
                sum.push(Reading { value: reading.value.saturating_add(other.value[at]), ..reading });
            }
        }
        sum
    }

    /// How many samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Sample `i`.
    #[must_use]
    pub fn get(&self, i: usize) -> Reading {
        Reading {
            time: Time(self.time[i]),
            value: self.value[i],
            artifact: self.artifact[i],
            line: self.line[i],
        }
    }

    /// All samples.
    pub fn iter(&self) -> impl Iterator<Item = Reading> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }

    /// Samples with a time.
    #[must_use]
    pub fn dated(&self) -> impl DoubleEndedIterator<Item = Reading> + '_ {
        let first = self.time.partition_point(|t| *t == UNDATED);
        (first..self.len()).map(|i| self.get(i))
    }

    /// Those of `captures`, in the same order as samples, at whose time and in whose artifact there is no sample.
    #[must_use]
    pub fn left_out(&self, captures: &[Reading]) -> Vec<Reading> {
        let mut at = 0;
        let missing = |capture: &&Reading| {
            let wanted = (capture.time.0, capture.artifact);
            while at < self.len() && (self.time[at], self.artifact[at]) < wanted {
                at += 1;
            }
            at == self.len() || (self.time[at], self.artifact[at]) != wanted
        };
        captures.iter().filter(missing).copied().collect()
    }

    /// Between which two samples with a time the value fell, where it did.
    pub fn falls(&self) -> impl Iterator<Item = (Time, Time)> + '_ {
        let first = self.time.partition_point(|t| *t == UNDATED);
        (first + 1..self.len())
            .filter(|&i| self.time[i] > self.time[i - 1] && self.value[i] < self.value[i - 1])
            .map(|i| (Time(self.time[i - 1]), Time(self.time[i])))
    }

    /// Brings the columns into the documented order; free when they are in it already.
    pub fn sort(&mut self) {
        let key = |s: &Self, i: usize| (s.time[i], s.artifact[i], s.line[i]);
        if (1..self.len()).all(|i| key(self, i - 1) <= key(self, i)) {
            return;
        }
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&i| key(self, i));
        self.time = order.iter().map(|&i| self.time[i]).collect();
        self.value = order.iter().map(|&i| self.value[i]).collect();
        self.artifact = order.iter().map(|&i| self.artifact[i]).collect();
        self.line = order.iter().map(|&i| self.line[i]).collect();
    }
}

/// What happened to a counter between two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Earlier sample.
    pub from: Time,
    /// Later sample.
    pub to: Time,
    /// Increment; `None` when the counter fell, so that it began again somewhere inside.
    pub count: Option<f64>,
    /// Sampling paused here: far longer than the usual interval. The increment is known, its time is not.
    pub gap: bool,
}

impl Interval {
    /// Length in seconds, above zero.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.to.seconds_since(self.from)
    }

    /// The increment where it may be drawn as a rate: not over a pause, for nobody knows where in it the events
    /// were. As a sum it counts all the same.
    #[must_use]
    pub fn drawn(&self) -> Option<f64> {
        if self.gap { None } else { self.count }
    }
}

/// Five times the median interval: two missed samples in a row are jitter, four are a pause.
const PAUSE: f64 = 5.0;

/// Increments between consecutive samples of a counter that begins again at 2^32. A fall by less than half of that
/// is no wrap but a restart: then nothing is known.
#[must_use]
pub fn wrapping(samples: impl Iterator<Item = Reading>) -> Vec<Interval> {
    const HALF: u64 = 1 << 31;
    let (mut last, mut turns) = (None, 0_u64);
    let unrolled = samples.map(|r| {
        if last.is_some_and(|before: u64| before > r.value && before - r.value > HALF) {
            turns += 1 << 32;
        }
        last = Some(r.value);
        Reading { value: r.value.saturating_add(turns), ..r }
    });
    intervals(unrolled)
}

/// Intervals between consecutive samples that another tool subtracted already: `count` makes a sample and the
/// seconds since the one before a number of events.
#[must_use]
pub fn subtracted(
    samples: impl Iterator<Item = Reading>,
    count: impl Fn(Reading, f64) -> Option<f64>,
) -> Vec<Interval> {
    let mut last: Option<Time> = None;
    let mut found: Vec<Interval> = Vec::new();
    for sample in samples {
        match last.filter(|from| *from < sample.time) {
            Some(from) => {
                let count = count(sample, sample.time.seconds_since(from));
                found.push(Interval { from, to: sample.time, count, gap: false });
            }
            // where one file ends and the next begins, the one's average must not give way to the other's mark
            None => {
                if let Some(open) = found.last_mut().filter(|i| i.to == sample.time && i.count.is_none()) {
                    open.count = count(sample, open.seconds());
                }
            }
        }
        last = Some(sample.time);
    }
    found
}

/// The sum of several lists of intervals, span by span. Of spans that overlap without being the same only the
/// first is kept: parts of it cannot be added.
#[must_use]
pub fn summed(lists: impl Iterator<Item = Vec<Interval>>) -> Vec<Interval> {
    let mut lists = lists.filter(|list| !list.is_empty());
    let Some(mut all) = lists.next() else { return Vec::new() };
    let alone = all.len();
    all.extend(lists.flatten());
    if all.len() == alone {
        return all;
    }
    all.sort_by_key(|i| (i.from, i.to)); // stable, so that equal spans are added in the order of the lists
    let mut found: Vec<Interval> = Vec::with_capacity(alone);
    for interval in all {
        match found.last_mut() {
            Some(last) if (last.from, last.to) == (interval.from, interval.to) => {
                last.count = last.count.zip(interval.count).map(|(a, b)| a + b);
            }
            Some(last) if last.to > interval.from => {}
            _ => found.push(interval),
        }
    }
    found
}

/// A span is told finer when it is cut into so many parts.
const FINER: f64 = 4.0;
/// Share of a span that its parts must cover to stand for it.
const WHOLE: f64 = 0.9;

/// Replaces long intervals by the shorter ones that lie in them, where these cover them: hourly dumps must not hide
/// the burst that sar saw between two of them.
pub fn refine(found: &mut Vec<Interval>, finer: &[Interval]) {
    let usual = median(finer.iter().map(Interval::seconds).collect());
    let mut refined = Vec::with_capacity(found.len());
    for coarse in found.drain(..) {
        let first = finer.partition_point(|i| i.to <= coarse.from);
        let inside = finer[first..].iter().take_while(|i| i.from < coarse.to);
        let parts: Vec<Interval> = inside.map(|i| clipped(i, &coarse)).collect();
        let known = parts.iter().filter(|i| i.count.is_some()).map(Interval::seconds).sum::<f64>();
        if coarse.seconds() >= FINER * usual && known >= WHOLE * coarse.seconds() {
            refined.extend(parts);
        } else {
            refined.push(coarse);
        }
    }
    *found = refined;
}

/// The part of an interval that lies in another, with its share of the events: clocks of two tools are a second apart.
fn clipped(interval: &Interval, to: &Interval) -> Interval {
    let part = Interval { from: interval.from.max(to.from), to: interval.to.min(to.to), ..*interval };
    Interval { count: interval.count.map(|n| n * part.seconds() / interval.seconds()), ..part }
}

/// Adds those of `more` that overlap none of `found`.
pub fn fill_in(found: &mut Vec<Interval>, more: Vec<Interval>) {
    let overlaps = |new: &Interval| {
        let next = found.partition_point(|old| old.to <= new.from);
        found.get(next).is_some_and(|old| old.from < new.to)
    };
    let mut new: Vec<Interval> = more.into_iter().filter(|new| !overlaps(new)).collect();
    if !new.is_empty() {
        found.append(&mut new);
        found.sort_by_key(|i| (i.from, i.to));
    }
}

/// Increments between consecutive samples. Samples of the same instant count once, the greater one.
#[must_use]
#[allow(clippy::cast_precision_loss)] // an increment above 2^53 loses nothing that a rate could show
pub fn intervals(samples: impl Iterator<Item = Reading>) -> Vec<Interval> {
    let mut last: Option<Reading> = None;
    let mut found: Vec<Interval> = Vec::new();
    let mut samples = samples.peekable();
    while let Some(mut sample) = samples.next() {
        // a counter only grows: of several readings of one second the greatest is the latest
        while let Some(same) = samples.next_if(|next| next.time <= sample.time) {
            sample.value = sample.value.max(same.value);
        }
        if let Some(before) = last {
            let count = sample.value.checked_sub(before.value).map(|n| n as f64);
            found.push(Interval { from: before.time, to: sample.time, count, gap: false });
        }
        last = Some(sample);
    }
    let limit = PAUSE * median(found.iter().map(Interval::seconds).collect());
    if found.len() >= 8 {
        for interval in &mut found {
            interval.gap = interval.seconds() > limit;
        }
    }
    found
}

/// The middle value; infinite when there is none, so that nothing exceeds it.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::{Reading, Readings, fill_in, intervals, refine, subtracted, summed, wrapping};
    use crate::model::time::Time;

    #[test]
    fn a_mark_where_the_next_file_begins_takes_no_average_away() {
        let rate = |seconds, value: f64| Reading { value: value.to_bits(), ..at(seconds, 0) };
        let day = [rate(0, f64::NAN), rate(10, 2.0)];
        let next = [rate(10, f64::NAN), rate(20, 3.0)];
        for samples in [[day, next].concat(), [[day[0], next[0]], [day[1], next[1]]].concat()] {
            let count =
                |r: Reading, seconds| Some(f64::from_bits(r.value) * seconds).filter(|n: &f64| n.is_finite());
            let counts: Vec<_> = subtracted(samples.into_iter(), count).iter().map(|i| i.count).collect();
            assert_eq!(counts, [Some(20.0), Some(30.0)]);
        }
    }

    fn at(seconds: i64, value: u64) -> Reading {
        Reading { time: Time::from_secs(seconds), value, artifact: 0, line: 1 }
    }

    #[test]
    fn a_counter_that_falls_is_no_increment() {
        let found = intervals([at(0, 100), at(10, 150), at(20, 5), at(30, 6)].into_iter());
        let counts: Vec<_> = found.iter().map(|i| i.count).collect();
        assert_eq!(counts, [Some(50.0), None, Some(1.0)]);
    }

    #[test]
    fn a_pause_is_marked_and_not_a_rate() {
        let mut samples: Vec<_> =
            (0..10_u64).map(|i| at(10 * i64::from(u32::try_from(i).unwrap()), i)).collect();
        samples.push(at(1_000, 10));
        let found = intervals(samples.into_iter());
        assert!(found.last().is_some_and(|i| i.gap && i.drawn().is_none() && i.count.is_some()));
        assert!(found[0].drawn().is_some());
    }

    #[test]
    fn a_counter_of_32_bits_wraps() {
        let found = wrapping([at(0, u64::from(u32::MAX)), at(1, 4), at(2, 9), at(3, 2)].into_iter());
        assert_eq!(found.iter().map(|i| i.count).collect::<Vec<_>>(), [Some(5.0), Some(5.0), None]);
    }

    #[test]
    fn sums_are_of_equal_spans_and_fill_only_what_is_free() {
        let list = |points: [(i64, u64); 3]| intervals(points.into_iter().map(|(t, v)| at(t, v)));
        let mut sum =
            summed([list([(0, 1), (10, 2), (20, 4)]), list([(0, 5), (10, 9), (15, 9)])].into_iter());
        assert_eq!(sum.iter().map(|i| i.count).collect::<Vec<_>>(), [Some(5.0), Some(0.0)]);
        fill_in(&mut sum, list([(5, 0), (12, 7), (30, 8)]));
        assert_eq!(sum.len(), 2);
        fill_in(&mut sum, list([(15, 0), (20, 7), (30, 8)]));
        assert_eq!(
            sum.iter().map(|i| i.count).collect::<Vec<_>>(),
            [Some(5.0), Some(0.0), Some(7.0), Some(1.0)]
        );
    }

    #[test]
    fn samples_of_one_instant_make_no_interval_of_zero_length_and_lose_no_count() {
        let found = intervals([at(5, 1), at(5, 2), at(6, 4), at(6, 9), at(6, 7), at(8, 9)].into_iter());
        assert_eq!(found.iter().map(|i| i.count).collect::<Vec<_>>(), [Some(7.0), Some(0.0)]);
    }

    #[test]
    fn hourly_readings_do_not_hide_what_a_finer_source_saw() {
        let fine = intervals((0..=12).map(|i| at(300 * i + 1, if i < 6 { 0 } else { 100 })));
        let mut coarse = intervals([at(0, 5), at(3_600, 105), at(7_200, 105)].into_iter());
        refine(&mut coarse, &fine);
        assert_eq!(coarse.len(), 13, "{coarse:?}");
        assert_eq!(coarse.iter().filter(|i| i.count == Some(100.0)).count(), 1);
        assert!(coarse.windows(2).all(|pair| pair[0].to <= pair[1].from));
        let mut alike = intervals([at(0, 5), at(600, 9)].into_iter());
        refine(&mut alike, &fine);
        assert_eq!(alike.len(), 1);
    }

    #[test]
    fn sorting_keeps_columns_together() {
        let mut readings = Readings::default();
        for (seconds, value) in [(3, 30), (1, 10), (2, 20)] {
            readings.push(at(seconds, value));
        }
        readings.sort();
        assert_eq!(readings.value, [10, 20, 30]);
    }
}
