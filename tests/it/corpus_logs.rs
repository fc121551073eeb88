//! Real logs of many systems, read where `../shared/corpus` exists and skipped where it does not.
//!
//! jc's `syslog-3164.json` and `syslog-5424.json` have one object for each line that is not blank. Its `date` or
//! `timestamp` is our stamp, its `hostname` what stands behind it. Lines that jc calls `unparsable` have no date there.

use crate::run::project;
use netmortem::parse::{self, Parsed, stamp};
use serde_json::Value;
use std::path::PathBuf;

fn corpus() -> Option<PathBuf> {
    let dir = project().join("../shared/corpus");
    dir.is_dir().then_some(dir)
}

#[test]
fn stamps_and_hosts_of_syslog_agree_with_jc() {
    let Some(corpus) = corpus() else { return };
    for (name, date) in [("syslog-3164", "date"), ("syslog-5424", "timestamp")] {
        let path = corpus.join("kellyjonbrazil+jc/tests/fixtures/generic").join(name);
        let text = std::fs::read_to_string(path.with_extension("out")).unwrap();
        let theirs: Vec<Value> =
            serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
        assert_eq!(lines.len(), theirs.len(), "{name}");
        let mut agreed = 0;
        for (line, theirs) in lines.iter().zip(&theirs) {
            let Some(date) = theirs[date].as_str() else { continue };
            let (ours, rest) = stamp::syslog(line.as_bytes()).unwrap_or_else(|| panic!("{name}: {line}"));
            let want = stamp::syslog(format!("{date} x").as_bytes()).map(|(stamp, _)| stamp);
            assert_eq!(Some(ours), want, "{name}: {line}");
            if let Some(host) = theirs["hostname"].as_str() {
                assert!(String::from_utf8_lossy(rest).starts_with(host), "{name}: {line}");
            }
            agreed += 1;
        }
        assert!(agreed > 4, "{name}: {agreed}");
    }
}

#[test]
fn real_logs_are_read_as_such() {
    let Some(corpus) = corpus() else { return };
    let sos = "canonical+hotsos/tests/unit/fake_data_root/vault";
    for (name, format) in [
        ("RedHatInsights+insights-core/insights/tests/parsers/test_dmesg/MSGINFO.txt", "dmesg"),
        ("RedHatInsights+insights-core/insights/tests/parsers/test_dmesg/TS_MSGINFO.txt", "dmesg"),
        (
            "RedHatInsights+insights-core/insights/tests/parsers/test_vmcore_dmesg/VMCORE_DMESG_TXT.txt",
            "dmesg",
        ),
        (
            "RedHatInsights+insights-core/insights/tests/parsers/test_journalctl/JOURNAL_ALL_MSGINFO.txt",
            "syslog",
        ),
        ("RedHatInsights+insights-core/insights/tests/parsers/test_messages/MSGINFO.txt", "syslog"),
        ("RedHatInsights+insights-core/insights/tests/parsers/test_secure/MSGINFO.txt", "syslog"),
        (&format!("{sos}/sos_commands/kernel/dmesg"), "dmesg"),
        (&format!("{sos}/sos_commands/logs/journalctl_--no-pager"), "syslog"),
        (&format!("{sos}/sos_commands/logs/journalctl_--no-pager_--catalog_--boot"), "syslog"),
        (&format!("{sos}/var/log/syslog"), "syslog"),
    ] {
        let path = corpus.join(name);
        let Parsed::Read(parts) = parse::file(name, &std::fs::read(&path).unwrap()) else {
            panic!("{name} is skipped")
        };
        assert!(parts.iter().all(|f| f.formats == [format]), "{name}: {:?}", parts[0].formats);
        assert_eq!(parts.iter().map(|f| f.rejects.count).sum::<u64>(), 0, "{name}");
    }
}
