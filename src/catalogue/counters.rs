//! What each counter of the kernel means.
//!
//! `counters.tsv` has a row for every name in the kernel's tables up to 6.18 (`Section.Name`; the repeated
//! prefix of `/proc/net/snmp6` and `/proc/net/sctp/snmp` is cut: `Ip6.InReceives`). The other tables hold what is
//! read beside them: `sockets.tsv`, `conntrack.tsv`, `devices.tsv`, `machine.tsv`.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::sysctls::{self, Sysctl};
use crate::model::fact::Kind;

/// Which way is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// More is bad.
    Up,
    /// Less is bad.
    Down,
    /// Neither: traffic, states, harmless events.
    Neither,
}

/// A row of a table of metrics.
#[derive(Debug)]
pub struct Counter {
    /// Kernel name with its section: `TcpExt.ListenOverflows`.
    pub name: &'static str,
    /// Counter or gauge.
    pub kind: Kind,
    /// What one of it is: `events`, `segments`, `bytes`.
    pub unit: &'static str,
    /// Which way is worse.
    pub worse: Worse,
    /// The metric that normalises it.
    pub load: Option<&'static str>,
    /// A few words for the head of a chart.
    pub title: &'static str,
    /// One sentence on what it counts, with its trap.
    pub help: &'static str,
}

/// The kernel's tables; what else is read of a host, by subject.
const TABLES: [&str; 5] = [
    include_str!("counters.tsv"),
    include_str!("sockets.tsv"),
    include_str!("conntrack.tsv"),
    include_str!("devices.tsv"),
    include_str!("machine.tsv"),
];

static ROWS: LazyLock<Vec<Counter>> = LazyLock::new(|| {
    TABLES
        .into_iter()
        .flat_map(super::rows)
        .filter_map(|row| {
            let [name, kind, unit, worse, load, title, help] = row[..] else {
                return None;
            };
            Some(Counter {
                name,
                kind: if kind == "gauge" { Kind::Gauge } else { Kind::Counter },
                unit,
                worse: match worse {
                    "up" => Worse::Up,
                    "down" => Worse::Down,
                    _ => Worse::Neither,
                },
                load: (load != "-").then_some(load),
                title,
                help,
            })
        })
        .collect()
});

static BY_NAME: LazyLock<HashMap<&'static str, &'static Counter>> =
    LazyLock::new(|| ROWS.iter().map(|c| (c.name, c)).collect());

/// ICMP message types have no rows: the kernel makes their names up as they occur.
static MESSAGE_TYPES: LazyLock<[Counter; 2]> = LazyLock::new(|| {
    let row = |name, title, help| Counter {
        name,
        kind: Kind::Counter,
        unit: "messages",
        worse: Worse::Neither,
        load: None,
        title,
        help,
    };
    [
        row(
            "InType",
            "ICMP messages in, by type",
            "ICMP messages received of the type whose number the name ends with.",
        ),
        row(
            "OutType",
            "ICMP messages out, by type",
            "ICMP messages sent of the type whose number the name ends with.",
        ),
    ]
});

/// The row of a metric; for `IcmpMsg.InType3` and the like a row common to all types, and for what a network card
/// counts (`ethtool.*`) that of the pattern it fits.
#[must_use]
pub fn counter(name: &str) -> Option<&'static Counter> {
    if let Some(card) = name.strip_prefix("ethtool.") {
        return super::ethtool::card_counter(card).map(|row| &row.counter);
    }
    BY_NAME.get(name).copied().or_else(|| {
        let (_, way, _) = message(name)?;
        MESSAGE_TYPES.iter().find(|row| row.name == way)
    })
}

/// `IcmpMsg.InType3` as its section, `InType` and 3.
fn message(name: &str) -> Option<(&str, &str, u8)> {
    let (section, tail) =
        name.split_once('.').filter(|(section, _)| ["IcmpMsg", "Icmp6"].contains(section))?;
    let (way, number) = tail.split_at_checked(tail.find(|c: char| c.is_ascii_digit())?)?;
    Some((section, way, number.parse().ok()?)).filter(|_| ["InType", "OutType"].contains(&way))
}

/// What the ICMP type in the name of a counter stands for, where it is in use.
#[must_use]
pub fn message_type(name: &str) -> Option<&'static str> {
    let (section, _, number) = message(name)?;
    let types = if section == "Icmp6" { ICMP6_TYPES } else { ICMP_TYPES };
    types.iter().find(|(n, _)| *n == number).map(|(_, words)| *words)
}

/// IANA's registry of ICMP types.
const ICMP_TYPES: &[(u8, &str)] = &[
    (0, "echo reply"),
    (3, "destination unreachable"),
    (4, "source quench"),
    (5, "redirect"),
    (8, "echo request"),
    (9, "router advertisement"),
    (10, "router solicitation"),
    (11, "time exceeded"),
    (12, "parameter problem"),
    (13, "timestamp request"),
    (14, "timestamp reply"),
    (17, "address mask request"),
    (18, "address mask reply"),
    (42, "extended echo request"),
    (43, "extended echo reply"),
];

/// The same for `ICMPv6`.
const ICMP6_TYPES: &[(u8, &str)] = &[
    (1, "destination unreachable"),
    (2, "packet too big"),
    (3, "time exceeded"),
    (4, "parameter problem"),
    (128, "echo request"),
    (129, "echo reply"),
    (130, "multicast listener query"),
    (131, "multicast listener report"),
    (132, "multicast listener done"),
    (133, "router solicitation"),
    (134, "router advertisement"),
    (135, "neighbour solicitation"),
    (136, "neighbour advertisement"),
    (137, "redirect"),
    (143, "multicast listener report, version 2"),
];

/// Sections of the kernel's tables, each with the file that has it.
const FILES: &[(&str, &str)] = &[
    ("Ip", "/proc/net/snmp"),
    ("Icmp", "/proc/net/snmp"),
    ("IcmpMsg", "/proc/net/snmp"),
    ("Tcp", "/proc/net/snmp"),
    ("Udp", "/proc/net/snmp"),
    ("UdpLite", "/proc/net/snmp"),
    ("TcpExt", "/proc/net/netstat"),
    ("IpExt", "/proc/net/netstat"),
    ("MPTcpExt", "/proc/net/netstat"),
    ("Ip6", "/proc/net/snmp6"),
    ("Icmp6", "/proc/net/snmp6"),
    ("Udp6", "/proc/net/snmp6"),
    ("UdpLite6", "/proc/net/snmp6"),
    ("Sctp", "/proc/net/sctp/snmp"),
];

/// The kernel's file that has a counter; `None` for what is no counter of those tables.
#[must_use]
pub fn file(name: &str) -> Option<&'static str> {
    let (section, _) = name.split_once('.').filter(|_| !name.contains('+'))?;
    FILES.iter().find(|(s, _)| *s == section).map(|(_, file)| *file)
}

/// `TcpExtListenOverflows`: what nstat prints for `TcpExt.ListenOverflows`.
#[must_use]
pub fn nstat(name: &str) -> Option<String> {
    file(name).map(|_| name.replacen('.', "", 1))
}

/// The settings that act on a metric, the most direct ones first; readings are not settings. For a log event
/// `metric` is `event:` and its id.
#[must_use]
pub fn governed_by(metric: &str) -> Vec<&'static Sysctl> {
    let rank = |s: &Sysctl| s.governs.iter().position(|governed| *governed == metric);
    let mut found: Vec<(usize, &Sysctl)> =
        sysctls::all().filter(|s| !s.volatile).filter_map(|s| Some((rank(s)?, s))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, s)| s).collect()
}

/// Every row, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Counter> {
    ROWS.iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_loads_exist() {
        let names: HashSet<_> = all().map(|c| c.name).collect();
        assert_eq!(names.len(), all().count());
        for c in all() {
            assert!(c.title.len() <= 32, "{}: title too long for a chart", c.name);
            assert!(!c.title.is_empty() && !c.unit.is_empty(), "{}", c.name);
            assert!(c.help.ends_with('.') && c.help.len() > 12, "{}: no sentence", c.name);
            if let Some(load) = c.load {
                assert!(names.contains(load), "{}: no row for {load}", c.name);
            }
        }
    }

    #[test]
    fn every_row_of_every_table_is_read() {
        let lines = |t: &str| t.lines().skip(1).filter(|l| !l.is_empty()).count();
        assert_eq!(TABLES.map(lines).iter().sum::<usize>(), all().count());
    }

    /// `Section: Name …` over `Section: 1 …`, or `Ip6Name 1`.
    fn names(file: &str) -> Vec<String> {
        let mut found = Vec::new();
        for line in file.lines() {
            let mut words = line.split_whitespace();
            let first = words.next().unwrap_or_default();
            if let Some(section) = first.strip_suffix(':') {
                let named = words.filter(|w| w.starts_with(char::is_alphabetic));
                found.extend(named.map(|w| format!("{section}.{w}")));
            } else {
                let sections = ["Ip6", "Icmp6", "UdpLite6", "Udp6"];
                let section = sections.iter().find(|s| first.starts_with(**s)).expect("a known section");
                found.push(format!("{section}.{}", &first[section.len()..]));
            }
        }
        found
    }

    /// Whether this machine runs a Linux kernel no newer than the table.
    fn table_covers_it() -> bool {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let mut numbers = release.split(['.', '-']).map(|n| n.parse::<u32>().unwrap_or(u32::MAX));
        (numbers.next(), numbers.next()) <= (Some(6), Some(18))
    }

    #[test]
    fn every_name_that_kernel_6_18_prints_has_a_row() {
        let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/kernel/6.18");
        let mut seen = 0;
        for file in ["snmp", "netstat", "snmp6"] {
            let text = std::fs::read_to_string(format!("{recorded}/{file}")).expect("recorded");
            let live =
                std::fs::read_to_string(format!("/proc/net/{file}")).ok().filter(|_| table_covers_it());
            let here = live.unwrap_or_default();
            for name in names(&text).into_iter().chain(names(&here)) {
                assert!(counter(&name).is_some(), "{file}: no row for {name}");
                assert_eq!(super::file(&name), Some(format!("/proc/net/{file}").as_str()), "{name}");
                seen += 1;
            }
        }
        assert!(seen > 350, "{seen} names are not the whole of those files");
    }

    #[test]
    fn icmp_types_need_no_rows() {
        assert!(counter("IcmpMsg.InType3").is_some());
        assert!(counter("Icmp6.OutType143").is_some());
        assert_eq!(message_type("IcmpMsg.OutType3"), Some("destination unreachable"));
        assert_eq!(message_type("Icmp6.InType3"), Some("time exceeded"));
        assert_eq!(message_type("IcmpMsg.InType200"), None);
        for name in ["IcmpMsg.InType", "IcmpMsg.InType3a", "IcmpMsg.InType256", "TcpExt.InType3"] {
            assert!(counter(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_counter_knows_its_settings() {
        let keys = |metric| governed_by(metric).iter().map(|s| s.key).collect::<Vec<_>>();
        assert_eq!(keys("TcpExt.ListenOverflows").first(), Some(&"net.core.somaxconn"));
        assert!(keys("TcpExt.PruneCalled").contains(&"net.ipv4.tcp_rmem"));
        assert!(keys("event:conntrack-table-full").contains(&"net.netfilter.nf_conntrack_max"));
        assert!(!keys("event:conntrack-table-full").contains(&"net.netfilter.nf_conntrack_count"));
        assert!(keys("Tcp.MaxConn").is_empty());
    }

    #[test]
    fn nstat_joins_section_and_name() {
        assert_eq!(nstat("Ip6.InReceives").as_deref(), Some("Ip6InReceives"));
        assert_eq!(nstat("listener.queue"), None);
        assert_eq!(nstat("Tcp.PassiveOpens+TcpExt.ListenDrops"), None);
    }
}
