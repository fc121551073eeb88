//! The catalogue knows what kernels show: keys of `sysctl -a` recorded on 6.18, and those of the corpus.

use crate::run::{files, project};
use netmortem::catalogue::sysctls::sysctl;
use std::collections::BTreeSet;
use std::fs;

/// Keys below `net.` that have no row.
fn unknown<'a>(keys: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    keys.filter(|key| key.starts_with("net.") && sysctl(key).is_none()).collect()
}

#[test]
fn every_network_key_of_a_6_18_kernel_has_a_row() {
    let keys = fs::read_to_string(project().join("fixtures/catalogue/sysctl_net_6.18.txt")).unwrap();
    assert!(keys.lines().count() > 500);
    assert_eq!(unknown(keys.lines()), BTreeSet::new());
}

#[test]
fn every_network_key_of_the_corpus_has_a_row() {
    let corpus = project().join("../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("skipped: {} is not here", corpus.display());
        return;
    }
    let mut seen = 0;
    for file in files(&corpus) {
        // FreeBSD has a net.sctp of its own
        let path = corpus.join(&file);
        if path.to_string_lossy().contains("freebsd") {
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let keys = || {
            let lines = text.lines().map(|line| line.trim_start_matches("sysctl ").trim_start_matches("-w "));
            lines
                .filter_map(|line| line.split_once('='))
                .map(|(key, _)| key.trim())
                .filter(|key| key.starts_with("net.") && !key.contains(char::is_whitespace))
        };
        seen += keys().count();
        assert_eq!(unknown(keys()), BTreeSet::new(), "{}", path.display());
    }
    assert!(seen > 1000, "{seen}");
}
