//! Known names in a text, as whole words; and the words of our own sentences, which a host may be named like.
//!
//! In text of the input a name is replaced wherever it stands. A host called `server` must not wreck our own sentences:
//! in these a name that is one of our words counts only where our sentences put a host. The walk goes over the finished
//! report, not over what sentences are made from, so that `render` redacts a report.json as `report` redacts what it has
//! just made, and so that no sentence can be forgotten.

use super::pieces::Pieces;
use super::spot::Kind;
use aho_corasick::AhoCorasick;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

/// Words that occur in the sentences, titles and tables of netmortem; `tests/it/redact_words.rs` keeps the list.
const OURS: &str = include_str!("words.txt");

static VOCABULARY: LazyLock<HashSet<&str>> = LazyLock::new(|| OURS.split_whitespace().collect());

/// Folders that every system has.
const FOLDERS: &str = "bin boot dev etc home lib lib64 media mnt net opt proc root run sbin srv sys tmp usr var log sysctl kernel \
    ipv4 ipv6 core conf local share cache spool journal sysstat sa audit sos_commands sos_reports sos_logs networking \
    netfilter process memory host system logs hosts data charts series";

/// First parts of sysctl keys.
const ROOTS: [&str; 10] = ["net", "kernel", "vm", "fs", "dev", "user", "abi", "debug", "crypto", "sunrpc"];

/// The names that are known, and what stands for them.
#[derive(Debug)]
pub struct Words {
    find: Option<AhoCorasick>,
    names: Vec<(String, String, bool)>,
}

/// Whether a name is also a word that the report needs: one of its own, or of a device.
fn is_ordinary(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let device = [
        "eth", "lo", "bond", "br", "veth", "docker", "virbr", "wlan", "ib", "tun", "tap", "team", "cpu",
        "ipv", "ip", "eno", "ens",
    ];
    VOCABULARY.contains(name) || device.contains(&stem) || FOLDERS.split_whitespace().any(|it| it == name)
}

impl Words {
    /// A dictionary of names in small letters.
    #[must_use]
    pub fn new(names: &BTreeMap<String, String>) -> Self {
        let telling = |name: &str| name.chars().count() > 1 && name.chars().any(char::is_alphabetic);
        let kept = names.iter().filter(|(name, _)| telling(name));
        let names: Vec<(String, String, bool)> = kept
            .flat_map(|(name, to)| {
                let upper = name.to_uppercase(); // beyond ASCII the search tells small from capital letters
                let more = (!name.is_ascii()).then_some(upper);
                [Some(name.clone()), more].into_iter().flatten().map(|it| (it, to.clone(), is_ordinary(name)))
            })
            .collect();
        let find =
            AhoCorasick::builder().ascii_case_insensitive(true).build(names.iter().map(|(name, ..)| name));
        Self { find: find.ok().filter(|_| !names.is_empty()), names }
    }

    /// Puts the stand-ins in: of names that overlap, the first and longest.
    pub fn apply(&self, kind: Kind, pieces: &mut Pieces<'_>) {
        let Some(find) = &self.find else { return };
        let text = pieces.text();
        pieces.split(|range, found| {
            let mut spans: Vec<(Range<usize>, &str)> = Vec::new();
            for hit in find.find_overlapping_iter(&text[range.clone()]) {
                let span = range.start + hit.start()..range.start + hit.end();
                let Some((_, to, ordinary)) = self.names.get(hit.pattern().as_usize()) else { continue };
                if counts(text, &span, *ordinary, kind) {
                    spans.push((span, to));
                }
            }
            spans.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
            let mut at = range.start;
            for (span, to) in spans {
                if span.start >= at {
                    at = span.end;
                    found.push((span, to.to_owned()));
                }
            }
        });
    }
}

fn counts(text: &str, span: &Range<usize>, ordinary: bool, kind: Kind) -> bool {
    let (head, tail) = (&text[..span.start], &text[span.end..]);
    let letter = char::is_alphanumeric;
    if head.ends_with(letter) || tail.starts_with(letter) {
        return false;
    }
    if !ordinary {
        return true;
    }
    let put = [" on ", "on host ", "host "].iter().any(|before| head.ends_with(before));
    // a path in a sentence of ours is the input's
    let around = |c: char| c.is_whitespace() || "()\"“”".contains(c);
    let begin = head.rfind(around).map_or(head, |at| &head[at..]);
    let in_path = begin.contains('/') || tail.split(around).next().is_some_and(|rest| rest.contains('/'));
    let kind = if kind == Kind::Said && in_path { Kind::Read } else { kind };
    match kind {
        _ if ["/home/", "/Users/"].iter().any(|home| head.ends_with(home)) => true,
        _ if head.is_empty() && (tail.is_empty() || tail.starts_with(" netns ")) => true,
        Kind::Said => put || tail.starts_with(" netns ") || tail.starts_with(" (machine-id "),
        Kind::Key | Kind::Release => false,
        Kind::Read => {
            let name = &text[span.clone()];
            let key = ROOTS.contains(&name) && tail.starts_with('.');
            let part = head.ends_with(['_', '.']) || tail.starts_with(['_', '=']);
            let folder = head.ends_with('/') && (tail.is_empty() || tail.starts_with('/'));
            let capital = name.contains(char::is_uppercase);
            !(key || part || capital || (folder && FOLDERS.split_whitespace().any(|it| it == name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(names: &[&str], kind: Kind, text: &str) -> String {
        let names = names.iter().zip(1..).map(|(name, n)| ((*name).to_owned(), format!("host{n}"))).collect();
        let mut pieces = Pieces::new(text);
        Words::new(&names).apply(kind, &mut pieces);
        pieces.join()
    }

    #[test]
    fn a_name_is_a_whole_word_in_any_case() {
        assert_eq!(
            put(&["web2"], Kind::Read, "WEB2 web2-eth0 web20 myweb2 web2.log _web2_"),
            "host1 host1-eth0 web20 myweb2 host1.log _host1_"
        );
        assert_eq!(put(&["web", "web-1"], Kind::Read, "web-1 web-12 web"), "host2 host1-12 host1");
        assert_eq!(put(&["bücher1"], Kind::Read, "BÜCHER1 bücher1"), "host1 host1");
    }

    #[test]
    fn a_host_named_like_a_word_of_ours_leaves_our_words_alone() {
        let said = "Retransmissions on server: the server still holds it";
        assert_eq!(put(&["server"], Kind::Said, said), "Retransmissions on host1: the server still holds it");
        assert_eq!(
            put(&["tcp"], Kind::Read, "net.ipv4.tcp_rmem TCP: tcp up"),
            "net.ipv4.tcp_rmem TCP: host1 up"
        );
        assert_eq!(
            put(&["net"], Kind::Read, "net/proc/net/snmp: net.core.somaxconn"),
            "host1/proc/net/snmp: net.core.somaxconn"
        );
        assert_eq!(
            put(&["web2"], Kind::Said, "Overflows on web2, and web2 again"),
            "Overflows on host1, and host1 again"
        );
    }
}
