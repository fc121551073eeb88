//! Boots: what ties the kernel's clock, which starts at zero, to the axis.

use super::Basis;
use crate::model::time::Time;
use std::collections::BTreeMap;

/// An instant at which the machine booted.
#[derive(Clone, Debug, PartialEq)]
pub struct Boot {
    pub at: Time,
    /// [`Basis::Uptime`] when lines were stamped as they were printed, [`Basis::Replay`] when all that is known
    /// is that a log daemon read the ring buffer later: then the boot was at `at` or earlier.
    pub basis: Basis,
}

/// An uptime with the instant it was written down.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tie {
    pub at: Time,
    pub uptime: f64,
    /// The first uptime of a replay; `None` for a line stamped as it was printed.
    pub replayed_from: Option<f64>,
}

/// Seconds by which estimates of one boot may differ: whole-second stamps, drift of the kernel's clock over
/// months, `uptime` printing minutes.
const DRIFT: f64 = 120.0;
/// A ring buffer that begins at zero and ends before this was most likely read at boot.
const BOOTING: f64 = 600.0;

/// Boots in order of time, and which of them each replay belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Boots {
    pub boots: Vec<Boot>,
    /// By whole second of the stamp: first and last uptime and the boot's index.
    replays: BTreeMap<i64, Vec<(f64, f64, usize)>>,
}

struct Open {
    at: Time,
    live: bool,
    /// Greatest uptime seen.
    seen: f64,
}

impl Boots {
    pub(super) fn learn(mut ties: Vec<Tie>) -> Self {
        ties.sort_by(|a, b| a.at.cmp(&b.at).then(a.uptime.total_cmp(&b.uptime)));
        // the estimate of the next live tie, which decides what a replay before it belongs to
        let mut next = vec![None; ties.len()];
        let mut coming = None;
        for (tie, slot) in ties.iter().zip(&mut next).rev() {
            *slot = coming;
            if tie.replayed_from.is_none() {
                coming = Some(estimate(tie));
            }
        }
        let mut open: Vec<Open> = Vec::new();
        let mut replays: BTreeMap<i64, Vec<_>> = BTreeMap::new();
        for (tie, next) in ties.iter().zip(next) {
            match open.last_mut().filter(|boot| same(boot, tie, next)) {
                Some(boot) => join(boot, tie),
                None => {
                    open.push(Open {
                        at: estimate(tie),
                        live: tie.replayed_from.is_none(),
                        seen: tie.uptime,
                    });
                }
            }
            if let Some(first) = tie.replayed_from {
                replays.entry(second(tie.at)).or_default().push((first, tie.uptime, open.len() - 1));
            }
        }
        let basis = |live| if live { Basis::Uptime } else { Basis::Replay };
        let boots = open.into_iter().map(|b| Boot { at: b.at, basis: basis(b.live) }).collect();
        Self { boots, replays }
    }

    /// When a replayed line was printed; `None` when no replay has such a line.
    pub(super) fn replayed(&self, stamp: Time, uptime: f64) -> Option<Time> {
        let runs = self.replays.get(&second(stamp))?;
        let (_, _, boot) = runs.iter().find(|(first, last, _)| (*first..=*last).contains(&uptime))?;
        Some(self.boots.get(*boot)?.at.plus_seconds(uptime))
    }

    /// The latest boot that had been up for `uptime` seconds by `limit`.
    pub(super) fn since(&self, uptime: f64, limit: Option<Time>) -> Option<&Boot> {
        let fits = |boot: &&Boot| limit.is_none_or(|l| boot.at.plus_seconds(uptime - DRIFT) <= l);
        self.boots.iter().rev().find(fits)
    }

    /// Boots that differ by less than the clocks' errors are one.
    pub(super) fn distinct(&self) -> Vec<Boot> {
        let mut sorted = self.boots.clone();
        sorted.sort_by_key(|b| b.at);
        let mut kept: Vec<Boot> = Vec::new();
        for boot in sorted {
            match kept.last_mut().filter(|k| boot.at.seconds_since(k.at) <= DRIFT) {
                // of two, the one from live lines is exact
                Some(known) if known.basis == Basis::Replay => *known = boot,
                Some(_) => {}
                None => kept.push(boot),
            }
        }
        kept
    }
}

/// Whole seconds since 1970, by which the lines of a replay are known.
pub(super) fn second(at: Time) -> i64 {
    at.0.div_euclid(1_000_000)
}

fn estimate(tie: &Tie) -> Time {
    tie.at.plus_seconds(-tie.uptime)
}

fn apart(a: Time, b: Time) -> f64 {
    a.seconds_since(b).abs()
}

fn same(boot: &Open, tie: &Tie, next: Option<Time>) -> bool {
    let here = estimate(tie);
    let Some(first) = tie.replayed_from else {
        // before a live line, a replay only bounds the boot from above
        let bounded = !boot.live && tie.uptime + 1.0 >= boot.seen && here.seconds_since(boot.at) <= DRIFT;
        return bounded || apart(here, boot.at) <= DRIFT;
    };
    // a ring buffer holds everything printed so far, and nothing of the future
    let possible = tie.uptime + 1.0 >= boot.seen && boot.at.plus_seconds(tie.uptime - 2.0) <= tie.at;
    let decided = match next {
        Some(next) if apart(next, here) <= DRIFT => apart(here, boot.at) <= DRIFT,
        Some(next) if apart(next, boot.at) <= DRIFT => true,
        _ => apart(here, boot.at) <= DRIFT || first >= 1.0 || tie.uptime >= BOOTING,
    };
    possible && decided
}

fn join(boot: &mut Open, tie: &Tie) {
    let live = tie.replayed_from.is_none();
    if live == boot.live {
        boot.at = boot.at.min(estimate(tie));
    } else if live {
        boot.at = estimate(tie);
    }
    boot.live |= live;
    boot.seen = boot.seen.max(tie.uptime);
}
