//! The timeline figure of each host: its lanes, and what lies under them.

use super::Found;
use super::lanes::Drawing;
use super::series::Shelf;
use super::{choice, evidence};
use crate::model::report::Window;
use crate::model::report::figure::{Figure, Restart};
use crate::timeline::{self, Timeline};

/// One figure a host, all on one axis; hosts without anything to draw have none.
pub(super) fn figures(timeline: &Timeline, found: &Found, window: Window, shelf: &mut Shelf) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (i, host) in timeline.hosts.iter().enumerate() {
        let mut drawing = Drawing { timeline, host, index: i, window, found, shelf: &mut *shelf };
        let (lanes, folded) = choice::lanes(&mut drawing);
        let changed = found.changes.iter().any(|c| c.host == i && c.change.hi.is_some());
        if lanes.is_empty() && !changed {
            continue;
        }
        let restart = |r: &timeline::Restart| match r.boot {
            Some(boot) => Restart { time: boot.max(r.last).min(r.again), words: "reboot".to_owned() },
            None if r.ids.is_some() => Restart { time: r.again, words: "rebooted before".to_owned() },
            None => Restart { time: r.again, words: "counters restarted".to_owned() },
        };
        figures.push(Figure {
            host: host.name.clone(),
            window,
            lanes,
            restarts: host.restarts.iter().map(restart).collect(),
            evidence: evidence::rows(host, timeline, window),
            folded,
        });
    }
    figures
}
