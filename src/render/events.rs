//! Log events: the numbers behind the bars of the timeline, folded away until asked for.

use super::excerpt::excerpt;
use super::html::Html;
use super::moved;
use super::tables::table;
use crate::model::report::{Event, Report};
use crate::model::words;

/// Characters of a quoted line.
const QUOTE: usize = 220;

/// Writes the section, or nothing when no log line was recognised.
pub fn write(page: &mut Html, report: &Report) {
    if report.events.is_empty() {
        return;
    }
    page.raw("<section class=\"log\" aria-labelledby=\"events\">\n<h2 id=\"events\">Log events</h2>\n<details><summary>");
    page.text(&words::things(report.events.len() as u64, "row", "rows"));
    page.raw(" of recognised log lines</summary>\n");
    table(
        page,
        "Log events",
        "<th scope=\"col\">When</th><th scope=\"col\">Event</th>\
         <th scope=\"col\" class=\"n\">Count</th><th scope=\"col\" class=\"n\">Printed</th>\
         <th scope=\"col\">First line</th>",
        &report.events,
        |page, event| row(page, report, event),
    );
    page.raw("</details>\n</section>\n");
}

fn row(page: &mut Html, report: &Report, event: &Event) {
    let when = event
        .time
        .map_or_else(|| "undated".to_owned(), |from| moved::range(report, from, event.until.unwrap_or(from)));
    page.raw("<th scope=\"row\">").text(&when).raw("</th>");
    page.raw("<td data-l=\"Event\"><span>").text(&event.kind);
    page.wrap(" <code>", &event.of, "</code>");
    if report.hosts.len() > 1 {
        page.raw("<span class=\"small\">on ").bdi(&event.host).raw("</span>");
    }
    page.raw("</span></td>");
    let exact = |n: u64| words::setting(&n.to_string());
    let at_least = if event.lower_bound { "at least " } else { "" };
    page.cell("n v", "Count", &format!("{at_least}{}", exact(event.count)));
    page.cell("n", "Printed", &exact(event.printed));
    page.raw("<td data-l=\"First line\"><span><code class=\"place\">");
    page.place(&event.path, event.line).raw("</code>");
    page.wrap(
        "<code class=\"quote\" dir=\"auto\">",
        &excerpt(event.text.trim(), QUOTE, &event.of),
        "</code>",
    )
    .raw("</span></td>");
}
