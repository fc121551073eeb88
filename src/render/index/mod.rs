//! The page over a batch: which hosts to open first, and what could not be analysed.

mod row;
mod text;

use super::html::Html;
use super::page::STYLE;
use super::policy;
use crate::model::index::{Index, Row, Status};
use crate::model::report::Severity;
use crate::model::words::{self, things};
use std::collections::BTreeSet;
pub use text::batch;

const LOOK: &str = concat!(include_str!("../script/sort.css"), include_str!("index.css"));
const SCRIPT: &str = concat!(include_str!("../script/sort.js"), include_str!("index.js"));

/// One self-contained page. Its script sorts and filters what is all there without it.
#[must_use]
pub fn index(index: &Index) -> String {
    let mut page = Html::default();
    head(&mut page, index);
    page.raw("<body>\n").raw(row::MARKS).raw("<header>\n<p class=\"mast\"><span><b>");
    let common = common(index);
    page.text(&things(index.bundles.len() as u64, "bundle", "bundles")).raw("</b>");
    if !common.is_empty() {
        page.raw(" in <code>").place(common, 0).raw("</code>");
    }
    page.raw(" · network post-mortems</span><span>").text(&span(index)).raw("</span></p>\n<h1>");
    page.text(&title(index))
        .raw("</h1>\n<p class=\"lede\">")
        .text(&lede(index))
        .raw("</p>\n</header>\n<main>\n");
    hosts(&mut page, index, common);
    failed(&mut page, index, common);
    page.raw("</main>\n");
    foot(&mut page, index);
    page.raw("<script type=\"module\">").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    page.finish()
}

fn head(page: &mut Html, index: &Index) {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    policy::write(page, &format!("{STYLE}{LOOK}"), SCRIPT);
    page.raw(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>",
    );
    page.text(&title(index)).raw(" · netmortem</title>\n<style>").raw(STYLE).raw(LOOK);
    page.raw("</style>\n</head>\n");
}

/// Bundles that have a report.
fn reported(index: &Index) -> impl Iterator<Item = &Row> {
    index.bundles.iter().filter(|row| row.report.is_some())
}

/// What a batch says first: on how many hosts the worst was found.
fn title(index: &Index) -> String {
    let names = |least: Option<Severity>| {
        let rows = reported(index).filter(|row| row.found.severity >= least);
        rows.map(|row| row.found.host.as_str()).collect::<BTreeSet<_>>().len() as u64
    };
    let all = names(None);
    let on = |n: u64| {
        if all == 1 { "the only host".to_owned() } else { format!("{n} of {}", things(all, "host", "hosts")) }
    };
    let of = |least| Some(names(Some(least))).filter(|n| *n > 0).map(on);
    if all == 0 {
        return "No bundle could be analysed".to_owned();
    }
    let worst = of(Severity::Critical).map(|on| format!("Critical findings on {on}"));
    let worst = worst.or_else(|| of(Severity::Warning).map(|on| format!("Warnings on {on}, none critical")));
    let worst = worst.or_else(|| of(Severity::Info).map(|on| format!("Nothing worse than a note on {on}")));
    worst.unwrap_or_else(|| format!("No finding on {}", things(all, "host", "hosts")))
}

/// What became of the bundles.
fn lede(index: &Index) -> String {
    let of = |status: Status| index.bundles.iter().filter(|row| row.status == status).count() as u64;
    let all = index.bundles.len() as u64;
    let analysed = of(Status::Ok) + of(Status::Partial);
    let mut text = if analysed == all {
        format!("{} analysed", things(all, "bundle", "bundles"))
    } else {
        format!("{analysed} of {} analysed", things(all, "bundle", "bundles"))
    };
    for (n, words) in [
        (of(Status::Partial), "of them in part"),
        (of(Status::Failed), "could not be"),
        (of(Status::Duplicate), "the same as another"),
    ] {
        if n > 0 {
            text += &format!(", {} {words}", words::setting(&n.to_string()));
        }
    }
    text += ". Each by itself: hosts are not compared with one another.";
    text
}

/// The folder that all bundles lie in, with its `/`; empty when there is none.
fn common(index: &Index) -> &str {
    let folder = |row: &'_ Row| row.path.rfind('/').map_or(0, |at| at + 1);
    let Some(first) = index.bundles.first() else { return "" };
    let mut common = first.path.get(..folder(first)).unwrap_or_default();
    while !common.is_empty() && !index.bundles.iter().all(|row| row.path.starts_with(common)) {
        let up = common.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
        common = common.get(..up).unwrap_or_default();
    }
    common
}

/// First to last instant of all evidence.
fn span(index: &Index) -> String {
    let from = reported(index).filter_map(|row| row.found.first).min();
    let to = reported(index).filter_map(|row| row.found.last).max();
    from.zip(to).map_or_else(|| "nothing had a time".to_owned(), |(from, to)| words::window(from, to))
}

fn hosts(page: &mut Html, index: &Index, common: &str) {
    let rows: Vec<&Row> = reported(index).collect();
    if rows.is_empty() {
        return;
    }
    page.raw("<section class=\"first\">\n<h2 class=\"off\">Hosts</h2>\n").raw(FILTER);
    page.raw(
        "<table class=\"list hosts\" id=\"hosts\">\n<caption class=\"off\">Hosts, worst first</caption><thead><tr><th scope=\"col\">Host</th><th scope=\"col\">Worst</th>\
         <th scope=\"col\">Headline</th><th scope=\"col\">Changes</th><th scope=\"col\">Worst counters</th>\
         <th scope=\"col\">Collected</th></tr></thead>\n<tbody>\n",
    );
    for row in rows {
        row::write(page, row, common);
    }
    page.raw("</tbody>\n</table>\n<p class=\"none\" id=\"nothing\" hidden>No host fits the filter.</p>\n</section>\n");
}

/// Shown by the script, without which it could do nothing.
const FILTER: &str = "<div class=\"filter\" id=\"filter\" role=\"search\" hidden>\n\
     <label class=\"words\"><span class=\"off\">Filter</span>\
     <input type=\"search\" id=\"words\" placeholder=\"Host, kernel, finding, setting …\" autocomplete=\"off\"></label>\n\
     <label><input type=\"checkbox\" value=\"critical\" checked> critical</label>\n\
     <label><input type=\"checkbox\" value=\"warning\" checked> warning</label>\n\
     <label><input type=\"checkbox\" value=\"info\" checked> info</label>\n\
     <label><input type=\"checkbox\" value=\"none\" checked> no finding</label>\n\
     <span id=\"shown\" role=\"status\"></span>\n</div>\n";

fn failed(page: &mut Html, index: &Index, common: &str) {
    let rows: Vec<&Row> = index.bundles.iter().filter(|row| row.report.is_none()).collect();
    if rows.is_empty() {
        return;
    }
    page.raw("<section>\n<h2>Without a report</h2>\n<table class=\"list gone\">\n<caption class=\"off\">Bundles without a report</caption><thead><tr><th scope=\"col\">Bundle</th>");
    page.raw("<th scope=\"col\">What became of it</th><th scope=\"col\">Why</th><th scope=\"col\" class=\"n\">Size</th></tr></thead>\n<tbody>\n");
    for row in rows {
        row::gone(page, row, common);
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}

fn foot(page: &mut Html, index: &Index) {
    page.raw(
        "<footer>\n<p><b>How to read it.</b> “Collected” is the last instant of a bundle’s evidence. Worst counters are \
         those of which more is worse: mean rates over what was seen, or totals since boot where a counter was read \
         once, first by their share of the traffic. No finding is no clean bill: each report tells what could not be \
         seen.</p>\n<p>For programs: <a href=\"index.json\">index.json</a>, \
         <a href=\"data/archives.parquet\">data/archives.parquet</a> (a row a bundle) and data/series/*.parquet (a row \
         a sample), joined by archive_id.</p>\n<p>",
    );
    page.text(&index.tool).raw(" · all times in UTC</p>\n</footer>\n");
}
