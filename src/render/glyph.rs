//! The six verdicts by shape, 15 px, in HTML: the same as [`super::svg::verdict`] draws. The word follows always, so they
//! are hidden from those who listen.

use super::html::Html;
use crate::model::report::effect::{Change, Effect, SideState};
use crate::model::report::verdict::{Certainty, Verdict};

const IMPROVED: &str = "<circle r=\"7\" class=\"f-good\"/><path class=\"cut\" d=\"M-3.5.2-1 2.8 3.6-2.6\"/>";
const WORSENED: &str = "<path class=\"f-harm\" d=\"M0-7.2 7.5 6.6h-15z\"/><path class=\"cut\" d=\"M0-2.6V2\"/>\
    <circle cy=\"4.4\" r=\"1.1\" class=\"f-paper\"/>";
const NO_EFFECT: &str = "<rect x=\"-6.8\" y=\"-6.8\" width=\"13.6\" height=\"13.6\" rx=\"1.6\" class=\"f-ink3\"/>\
    <path class=\"cut\" d=\"M-4-2.1H4M-4 2.1H4\"/>";
const INCONCLUSIVE: &str = "<path class=\"line\" d=\"M0-7 7 0 0 7-7 0z\"/>\
    <path class=\"line\" d=\"M-1.9-1.6C-1.7-3.9 2-3.9 2-1.6 2-.2 0-.1 0 1.5\"/><circle cy=\"3.6\" r=\".95\" class=\"f-ink2\"/>";
const NOT_IN_FORCE: &str = "<circle r=\"6.5\" class=\"line\" stroke-dasharray=\"3.1 2\"/><path class=\"line\" d=\"M-3.4 3.4 3.4-3.4\"/>";
const NOT_ASSESSED: &str = "<path class=\"line\" d=\"M-6.4-2.6v-3.8h3.8M2.6-6.4h3.8v3.8M6.4 2.6v3.8H2.6M-2.6 6.4h-3.8V2.6\
    M-2.6 0h5.2\"/>";

/// The shape alone.
pub fn glyph(page: &mut Html, verdict: Verdict) {
    page.raw("<svg class=\"g\" viewBox=\"-8 -8 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\" focusable=\"false\">");
    page.raw(match verdict {
        Verdict::Improved => IMPROVED,
        Verdict::Worsened => WORSENED,
        Verdict::NoMeasurableEffect => NO_EFFECT,
        Verdict::Inconclusive => INCONCLUSIVE,
        Verdict::NotInForce => NOT_IN_FORCE,
        Verdict::NotAssessed => NOT_ASSESSED,
    });
    page.raw("</svg>");
}

/// Shape and word: `Improved`.
pub fn verdict(page: &mut Html, verdict: Verdict) {
    page.raw("<b class=\"verdict ").raw(tone(verdict)).raw("\">");
    glyph(page, verdict);
    page.raw(word(verdict)).raw("</b>");
}

/// The word as it begins a line.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Improved => "Improved",
        Verdict::Worsened => "Worsened",
        Verdict::NoMeasurableEffect => "No measurable effect",
        Verdict::Inconclusive => "Inconclusive",
        Verdict::NotInForce => "Not in force",
        Verdict::NotAssessed => "Not assessed",
    }
}

fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Improved => "good",
        Verdict::Worsened => "bad",
        _ => "open",
    }
}

/// What stands beside the word: how sure it is, or what is missing.
pub fn beside(change: &Change, primary: Option<&Effect>) -> String {
    match change.verdict {
        Some(Verdict::NotInForce) => "the new value had not come into force".to_owned(),
        Some(Verdict::NotAssessed | Verdict::Inconclusive) | None => {
            primary.map_or_else(|| "nothing that it governs is in the input".to_owned(), lacking)
        }
        Some(_) => change.certainty.map(certain).unwrap_or_default().to_owned(),
    }
}

/// `medium certainty`.
pub fn certain(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Low => "low certainty",
        Certainty::Medium => "medium certainty",
        Certainty::High => "high certainty",
    }
}

/// What an effect lacks to be judged, in a few words; empty where it lacks nothing that has a short name.
pub fn lacking(effect: &Effect) -> String {
    let unknown = |side: SideState| side == SideState::Unknown;
    let lacks = match (unknown(effect.before.state), unknown(effect.after.state)) {
        (true, true) => "neither before nor after",
        (true, false) => "no “before”",
        (false, true) => "no “after”",
        (false, false) => match effect.estimate {
            Some(_) if effect.verdict == Some(Verdict::Inconclusive) => "the interval is too wide",
            None if effect.why.contains("memory") => "too short for how long it remembers",
            None if effect.why.contains("load") => "the load moved with it",
            None if effect.why.contains("too little") => "too little to judge by",
            None if effect.why.contains("did not") => "never happened",
            None if effect.why.contains("two samples") => "too few samples",
            _ => "",
        },
    };
    lacks.to_owned()
}
