//! What each counter of the kernel means, and the sentences of `netstat -s` that carry it.
//!
//! `counters.tsv` has a row for every name in the kernel's tables up to 6.18 (`Section.Name`; the repeated
//! prefix of `/proc/net/snmp6` and `/proc/net/sctp/snmp` is cut: `Ip6.InReceives`). The other tables hold what is
//! read beside them: `sockets.tsv`, `conntrack.tsv`, `devices.tsv`, `machine.tsv`. `sentences.tsv` has
//! every wording that a release of net-tools has used, with `%u` for the number.

use std::sync::LazyLock;

use hashbrown::HashMap;

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
    /// One sentence on what it counts, with its trap; empty for counters that a post-mortem seldom quotes.
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
        let tail = name.strip_prefix("IcmpMsg.").or_else(|| name.strip_prefix("Icmp6."))?;
        MESSAGE_TYPES.iter().find(|row| {
            tail.strip_prefix(row.name)
                .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        })
    })
}

/// Every row, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Counter> {
    ROWS.iter()
}

/// Section to sentences; few enough a section for a scan when a truncated line asks what it could become.
type Sentences = HashMap<&'static str, HashMap<String, &'static str>>;

static SENTENCES: LazyLock<Sentences> = LazyLock::new(|| {
    let mut map = Sentences::new();
    for row in super::rows(include_str!("sentences.tsv")) {
        if let [section, sentence, counter] = row[..] {
            map.entry(section).or_default().insert(normal(sentence).replace("%u", "N"), counter);
        }
    }
    map
});

/// A sentence with single blanks and no full stop: releases differ in nothing more often.
fn normal(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let mut text = words.join(" ");
    while text.ends_with('.') {
        text.pop();
    }
    text
}

/// The counter that a sentence carries. `section` is the heading (`TcpExt`); for the lines below an ICMP
/// histogram heading it is `Icmp in`, `Icmp out`, `Icmp6 in` or `Icmp6 out`, because both histograms
/// use the same words. The number in `phrase` is replaced by `N`.
#[must_use]
pub fn sentence(section: &str, phrase: &str) -> Option<&'static str> {
    let phrase = normal(phrase);
    let plain = section.split(' ').next().unwrap_or(section);
    [section, plain].iter().find_map(|s| SENTENCES.get(s)?.get(&phrase).copied())
}

/// Whether `phrase` is the beginning of a longer sentence of that section: then a line that ends with the
/// file may have been cut, and `5 packets pruned from receive queue` is not `RcvPruned` but perhaps
/// `PruneCalled`.
#[must_use]
pub fn begins_longer_sentence(section: &str, phrase: &str) -> bool {
    let phrase = normal(phrase);
    let plain = section.split(' ').next().unwrap_or(section);
    [section, plain]
        .iter()
        .filter_map(|s| SENTENCES.get(s))
        .flat_map(|sentences| sentences.keys())
        .any(|s| s.len() > phrase.len() && s.starts_with(&phrase))
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
            if let Some(load) = c.load {
                assert!(names.contains(load), "{}: no row for {load}", c.name);
            }
        }
    }

    #[test]
    fn every_row_of_both_tables_is_read() {
        let lines = |t: &str| t.lines().skip(1).filter(|l| !l.is_empty()).count();
        assert_eq!(TABLES.map(lines).iter().sum::<usize>(), all().count());
        let sentences: usize = SENTENCES.values().map(HashMap::len).sum();
        assert_eq!(lines(include_str!("sentences.tsv")), sentences);
    }

    #[test]
    fn every_sentence_names_its_own_counter() {
        for row in super::super::rows(include_str!("sentences.tsv")) {
            assert_eq!(sentence(row[0], &row[1].replace("%u", "N")), Some(row[2]), "{row:?}");
            assert!(counter(row[2]).is_some(), "{row:?}");
            let metric_section = row[2].split('.').next();
            assert_eq!(row[0].split(' ').next(), metric_section, "{row:?}");
        }
    }

    #[test]
    fn every_wording_in_history_is_known() {
        let Ok(history) = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../shared/reference/netstat_s_wording_history.tsv"
        )) else {
            return;
        };
        for line in history.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let (table, name, wording) = (cells[0], cells[1].trim(), cells[2]);
            if !wording.contains("%u") {
                continue; // never carries a number
            }
            let section = match table {
                "Tcpexttab" => "TcpExt".to_owned(),
                _ if name.starts_with("Udp6") => "Udp6".to_owned(),
                _ => table.replace("tab", ""),
            };
            let bare = name.strip_prefix(section.as_str()).unwrap_or(name);
            let way = if bare.starts_with("In") { "in" } else { "out" };
            let place =
                if section.starts_with("Icmp") { format!("{section} {way}") } else { section.clone() };
            let found = sentence(&place, &wording.replace("%u", "N"));
            assert!(found.is_some(), "{place}: {wording}");
            let spelt_otherwise = ["TCPLostRetransmits", "TCPDSackUndo", "TCPRenoRecoveryFailed"];
            if !spelt_otherwise.contains(&bare) {
                assert_eq!(found, Some(format!("{section}.{bare}").as_str()), "{wording}");
            }
        }
    }

    #[test]
    fn a_full_stop_and_double_blanks_do_not_matter() {
        assert_eq!(sentence("Tcp", "N bad segments received."), Some("Tcp.InErrs"));
        assert_eq!(sentence("Sctp", "N Number of  Aborteds "), Some("Sctp.Aborteds"));
    }

    #[test]
    fn histograms_share_words_but_not_counters() {
        assert_eq!(sentence("Icmp in", "echo replies: N"), Some("Icmp.InEchoReps"));
        assert_eq!(sentence("Icmp out", "echo replies: N"), Some("Icmp.OutEchoReps"));
        assert_eq!(sentence("Icmp out", "N ICMP messages sent"), Some("Icmp.OutMsgs"));
        assert_eq!(sentence("Icmp", "echo replies: N"), None);
    }

    #[test]
    fn icmp_types_need_no_rows() {
        assert!(counter("IcmpMsg.InType3").is_some());
        assert!(counter("Icmp6.OutType143").is_some());
        assert!(counter("IcmpMsg.InType").is_none());
        assert!(counter("TcpExt.InType3").is_none());
    }

    #[test]
    fn a_cut_sentence_is_noticed() {
        assert!(begins_longer_sentence("TcpExt", "N packets pruned from receive queue"));
        assert!(begins_longer_sentence("TcpExt", "N packets pru"));
        assert!(!begins_longer_sentence("TcpExt", "Quick ack mode was activated N times"));
    }
}
