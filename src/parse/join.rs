//! What the pieces of one log tell, as if it had been read at once.

use crate::model::fact::{Clue, Facts};

/// Moves line numbers on by `more`: a piece counts from 1.
pub(super) fn shift(facts: &mut Facts, more: u32) {
    let move_on = |line: &mut u32| *line = line.saturating_add(more);
    facts.events.iter_mut().for_each(|event| move_on(&mut event.line));
    facts.actions.iter_mut().for_each(|action| move_on(&mut action.line));
    facts.rejects.kept.iter_mut().for_each(|reject| move_on(&mut reject.line));
    facts.notes.kept.iter_mut().for_each(|note| move_on(&mut note.line));
    for clue in &mut facts.clues {
        match clue {
            Clue::Offset { line, .. } | Clue::KernelStamp { line, .. } | Clue::Replay { line, .. } => {
                move_on(line);
            }
            _ => {}
        }
    }
}

/// One of several, in file order.
pub(super) fn join(pieces: Vec<Facts>) -> Facts {
    let mut pieces = pieces.into_iter();
    let mut all = pieces.next().unwrap_or_default();
    for piece in pieces {
        piece.formats.into_iter().for_each(|format| all.met(format));
        all.events.extend(piece.events);
        all.actions.extend(piece.actions);
        all.lines += piece.lines;
        for (all, more) in [(&mut all.rejects, piece.rejects), (&mut all.notes, piece.notes)] {
            let unkept = more.count - more.kept.len() as u64;
            more.kept.into_iter().for_each(|reject| all.push(reject.line, reject.why));
            all.count += unkept;
        }
        piece.clues.into_iter().for_each(|clue| add(&mut all.clues, clue));
    }
    all
}

/// Adds a clue of the next piece: a host's span goes on, and what was said in the same words is not said again.
fn add(clues: &mut Vec<Clue>, clue: Clue) {
    if let Clue::LogSpan { host, last, lines, .. } = &clue {
        let same = |other: &&mut Clue| matches!(other, Clue::LogSpan { host: h, .. } if h == host);
        if let Some(Clue::LogSpan { last: end, lines: all, .. }) = clues.iter_mut().find(same) {
            end.clone_from(last);
            *all += lines;
            return;
        }
    }
    // clues of a log are few: hosts, boots, replays and a handful of probes
    if !clues.iter().rev().take(64).any(|other| same_tie(other, &clue)) {
        clues.push(clue);
    }
}

/// Whether two clues tie the same uptime to the same stamp: a run met by a probe as well, or from two pieces.
pub(super) fn same_tie(one: &Clue, other: &Clue) -> bool {
    let tie = |clue: &Clue| match clue {
        Clue::Replay { host, stamp, first, last, .. } => Some((host.clone(), stamp.clone(), *first, *last)),
        Clue::KernelStamp { host, stamp, uptime, .. } => {
            Some((host.clone(), stamp.clone(), *uptime, *uptime))
        }
        _ => None,
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    std::mem::discriminant(one) == std::mem::discriminant(other)
        && tie(one).zip(tie(other)).is_some_and(|(one, other)| {
            one.0 == other.0 && one.1 == other.1 && near(one.2, other.2) && near(one.3, other.3)
        })
}
