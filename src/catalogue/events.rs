//! Log lines worth knowing: a row of `events.json` each, with real samples that a test holds against all rows.
//!
//! `needles` are literals of which a line must have one before `pattern` is tried, so that a log of gigabytes
//! is passed over once for all rows together. `pattern` is searched in the message, behind host and tag, and
//! may name `of` (port, process, table, netns) and `n` (how many; `n2`, `n3` in further wordings).
//!
//! One kill by the out-of-memory killer prints up to four lines. Only the one that begins `Out of memory:` (or
//! `Memory cgroup out of memory:`) is a row: every kernel prints exactly one of it per kill, while
//! `Killed process` is a line of its own up to 4.20 and the tail of that same line from 5.0 on.

use regex::bytes::Regex;
use serde::{Deserialize, Deserializer, de::Error};
use std::sync::LazyLock;

/// One kind of log line.
#[derive(Debug, Deserialize)]
pub struct EventKind {
    /// Stable name (`conntrack-table-full`).
    pub id: &'static str,
    /// Short title for a lane of a chart.
    pub title: &'static str,
    /// `critical`, `warning` or `info`.
    pub severity: &'static str,
    /// Who must have written the line: the kernel, or anyone.
    pub source: Source,
    /// The line only tells how many other lines were left out.
    pub suppressed: bool,
    /// Shares the one bucket that `net_ratelimit: N callbacks suppressed` counts for (`net.core.message_cost`).
    #[serde(default)]
    pub net_limited: bool,
    /// No symptom and no finding: kept apart, to be named beside a change in whose windows it falls. A boot has hundreds.
    #[serde(default)]
    pub background: bool,
    /// Literals of which every line that matches has at least one.
    pub needles: Vec<&'static str>,
    /// What the message must look like.
    #[serde(deserialize_with = "regex")]
    pub pattern: Regex,
    /// What it means, in one sentence.
    pub help: &'static str,
    /// Real lines, over the wordings of all kernels and daemons known.
    pub samples: Vec<String>,
}

/// Who writes lines of a kind. Text that merely quotes the kernel (`sudo … COMMAND=grep "table full"`) does not
/// count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Tag `kernel`, or a ring buffer.
    Kernel,
    /// Any program.
    Any,
    /// The init system, which begins its message with it: a program that says `Started …` of itself is another matter.
    Init,
}

static KINDS: LazyLock<Vec<EventKind>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("events.json")).expect("events.json is compiled in and read by a test")
});

/// All kinds, in the table's order.
#[must_use]
pub fn all() -> &'static [EventKind] {
    &KINDS
}

/// The kind with this id.
#[must_use]
pub fn event(id: &str) -> Option<&'static EventKind> {
    all().iter().find(|kind| kind.id == id)
}

fn regex<'de, D: Deserializer<'de>>(de: D) -> Result<Regex, D::Error> {
    let pattern = String::deserialize(de)?;
    Regex::new(&pattern).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::{all, event};
    use std::collections::BTreeSet;

    #[test]
    fn every_sample_is_of_its_own_kind_and_of_no_other() {
        for kind in all() {
            assert!((2..=8).contains(&kind.samples.len()), "{}: samples", kind.id);
            for sample in &kind.samples {
                assert!(
                    kind.needles.iter().any(|n| sample.contains(n)),
                    "{}: no needle in {sample}",
                    kind.id
                );
                let matching: Vec<_> =
                    all().iter().filter(|k| k.pattern.is_match(sample.as_bytes())).map(|k| k.id).collect();
                assert_eq!(matching, [kind.id], "{sample}");
            }
        }
    }

    #[test]
    fn ids_are_unique_and_severities_are_known() {
        let ids: BTreeSet<_> = all().iter().map(|k| k.id).collect();
        assert_eq!(ids.len(), all().len());
        assert!(all().iter().all(|k| ["critical", "warning", "info"].contains(&k.severity)));
        assert!(all().iter().all(|k| k.title.len() <= 30 && k.help.ends_with('.')));
        assert_eq!(event("oom-kill").map(|k| k.severity), Some("critical"));
        assert!(event("nothing").is_none());
    }

    #[test]
    fn one_kill_is_counted_once() {
        let kill = [
            "java invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0",
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task=java,pid=1,uid=0",
            "Out of memory: Kill process 18694 (perl) score 246 or sacrifice child",
            "Killed process 18694 (perl) total-vm:1972392kB, anon-rss:1953348kB, file-rss:0kB",
            "oom_reaper: reaped process 18694 (perl), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB",
        ];
        let counted = kill.iter().filter(|line| all().iter().any(|k| k.pattern.is_match(line.as_bytes())));
        assert_eq!(counted.count(), 1);
    }
}
