//! Real dumps of many systems, read where `../shared/corpus` exists and skipped where it does not. The
//! expectations are jc's, an independent parser; where ours differ on purpose, the reason stands beside it.

use crate::run::{files, project};
use netmortem::catalogue::counters;
use netmortem::model::fact::Facts;
use netmortem::parse::{self, Parsed};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub fn corpus() -> Option<PathBuf> {
    let dir = project().join("../shared/corpus");
    if !dir.is_dir() {
        eprintln!("skipped: {} is not here", dir.display());
    }
    dir.is_dir().then_some(dir)
}

pub fn facts(path: &Path) -> Vec<Facts> {
    match parse::file(&path.to_string_lossy(), &std::fs::read(path).unwrap()) {
        Parsed::Read(parts) => parts,
        Parsed::Skipped(_) => Vec::new(),
    }
}

pub fn expected(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap()
}

#[test]
fn listeners_of_ss_agree_with_jc() {
    let Some(corpus) = corpus() else { return };
    let jc = corpus.join("kellyjonbrazil+jc/tests/fixtures");
    for name in
        ["centos-7.7/ss-sudo-a", "ubuntu-18.04/ss-sudo-a", "ubuntu-18.04/ss-sudo-tulpen", "generic/ss-wide"]
    {
        let path = jc.join(format!("{name}.out"));
        let facts = facts(&path);
        let ours: Vec<&str> = facts
            .iter()
            .flat_map(|f| &f.keys)
            .filter(|k| k.metric == "listener.queue")
            .map(|k| k.of.split('#').next().unwrap_or(&k.of))
            .collect();
        let jc = expected(&path);
        let listening = |o: &&Value| o["netid"] == "tcp" && o["state"] == "LISTEN";
        let theirs: Vec<&Value> = jc.as_array().unwrap().iter().filter(listening).collect();
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for socket in theirs {
            // CentOS 7's ss calls IPv4's wildcard `*`, we what it is
            let address = match socket["local_address"].as_str().unwrap() {
                "*" if name.starts_with("centos-7") => "0.0.0.0",
                address => address,
            };
            // jc cuts `%lo` off; we keep it, for two listeners may differ in nothing else
            let known = ours
                .iter()
                .any(|of| of.split(['%', ']', ':']).any(|part| part == address) || of.contains(address));
            assert!(known, "{name}: no {address} in {ours:?}");
        }
    }
}

#[test]
fn settings_of_sysctl_agree_with_jc() {
    let Some(corpus) = corpus() else { return };
    for name in ["centos-7.7/sysctl-a", "ubuntu-18.04/sysctl-a"] {
        let path = corpus.join(format!("kellyjonbrazil+jc/tests/fixtures/{name}.out"));
        let facts = facts(&path);
        let settings: Vec<_> = facts.iter().flat_map(|f| &f.settings).collect();
        for (key, value) in expected(&path).as_object().unwrap() {
            let ours: Vec<_> = settings.iter().filter(|s| s.key == *key).collect();
            assert!(!ours.is_empty(), "{name}: {key} is missing");
            // a key printed on several lines (dev.cdrom.info) is joined later, by the timeline
            if let [one] = ours.as_slice() {
                let theirs = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert_eq!(
                    one.value,
                    theirs.split_whitespace().collect::<Vec<_>>().join(" "),
                    "{name}: {key}"
                );
            }
        }
    }
}

#[test]
fn sysctl_of_another_system_is_not_taken_for_linux() {
    let Some(corpus) = corpus() else { return };
    let taken = facts(&corpus.join("kellyjonbrazil+jc/tests/fixtures/freebsd12/sysctl-a.out"));
    assert!(taken.iter().all(|f| f.settings.is_empty()));
}

#[test]
fn every_counter_of_real_netstat_has_a_kernel_name() {
    let Some(corpus) = corpus() else { return };
    let mut samples = 0;
    for name in [
        "RedHatInsights+insights-core/insights/tests/parsers/test_netstat/NETSTAT_S.txt",
        "RedHatInsights+insights-core/insights/tests/parsers/test_netstat/NETSTAT_S_W.txt",
        "canonical+hotsos/tests/unit/fake_data_root/vault/sos_commands/networking/netstat_-s",
    ] {
        for facts in facts(&corpus.join(name)) {
            samples += facts.samples.key.len();
            for key in &facts.keys {
                assert!(counters::counter(&key.metric).is_some(), "{name}: {}", key.metric);
            }
        }
    }
    assert!(samples >= 149, "{samples}");
}

#[test]
fn nothing_in_the_corpus_stops_a_parser() {
    let Some(corpus) = corpus() else { return };
    let mut read = 0;
    for file in files(&corpus) {
        read += usize::from(!facts(&corpus.join(file)).is_empty());
    }
    assert!(read > 50, "{read} files recognised");
}
