//! Listening sockets, a row a stretch of one limit: how full the queue was, over time too.

use super::{OPEN, folding};
use crate::model::report::{Listener, ListenerPhase, Report};
use crate::model::words;
use crate::render::html::Html;
use crate::render::moved;

type Row<'a> = (&'a Listener, &'a ListenerPhase);

/// A queue that came to this share of its limit is worth a row of its own.
const BUSY: f64 = 0.1;

/// Writes the section.
pub fn write(page: &mut Html, report: &Report) {
    page.raw("<section aria-labelledby=\"listeners\">\n<h2 id=\"listeners\">Listeners</h2>\n");
    if report.listeners.is_empty() {
        page.raw("<p class=\"none\">No listening socket was sampled: no <code>ss -lnt</code> in the archive.</p>\n</section>\n");
        return;
    }
    page.raw("<p class=\"sub\">Accept queues as sampled by <code>ss</code>; peaks between samples are not seen. A queue holds one more than its limit.</p>\n");
    let mut rows: Vec<Row<'_>> =
        report.listeners.iter().flat_map(|l| l.phases.iter().map(move |p| (l, p))).collect();
    let busy: std::collections::BTreeSet<(&str, &str)> =
        rows.iter().filter(|(_, p)| fill(p) >= BUSY).map(|(l, _)| (l.host.as_str(), l.of.as_str())).collect();
    let calm = |(l, _): &Row<'_>| !busy.contains(&(l.host.as_str(), l.of.as_str()));
    rows.sort_by_key(calm); // stable: by host and address within
    let near = rows.iter().filter(|row| !calm(row)).count();
    // few are all shown; of many those that came near their limits
    let open = if rows.len() <= OPEN { rows.len() } else { near.clamp(3, 40).min(rows.len()) };
    folding(
        page,
        "Accept queues of listening sockets",
        "<th scope=\"col\">Listener</th><th scope=\"col\">While</th>\
         <th scope=\"col\" class=\"n\">Limit</th><th scope=\"col\" class=\"n\">Peak</th>\
         <th scope=\"col\" class=\"n\">Peak / limit</th><th scope=\"col\" class=\"bar\"><span class=\"off\">Bar</span></th>\
         <th scope=\"col\">Queue over time</th><th scope=\"col\" class=\"n\">At limit</th>",
        rows.split_at(open),
        ("more row, of queues far below their limits", "more rows, of queues far below their limits"),
        |page, (listener, phase)| row(page, report, listener, phase),
    );
    page.raw("</section>\n");
}

#[allow(clippy::cast_precision_loss)] // queue lengths are far below 2^53
fn fill(phase: &ListenerPhase) -> f64 {
    if phase.limit > 0 { phase.peak as f64 / phase.limit as f64 } else { 0.0 }
}

fn row(page: &mut Html, report: &Report, listener: &Listener, phase: &ListenerPhase) {
    page.raw("<th scope=\"row\"><code>");
    // an address of IPv6 is long enough to need its breaks, one of IPv4 is one word
    if listener.of.contains('[') {
        page.name(&listener.of)
    } else {
        page.text(&listener.of)
    };
    page.raw("</code>");
    if let Some(process) = &listener.process {
        page.raw("<span class=\"small\">").bdi(process).raw("</span>");
    }
    if report.hosts.len() > 1 {
        page.raw("<span class=\"small\">on ").bdi(&listener.host).raw("</span>");
    }
    page.raw("</th>");
    let time = match (phase.from, phase.to) {
        (Some(from), Some(to)) => moved::range(report, from, to),
        (Some(at), None) | (None, Some(at)) => moved::range(report, at, at),
        (None, None) => "undated".to_owned(),
    };
    page.cell("", "While", &time);
    let exact = |n: u64| words::setting(&n.to_string());
    page.raw("<td class=\"n\" data-l=\"Limit\"><span>").text(&exact(phase.limit));
    page.raw("<span class=\"small\">").raw(whose(phase)).raw("</span></span></td>");
    page.cell("n", "Peak", &exact(phase.peak));
    let full = phase.at_limit > 0;
    let share = if phase.limit > 0 { words::percent(fill(phase)) } else { "–".to_owned() };
    page.cell(if full { "n strong" } else { "n" }, "Peak / limit", &share);
    page.raw("<td class=\"bar\" aria-hidden=\"true\">");
    // a drawing, for the policy forbids the attribute `style`
    page.raw("<svg aria-hidden=\"true\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\"><path class=\"f-load-fill\" d=\"M0 0h100v10H0z\"/><path class=\"");
    page.raw(if full { "f-harm" } else { "f-measure" }).raw("\" d=\"M0 0h");
    page.number(fill(phase).clamp(0.0, 1.0) * 100.0).raw("v10H0z\"/></svg></td>");
    page.raw("<td class=\"course\" data-l=\"Queue over time\"><span>");
    course(page, phase);
    page.raw("</span></td>");
    let at_limit =
        format!("{} of {}", exact(phase.at_limit), words::things(phase.samples, "sample", "samples"));
    page.cell(if full { "n strong" } else { "n" }, "At limit", &at_limit);
}

/// Pixels of a course.
const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 24.0;

/// The longest queue in each part of the stretch as a bar, full height at the limit, or at the peak where that is far
/// below; a part without a sample stays open.
#[allow(clippy::cast_precision_loss)] // 48 parts
fn course(page: &mut Html, phase: &ListenerPhase) {
    if phase.course.is_empty() {
        page.raw("<span class=\"soft\">").raw(match (phase.peak, phase.samples) {
            (_, 0 | 1) => "one sample",
            (0, _) => "always empty",
            _ => "few samples",
        });
        page.raw("</span>");
        return;
    }
    let near = fill(phase) >= BUSY;
    let ceiling = if near { phase.limit.max(phase.peak) } else { phase.peak }.max(1) as f64;
    let step = WIDTH / phase.course.len() as f64;
    page.raw(
        "<svg class=\"spark\" viewBox=\"0 0 120 26\" width=\"120\" height=\"26\" role=\"img\" aria-label=\"",
    );
    page.text(&format!("Queue over time, at most {}", words::setting(&phase.peak.to_string())));
    page.raw("\"><path class=\"base\" d=\"M0 25h120\"/>");
    for full in [false, true] {
        page.raw(if full { "<path class=\"f-harm\" d=\"" } else { "<path class=\"f-measure\" d=\"" });
        for (i, queue) in phase.course.iter().enumerate() {
            let Some(queue) = queue.filter(|q| *q > 0 && (*q >= phase.limit) == full) else { continue };
            let height = (queue as f64 / ceiling * HEIGHT).max(1.0);
            page.raw("M").number(i as f64 * step).raw(" 25v-").number(height);
            page.raw("h").number((step - 0.5).max(0.8)).raw("v").number(height).raw("z");
        }
        page.raw("\"/>");
    }
    if near {
        let y = 25.0 - phase.limit as f64 / ceiling * HEIGHT;
        page.raw("<path class=\"limit\" d=\"M0 ").number(y).raw("h120\"/>");
    }
    page.raw("</svg>");
    if !near {
        page.raw("<span class=\"small\">peak ").text(&words::setting(&phase.peak.to_string())).raw("</span>");
    }
}

/// The kernel cuts a backlog to `net.core.somaxconn`: a limit equal to it may be the kernel's, a lower one
/// was asked for by the application.
fn whose(phase: &ListenerPhase) -> &'static str {
    match phase.somaxconn {
        Some(max) if phase.limit >= max => "somaxconn, or asked for the same",
        Some(_) => "the application’s own backlog",
        None => "whose is not known",
    }
}
