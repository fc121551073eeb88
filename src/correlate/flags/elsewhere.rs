//! What the series itself, the same series later on, and other hosts say to an answer.

use super::{Case, flag};
use crate::catalogue::sysctls;
use crate::correlate::book::Book;
use crate::correlate::judge;
use crate::correlate::ladder::{Answer, Sum, What};
use crate::correlate::moves;
use crate::model::fact::Kind;
use crate::model::report::effect::Role;
use crate::model::report::verdict::Flag;
use crate::model::words;

/// Other hosts held against a change.
const HOSTS: usize = 5;
/// Parts of the time before, and how much worse than usual the last one is when it is the worst.
const PARTS: usize = 12;
const STEEP: f64 = 1.5;

/// Tuning is done when it is worst, and what is worst gets better by itself.
pub fn regression(book: &mut Book<'_>, case: &Case<'_>) -> Option<Flag> {
    let Case { measured, subject, answer, .. } = *case;
    let better = answer.size.is_none_or(|size| size < 1.0) && answer.after < answer.before;
    if answer.what != What::Events || !better || judge::direction(&measured.effect) != judge::Direction::Less
    {
        return None;
    }
    let track = book.track(measured.host, &measured.effect.metric);
    let parts: Vec<f64> =
        track.cut(subject.design.before, PARTS).iter().filter(|p| p.exposure > 0.0).map(Sum::rate).collect();
    let (last, earlier) = parts.split_last()?;
    let usual = crate::stats::median(earlier);
    let worst = parts.len() == PARTS && earlier.iter().all(|p| p < last) && *last > STEEP * usual;
    let span = words::duration((subject.design.before.length() / 12.0).round());
    worst.then(|| {
        let words = format!("The last {span} before the change were the worst of all that lie before it: some of it would have gone back by itself.");
        flag("regression-to-the-mean", 1, words)
    })
}

/// Twice the window, where there is more: an effect that turns round was none that lasted.
pub fn transient(book: &mut Book<'_>, case: &Case<'_>) -> Option<Flag> {
    let Case { changes, measured, subject, answer } = *case;
    let windows = &subject.windows;
    let more = windows.end.seconds_since(windows.after.to);
    if more < windows.after.seconds() / 2.0 {
        return None;
    }
    let mut long = windows.clone();
    long.after.from = windows.after.to;
    long.after.to = windows.end.min(windows.after.to.plus_seconds(windows.after.seconds()));
    let design = judge::design(book, &long, subject.design.load);
    let later = judge::answer(book, changes[subject.change].host, measured, &design).ok()?;
    let size = |a: &Answer| a.size.filter(|_| a.what != What::Level).map(f64::ln);
    let turned = size(answer)?.signum() != size(&later)?.signum() && later.p <= 0.05;
    turned.then(|| {
        flag(
            "transient",
            1,
            "Later on it moved the other way: what is seen at first did not last.".to_owned(),
        )
    })
}

/// A change point as large where nothing was changed.
pub fn elsewhere(book: &mut Book<'_>, case: &Case<'_>) -> Option<Flag> {
    let Case { changes, measured, subject, answer } = *case;
    let id = measured.series.as_ref().filter(|id| id.kind != Kind::Gauge)?;
    let size = match answer.size {
        Some(size) if answer.what != What::Level => size.ln().abs(),
        _ => return None,
    };
    let points = moves::points_of(book, measured.host, &id.metric);
    let reach = subject.design.after.length().max(subject.design.before.length());
    let mine = &changes[subject.change].change;
    let (lo, hi) = (book.seconds(mine.lo?), subject.design.after.from);
    let away = |p: &&moves::Raw| {
        let near = p.at >= lo - p.tolerance && p.at <= hi + p.tolerance;
        !near && p.at >= lo - reach && p.at <= hi + reach && (p.log_after - p.log_before).abs() >= 0.8 * size
    };
    let idle = |p: &&moves::Raw| {
        !changes.iter().any(|c| c.host == measured.host && moves::meets(book, &c.change, p.at, p.tolerance))
    };
    let first = points.iter().filter(away).find(idle)?;
    Some(flag(
        "change-point-elsewhere",
        1,
        format!(
            "It moved as much at {} UTC, when nothing was changed.",
            book.timeline.moment(book.time(first.at))
        ),
    ))
}

/// Hosts on which nobody turned this: what moved there too was not this.
pub fn untouched(book: &mut Book<'_>, case: &Case<'_>) -> Option<Flag> {
    let Case { changes, measured, subject, answer } = *case;
    let mine = &changes[subject.change];
    if measured.effect.role != Role::Governed || answer.what == What::Level {
        return None;
    }
    let turned = |host: usize| {
        changes.iter().any(|c| {
            c.host == host
                && sysctls::sysctl(&c.change.key)
                    .is_some_and(|row| row.governs.contains(&measured.effect.metric.as_str()))
                && c.change.hi >= Some(subject.windows.before.from)
                && c.change.lo <= Some(subject.windows.after.to)
        })
    };
    let idle: Vec<usize> =
        (0..book.timeline.hosts.len()).filter(|h| *h != mine.host && !turned(*h)).take(HOSTS).collect();
    let (mut alike, mut stayed) = (Vec::new(), Vec::new());
    for host in idle {
        let mut design = subject.design;
        design.load = book.load(host, &measured.effect.metric).is_some();
        let Ok(there) = judge::answer(book, host, measured, &design) else { continue };
        let size = |a: &Answer| {
            a.size.map_or(if a.after < a.before { f64::NEG_INFINITY } else { f64::INFINITY }, f64::ln)
        };
        let (here, there_size) = (size(answer), size(&there));
        let name = book.host(host).name.clone();
        if there.p <= 0.05 && here.signum() == there_size.signum() && (there_size.abs() >= 0.5 * here.abs()) {
            alike.push(name);
        } else if there.p > 0.05 || here.signum() != there_size.signum() {
            stayed.push(name);
        }
    }
    if !alike.is_empty() {
        let words = format!("It moved alike on {}, where nobody turned this.", alike.join(", "));
        return Some(flag("moved-elsewhere-too", 1, words));
    }
    (!stayed.is_empty()).then(|| {
        let words = format!("On {}, where nobody turned this, it did not move alike.", stayed.join(", "));
        flag("untouched-host", 0, words)
    })
}
