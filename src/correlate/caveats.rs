//! What weakens a comparison and what would settle it, in sentences.

use super::beside;
use super::listened::Listened;
use super::persisted::Files;
use super::windows::Windows;
use super::{Measured, Placed};
use crate::catalogue::{joined, sysctls};
use crate::model::report::effect::{Change, Role};
use crate::timeline::{Host, Restart, Timeline};

/// Begins the caveat that load was another, which a flag of the verdict says better.
pub const TRAFFIC: &str = "The traffic moved too:";

/// Keys that one change names of those changed with it.
const TOGETHER: usize = 8;

/// What weakens a comparison, as far as this stage can see it.
pub fn caveats(
    timeline: &Timeline,
    changes: &[Placed],
    i: usize,
    group: &[usize],
    effects: &[Measured],
    windows: Option<&Windows>,
) -> Vec<String> {
    let (mine, host) = (&changes[i].change, &timeline.hosts[changes[i].host]);
    let mut found = Vec::new();
    let mut others: Vec<&str> =
        group.iter().map(|j| changes[*j].change.key.as_str()).take(TOGETHER + 1).collect();
    if others.len() > TOGETHER {
        others[TOGETHER] = "and more";
    }
    if !others.is_empty() {
        found.push(format!(
            "Changed in the same bracket: {}. What moved cannot be told apart.",
            others.join(", ")
        ));
    }
    match windows.and_then(|w| w.listened.as_ref()) {
        Some(Listened::Taken { words, .. } | Listened::Started { words, .. } | Listened::Untold(words)) => {
            found.push(words.clone());
        }
        Some(Listened::Kept(words)) => found.push(format!("Not seen in force: {words}")),
        None => {}
    }
    for load in effects.iter().filter(|m| m.effect.role == Role::Load) {
        if let Some(ratio) = load.effect.ratio.filter(|r| !(0.8..=1.25).contains(r)) {
            let times = crate::model::words::ratio(ratio);
            found.push(format!("{TRAFFIC} {} {times}.", load.effect.title));
        }
    }
    let inside = |r: &&Restart| Some(r.last) <= mine.hi && Some(r.again) >= mine.lo;
    if let Some(restart) = host.restarts.iter().find(inside) {
        found.push(restarted(timeline, host, mine, restart));
    }
    let beside = windows.map(|w| beside::happened(timeline, host, w.both(), w.coming())).unwrap_or_default();
    found.extend(beside.into_iter().map(|b| b.words));
    found
}

/// A restart inside the bracket: nobody need have turned anything.
fn restarted(timeline: &Timeline, host: &Host, change: &Change, restart: &Restart) -> String {
    let Some(boot) = restart.boot else {
        return format!(
            "The counters restarted inside the bracket, by {} UTC.",
            timeline.moment(restart.again)
        );
    };
    let file = match Files::new(timeline, host).of_key(&change.key) {
        Some(said) if said.winner.value == change.to => {
            ", and the new value is the one in the configuration file"
        }
        _ => "",
    };
    format!(
        "The host booted at {} UTC, inside the bracket{file}: a boot takes settings from their files.",
        timeline.moment(boot)
    )
}

/// What would allow a comparison next time.
pub fn settle(change: &Change) -> Vec<String> {
    let Some(row) = sysctls::sysctl(&change.key) else {
        return vec![format!(
            "netmortem does not know which counters {} governs; compare by hand.",
            change.key
        )];
    };
    let mut found = Vec::new();
    for metric in &row.governs {
        let what = match *metric {
            m if m.starts_with("event:") => {
                "the kernel log (dmesg or syslog) from well before to well after the change"
            }
            m if m.starts_with("listener.") => "ss -lnt in a loop, each snapshot after a `date -u` line",
            m if m.starts_with("softnet.") => {
                "/proc/net/softnet_stat in a loop, each snapshot after a `date -u` line"
            }
            m if m.starts_with("nf_conntrack") => {
                "sysctl net.netfilter.nf_conntrack_count and conntrack -S in a loop, each snapshot after a `date -u` line"
            }
            m if m.starts_with("sockstat.") || m.starts_with("sockets.") => {
                "/proc/net/sockstat and ss -tan in a loop, each snapshot after a `date -u` line"
            }
            m if m.starts_with("dev.") || m.starts_with("qdisc.") => {
                "ip -s link and tc -s qdisc in a loop, each snapshot after a `date -u` line"
            }
            m if m.split('.').next().is_some_and(joined::is_section) => {
                "netstat -s in a loop, each snapshot after a `date -u` line"
            }
            _ => continue,
        };
        if !found.iter().any(|f| f == what) {
            found.push(what.to_owned());
        }
    }
    found
}
