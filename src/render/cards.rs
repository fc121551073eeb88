//! One card a change: the chart, the numbers of both sides, how the change is known, what weakens it.

use super::html::Html;
use super::moved;
use super::svg::card;
use crate::model::report::Report;
use crate::model::report::effect::{Change, Effect, Role, Share, Side, SideState};
use crate::model::report::verdict::Estimate;
use crate::model::words;

/// Cards shown before the rest folds.
const OPEN: usize = 12;
/// Lines of evidence shown in a card.
const EVIDENCE: usize = 6;

/// Writes the section of changes.
pub fn write(page: &mut Html, report: &Report) {
    page.raw("<section>\n<h2>Changes</h2>\n");
    if report.changes.is_empty() {
        page.raw("<p class=\"none\">No setting took a new value between two dumps, and nobody was seen setting one.</p>\n</section>\n");
        return;
    }
    page.raw("<p class=\"sub\">Before and after each change. The bracket itself, from the old value last seen to the new value first seen, is left out of the comparison.</p>\n");
    for (i, change) in report.changes.iter().enumerate().take(OPEN) {
        card(page, report, change, i);
    }
    if report.changes.len() > OPEN {
        page.raw("<details><summary>More changes</summary>\n");
        for (i, change) in report.changes.iter().enumerate().skip(OPEN) {
            card(page, report, change, i);
        }
        page.raw("</details>\n");
    }
    page.raw("</section>\n");
}

fn card(page: &mut Html, report: &Report, change: &Change, index: usize) {
    page.raw("<article class=\"card\" id=\"change-").text(&super::escape::slug(&change.id));
    page.raw("\">\n<h3>").badge(&change.id).raw(" <code>").name(&change.key);
    page.raw("</code> <b>").text(&moved::values(change)).raw("</b>");
    if report.hosts.len() > 1 {
        page.wrap(" <span class=\"small\">on ", &change.host, "</span>");
    }
    page.raw("<span class=\"aside\">").text(&moved::when(report, change)).raw("</span></h3>\n");
    if !change.sentence.is_empty() {
        page.raw("<p class=\"answer\">");
        super::rows::verdict(page, change);
        page.raw(" ").text(&change.sentence).raw("</p>\n");
    }
    page.raw("<div class=\"two\"><div>\n");
    let effects = moved::effects(report, change);
    chart(page, report, change, index);
    if effects.is_empty() {
        page.raw("<p>Nothing that this setting governs is in the archive, so nothing can be compared.</p>\n");
    } else {
        metrics(page, &effects);
    }
    page.raw("</div><div class=\"known\">\n");
    known(page, report, change);
    page.raw("</div></div>\n</article>\n");
}

fn chart(page: &mut Html, report: &Report, change: &Change, index: usize) {
    let wide = card::embedded(report, change, 640.0, &format!("c{index}w"));
    let narrow = card::embedded(report, change, 358.0, &format!("c{index}n"));
    let (Some(wide), Some(narrow)) = (wide, narrow) else { return };
    if let Some(effect) = moved::charted(report, change) {
        page.raw("<p class=\"what\">").text(&effect.title);
        page.wrap(" <code>", &effect.metric, "</code>");
        page.wrap(" <code>", &effect.of, "</code>").raw("</p>\n");
    }
    page.raw("<figure><div class=\"beside\">").svg(&wide).raw("</div><div class=\"narrow\">");
    page.svg(&narrow).raw("</div></figure>\n");
    super::behind::change(page, report, change);
}

fn metrics(page: &mut Html, effects: &[&Effect]) {
    let shares = effects.iter().any(|e| e.before.share.is_some() || e.after.share.is_some());
    page.raw(
        "<table class=\"metrics\"><thead><tr><th scope=\"col\">Metric</th>\
         <th scope=\"col\" class=\"n\">Before</th><th scope=\"col\" class=\"n\">After</th>\
         <th scope=\"col\" class=\"n\">Ratio (95 %)</th>\
         <th scope=\"col\">Verdict</th>",
    );
    if shares {
        page.raw("<th scope=\"col\" class=\"n\">Share of traffic</th>");
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for effect in effects {
        page.raw("<tr><th scope=\"row\">").text(&effect.title);
        page.wrap(" <code>", &effect.of, "</code>");
        if effect.role == Role::Load {
            page.raw("<span class=\"small\">load: did the traffic move too?</span>");
        } else {
            page.raw("<code class=\"small\">").name(&effect.metric).raw("</code>");
        }
        if effect.role == Role::Partner {
            page.raw("<span class=\"small\">what it is paid with</span>");
        }
        page.raw("</th>");
        side(page, "Before", &effect.before, &effect.unit);
        side(page, "After", &effect.after, &effect.unit);
        page.cell("n v", "Ratio (95 %)", &moved::size(effect).unwrap_or_else(|| ratio(effect)));
        concluded(page, effect);
        if shares {
            share(page, effect);
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table>\n");
}

fn side(page: &mut Html, label: &'static str, side: &Side, unit: &str) {
    page.raw("<td class=\"n\" data-l=\"").raw(label).raw("\"><span><span class=\"v\">");
    page.text(&words::side(side, unit)).raw("</span>");
    let mut small = Vec::new();
    if let (SideState::Measured, Some(count)) = (side.state, side.count) {
        small.push(format!("{} in {}", words::count(count), words::duration(side.seconds)));
    } else if side.state == SideState::Measured && side.samples > 0 {
        small.push(words::things(side.samples, "sample", "samples"));
    }
    if let (SideState::None, Some(bound)) = (side.state, side.at_most) {
        small.push(format!("at most\u{a0}{}", words::rate(bound)));
    }
    if let (SideState::Measured, Some(peak)) = (side.state, side.peak) {
        small.push(format!("peak\u{a0}{}", words::quantity(peak, unit)));
    }
    small.extend(Some(side.note.clone()).filter(|n| !n.is_empty()));
    page.wrap("<span class=\"small\">", &small.join(", "), "</span>").raw("</span></td>");
}

fn concluded(page: &mut Html, effect: &Effect) {
    page.raw("<td class=\"said\" data-l=\"Verdict\"><span>");
    match effect.verdict {
        Some(verdict) => {
            page.text(&moved::verdict(verdict));
            let certainty = effect.certainty.map(|c| format!("certainty {}", c.word())).unwrap_or_default();
            let tier = effect.estimate.as_ref().map(compared).unwrap_or_default();
            let small: Vec<String> =
                [certainty, tier, effect.why.clone()].into_iter().filter(|s| !s.is_empty()).collect();
            page.wrap("<span class=\"small\">", &small.join("; "), "</span>");
        }
        None => {
            page.raw("–");
        }
    }
    page.raw("</span></td>");
}

/// How it was compared, in words.
fn compared(estimate: &Estimate) -> String {
    match estimate.tier.as_str() {
        "days" => format!("against {} earlier days", estimate.units),
        "blocks" => format!("{} blocks a side", estimate.units),
        _ => "two totals".to_owned(),
    }
}

fn ratio(effect: &Effect) -> String {
    match (effect.ratio.filter(|r| r.is_finite()), effect.before.state, effect.after.state) {
        (Some(ratio), _, _) => words::ratio(ratio),
        (None, SideState::Measured, SideState::None) => "stopped".to_owned(),
        (None, SideState::None, SideState::Measured) => "began".to_owned(),
        (None, SideState::None, SideState::None) => "none, none".to_owned(),
        _ => "not computed".to_owned(),
    }
}

fn share(page: &mut Html, effect: &Effect) {
    let word = |s: &Option<Share>| match s {
        Some(share) if share.count > 0.0 && share.per_million <= 0.0 => "none".to_owned(),
        Some(share) => words::share(share.per_million),
        None => "–".to_owned(),
    };
    page.raw("<td class=\"n\" data-l=\"Share of traffic\"><span>");
    if let Some(of) = effect.before.share.as_ref().or(effect.after.share.as_ref()) {
        page.raw("<span class=\"v\">").text(&word(&effect.before.share)).raw(" →</span> ");
        page.raw("<span class=\"v\">").text(&word(&effect.after.share)).raw("</span>");
        page.raw("<span class=\"small\">of ").text(&of.title).raw("</span>");
    } else {
        page.raw("–");
    }
    page.raw("</span></td>");
}

fn known(page: &mut Html, report: &Report, change: &Change) {
    page.raw("<h4>How it is known</h4>\n<ul class=\"evidence\">\n");
    for it in change.evidence.iter().take(EVIDENCE) {
        page.raw("<li>").raw(match it.kind.as_str() {
            "action" => "seen in the act",
            "file" => "read from the file that was loaded",
            "edited" => "the file that says so was last edited in between",
            "placed" => "the file that says so was put in place, or its rights changed, in between",
            "inferred" => "possible cause",
            _ => "read from a dump",
        });
        if !it.way.is_empty() {
            page.raw(": ").text(&it.way);
        }
        if let Some(user) = &it.user {
            page.raw(", by ").text(user);
        }
        if let Some(time) = it.time {
            page.raw(", ").text(&moved::range(report, time, time));
        }
        page.raw("<br><code class=\"place\">").place(&it.path, it.line).raw("</code>");
        page.wrap("<code class=\"quote\">", it.text.trim(), "</code>").raw("</li>\n");
    }
    page.raw("</ul>\n");
    if change.evidence.len() > EVIDENCE {
        let more = (change.evidence.len() - EVIDENCE) as u64;
        page.raw("<p class=\"small\">").text(&words::things(more, "more line", "more lines"));
        page.raw(" in report.json</p>\n");
    }
    if !change.bites.is_empty() {
        page.raw("<h4>When it takes effect</h4>\n<ul><li>").text(&change.bites).raw("</li></ul>\n");
    }
    let answered = moved::primary(report, change);
    let flags = |supports: bool| -> Vec<String> {
        let of = answered.map_or(&[][..], |e| e.flags.as_slice());
        of.iter()
            .filter(|f| (f.weight < 0 || f.kind == "untouched-host") == supports)
            .map(|f| f.words.clone())
            .collect()
    };
    list(page, "What supports it", &flags(true));
    let mut weak = change.caveats.clone();
    weak.extend(flags(false).into_iter().filter(|f| !change.caveats.contains(f)));
    list(page, "What weakens it", &weak);
    list(page, "What would settle it", &change.settle);
}

fn list(page: &mut Html, title: &'static str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    page.raw("<h4>").raw(title).raw("</h4>\n<ul>\n");
    for item in items {
        page.raw("<li>").text(item).raw("</li>\n");
    }
    page.raw("</ul>\n");
}
