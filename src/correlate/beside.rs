//! What else a log tells of the time around a change: links that went, cards that were reset, servers that were started.

use crate::model::report::Window;
use crate::model::words;
use crate::timeline::background::{READY, RELOADED, STARTED};
use crate::timeline::{Event, Host, Timeline};
use std::collections::BTreeMap;

/// Sentences of one change.
const TOLD: usize = 4;
/// A web server tells of its workers right after the init system started it.
const SAME: f64 = 10.0;
/// See `link-changed` of the catalogue.
const LINK: &str = "link-changed";
/// What a network daemon says of the same.
const CARRIER: &str = "carrier-changed";

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The sentence.
    pub words: String,
    /// Whether it may have moved what is compared; a reload that keeps sockets and queues hardly does.
    pub weighs: bool,
}

/// What happened in a window, the network first. Starts within `own` are how the change came into force.
#[must_use]
pub fn happened(timeline: &Timeline, host: &Host, window: Window, own: Option<Window>) -> Vec<Beside> {
    let within = |w: &Window, e: &Event| e.time >= Some(w.from) && e.time <= Some(w.to);
    let starts: Vec<&Event> = host.background.iter().filter(|e| is_start(e)).collect();
    let told = |e: &&Event| {
        let again = e.kind == RELOADED && starts.iter().any(|s| near(s, e));
        let mine = is_start(e) && own.is_some_and(|own| within(&own, e));
        let kernel = e.kind == CARRIER
            && host.background.iter().any(|k| k.kind == LINK && k.of == e.of && within(&window, k));
        within(&window, e) && !again && !mine && !kernel
    };
    // by rank and name, so that the network comes first and each is told once
    let mut runs: BTreeMap<(u8, &str), Vec<&Event>> = BTreeMap::new();
    for event in host.background.iter().filter(told) {
        runs.entry((rank(event), event.service())).or_default().push(event);
    }
    let sentence = |((_, of), run): (&(u8, &str), &Vec<&Event>)| {
        let (first, last) = (run.first()?.time?, run.last()?.time?);
        let when = if first.hms() == last.hms() {
            format!("at {} UTC", timeline.moment(first))
        } else {
            let times = words::things(run.len() as u64, "time", "times");
            format!("{times} within {} UTC", timeline.stretch(first, last))
        };
        let (what, weighs) = said(run);
        let words = if is_link(run[0]) {
            format!("The link of {of} {what} {when}, as the log tells.")
        } else {
            format!("{of} {what} {when}, as the log tells.")
        };
        Some(Beside { words, weighs })
    };
    runs.iter().filter_map(sentence).take(TOLD).collect()
}

/// Whether the log tells of a link in a window.
#[must_use]
pub fn tells_of_links(host: &Host, window: Window) -> bool {
    let inside = |e: &&Event| e.time >= Some(window.from) && e.time <= Some(window.to);
    host.background.iter().filter(inside).any(is_link)
}

fn is_link(event: &Event) -> bool {
    event.kind == LINK || event.kind == CARRIER
}

fn is_start(event: &Event) -> bool {
    event.kind == STARTED || event.kind == READY
}

fn near(a: &Event, b: &Event) -> bool {
    a.time.zip(b.time).is_some_and(|(a, b)| a.seconds_since(b).abs() <= SAME)
}

fn rank(event: &Event) -> u8 {
    match event.kind {
        LINK | CARRIER => 0,
        STARTED | READY => 2,
        RELOADED => 3,
        _ => 1,
    }
}

/// What is said of lines of one kind and one name.
fn said(run: &[&Event]) -> (&'static str, bool) {
    let down =
        |e: &Event| ["own", "arrier lost", "Lost carrier", "disconnected"].iter().any(|w| e.text.contains(w));
    match run {
        [one] if is_link(one) => (if down(one) { "went down" } else { "came up" }, true),
        [one, ..] if is_link(one) => ("went down or came up", true),
        [one, ..] if is_start(one) => ("was started", true),
        [one, ..] if one.kind == RELOADED && one.text.contains("worker") => ("started its workers", false),
        [one, ..] if one.kind == RELOADED => ("was reloaded", false),
        _ => ("hung or was reset", true),
    }
}
