//! Series on regular times, for tools that know no others. Nothing is made up: a cell without evidence stays empty, a
//! rate is that of the interval which it lies in, and nothing goes across a restart of the counters or a pause.

use super::readings::{Interval, Readings, median};
use super::{Host, Timeline};
use crate::model::fact::{Kind, SeriesId};
use crate::model::time::Time;
use std::collections::BTreeMap;

/// Most rows of a grid that nobody asked for; from there on its steps grow.
const ROWS: i64 = 100_000;
/// Most cells of a table: each takes 16 bytes while it is made.
const CELLS: i64 = 50_000_000;
/// Share of a step that must be covered for a rate.
const COVERED: f64 = 0.5;
const SECOND: i64 = 1_000_000;

/// Regular times: multiples of a step since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Index of the first step.
    first: i64,
    /// Steps.
    pub rows: usize,
    /// Length of a step in microseconds.
    pub step: i64,
}

impl Grid {
    /// Over all that is dated; in steps of `seconds`, or of the usual distance of samples, in whole seconds.
    ///
    /// # Errors
    /// In words, when steps of `seconds` are more than memory is for.
    #[allow(clippy::cast_possible_truncation)] // a span of centuries is 2^62 microseconds
    pub fn over(timeline: &Timeline, pick: &Pick<'_>, seconds: Option<f64>) -> Result<Option<Self>, String> {
        let series =
            || timeline.hosts.iter().flat_map(|host| host.series.iter()).filter(|(id, _)| pick.takes(id));
        let ends = |readings: &Readings| {
            let mut dated = readings.dated().map(|r| r.time);
            let first = dated.next()?;
            Some((first, dated.next_back().unwrap_or(first)))
        };
        let spans = || series().filter_map(|(_, series)| ends(&series.readings));
        let Some((from, to)) = spans().map(|s| s.0).min().zip(spans().map(|s| s.1).max()) else {
            return Ok(None);
        };
        let span = to.0.saturating_sub(from.0);
        let columns = i64::try_from(series().count()).unwrap_or(i64::MAX).max(1);
        let most = (CELLS / columns).max(1);
        let usual = || {
            let steps = series().filter_map(|(_, series)| usual(&series.readings)).collect();
            let usual = Some(median(steps)).filter(|step| step.is_finite()).unwrap_or(1.0);
            let micros = (usual.round().max(1.0) as i64).saturating_mul(SECOND);
            micros.max(whole(span / ROWS.min(most)))
        };
        let step = seconds.map_or_else(usual, |s| (s * 1e6).round() as i64).max(1_000);
        let first = from.0.div_euclid(step);
        let rows = to.0.div_euclid(step) - first + 1;
        if seconds.is_some() && rows > most.max(2) {
            return Err(format!(
                "{rows} rows of {columns} series are too many: take steps of {} s at least, or fewer series with --metric",
                (whole(span / most) / SECOND).max(1)
            ));
        }
        Ok(usize::try_from(rows).ok().map(|rows| Self { first, rows, step }))
    }

    /// Start of a row.
    #[must_use]
    pub fn time(&self, row: usize) -> Time {
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        Time(self.first.saturating_add(row).saturating_mul(self.step))
    }

    /// The row that a time lies in.
    fn row(&self, time: Time) -> Option<usize> {
        usize::try_from(time.0.div_euclid(self.step) - self.first).ok().filter(|row| *row < self.rows)
    }

    /// Length of a step in seconds.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // microseconds of years
    pub fn seconds(&self) -> f64 {
        self.step as f64 / 1e6
    }

    /// Rates per second: the events of a row over the part of it that is covered, if that is half of it at least.
    #[must_use]
    pub fn rates(&self, intervals: &[Interval]) -> Vec<Option<f64>> {
        let mut counts = vec![(0.0, 0.0); self.rows];
        for interval in intervals {
            let Some(count) = interval.drawn() else { continue };
            let rate = count / interval.seconds();
            let (Some(first), Some(last)) = (self.row(interval.from), self.row(interval.to)) else {
                continue;
            };
            for (row, (count, covered)) in counts.iter_mut().enumerate().take(last + 1).skip(first) {
                let (start, end) = (self.time(row), Time(self.time(row).0.saturating_add(self.step)));
                let part = interval.to.min(end).seconds_since(interval.from.max(start));
                if part > 0.0 {
                    *count += rate * part;
                    *covered += part;
                }
            }
        }
        let least = COVERED * self.seconds();
        counts.into_iter().map(|(count, covered)| (covered >= least).then(|| count / covered)).collect()
    }

    /// Levels: the mean of the samples in each row.
    #[must_use]
    pub fn levels(&self, readings: &Readings) -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0.0); self.rows];
        for reading in readings.dated() {
            let value = f64::from_bits(reading.value);
            if let Some(row) = self.row(reading.time).filter(|_| value.is_finite()) {
                sums[row].0 += value;
                sums[row].1 += 1.0;
            }
        }
        sums.into_iter().map(|(sum, n)| (n > 0.0).then(|| sum / n)).collect()
    }

    /// Levels: the last sample in each row, which is one that was read.
    #[must_use]
    pub fn lasts(&self, readings: &Readings) -> Vec<Option<f64>> {
        let mut last = vec![None; self.rows];
        for reading in readings.dated() {
            let value = f64::from_bits(reading.value);
            if let Some(row) = self.row(reading.time).filter(|_| value.is_finite()) {
                last[row] = Some(value);
            }
        }
        last
    }

    /// What a counter would have shown at the start of each row, in one column for each stretch between restarts: a
    /// reader that subtracts neighbours must not go across one. In between samples it is taken to grow evenly, which
    /// leaves every rate as it was measured.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // counts below 2^53
    pub fn totals(&self, intervals: &[Interval], base: u64) -> Vec<Vec<Option<u64>>> {
        let mut columns: Vec<Vec<Option<u64>>> = Vec::new();
        let mut total = base as f64;
        let mut open = false;
        for interval in intervals {
            let Some(count) = interval.count else {
                (open, total) = (false, 0.0);
                continue;
            };
            if !open {
                columns.push(vec![None; self.rows]);
                open = true;
            }
            let before = total;
            total += count;
            let (Some(column), false) = (columns.last_mut(), interval.gap) else { continue };
            let first = self.row(interval.from).unwrap_or(0);
            for (row, cell) in column.iter_mut().enumerate().skip(first) {
                let at = self.time(row);
                if at > interval.to {
                    break;
                }
                if at >= interval.from {
                    let share = at.seconds_since(interval.from) / interval.seconds();
                    *cell = Some((before + count * share).round() as u64);
                }
            }
        }
        columns.retain(|column| column.iter().any(Option::is_some));
        columns
    }
}

/// Microseconds up to whole seconds.
fn whole(micros: i64) -> i64 {
    (micros / SECOND).saturating_add(1).saturating_mul(SECOND)
}

/// Usual distance of samples, in seconds.
fn usual(readings: &Readings) -> Option<f64> {
    let times: Vec<Time> = readings.dated().map(|r| r.time).collect();
    let steps: Vec<f64> = times.windows(2).map(|w| w[1].seconds_since(w[0])).filter(|s| *s > 0.0).collect();
    Some(median(steps)).filter(|step| step.is_finite())
}

/// Which series are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pick<'a> {
    /// Names, or their beginnings with a `*` behind; all when empty.
    pub metrics: &'a [String],
    /// Of which device, listener or CPU; `None` for any.
    pub of: Option<&'a str>,
}

impl Pick<'_> {
    /// Whether a series is among them.
    #[must_use]
    pub fn takes(&self, id: &SeriesId) -> bool {
        let named = |wanted: &String| match wanted.strip_suffix('*') {
            Some(start) => id.metric.starts_with(start),
            None => wanted.split('+').any(|part| *part == id.metric),
        };
        (self.metrics.is_empty() || self.metrics.iter().any(named)) && self.of.is_none_or(|of| of == id.of)
    }
}

/// One series of a host, whoever measured it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Kernel name.
    pub metric: String,
    /// Which one; empty for the host as a whole.
    pub of: String,
    /// Whether it is a level and no count of events.
    pub level: bool,
}

impl Host {
    /// The series of a host that are wanted, each once, with the id that its samples are under.
    pub(super) fn picked(&self, pick: &Pick<'_>) -> BTreeMap<Key, SeriesId> {
        let mut found = BTreeMap::new();
        for id in self.series.keys().filter(|id| pick.takes(id)) {
            let key = Key { metric: id.metric.clone(), of: id.of.clone(), level: id.kind == Kind::Gauge };
            found.entry(key).or_insert_with(|| id.clone());
        }
        found
    }

    /// Increments of a picked series: of a host as a whole what all its sources say together.
    pub(super) fn picked_increments(&self, id: &SeriesId) -> Vec<Interval> {
        if id.of.is_empty() { self.increments(&id.metric) } else { self.increments_of(id) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grid, Interval};
    use crate::model::time::Time;

    fn interval(from: i64, to: i64, count: Option<f64>) -> Interval {
        Interval { from: Time::from_secs(from), to: Time::from_secs(to), count, gap: false }
    }

    fn grid(rows: usize) -> Grid {
        Grid { first: 0, rows, step: 10_000_000 }
    }

    #[test]
    fn a_row_has_the_rate_of_the_intervals_in_it_and_a_restart_has_none() {
        let intervals = [
            interval(0, 15, Some(15.0)),
            interval(15, 25, Some(30.0)),
            interval(25, 40, None),
            interval(40, 44, Some(4.0)),
        ];
        assert_eq!(grid(5).rates(&intervals), [Some(1.0), Some(2.0), Some(3.0), None, None]);
    }

    #[test]
    fn a_counter_grows_evenly_between_samples_and_begins_again_in_another_column() {
        let intervals = [interval(5, 25, Some(20.0)), interval(25, 32, None), interval(32, 52, Some(40.0))];
        let columns = grid(6).totals(&intervals, 100);
        assert_eq!(
            columns,
            [[None, Some(105), Some(115), None, None, None], [None, None, None, None, Some(16), Some(36)],]
        );
    }

    #[test]
    fn a_pause_stays_empty() {
        let pause = Interval { gap: true, ..interval(10, 40, Some(30.0)) };
        let columns = grid(6).totals(&[interval(0, 10, Some(10.0)), pause, interval(40, 50, Some(5.0))], 0);
        assert_eq!(columns, [[Some(0), Some(10), None, None, Some(40), Some(45)]]);
    }
}
