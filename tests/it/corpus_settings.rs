//! Settings of real bundles, read where `../shared/corpus` exists. The expectations are those of the tests of
//! insights-core at 43cbb25ff2, an independent parser of the same texts, and a second, naive reading of each line.
//! The corpus has no file of limits or of tuned. insights-core takes `kernel.sysrq` from two files of one name, of
//! which systemd reads one; the value that it expects is that one's.

use crate::run::{files, project};
use netmortem::correlate::persisted::Files;
use netmortem::model::fact::Layer;
use netmortem::parse::{self, Parsed};
use netmortem::source::archive::Budget;
use netmortem::timeline::Options;
use std::fs;
use std::path::PathBuf;

fn corpus() -> Option<PathBuf> {
    let dir = project().join("../shared/corpus");
    if !dir.is_dir() {
        eprintln!("skipped: {} is not here", dir.display());
    }
    dir.is_dir().then_some(dir)
}

/// The winners among these files of the corpus, put where the test of insights-core says that they lie.
fn winners(corpus: &std::path::Path, laid: &[(&str, &str)], keys: &[&str]) -> Vec<Option<String>> {
    let dir = tempfile::tempdir().unwrap();
    for (name, to) in laid {
        let tests = corpus.join("RedHatInsights+insights-core/insights/tests/combiners/test_sysctl_conf");
        let to = dir.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(tests.join(name), to).unwrap();
    }
    let evidence =
        netmortem::read(&[dir.path().to_owned()], Options::default(), Budget::default(), &|_, _| {})
            .expect("settings");
    let files = Files::new(&evidence.timeline, &evidence.timeline.hosts[0]);
    keys.iter().map(|key| files.of_key(key).map(|said| said.winner.value.clone())).collect()
}

#[test]
fn the_order_of_files_agrees_with_insights_core() {
    let Some(corpus) = corpus() else { return };
    let some = |values: &[&str]| values.iter().map(|v| Some((*v).to_owned())).collect::<Vec<_>>();
    let of_three = [
        ("SYSCTL_CONF_TEST1.txt", "etc/sysctl.conf"),
        ("SYSCTL_CONF_TEST2.txt", "etc/sysctl.d/20-test.conf"),
        ("SYSCTL_CONF_TEST3.txt", "etc/sysctl.d/30-test.conf"),
    ];
    let keys = ["kernel.domainname", "kernel.modprobe", "vm.dirty_ratio", "vm.dirty_background_ratio"];
    let expected = some(&["example.com", "/sbin/mod probe", "15", "5"]);
    assert_eq!(winners(&corpus, &of_three, &keys), expected);
    assert_eq!(winners(&corpus, &of_three, &["kernel.domainname.invalid"]), [None]);
    let other_order = [
        ("SYSCTL_CONF_TEST1.txt", "etc/sysctl.conf"),
        ("SYSCTL_CONF_TEST2.txt", "usr/lib/sysctl.d/99-test.conf"),
        ("SYSCTL_CONF_TEST3.txt", "etc/sysctl.d/20-test.conf"),
        ("SYSCTL_CONF_TEST4.txt", "etc/sysctl.d/99-test.conf"),
    ];
    let keys = ["kernel.domainname", "kernel.sysrq", "vm.dirty_ratio", "vm.dirty_background_ratio"];
    assert_eq!(winners(&corpus, &other_order, &keys), some(&["example.com", "16", "30", "50"]));
}

/// Every line of every configuration file and every `sysctl -a` of the corpus: a comment, or a setting with exactly
/// that key and value.
#[test]
fn every_setting_of_the_corpus_is_read_as_it_stands() {
    let Some(corpus) = corpus() else { return };
    let mut read = 0;
    for file in files(&corpus) {
        let path = file.to_string_lossy();
        let conf = path.contains("/etc/sysctl.") && path.ends_with(".conf");
        let dump = path.ends_with("kernel/sysctl_-a") || path.ends_with("sysctl-a.out");
        if !(conf || dump) || path.contains("freebsd") {
            continue;
        }
        let text = fs::read_to_string(corpus.join(&file)).unwrap();
        let Parsed::Read(parts) = parse::file(&path, text.as_bytes()) else { panic!("{path}: skipped") };
        let layer = if conf { Layer::Persisted } else { Layer::Runtime };
        let ours: Vec<_> = parts.iter().flat_map(|p| &p.settings).collect();
        assert!(
            ours.iter().all(|s| s.layer == layer) && parts.iter().all(|p| p.rejects.count == 0),
            "{path}"
        );
        let setting = |line: &&str| !line.starts_with(['#', ';']) && !line.starts_with("sysctl:");
        let lines = text.lines().map(str::trim).filter(setting);
        let theirs: Vec<(&str, String)> = lines
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.trim(), value.split_whitespace().collect::<Vec<_>>().join(" ")))
            .collect();
        assert_eq!(
            ours.iter().map(|s| (s.key.as_str(), s.value.clone())).collect::<Vec<_>>(),
            theirs,
            "{path}"
        );
        read += ours.len();
    }
    assert!(read > 2_500, "{read}");
}
