//! Two sides on one page, as a summary and on the terminal.

mod counters;
mod markdown;
mod page;
mod rest;
mod settings;
mod text;
mod words;

pub use markdown::markdown;
pub use page::html;
pub use text::text;

use crate::model::diff::{Class, Counter, Diff};

/// Harmful counters that differ.
fn harmful(diff: &Diff) -> Vec<&Counter> {
    diff.counters.iter().filter(|c| c.harm && c.class == Class::Differs).collect()
}

/// What others are drawn from, whether it differs or not: a rate means little without it.
fn traffic(diff: &Diff) -> Vec<&Counter> {
    let mut found: Vec<&Counter> = diff.counters.iter().filter(|c| is_traffic(c)).collect();
    found.sort_by_key(|c| (&c.metric, &c.of));
    found
}

fn is_traffic(counter: &Counter) -> bool {
    const OPEN: [&str; 8] = [
        "Ip.InReceives",
        "Ip.OutRequests",
        "Tcp.ActiveOpens",
        "Tcp.InSegs",
        "Tcp.OutSegs",
        "Tcp.PassiveOpens",
        "Udp.InDatagrams",
        "softnet.processed",
    ];
    !counter.harm && counter.class != Class::Unclear && OPEN.contains(&counter.metric.as_str())
}
