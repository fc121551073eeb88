//! From answers to verdicts: many tests at once, what weakens them, certainty, words.

use super::book::Book;
use super::flags::{Case, flags};
use super::judge::{Direction, Subject, direction};
use super::ladder::{Answer, Refusal, Tier, Turn, What};
use super::listened::Listened;
use super::sentence::Quoted;
use super::windows::{Windows, asleep};
use super::{Measured, Placed, sentence};
use crate::catalogue::sysctls;
use crate::model::report::effect::{Effect, Role, SideState};
use crate::model::report::verdict::{Certainty, Estimate, Verdict};
use crate::model::words;
use crate::stats::multiple::adjusted;
use crate::timeline::Timeline;
use std::collections::BTreeMap;

/// Level of the verdicts, after Benjamini and Hochberg.
const LEVEL: f64 = 0.05;
/// Smaller effects are true, perhaps, and of no use.
const PRACTICAL: f64 = 1.1;
/// Two totals bear this much over-dispersion, or nothing is claimed of them.
const TOLERATES: f64 = 200.0;

/// Fills in verdicts, certainty, flags and sentences of effects and changes.
pub fn conclude(
    book: &mut Book<'_>,
    changes: &mut [Placed],
    groups: &[Vec<usize>],
    sides: &[Option<Windows>],
    effects: &mut [Measured],
    subjects: &[Subject],
) {
    let held = held(effects, subjects);
    for (subject, p) in subjects.iter().zip(held) {
        let measured = &effects[subject.at];
        let (flags, estimate, verdict, why) = match &subject.answer {
            Ok(answer) => {
                let case = Case { changes, measured, subject, answer };
                let flags = flags(book, &case, &groups[subject.change]);
                let verdict = verdict(answer, p.unwrap_or(answer.p), direction(&measured.effect));
                (flags, Some(estimate(answer, p)), verdict, String::new())
            }
            Err(refusal) => (Vec::new(), None, refused(*refusal), why(*refusal, &measured.effect)),
        };
        let effect = &mut effects[subject.at].effect;
        let shared = flags.iter().any(|f| f.kind == "moved-elsewhere-too");
        let claimed = matches!(verdict, Verdict::Improved | Verdict::Worsened);
        effect.verdict = match direction(effect) {
            Direction::Neither => None,
            _ if shared && claimed => Some(Verdict::Inconclusive),
            _ => Some(verdict),
        };
        (effect.flags, effect.estimate, effect.why) = (flags, estimate, why);
        if let Ok(answer) = &subject.answer {
            shown(effect, answer);
        }
    }
    reversals(changes, effects, subjects);
    for subject in subjects {
        let effect = &mut effects[subject.at].effect;
        let weight: i8 = effect.flags.iter().map(|f| f.weight).fold(0, i8::saturating_add);
        effect.certainty = subject.answer.ok().map(|answer| match effect.verdict {
            Some(Verdict::Inconclusive) => Certainty::Low,
            _ => certainty(answer.tier, weight),
        });
    }
    for m in effects.iter_mut().filter(|m| direction(&m.effect) != Direction::Neither) {
        m.effect.verdict.get_or_insert(Verdict::NotAssessed);
    }
    let mut mine: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (k, measured) in effects.iter().enumerate() {
        mine.entry(measured.effect.change.clone()).or_default().push(k);
    }
    for i in 0..changes.len() {
        let of = mine.get(&changes[i].change.id).map_or(&[][..], Vec::as_slice);
        let listened = sides.get(i).and_then(|w| w.as_ref()?.listened.as_ref());
        of_change(book, changes, effects, (i, of), listened);
    }
}

/// The sides show what was compared, so that they agree with the ratio: levels as means of block medians, days as such.
fn shown(effect: &mut Effect, answer: &Answer) {
    let sides = [(&mut effect.before, answer.before, 0), (&mut effect.after, answer.after, 1)];
    for (side, value, k) in sides {
        if answer.what == What::Level || answer.raw.is_some() {
            side.rate = Some(value);
        }
        if let Some(raw) = answer.raw.map(|raw| raw[k]) {
            (side.count, side.seconds, side.samples) = (Some(raw.events), raw.seconds, raw.steps as u64);
            side.state = if raw.events > 0.0 { SideState::Measured } else { SideState::None };
            side.at_most = (raw.events <= 0.0).then_some(3.0 / raw.seconds);
            side.share = None;
        }
    }
    if answer.tier == Tier::Days {
        effect.before.note = format!("the same hours of {} earlier days", answer.units);
    }
    effect.ratio = match (effect.before.rate, effect.after.rate) {
        (Some(b), Some(a)) if b > 0.0 && a > 0.0 => Some(a / b),
        _ => None,
    };
}

/// p-values held against all primary pairs of the report: each group of changes and metric once.
fn held(effects: &[Measured], subjects: &[Subject]) -> Vec<Option<f64>> {
    let key = |s: &Subject| {
        let m = &effects[s.at];
        (m.host, m.effect.metric.clone(), m.effect.of.clone(), s.windows.before.to, s.windows.after.from)
    };
    let mut family = BTreeMap::new();
    for subject in subjects {
        let judged = direction(&effects[subject.at].effect) != Direction::Neither;
        if let Some(answer) = subject.answer.ok().filter(|_| judged) {
            family.insert(key(subject), answer.p);
        }
    }
    let p: Vec<f64> = family.values().copied().collect();
    let by_key: BTreeMap<_, f64> = family.into_keys().zip(adjusted(&p)).collect();
    let of = |s: &Subject| s.answer.ok().and_then(|_| by_key.get(&key(s)).copied());
    subjects.iter().map(of).collect()
}

fn verdict(answer: &Answer, p: f64, direction: Direction) -> Verdict {
    let size = match (answer.what, answer.turn, answer.size) {
        (What::Level, _, Some(shift)) => {
            // a level a tenth higher or lower
            let base = answer.before.abs().max(f64::MIN_POSITIVE);
            (shift.abs() / base + 1.0).ln().copysign(shift)
        }
        (_, Turn::Stopped, _) => f64::NEG_INFINITY,
        (_, Turn::Began, _) => f64::INFINITY,
        (_, _, Some(ratio)) => ratio.ln(),
        _ => 0.0,
    };
    let bears = answer.tolerates.is_none_or(|t| t >= TOLERATES && answer.turn == Turn::None);
    if p <= LEVEL && size.abs() >= PRACTICAL.ln() && bears {
        let better = (size < 0.0) == (direction == Direction::Less);
        return if better { Verdict::Improved } else { Verdict::Worsened };
    }
    if answer.equivalent { Verdict::NoMeasurableEffect } else { Verdict::Inconclusive }
}

fn refused(refusal: Refusal) -> Verdict {
    match refusal {
        Refusal::NoData | Refusal::Never => Verdict::NotAssessed,
        Refusal::Memory | Refusal::Entangled | Refusal::Few => Verdict::Inconclusive,
    }
}

fn why(refusal: Refusal, effect: &Effect) -> String {
    match refusal {
        Refusal::NoData => "fewer than two samples on a side".to_owned(),
        Refusal::Never if effect.estimate.is_none() && effect.unit != "/s" => {
            "it did not move at all".to_owned()
        }
        Refusal::Never => format!(
            "it did not happen on either side: {}, {}",
            words::side(&effect.before, &effect.unit),
            words::side(&effect.after, &effect.unit)
        ),
        Refusal::Memory => "the windows are shorter than eight times the memory of the series".to_owned(),
        Refusal::Entangled => {
            "the load moved with the change and nowhere else: the two cannot be told apart".to_owned()
        }
        Refusal::Few => "there is too little of it to judge its spread by".to_owned(),
    }
}

fn certainty(tier: Tier, weight: i8) -> Certainty {
    let base: i8 = match tier {
        Tier::Days => 2,
        Tier::Blocks => 1,
        Tier::Totals => 0,
    };
    match base - weight {
        ..=0 => Certainty::Low,
        1 => Certainty::Medium,
        // what supports blocks does not make days of them, but two edges in opposite directions do
        _ => Certainty::High,
    }
}

fn estimate(answer: &Answer, held: Option<f64>) -> Estimate {
    let level = answer.what == What::Level;
    let turn = match answer.turn {
        Turn::None => "",
        Turn::Stopped => "stopped",
        Turn::Began => "began",
    };
    Estimate {
        what: match answer.what {
            What::Events => "events",
            What::Bursts => "bursts",
            What::Level => "level",
        }
        .to_owned(),
        tier: match answer.tier {
            Tier::Days => "days",
            Tier::Blocks => "blocks",
            Tier::Totals => "totals",
        }
        .to_owned(),
        units: answer.units as u64,
        before: answer.before,
        after: answer.after,
        turn: turn.to_owned(),
        ratio: answer.size.filter(|_| !level),
        shift: answer.size.filter(|_| level),
        // JSON knows no infinity
        interval: answer
            .interval
            .filter(|(lo, hi)| lo.is_finite() && hi.is_finite())
            .map(|(lo, hi)| [lo, hi]),
        p: answer.p,
        p_adjusted: held,
        detectable: answer.detectable,
        elasticity: answer.elasticity,
        load: answer.load,
        tolerates: answer.tolerates,
    }
}

/// A value that was taken back: both edges are held against each other.
fn reversals(changes: &[Placed], effects: &mut [Measured], subjects: &[Subject]) {
    let turned = |a: &Placed, b: &Placed| {
        a.host == b.host
            && a.change.key == b.change.key
            && a.change.from.as_ref() == Some(&b.change.to)
            && b.change.from.as_ref() == Some(&a.change.to)
            && a.change.hi <= b.change.lo
    };
    let sign = |e: &Effect| match e.verdict {
        Some(Verdict::Improved) => 1_i8,
        Some(Verdict::Worsened) => -1,
        _ => 0,
    };
    let mut told: Vec<(usize, i8, String)> = Vec::new();
    let mut by_key: BTreeMap<(usize, &str, &str, &str), Vec<&Subject>> = BTreeMap::new();
    let key = |s: &Subject| {
        let effect = &effects[s.at].effect;
        (
            changes[s.change].host,
            changes[s.change].change.key.as_str(),
            effect.metric.as_str(),
            effect.of.as_str(),
        )
    };
    for subject in subjects {
        by_key.entry(key(subject)).or_default().push(subject);
    }
    for first in subjects {
        let mine = &effects[first.at].effect;
        let others = by_key.get(&key(first)).into_iter().flatten();
        let back = others.copied().find(|s| turned(&changes[first.change], &changes[s.change]));
        let Some(back) = back.filter(|_| mine.role == Role::Governed && sign(mine) != 0) else { continue };
        let other = &effects[back.at].effect;
        let id = |s: &Subject| changes[s.change].change.id.clone();
        if sign(other) == -sign(mine) {
            let later = format!("It moved the other way when the value was taken back ({}).", id(back));
            told.push((first.at, -1, later));
            let earlier =
                format!("It had moved the other way when the value was turned before ({}).", id(first));
            told.push((back.at, -1, earlier));
        } else if sign(other) == sign(mine) || other.verdict == Some(Verdict::NoMeasurableEffect) {
            let words = format!("It did not move back when the value was taken back ({}).", id(back));
            told.push((first.at, 1, words));
        }
    }
    for (at, weight, words) in told {
        let effect = &mut effects[at].effect;
        let kind = if weight < 0 { "reverted" } else { "did-not-revert" };
        effect.flags.push(crate::model::report::verdict::Flag { kind: kind.to_owned(), words, weight });
    }
}

/// How a change came into force, in words.
fn in_force(timeline: &Timeline, listened: &Listened) -> Option<String> {
    match listened {
        Listened::Taken { by, of, .. } => {
            Some(format!("{of} listened again by {} UTC", timeline.moment(*by)))
        }
        Listened::Started { by, of, .. } => Some(format!("{of} was started at {} UTC", timeline.moment(*by))),
        Listened::Kept(_) | Listened::Untold(_) => None,
    }
}

/// The verdict of a change is that of the metric that answers for it.
fn of_change(
    book: &Book<'_>,
    changes: &mut [Placed],
    effects: &mut [Measured],
    (i, mine): (usize, &[usize]),
    listened: Option<&Listened>,
) {
    let placed = &changes[i];
    let idle = asleep(book, placed).or_else(|| match listened {
        Some(Listened::Kept(words)) => Some(words.clone()),
        _ => None,
    });
    let in_force = listened.and_then(|listened| in_force(book.timeline, listened));
    let host = Some(book.host(placed.host).name.as_str()).filter(|_| book.timeline.hosts.len() > 1);
    let on = Quoted { host, dated: words::of_days(book.window.from, book.window.to) };
    let change = &mut changes[i].change;
    change.in_force = match listened {
        Some(Listened::Taken { by, .. }) => Some(*by),
        _ => None,
    };
    if let Some(words) = &idle {
        for k in mine {
            let effect = &mut effects[*k].effect;
            if effect.role == Role::Governed {
                (effect.verdict, effect.certainty) = (Some(Verdict::NotInForce), None);
                effect.why.clone_from(words);
            }
        }
    }
    let primary = mine.iter().copied().find(|k| effects[*k].effect.primary);
    let load = mine.iter().map(|k| &effects[*k].effect).find(|e| e.role == Role::Load).cloned();
    for k in mine {
        let effect = &mut effects[*k].effect;
        if effect.role != Role::Load {
            effect.sentence = sentence::of_effect(change, on, in_force.as_deref(), effect, load.as_ref());
        }
    }
    let answered = primary.map(|k| &effects[k].effect);
    change.verdict = Some(match (&idle, answered.and_then(|e| e.verdict)) {
        (Some(_), _) => Verdict::NotInForce,
        (None, verdict) => verdict.unwrap_or(Verdict::NotAssessed),
    });
    change.certainty = match change.verdict {
        Some(Verdict::NotAssessed | Verdict::NotInForce) => None,
        _ => answered.and_then(|e| e.certainty),
    };
    change.sentence = match answered.filter(|_| change.verdict != Some(Verdict::NotAssessed)) {
        Some(effect) => effect.sentence.clone(),
        None => sentence::unassessed(
            change,
            on,
            idle.as_deref(),
            answered,
            sysctls::sysctl(&change.key).is_some(),
        ),
    };
}
