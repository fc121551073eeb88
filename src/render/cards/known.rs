//! The right side of a card: how the change is known, what weakens the answer, what supports it, what does not explain
//! it, what would settle it.

use crate::model::report::Report;
use crate::model::report::effect::{Change, Effect, Evidence, Role};
use crate::model::words;
use crate::render::excerpt::excerpt;
use crate::render::groups::Group;
use crate::render::html::Html;
use crate::render::moved;

/// Lines of evidence shown in a card, and of those a group shows for each of its settings.
const EVIDENCE: usize = 6;
const EACH: usize = 2;
/// Load that stayed within this explains nothing.
const STEADY: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// Series whose level shifts are named.
const SHIFTS: usize = 3;
/// Characters of a quoted line.
const QUOTE: usize = 220;

/// Writes the lists; each only where there is something in it.
pub fn write(page: &mut Html, report: &Report, group: &Group<'_>) {
    how(page, report, group);
    let bites: Vec<String> = each(group, |c| vec![c.bites.clone()]);
    if !bites.is_empty() {
        page.raw("<h4>When it takes effect</h4>\n<ul><li>").text(&bites.join("; ")).raw("</li></ul>\n");
    }
    let answered = moved::primary(report, group.head);
    let flags = |supports: bool| -> Vec<String> {
        let of = answered.map_or(&[][..], |e| e.flags.as_slice());
        of.iter()
            .filter(|f| (f.weight < 0 || f.kind == "untouched-host") == supports)
            .map(|f| f.words.clone())
            .collect()
    };
    let mut supports = shifted(report, group);
    supports.extend(flags(true));
    list(page, "What supports it", &supports);
    let mut weak = each(group, |c| c.caveats.clone());
    if group.is_joint() {
        weak.retain(|words| !words.starts_with("Changed in the same"));
        let n = words::things(group.changes.len() as u64, "setting", "settings");
        weak.insert(0, format!("{n} changed in the same moment: what moved belongs to all of them."));
    }
    weak.extend(flags(false).into_iter().filter(|f| !weak.contains(f)).collect::<Vec<_>>());
    list(page, "What weakens it", &weak);
    list(page, "What does not explain it", &steady(&group.effects(report)));
    list(page, "What would settle it", &each(group, |c| c.settle.clone()));
}

/// What the members say, each once.
fn each(group: &Group<'_>, of: impl Fn(&Change) -> Vec<String>) -> Vec<String> {
    let mut found = Vec::new();
    for words in group.changes.iter().flat_map(|c| of(c)) {
        if !words.is_empty() && !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

fn how(page: &mut Html, report: &Report, group: &Group<'_>) {
    page.raw("<h4>How it is known</h4>\n<ul class=\"evidence\">\n");
    let each = if group.is_joint() { EACH } else { EVIDENCE };
    let all = || group.changes.iter().flat_map(|c| c.evidence.iter().take(each)).take(EVIDENCE);
    let shown: Vec<&Evidence> = all().collect();
    let mut rest = shown.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        // two dumps that differ are one way of knowing
        let pair = behind.first().filter(|next| first.kind == "dump" && next.kind == "dump");
        rest = if pair.is_some() { behind.get(1..).unwrap_or_default() } else { behind };
        line(page, report, first, pair.copied());
    }
    page.raw("</ul>\n");
    let whole: usize = group.changes.iter().map(|c| c.evidence.len()).sum();
    if let Some(more) = whole.checked_sub(shown.len()).filter(|n| *n > 0) {
        page.raw("<p class=\"small\">").text(&words::things(more as u64, "more line", "more lines"));
        page.raw(" in report.json</p>\n");
    }
}

fn line(page: &mut Html, report: &Report, it: &Evidence, pair: Option<&Evidence>) {
    page.raw("<li>").raw(match it.kind.as_str() {
        "action" => "Seen in the act",
        "file" => "Read from the file that was loaded",
        "edited" => "The file that says so was last edited in between",
        "placed" => "The file that says so was put in place, or its rights changed, in between",
        "inferred" => "Possible cause",
        _ if pair.is_some() => "Dumps",
        _ => "Dump",
    });
    if !it.way.is_empty() {
        page.raw(": ").text(&it.way);
    }
    if let Some(user) = &it.user {
        page.raw(", by ").bdi(user);
    }
    if let Some(time) = it.time {
        page.raw(if it.kind == "dump" { " of " } else { ", " }).text(&moved::range(report, time, time));
    }
    if let Some(time) = pair.and_then(|it| it.time) {
        page.raw(" and ").text(&moved::range(report, time, time));
    }
    for it in [Some(it), pair].into_iter().flatten() {
        let quoted = excerpt(it.text.trim(), QUOTE, focus(it));
        page.wrap("<code class=\"quote\" dir=\"auto\">", &quoted, "</code>");
        page.raw("<code class=\"place\">").place(&it.path, it.line).raw("</code>");
    }
    page.raw("</li>\n");
}

/// The part of a line that carries the point: the command of a sudo line, else its beginning.
fn focus(it: &Evidence) -> &'static str {
    ["COMMAND=", "sysctl"].into_iter().find(|word| it.text.contains(word)).unwrap_or_default()
}

/// Where a series moved by itself beside the change.
fn shifted(report: &Report, group: &Group<'_>) -> Vec<String> {
    let governed: Vec<&Effect> =
        group.effects(report).into_iter().filter(|e| e.role == Role::Governed).collect();
    let of_group = |ids: &[String]| group.changes.iter().any(|c| ids.contains(&c.id));
    let points = report.points.iter().filter(|p| of_group(&p.changes));
    let points = points.filter(|p| governed.iter().any(|e| e.metric == p.metric && e.of == p.of));
    let mut points: Vec<_> = points.collect();
    points.sort_by_key(|p| governed.iter().position(|e| e.metric == p.metric && e.of == p.of));
    let Some(first) = points.first() else { return Vec::new() };
    let titles: Vec<&str> = points.iter().take(SHIFTS).map(|p| p.title.as_str()).collect();
    let of = match titles.as_slice() {
        [one] => format!("A level shift of {one}"),
        many => format!("Level shifts of {}", many.join(", ")),
    };
    let at = moved::range(report, first.time, first.time);
    vec![format!("{of} at {at}, found without looking at the changes.")]
}

/// Load that did not move cannot be why.
fn steady(effects: &[&Effect]) -> Vec<String> {
    let loads = effects.iter().filter(|e| e.role == Role::Load);
    loads
        .filter_map(|e| {
            let ratio = e.ratio.filter(|r| STEADY.contains(r))?;
            let (title, ratio) = (&e.title, words::ratio(ratio));
            Some(format!("Load. {title} stayed within ±25\u{202f}% ({ratio})."))
        })
        .collect()
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
