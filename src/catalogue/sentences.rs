//! The sentences of `netstat -s` and the counters that they carry.
//!
//! `sentences.tsv` has every wording that a release of net-tools has used, with `%u` for the number; its last
//! column tells from when to when net-tools used it, where a counter has had several.

use std::sync::LazyLock;

use hashbrown::HashMap;

/// A row of `sentences.tsv`.
#[derive(Debug)]
pub struct Sentence {
    /// Heading that it stands under (`TcpExt`), `Icmp in` and the like for the histograms.
    pub section: &'static str,
    /// As printed, with `%u` for the number.
    pub text: &'static str,
    /// Kernel name with its section.
    pub counter: &'static str,
    /// `until 2015`, `2015 to 2019`, `since 2019`: years of net-tools; empty when there was never another.
    pub years: &'static str,
}

static ROWS: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    super::rows(include_str!("sentences.tsv"))
        .filter_map(|row| {
            let [section, text, counter, years] = row[..] else { return None };
            Some(Sentence { section, text, counter, years: if years == "-" { "" } else { years } })
        })
        .collect()
});

/// Section to sentences; few enough a section for a scan when a truncated line asks what it could become.
type Sections = HashMap<&'static str, HashMap<String, &'static str>>;

static SECTIONS: LazyLock<Sections> = LazyLock::new(|| {
    let mut map = Sections::new();
    for row in ROWS.iter() {
        map.entry(row.section).or_default().insert(normal(row.text).replace("%u", "N"), row.counter);
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
    [section, plain].iter().find_map(|s| SECTIONS.get(s)?.get(&phrase).copied())
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
        .filter_map(|s| SECTIONS.get(s))
        .flat_map(|sentences| sentences.keys())
        .any(|s| s.len() > phrase.len() && s.starts_with(&phrase))
}

/// Every row, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Sentence> {
    ROWS.iter()
}

/// The wordings that carry a counter, the newest first.
#[must_use]
pub fn carrying(counter: &str) -> Vec<&'static Sentence> {
    let mut found: Vec<_> = all().filter(|row| row.counter == counter).collect();
    // the last word is the last year; `until` sorts behind a `since` of the same one
    found.sort_by_key(|row| {
        let year: u16 = row.years.rsplit(' ').next().and_then(|y| y.parse().ok()).unwrap_or(u16::MAX);
        std::cmp::Reverse((row.years.starts_with("since"), year))
    });
    found
}

/// Rows whose sentence somebody quotes without its heading, with or without the number, in any case.
#[must_use]
pub fn quoted(text: &str) -> Vec<&'static Sentence> {
    let asked = bare(text);
    if asked.is_empty() { Vec::new() } else { all().filter(|row| bare(row.text) == asked).collect() }
}

/// The words alone: numbers and punctuation at their ends are left out.
fn bare(text: &str) -> String {
    let words = text.split_whitespace().map(|word| word.trim_end_matches([':', '.']).to_lowercase());
    let is_number =
        |word: &str| word == "%u" || word == "n" || word.bytes().all(|b| b.is_ascii_digit() || b == b',');
    words.filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::counters::counter;

    #[test]
    fn every_row_is_read() {
        let lines = include_str!("sentences.tsv").lines().skip(1).filter(|l| !l.is_empty()).count();
        assert_eq!(lines, SECTIONS.values().map(HashMap::len).sum::<usize>());
    }

    #[test]
    fn every_sentence_names_its_own_counter() {
        for row in all() {
            assert_eq!(sentence(row.section, &row.text.replace("%u", "N")), Some(row.counter), "{row:?}");
            assert!(counter(row.counter).is_some(), "{row:?}");
            let metric_section = row.counter.split('.').next();
            assert_eq!(row.section.split(' ').next(), metric_section, "{row:?}");
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
    fn a_cut_sentence_is_noticed() {
        assert!(begins_longer_sentence("TcpExt", "N packets pruned from receive queue"));
        assert!(begins_longer_sentence("TcpExt", "N packets pru"));
        assert!(!begins_longer_sentence("TcpExt", "Quick ack mode was activated N times"));
    }

    #[test]
    fn the_wording_of_today_comes_first() {
        let years = |name| carrying(name).iter().map(|s| s.years).collect::<Vec<_>>();
        assert_eq!(years("TcpExt.PAWSEstab"), ["since 2019", "2015 to 2019", "until 2015"]);
        assert_eq!(years("TcpExt.ListenOverflows"), [""]);
        for name in all().map(|row| row.counter) {
            assert!(carrying(name).iter().filter(|s| s.years.starts_with("since")).count() <= 1, "{name}");
        }
    }

    #[test]
    fn a_quoted_sentence_needs_neither_heading_nor_number() {
        for text in [
            "times the listen queue of a socket overflowed",
            "  8,211 times the listen queue of a socket overflowed",
        ] {
            let found: Vec<_> = quoted(text).iter().map(|s| s.counter).collect();
            assert_eq!(found, ["TcpExt.ListenOverflows"], "{text}");
        }
        assert_eq!(quoted("Quick ack mode was activated 3 times").len(), 1);
        assert_eq!(quoted("packets received").len(), 4);
        assert!(quoted("12").is_empty() && quoted("").is_empty());
    }
}
