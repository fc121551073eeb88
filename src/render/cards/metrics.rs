//! The table of a card: metric, before, after, ratio, and the interval on an axis that all rows share.

use super::interval;
use crate::model::report::effect::{Effect, Role, Side, SideState};
use crate::model::words;
use crate::render::glyph;
use crate::render::html::Html;

/// Writes the table; `effects` in the order in which they are told.
pub fn table(page: &mut Html, effects: &[&Effect]) {
    page.raw(
        "<table class=\"metrics\"><caption class=\"off\">Before and after</caption><thead><tr>\
         <th scope=\"col\">Metric</th><th scope=\"col\" class=\"n\">Before</th>\
         <th scope=\"col\" class=\"n\">After</th><th scope=\"col\" class=\"n\">Ratio, 95\u{202f}%</th>\
         <th scope=\"col\" class=\"axis\"><span class=\"off\">Interval on an axis from a tenth to ten times</span>",
    );
    interval::scale(page);
    page.raw("</th></tr></thead>\n<tbody>\n");
    for effect in effects {
        row(page, effect);
    }
    page.raw("</tbody></table>\n");
}

fn row(page: &mut Html, effect: &Effect) {
    page.raw(match effect.role {
        Role::Governed => "<tr>",
        Role::Partner => "<tr class=\"partner\">",
        Role::Load => "<tr class=\"load\">",
    });
    page.raw("<th scope=\"row\">").text(&effect.title);
    if !effect.of.is_empty() {
        page.raw("<code class=\"small of\">").text(&effect.of).raw("</code>");
    }
    if effect.title != effect.metric {
        page.raw("<code class=\"small\">").name(&effect.metric).raw("</code>");
    }
    page.raw(match effect.role {
        Role::Governed => "",
        Role::Partner => "<span class=\"small\">what it is paid with</span>",
        Role::Load => "<span class=\"small\">load check</span>",
    });
    let unit = in_words(&effect.unit);
    page.wrap("<span class=\"small\">in ", unit, "</span>");
    page.raw("</th>");
    let short = if unit.is_empty() { effect.unit.as_str() } else { "" };
    side(page, "Before", &effect.before, short);
    side(page, "After", &effect.after, short);
    page.raw("<td class=\"n\" data-l=\"Ratio, 95\u{202f}%\"><span><span class=\"v\">");
    page.text(&ratio(effect)).raw("</span>");
    concluded(page, effect);
    page.raw("</span></td><td class=\"axis\">");
    interval::mark(page, effect);
    page.raw("</td></tr>\n");
}

/// A unit that is a word: said once beside the metric, for columns are narrow. Empty for `/s`, `%` and `B`.
fn in_words(unit: &str) -> &str {
    if unit.starts_with(char::is_alphabetic) && unit != "B" { unit } else { "" }
}

fn side(page: &mut Html, label: &'static str, side: &Side, unit: &str) {
    page.raw("<td class=\"n\" data-l=\"").raw(label).raw("\"><span><span class=\"v\">");
    page.text(&words::side(side, unit)).raw("</span>");
    let mut small = Vec::new();
    if let (SideState::None, Some(bound)) = (side.state, side.at_most) {
        small.push(format!("at\u{a0}most\u{a0}{}", words::rate(bound)));
    }
    small.extend(Some(side.note.clone()).filter(|n| !n.is_empty()));
    page.wrap("<span class=\"small\">", &small.join(", "), "</span>").raw("</span></td>");
}

/// The verdict of this metric alone, small; that of the card stands in its head.
fn concluded(page: &mut Html, effect: &Effect) {
    let Some(verdict) = effect.verdict else { return };
    page.raw("<span class=\"small own\">");
    glyph::verdict(page, verdict);
    let lacks = glyph::lacking(effect);
    page.wrap(" <span>", &lacks, "</span>").raw("</span>");
}

/// `×5.5 (5.1–5.9)`, `stopped`, `none, none`.
fn ratio(effect: &Effect) -> String {
    if let Some(ranged) = ranged(effect) {
        return ranged;
    }
    match (effect.ratio.filter(|r| r.is_finite()), effect.before.state, effect.after.state) {
        (Some(ratio), _, _) => words::ratio(ratio),
        (None, SideState::Measured, SideState::None) => "stopped".to_owned(),
        (None, SideState::None, SideState::Measured) => "began".to_owned(),
        (None, SideState::None, SideState::None) => "none, none".to_owned(),
        _ => "not computed".to_owned(),
    }
}

/// What was estimated, with its interval as a range.
fn ranged(effect: &Effect) -> Option<String> {
    let estimate = effect.estimate.as_ref()?;
    if !estimate.turn.is_empty() {
        return Some(estimate.turn.clone());
    }
    let is_shift = estimate.shift.is_some();
    let show = |v: f64| if is_shift { words::figures(v) } else { words::ratio(v) };
    let value = estimate.ratio.or(estimate.shift)?;
    let sign = if is_shift && value > 0.0 { "+" } else { "" };
    let size = format!("{sign}{}{}", show(value), effect.ratio_of());
    let Some([lo, hi]) = estimate.interval else { return Some(size) };
    // a minus behind a dash would be read as part of it
    let dash = if hi < 0.0 || lo < 0.0 { " to " } else { "–" };
    Some(format!("{size} ({}{dash}{})", show(lo).replace('×', ""), show(hi).replace('×', "")))
}
