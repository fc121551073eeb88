//! What could not be seen, and the commands that would have shown it.

use super::html::Html;
use crate::model::report::Report;
use crate::model::report::coverage::Missing;
use crate::model::words;

/// What collects on a host nearly all that may be missing: one line instead of the others.
pub const COLLECTOR: &str = "netmortem collector > collect.sh; sudo sh collect.sh";

/// Items shown before the rest folds: of many hosts the same things are missing.
const OPEN: usize = 8;
/// Hosts named in one item.
const NAMED: usize = 4;

/// Writes the section.
pub fn write(page: &mut Html, report: &Report) {
    let missing = &report.coverage.missing;
    page.raw("<section aria-labelledby=\"missing\">\n<h2 id=\"missing\">What could not be seen</h2>\n");
    if missing.is_empty() {
        page.raw(if report.coverage.artifacts.iter().all(|a| !a.skipped.is_empty()) {
            "<p class=\"none\">Nothing was read, so nothing could be seen.</p>\n</section>\n"
        } else {
            "<p class=\"none\">Nothing that the rules look for was missing from the archive.</p>\n</section>\n"
        });
        return;
    }
    page.raw("<p class=\"sub\">The archive is silent on these. None of them is read as “fine”.</p>\n");
    let items = alike(missing);
    let (open, folded) = items.split_at(items.len().min(OPEN));
    list(page, report, open);
    if !folded.is_empty() {
        page.raw("<details><summary>").text(&words::things(folded.len() as u64, "more item", "more items"));
        page.raw("</summary>\n");
        list(page, report, folded);
        page.raw("</details>\n");
    }
    collect(page, missing);
    page.raw("</section>\n");
}

/// The same thing missing of several hosts is one item.
fn alike(missing: &[Missing]) -> Vec<(&Missing, Vec<&str>)> {
    let mut items: Vec<(&Missing, Vec<&str>)> = Vec::new();
    for it in missing {
        match items.iter_mut().find(|(first, _)| first.title == it.title && first.text == it.text) {
            Some((_, hosts)) => hosts.push(&it.host),
            None => items.push((it, vec![&it.host])),
        }
    }
    items
}

fn list(page: &mut Html, report: &Report, items: &[(&Missing, Vec<&str>)]) {
    page.raw("<ul class=\"missing\">\n");
    for (it, hosts) in items {
        page.raw("<li><b>").text(&it.title).raw("</b>");
        if report.hosts.len() > 1 && !it.host.is_empty() {
            page.raw(" <span class=\"small\">on ");
            for (i, host) in hosts.iter().take(NAMED).enumerate() {
                page.raw(if i > 0 { ", " } else { "" }).bdi(host);
            }
            if let Some(more) = hosts.len().checked_sub(NAMED).filter(|n| *n > 0) {
                page.raw(" and ").text(&words::things(more as u64, "more host", "more hosts"));
            }
            page.raw("</span>");
        }
        page.raw("<br>").text(&it.text).raw("</li>\n");
    }
    page.raw("</ul>\n");
}

/// The commands, in blocks that one click selects.
fn collect(page: &mut Html, missing: &[Missing]) {
    let mut commands: Vec<&str> = Vec::new();
    for it in missing {
        if !it.collect.is_empty() && !commands.contains(&it.collect.as_str()) {
            commands.push(&it.collect);
        }
    }
    if commands.is_empty() {
        return;
    }
    page.raw("<h3>To collect next time</h3>\n<p class=\"sub\">Dumps, settings and logs at once, by a script that needs nothing but a shell:</p>\n<pre class=\"collect\" tabindex=\"0\">");
    page.text(COLLECTOR).raw("</pre>\n<p class=\"sub\">Or only what was missing here, one by one:</p>\n<pre class=\"collect\" tabindex=\"0\">");
    page.text(&commands.join("\n")).raw("</pre>\n");
}
