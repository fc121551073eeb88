//! Averages since boot: all that a single snapshot can say.

use super::folding;
use crate::model::report::{Report, SinceBoot};
use crate::model::words;
use crate::render::html::Html;

/// Counters that are shown of one host and of several, most notable first.
const OPEN: usize = 10;
const OPEN_OF_MANY: usize = 16;
/// Average, per second, from which on a counter is notable that has no traffic to be set beside: once in a minute.
const OFTEN: f64 = 1.0 / 60.0;
/// Share of the traffic from which on one is, per million: one in a thousand.
const LARGE: f64 = 1_000.0;
/// Fewer are a large part of hardly any traffic.
const FEW: u64 = 10;

const HEAD: &str = "<th scope=\"col\">Counter</th><th scope=\"col\" class=\"n\">Since boot</th>\
     <th scope=\"col\" class=\"n\">Average</th><th scope=\"col\" class=\"n\">Share</th><th scope=\"col\">Read at</th>";
const WHILE_COLLECTED: &str = "<th scope=\"col\">Counter</th><th scope=\"col\" class=\"n\">Since boot</th>\
     <th scope=\"col\" class=\"n\">Average</th><th scope=\"col\" class=\"n\">While the bundle was collected</th>\
     <th scope=\"col\" class=\"n\">Share</th><th scope=\"col\">Read at</th>";

/// Writes the section; nothing where there is no average.
pub fn write(page: &mut Html, report: &Report) {
    if report.since_boot.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"since-boot\">\n<h2 id=\"since-boot\">Averages since boot</h2>\n<p class=\"sub\">");
    page.raw("A counter read once says how much, not when: an average since boot hides bursts. ");
    page.text(&uptimes(report)).raw("</p>\n");
    let all = &report.since_boot;
    let collected = all.iter().any(happened);
    let head = if collected { WHILE_COLLECTED } else { HEAD };
    let mut rows: Vec<&SinceBoot> = all.iter().collect();
    rows.sort_by(|a, b| is_notable(b).cmp(&is_notable(a)).then(part(b).total_cmp(&part(a)))); // stable
    let most = if report.hosts.len() > 1 { OPEN_OF_MANY } else { OPEN };
    let open = rows.iter().take_while(|it| is_notable(it)).count().min(most);
    if open == 0 {
        page.raw(
            "<p class=\"none\">None came to one in a thousand of its traffic (and ten at least), or to one in a minute.</p>\n",
        );
    }
    let several = report.hosts.len() > 1;
    let told = ("counter that moved little", "counters, the others and those that moved little");
    folding(page, "Averages since boot", head, rows.split_at(open), told, |page, it| {
        row(page, it, several, collected);
    });
    page.raw("</section>\n");
}

/// Its part of the traffic, per million; 0 where no traffic is set beside it.
fn part(it: &SinceBoot) -> f64 {
    it.share.as_ref().map_or(0.0, |share| share.per_million)
}

/// Whether it counted anything while its bundle was collected.
fn happened(it: &SinceBoot) -> bool {
    it.at_collection.as_ref().is_some_and(|short| short.count > 0)
}

fn is_notable(it: &SinceBoot) -> bool {
    match &it.share {
        Some(share) => happened(it) || share.per_million >= LARGE && it.count >= FEW,
        None => happened(it) || it.rate.is_some_and(|rate| rate >= OFTEN),
    }
}

/// The uptime by which it was divided, once where it is one for all.
fn uptimes(report: &Report) -> String {
    let mut found: Vec<String> = Vec::new();
    for it in &report.since_boot {
        let up = it.seconds.map(|seconds| format!("Up {}, ", words::duration(seconds))).unwrap_or_default();
        let told = format!("{up}{}.", it.uptime_basis);
        let of = if report.hosts.len() > 1 { format!("{}: {told}", it.host) } else { told };
        if !found.contains(&of) {
            found.push(of);
        }
    }
    match found.len() {
        0 => String::new(),
        1..=3 => found.join(" "),
        more => format!("{} and {} more.", found[0], more - 1),
    }
}

fn row(page: &mut Html, it: &SinceBoot, several: bool, collected: bool) {
    page.raw("<th scope=\"row\">").text(&it.title);
    if several {
        page.raw(" <span class=\"small inline\">on ").bdi(&it.host).raw("</span>");
    }
    page.raw("<code class=\"small\">").name(&it.metric).raw("</code>");
    if !it.of.is_empty() {
        page.raw(" <code class=\"small\">").name(&it.of).raw("</code>");
    }
    page.raw("</th>");
    #[allow(clippy::cast_precision_loss)] // a count that long is read to three figures anyway
    page.cell("n", "Since boot", &words::count(it.count as f64));
    page.cell("n strong", "Average", &it.rate.map_or_else(|| words::UNKNOWN.to_owned(), words::rate));
    if collected {
        page.cell("n", "While collected", &while_collected(it));
    }
    let share = it
        .share
        .as_ref()
        .map_or_else(|| "–".to_owned(), |s| format!("{} of {}", words::share(s.per_million), s.title));
    page.cell("n", "Share", &share);
    page.raw("<td data-l=\"Read at\"><code class=\"place\">");
    page.place(&it.exhibit.path, it.exhibit.line).raw("</code></td>");
}

/// What a counter did while its bundle was collected: `12/s, 250 over 20 s`; nothing is a dash, for it is no news.
fn while_collected(it: &SinceBoot) -> String {
    let Some(short) = it.at_collection.as_ref().filter(|short| short.count > 0) else {
        return "–".to_owned();
    };
    #[allow(clippy::cast_precision_loss)] // shown to three figures
    let counted = format!("{} over {}", words::count(short.count as f64), words::duration(short.seconds));
    short.rate.map_or_else(|| counted.clone(), |rate| format!("{}, {counted}", words::rate(rate)))
}
