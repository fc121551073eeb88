//! Samples of all parts of one host to series: side by side, each sample copied once.
//!
//! Every series is made at its full length, and each part of each artifact gets the stretch of it that its
//! samples fill. A part's own columns are given back as soon as they are used, so that samples are not held twice.

use super::Series;
use super::readings::Readings;
use crate::model::fact::{Samples, SeriesId};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::mem::take;

/// The samples of one part of one artifact, dated.
pub(super) struct Part<'a> {
    /// Index of the artifact.
    pub artifact: u32,
    /// What the `key` column points to.
    pub keys: &'a [SeriesId],
    /// The samples.
    pub samples: Samples,
    /// What the `capture` column points to: the time ([`UNDATED`](super::readings::UNDATED) when not known), and nothing for captures
    /// outside the window asked for.
    pub captures: Vec<Option<i64>>,
    /// Which clock dated it, in words.
    pub clock: String,
}

/// Files all samples, parts in the order given; sorting comes later.
pub(super) fn gather<'a>(parts: Vec<Part<'a>>, series: &mut BTreeMap<SeriesId, Series>) {
    let counts: Vec<Vec<usize>> = parts.par_iter().map(Part::counts).collect();
    let mut index: HashMap<&'a SeriesId, usize> = HashMap::new();
    let mut lengths: Vec<usize> = Vec::new();
    let mut places: Vec<Vec<(usize, usize)>> = Vec::with_capacity(parts.len());
    for (part, counts) in parts.iter().zip(counts) {
        let place = |(key, count): (&'a SeriesId, usize)| {
            let at = *index.entry(key).or_insert_with(|| {
                let empty = || Series { clock: part.clock.clone(), readings: Readings::default() };
                series.entry(key.clone()).or_insert_with(empty);
                lengths.push(0);
                lengths.len() - 1
            });
            lengths[at] += count;
            (at, count)
        };
        places.push(part.keys.iter().zip(counts).map(place).collect());
    }
    let mut free: Vec<Stretch<'_>> = lengths.iter().map(|_| Stretch::default()).collect();
    for (id, series) in series.iter_mut() {
        if let Some(&at) = index.get(id) {
            free[at] = Stretch::new(&mut series.readings, lengths[at]);
        }
    }
    let mut of_part =
        |places: Vec<(usize, usize)>| places.into_iter().map(|(at, n)| free[at].take(n)).collect();
    let stretches: Vec<Vec<Stretch<'_>>> = places.into_iter().map(&mut of_part).collect();
    parts.into_par_iter().zip(stretches).for_each(|(part, stretches)| part.fill(stretches));
}

impl Part<'_> {
    fn time(&self, capture: u32) -> Option<i64> {
        self.captures.get(capture as usize).copied().flatten()
    }

    /// How many samples of each key are inside the window.
    fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.keys.len()];
        for block in self.samples.blocks() {
            for (key, capture) in block.key.iter().zip(&block.capture) {
                counts[*key as usize] += usize::from(self.time(*capture).is_some());
            }
        }
        counts
    }

    fn fill(mut self, mut stretches: Vec<Stretch<'_>>) {
        for block in take(&mut self.samples).into_blocks() {
            for (i, key) in block.key.iter().enumerate() {
                if let Some(time) = self.time(block.capture[i]) {
                    stretches[*key as usize].push(time, block.value[i], self.artifact, block.line[i]);
                }
            }
        }
    }
}

/// A part of a series' columns that is still to be written, and how much of it is.
#[derive(Default)]
struct Stretch<'a> {
    time: &'a mut [i64],
    value: &'a mut [u64],
    artifact: &'a mut [u32],
    line: &'a mut [u32],
    filled: usize,
}

impl<'a> Stretch<'a> {
    /// Lengthens `readings` by `more`, and gives what was added.
    fn new(readings: &'a mut Readings, more: usize) -> Self {
        let (from, to) = (readings.len(), readings.len() + more);
        Self {
            time: longer(&mut readings.time, from, to),
            value: longer(&mut readings.value, from, to),
            artifact: longer(&mut readings.artifact, from, to),
            line: longer(&mut readings.line, from, to),
            filled: 0,
        }
    }

    /// Cuts `count` off its beginning.
    fn take(&mut self, count: usize) -> Stretch<'a> {
        Stretch {
            time: cut(&mut self.time, count),
            value: cut(&mut self.value, count),
            artifact: cut(&mut self.artifact, count),
            line: cut(&mut self.line, count),
            filled: 0,
        }
    }

    fn push(&mut self, time: i64, value: u64, artifact: u32, line: u32) {
        let at = self.filled;
        self.filled += 1;
        (self.time[at], self.value[at], self.artifact[at], self.line[at]) = (time, value, artifact, line);
    }
}

fn longer<T: Clone + Default>(column: &mut Vec<T>, from: usize, to: usize) -> &mut [T] {
    if from == 0 {
        *column = vec![T::default(); to]; // zeroed pages as they are needed
    } else {
        column.resize(to, T::default());
    }
    &mut column[from..]
}

#[allow(clippy::mut_mut)] // the slice itself is moved on
fn cut<'a, T>(column: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    let (head, tail) = take(column).split_at_mut(count);
    *column = tail;
    head
}
