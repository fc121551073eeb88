//! Whose the files of a bundle are, and by which name each is read.

use crate::run;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;

/// A folder with these files.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn link(dir: &Path, name: &str, target: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(target, path).unwrap();
}

fn report(input: &Path) -> Value {
    let out = tempfile::tempdir().unwrap();
    run::report(input, &out.path().join("report"))
}

/// Paths of the files that were read, without the name of the input, and their hosts.
fn read(report: &Value) -> Vec<(String, String)> {
    let artifacts = report["coverage"]["artifacts"].as_array().unwrap();
    let text = |a: &Value, key: &str| a[key].as_str().unwrap().to_owned();
    let inside = |path: String| path.split_once('/').unwrap().1.to_owned();
    let read = artifacts.iter().filter(|a| a["skipped"] == "");
    read.map(|a| (inside(text(a, "path")), text(a, "host"))).collect()
}

const LOG: &str = "Nov 20 09:00:01 web7 kernel: [100.5] TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.\n";
const SNMP: &str = "Udp: InDatagrams NoPorts InErrors OutDatagrams\nUdp: 10 2 3 11\n";

#[test]
fn a_tail_is_the_file_that_links_to_it() {
    let dir = tree(&[("s/sos_strings/logs/var.log.messages.tailed", LOG), ("s/etc/hostname", "web7\n")]);
    link(dir.path(), "s/var/log/messages", "../../sos_strings/logs/var.log.messages.tailed");
    let report = report(&dir.path().join("s"));
    assert_eq!(
        read(&report).iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
        ["etc/hostname", "var/log/messages"]
    );
    let log = &report["coverage"]["artifacts"][1];
    assert_eq!(
        (&log["tail"], &log["kept_as"]),
        (&true.into(), &"s/sos_strings/logs/var.log.messages.tailed".into())
    );
    let missing = report["coverage"]["missing"].as_array().unwrap();
    let heads = missing.iter().find(|m| m["title"] == "Heads of large files").unwrap();
    assert!(heads["text"].as_str().unwrap().starts_with("s/var/log/messages starts at "), "{heads}");
}

#[test]
fn the_network_of_a_process_is_read_as_that_of_the_host() {
    let dir = tree(&[("s/proc/4711/net/snmp", SNMP)]);
    link(dir.path(), "s/proc/net", "self/net");
    link(dir.path(), "s/proc/self", "4711");
    assert_eq!(read(&report(&dir.path().join("s")))[0].0, "proc/net/snmp");
}
