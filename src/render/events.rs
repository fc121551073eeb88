//! Log events: the numbers behind the bars of the timeline, folded away until asked for.

use super::excerpt::excerpt;
use super::html::Html;
use super::moved;
use super::tables::table;
use crate::model::report::{Event, Report};
use crate::model::time::Time;
use crate::model::words;
use std::collections::BTreeMap;

/// Characters of a quoted line.
const QUOTE: usize = 220;

/// Writes the section, or nothing when no log line was recognised.
pub fn write(page: &mut Html, report: &Report) {
    if report.events.is_empty() {
        return;
    }
    page.raw("<section class=\"log\" aria-labelledby=\"events\">\n<h2 id=\"events\">Log events</h2>\n<details><summary>");
    let rows = runs(&report.events);
    page.text(&words::things(rows.len() as u64, "row", "rows"));
    page.raw(" of recognised log lines</summary>\n");
    table(
        page,
        "Log events",
        "<th scope=\"col\">When</th><th scope=\"col\">Event</th>\
         <th scope=\"col\" class=\"n\">Count</th><th scope=\"col\" class=\"n\">Printed</th>\
         <th scope=\"col\">First line</th>",
        &rows,
        |page, event| row(page, report, event),
    );
    page.raw("</details>\n</section>\n");
}

/// Lines of one kind that follow one another within this many seconds are one row.
const APART: f64 = 60.0;

/// Events, runs of one kind and host put together: the same line a hundred times tells no more than once.
fn runs(events: &[Event]) -> Vec<Event> {
    let mut rows: Vec<Event> = Vec::new();
    let mut last: BTreeMap<(&str, &str, &str, &str), usize> = BTreeMap::new();
    for event in events {
        let end = |e: &Event| e.until.or(e.time);
        let near = |row: &Event| {
            let apart = event.time.zip(end(row)).map(|(at, end): (Time, Time)| at.seconds_since(end));
            apart.is_some_and(|s| s <= APART)
        };
        let key = (event.host.as_str(), event.kind.as_str(), event.of.as_str(), event.path.as_str());
        if let Some(row) = last.get(&key).and_then(|at| rows.get_mut(*at)).filter(|row| near(row)) {
            row.until = end(row).max(end(event));
            row.count = row.count.saturating_add(event.count);
            row.printed = row.printed.saturating_add(event.printed);
            row.lower_bound |= event.lower_bound;
        } else {
            last.insert(key, rows.len());
            rows.push(event.clone());
        }
    }
    rows
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_follow_one_another_are_one_row() {
        let at = |second: i64, of: &str| Event {
            kind: "conntrack-table-full".to_owned(),
            host: "lab".to_owned(),
            of: of.to_owned(),
            time: Some(Time::from_secs(second)),
            until: None,
            count: 2,
            printed: 1,
            lower_bound: false,
            path: "kern.log".to_owned(),
            line: 1,
            text: String::new(),
        };
        let rows = runs(&[at(0, ""), at(1, "blue"), at(50, ""), at(111, "")]);
        let told: Vec<_> = rows.iter().map(|r| (r.of.as_str(), r.until.map(Time::hms), r.count)).collect();
        assert_eq!(told, [("", Some("00:00:50".to_owned()), 4), ("blue", None, 2), ("", None, 2)]);
    }
}
