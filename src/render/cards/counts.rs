//! What lies behind the rates of a card: counts, seconds, peaks and shares, folded away until asked for.

use crate::model::report::effect::{Effect, Share, Side, SideState};
use crate::model::words;
use crate::render::html::Html;

const DASH: &str = "–";

/// Writes the fold; nothing where no side was measured.
pub fn table(page: &mut Html, effects: &[&Effect]) {
    let measured: Vec<&&Effect> = effects
        .iter()
        .filter(|e| [&e.before, &e.after].iter().any(|s| s.state != SideState::Unknown))
        .collect();
    if measured.is_empty() {
        return;
    }
    page.raw(
        "<details class=\"behind\"><summary>Counts, intervals, peaks and shares</summary>\n\
         <table class=\"counts\"><caption class=\"off\">What lies behind the rates</caption><thead><tr>\
         <th scope=\"col\">Metric</th><th scope=\"col\">Side</th>\
         <th scope=\"col\" class=\"n\">Mean, 95\u{202f}%</th><th scope=\"col\" class=\"n\">Counted</th>\
         <th scope=\"col\" class=\"n\">Peak</th><th scope=\"col\" class=\"n\">Share</th></tr></thead>\n<tbody>\n",
    );
    for effect in measured {
        row(page, effect, "before", &effect.before);
        row(page, effect, "after", &effect.after);
    }
    page.raw("</tbody></table></details>\n");
}

fn row(page: &mut Html, effect: &Effect, which: &'static str, side: &Side) {
    page.raw("<tr><th scope=\"row\">").text(&effect.title);
    if !effect.of.is_empty() {
        page.raw(" <code class=\"small\">").name(&effect.of).raw("</code>");
    }
    page.raw("</th>").cell("", "Side", which);
    let mean = match side.band {
        Some([lo, hi]) if side.state == SideState::Measured => {
            let words = words::side(side, &effect.unit);
            format!("{words} ({}–{})", words::figures(lo), words::figures(hi))
        }
        _ => words::side(side, &effect.unit),
    };
    page.cell("n", "Mean, 95 %", &mean);
    page.cell("n", "Counted", &counted(side));
    let peak = side.peak.filter(|_| side.state == SideState::Measured);
    page.cell("n", "Peak", &peak.map_or_else(|| DASH.to_owned(), |peak| words::quantity(peak, &effect.unit)));
    page.raw("<td class=\"n\" data-l=\"Share\"><span>").text(&share(side.share.as_ref()));
    if let Some(of) = &side.share {
        page.raw("<span class=\"small\">of ").text(&of.title).raw("</span>");
    }
    page.raw("</span></td></tr>\n");
}

/// `16,311 in 60 s`, `12 samples`.
fn counted(side: &Side) -> String {
    match (side.state, side.count) {
        (SideState::Unknown, _) => DASH.to_owned(),
        (_, Some(count)) => format!("{} in {}", words::count(count), words::duration(side.seconds)),
        (_, None) => words::things(side.samples, "sample", "samples"),
    }
}

fn share(share: Option<&Share>) -> String {
    match share {
        Some(share) if share.count > 0.0 && share.per_million <= 0.0 => "none".to_owned(),
        Some(share) => words::share(share.per_million),
        None => DASH.to_owned(),
    }
}
