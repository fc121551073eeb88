//! Logs as bundles hold them: rotated, compressed, several of one machine.

use crate::honest::Case;
use std::io::Write;

const FULL: &str = "web1 kernel: nf_conntrack: nf_conntrack: table full, dropping packet";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_compressed_chain_over_new_year_is_one_log() {
    let older = format!("Dec 28 09:00:00 {FULL}\nDec 29 09:00:00 {FULL}\n");
    let newer = format!("Dec 31 23:59:59 {FULL}\nJan  1 00:00:01 {FULL}\n");
    let live = format!("Jan  3 09:00:00 {FULL}\n");
    let case = Case::new()
        .bytes("web1/messages-20251230.gz", &gzip(&older))
        .bytes("web1/messages-20260102.gz", &gzip(&newer))
        .file("web1/messages", &live)
        .file("web1/sysctl.txt", "Sun Jan  4 00:00:00 UTC 2026\nnet.core.somaxconn = 128\n");
    let report = case.report();
    let text = report.to_string();
    let artifacts = report["coverage"]["artifacts"].as_array().unwrap();
    let window = |path: &str| {
        let artifact = artifacts.iter().find(|a| a["path"] == path).unwrap_or_else(|| panic!("{text}"));
        let end = |end: &str| artifact["window"][end].as_str().unwrap_or("-").to_owned();
        (end("from"), end("to"))
    };
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(window("in/web1/messages-20251230.gz"), pair("2025-12-28T09:00:00Z", "2025-12-29T09:00:00Z"));
    assert_eq!(window("in/web1/messages-20260102.gz"), pair("2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z"));
    assert_eq!(window("in/web1/messages"), pair("2026-01-03T09:00:00Z", "2026-01-03T09:00:00Z"));
}

#[test]
fn one_journal_in_three_forms_counts_once() {
    let form = |name: &str| {
        std::fs::read(crate::run::project().join("fixtures/formats/journal").join(name)).unwrap()
    };
    let case = Case::new()
        .bytes("web1/journalctl_-o_export", &form("export.txt"))
        .bytes("web1/journalctl_-o_json.gz", &gzip(&String::from_utf8(form("json.txt")).unwrap()))
        .bytes("web1/journalctl_--no-pager", &form("sibling-short-full.txt"))
        .file("web1/sysctl.txt", "Fri Nov 20 08:30:00 UTC 2026\nnet.core.somaxconn = 128\n");
    let report = case.report();
    let finding = |rule: &str| {
        let all = report["findings"].as_array().unwrap();
        all.iter().find(|f| f["rule"] == rule).unwrap_or_else(|| panic!("no {rule}"))["seen"]
            .to_string()
            .replace('\u{a0}', " ")
    };
    assert!(finding("conntrack-table-full").contains("2 messages"), "{}", finding("conntrack-table-full"));
    let sets: Vec<&str> =
        report["changes"].as_array().unwrap().iter().filter_map(|c| c["key"].as_str()).collect();
    assert_eq!(sets, ["net.netfilter.nf_conntrack_max", "net.ipv4.tcp_rmem"]);
}
