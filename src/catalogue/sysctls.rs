//! What each sysctl governs, when a new value bites, and which values move by themselves.
//!
//! A key of `sysctls.tsv` may hold `*`, which stands for any run of characters, dots included:
//! `net.ipv4.conf.*.rp_filter`, `fs.*-nr`. Of several patterns that fit, the one with most fixed characters
//! counts. A setting without a row is still a change when it moves; only nothing is known of its effects.
//!
//! Ranges and defaults are those of kernel 6.18: of a namespace's keys as a fresh one took them when each was
//! written, of the host's as the source has them; what distributions set on top is named where it is usual.
//! Versions are those of the merge that brought a key, held against dumps of 3.10, 4.15 and 5.4 and the source of
//! 6.1 and 6.12; in doubt there is none.

use std::sync::LazyLock;

use hashbrown::HashMap;

/// A row of `sysctls.tsv`.
#[derive(Debug)]
pub struct Sysctl {
    /// Dotted key or pattern.
    pub key: &'static str,
    /// A reading that moves by itself (`fs.file-nr`): a new value is no change made by anyone.
    pub volatile: bool,
    /// Shape of the value, one of [`FORMS`].
    pub form: &'static str,
    /// Values that kernel 6.18 takes: `0..255`, `1..` with no end but its type's; empty when free. The bounds
    /// hold for each number of a triple or a pair.
    pub range: &'static str,
    /// Value that kernel 6.18 starts with, in words where it is computed, with what older kernels had behind
    /// it: `4096 (128 before 5.4)`. Empty for readings, for actions, and where it differs by machine.
    pub default: &'static str,
    /// Unit of the value; empty when unknown.
    pub unit: &'static str,
    /// First mainline kernel that has it; `≤3.10` where 3.10 is the earliest that is known to. Empty for what is no sysctl.
    pub since: &'static str,
    /// First mainline kernel that no longer has it; empty when it is still there or not known for certain.
    pub until: &'static str,
    /// Whose setting it is, one of [`SCOPES`].
    pub scope: &'static str,
    /// When a new value takes effect: one of [`BITES`], alone or with a qualifier after it. Empty for
    /// readings.
    pub bites: &'static str,
    /// Metrics it acts on, the first one before all: counters, `listener.queue`, `softnet.dropped`, or log
    /// events as `event:conntrack-table-full`.
    pub governs: Vec<&'static str>,
    /// Metrics to look at beside these: what a new value is paid with.
    pub partner: Vec<&'static str>,
    /// A few words for the head of a paragraph; empty when there is nothing to say.
    pub title: &'static str,
    /// One sentence on what it does, with its trap.
    pub help: &'static str,
}

/// Shapes of a value. `mode` is one of a few numbers that mean something each, `triple` is minimum, default and
/// maximum (or low, pressure and high), `ranges` is `1-3,7`, `mask` a set of CPUs in hexadecimal.
pub const FORMS: [&str; 14] = [
    "bool", "mode", "int", "time", "bits", "triple", "pair", "numbers", "text", "names", "ranges", "mask",
    "secret", "action",
];

/// `namespace` is the network namespace; for the few rows of `kernel.*` the namespace of their kind.
pub const SCOPES: [&str; 2] = ["host", "namespace"];

/// When a new value takes effect. `next` is the next event of that kind on what exists already, `new` spares what
/// exists.
pub const BITES: [&str; 27] = [
    "at once",
    "next packet",
    "next listen()",
    "next bind()",
    "next bind() or connect()",
    "next connect()",
    "next setsockopt()",
    "next setrlimit()",
    "next timer",
    "next router advertisement",
    "next link change",
    "next address",
    "next log line",
    "new sockets",
    "new connections",
    "new interfaces",
    "new namespaces",
    "new fragment queues",
    "new entries",
    "new routes",
    "new processes",
    "new programs",
    "entries seen again",
    "module load",
    "boot",
    "on write",
    "never",
];

static ROWS: LazyLock<Vec<Sysctl>> = LazyLock::new(|| {
    super::rows(include_str!("sysctls.tsv"))
        .filter_map(|row| {
            let [
                key,
                volatile,
                form,
                range,
                default,
                unit,
                since,
                until,
                scope,
                bites,
                governs,
                partner,
                title,
                help,
            ] = row[..]
            else {
                return None;
            };
            Some(Sysctl {
                key,
                volatile: volatile == "yes",
                form,
                range,
                default,
                unit,
                since,
                until,
                scope,
                bites,
                governs: governs.split_whitespace().collect(),
                partner: partner.split_whitespace().collect(),
                title,
                help,
            })
        })
        .collect()
});

static EXACT: LazyLock<HashMap<&'static str, &'static Sysctl>> =
    LazyLock::new(|| ROWS.iter().map(|s| (s.key, s)).collect());

/// Patterns, most specific first.
static PATTERNS: LazyLock<Vec<&'static Sysctl>> = LazyLock::new(|| {
    let mut patterns: Vec<_> = ROWS.iter().filter(|s| s.key.contains('*')).collect();
    patterns.sort_by_key(|s| std::cmp::Reverse(s.key.len()));
    patterns
});

/// The row of a key: its own, else that of the most specific pattern.
#[must_use]
pub fn sysctl(key: &str) -> Option<&'static Sysctl> {
    EXACT.get(key).copied().or_else(|| PATTERNS.iter().copied().find(|s| fits(s.key, key)))
}

/// Names of one setting that `sysctl -a` prints twice: turning it is one change, not two.
const SAME: &[(&str, &str)] = &[
    ("net.nf_conntrack_max", "net.netfilter.nf_conntrack_max"),
    ("net.ipv4.ip_conntrack_max", "net.ipv4.netfilter.ip_conntrack_max"),
];

/// The name that stands for a setting, where it has two.
#[must_use]
pub fn canonical(key: &str) -> &str {
    SAME.iter().find(|(other, _)| *other == key).map_or(key, |(_, name)| name)
}

/// Every row, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Sysctl> {
    ROWS.iter()
}

/// Whether `key` fits `pattern`. Taking each middle piece where it first occurs is enough, since `*` may
/// stand for anything.
fn fits(pattern: &str, key: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == key;
    };
    let Some(mut key) = key.strip_prefix(head) else {
        return false;
    };
    let mut pieces = tail.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return key.ends_with(piece);
        }
        let Some(at) = key.find(piece) else {
            return false;
        };
        key = &key[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{counters, events};
    use std::collections::HashSet;

    #[test]
    fn keys_are_unique_and_govern_what_exists() {
        let keys: HashSet<_> = all().map(|s| s.key).collect();
        assert_eq!(keys.len(), all().count());
        assert_eq!(include_str!("sysctls.tsv").lines().count(), all().count() + 1, "a row has 14 cells");
        for s in all() {
            for metric in s.governs.iter().chain(&s.partner) {
                assert!(known(metric), "{}: {metric}", s.key);
            }
            assert!(s.volatile || !s.title.is_empty(), "{}: no title", s.key);
            assert!(s.help.ends_with('.') || s.volatile && s.help.is_empty(), "{}: no sentence", s.key);
            assert!(s.title.len() <= 32, "{}: title too long for a heading", s.key);
        }
    }

    /// A counter, a log event, or a metric of a family whose names are open.
    fn known(metric: &str) -> bool {
        const FAMILIES: [&str; 12] = [
            "softnet.",
            "softirq.",
            "dev.",
            "qdisc.",
            "sockstat.",
            "sockstat6.",
            "sockets.",
            "skmem.",
            "tcp_info.",
            "nf_conntrack.",
            "meminfo.",
            "cpu.",
        ];
        const OTHERS: [&str; 2] = ["pressure.io.some", "fs.file-nr.allocated"];
        let logged = metric.strip_prefix("event:").is_some_and(|id| events::event(id).is_some());
        logged
            || FAMILIES.iter().any(|family| metric.starts_with(family))
            || OTHERS.contains(&metric)
            || counters::counter(metric).is_some()
    }

    #[test]
    fn forms_scopes_and_moments_are_of_closed_sets() {
        for s in all() {
            assert!(FORMS.contains(&s.form), "{}: {}", s.key, s.form);
            assert!(SCOPES.contains(&s.scope), "{}: {}", s.key, s.scope);
            let phrase = |b: &&str| {
                s.bites.strip_prefix(*b).is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ' ']))
            };
            assert!(s.volatile || BITES.iter().any(phrase), "{}: {}", s.key, s.bites);
        }
    }

    #[test]
    fn defaults_and_ranges_are_of_their_form() {
        for s in all() {
            let first = s.default.split([' ', ',', ';']).next().unwrap_or_default();
            let worded = first.is_empty() || first.starts_with(|c: char| c.is_alphabetic());
            match s.form {
                "bool" => assert!(worded || ["0", "1"].contains(&first), "{}: {}", s.key, s.default),
                "int" | "mode" | "bits" | "time" => {
                    assert!(worded || first.parse::<i64>().is_ok(), "{}: {}", s.key, s.default);
                }
                _ => {}
            }
            let bounds = s.range.split_once("..").map(|(lo, hi)| (lo.parse::<i128>(), hi.parse::<i128>()));
            assert!(s.range.is_empty() || bounds.is_some(), "{}: {}", s.key, s.range);
            for number in s.default.split([' ', ',', ';']).map_while(|n| n.parse::<i128>().ok()) {
                let outside = bounds.as_ref().is_some_and(|(lo, hi)| {
                    lo.as_ref().is_ok_and(|lo| number < *lo) || hi.as_ref().is_ok_and(|hi| number > *hi)
                });
                assert!(!outside, "{}: {} is not of {}", s.key, s.default, s.range);
            }
            let kept_alike = s.key.starts_with("proc.") || s.key == "tuned.profile";
            assert!(kept_alike || !s.since.is_empty(), "{}: since which kernel?", s.key);
            for version in [s.since.trim_start_matches('≤'), s.until] {
                let release = version.split('.').all(|part| part.parse::<u16>().is_ok());
                assert!(version.is_empty() || release && version.contains('.'), "{}: {version}", s.key);
            }
        }
    }

    fn governs(key: &str) -> &'static [&'static str] {
        sysctl(key).map_or(&[], |s| &s.governs)
    }

    #[test]
    fn settings_govern_their_counters() {
        assert_eq!(
            governs("net.core.somaxconn"),
            [
                "TcpExt.ListenOverflows",
                "TcpExt.ListenDrops",
                "listener.queue",
                "Tcp.PassiveOpens",
                "TcpExt.TCPReqQFullDrop",
                "TcpExt.TCPReqQFullDoCookies"
            ]
        );
        let conntrack = ["event:conntrack-table-full", "nf_conntrack_count", "Tcp.PassiveOpens"];
        assert_eq!(governs("net.netfilter.nf_conntrack_max"), conntrack);
        assert_eq!(governs("net.core.netdev_max_backlog"), ["softnet.dropped"]);
        let receive =
            ["TcpExt.PruneCalled", "TcpExt.RcvPruned", "TcpExt.TCPRcvCollapsed", "TcpExt.TCPRcvQDrop"];
        for key in ["net.ipv4.tcp_rmem", "net.core.rmem_max"] {
            assert_eq!(governs(key)[..4], receive, "{key}");
        }
        let syn = [
            "TcpExt.TCPReqQFullDrop",
            "TcpExt.TCPReqQFullDoCookies",
            "TcpExt.SyncookiesSent",
            "TcpExt.ListenDrops",
        ];
        assert_eq!(governs("net.ipv4.tcp_syncookies"), syn);
        // since kernel 4.4 the SYN queue is bounded by the listener's backlog; what this limit drops counts nowhere else
        assert_eq!(governs("net.ipv4.tcp_max_syn_backlog"), ["TcpExt.ListenDrops"]);
    }

    #[test]
    fn the_most_specific_row_counts() {
        let key = |k| sysctl(k).map(|s| s.key);
        assert_eq!(key("net.ipv4.conf.eth0/100.rp_filter"), Some("net.ipv4.conf.*.rp_filter"));
        let established = "net.netfilter.nf_conntrack_tcp_timeout_established";
        assert_eq!(key(established), Some(established));
        let udplite = "net.netfilter.nf_conntrack_udplite_timeout";
        assert_eq!(key(udplite), Some("net.netfilter.nf_conntrack_*timeout*"));
        assert_eq!(key("net.ipv4.neigh.default.gc_thresh3"), Some("net.ipv4.neigh.*.gc_thresh3"));
        assert_eq!(key("net.frob"), None);
    }

    #[test]
    fn readings_are_not_settings() {
        for key in [
            "fs.dentry-state",
            "fs.file-nr",
            "fs.inode-nr",
            "fs.inode-state",
            "kernel.ns_last_pid",
            "kernel.random.uuid",
            "kernel.random.boot_id",
            "kernel.random.entropy_avail",
            "net.netfilter.nf_conntrack_count",
            "fs.quota.lookups",
            "kernel.pty.nr",
        ] {
            assert!(sysctl(key).is_some_and(|s| s.volatile), "{key}");
        }
        for key in ["kernel.hostname", "vm.max_map_count", "fs.aio-max-nr", "kernel.hung_task_check_count"] {
            assert!(sysctl(key).is_none_or(|s| !s.volatile), "{key}");
        }
    }

    #[test]
    fn a_star_stands_for_any_run() {
        assert!(
            fits("a*c", "abc") && fits("a*c", "ac") && fits("*_count", "x.y_count") && fits("a.*", "a.b.c")
        );
        assert!(fits("x_*time*", "x_a_time_b") && fits("x_*time*", "x_time"));
        assert!(!fits("a*c", "abd") && !fits("a.*", "b.a.") && !fits("ab*ba", "aba"));
    }
}
