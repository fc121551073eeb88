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

const SNMP_TCP: &str = "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\nTcp: 1 200 120000 -1 ";

/// Counters of TCP, their last eleven as given.
fn tcp(passive: u32) -> String {
    format!("{SNMP_TCP}1 {passive} 3 4 5 600 700 8 9 10 0\n")
}

fn names(report: &Value) -> Vec<&str> {
    report["hosts"].as_array().unwrap().iter().map(|h| h["name"].as_str().unwrap()).collect()
}

#[test]
fn two_bundles_of_one_host_are_one_series_with_the_reboot_between_them() {
    let uname = "Linux web7 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux\n";
    let dump = |time: &str, boot: char, opens: u32| {
        format!("{time}\n{}kernel.random.boot_id = {}\n", tcp(opens), boot.to_string().repeat(36))
    };
    let first = dump("2026-11-20T09:00:00Z", 'a', 1_000);
    // counts more than before, so that only the ids tell that it counted from zero
    let second = dump("2026-11-21T09:00:00Z", 'b', 5_000);
    let folder = ["in/sosreport-web7-2026-11-20-abcdefg", "in/sosreport-web7-2026-11-21-hijklmn"];
    let dir = tree(&[
        (&format!("{}/sos_commands/all", folder[0]), &first),
        (&format!("{}/sos_commands/kernel/uname_-a", folder[0]), uname),
        (&format!("{}/sos_commands/all", folder[1]), &second),
        (&format!("{}/sos_commands/kernel/uname_-a", folder[1]), uname),
        (&format!("{}/etc/os-release", folder[1]), "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
    ]);
    let report = report(&dir.path().join("in"));
    assert_eq!(names(&report), ["web7"]);
    let host = &report["hosts"][0];
    assert_eq!(
        (&host["kernel"], &host["os"]),
        (&"6.1.0-18-amd64".into(), &"Debian GNU/Linux 12 (bookworm)".into())
    );
    let findings = report["findings"].as_array().unwrap();
    let reboot = findings.iter().find(|f| f["rule"] == "counters-restarted").unwrap();
    assert!(reboot["title"].as_str().unwrap().starts_with("The host rebooted before 09:00:00"), "{reboot}");
    assert_eq!(reboot["exhibits"].as_array().unwrap().len(), 4, "{reboot}");
}

#[test]
fn machines_of_one_name_stay_apart_by_machine_id() {
    let dir = tree(&[
        ("in/a/etc/machine-id", "1111222233334444aaaabbbbccccdddd\n"),
        ("in/a/etc/hostname", "localhost.localdomain\n"),
        ("in/a/proc/net/snmp", &tcp(1)),
        ("in/b/var/lib/dbus/machine-id", "55556666ffffeeeeaaaabbbbccccdddd\n"),
        ("in/b/etc/hostname", "ubuntu\n"),
        ("in/b/proc/net/snmp", &tcp(1)),
        ("in/c/var/lib/dbus/machine-id", "77776666ffffeeeeaaaabbbbccccdddd\n"),
        ("in/c/etc/hostname", "ubuntu\n"),
        ("in/c/proc/net/snmp", &tcp(1)),
    ]);
    let report = report(&dir.path().join("in"));
    assert_eq!(names(&report), ["a", "ubuntu (machine-id 55556666)", "ubuntu (machine-id 77776666)"]);
}

#[test]
fn namespaces_are_filed_apart_in_every_layout_of_sos() {
    let nstat = "#kernel\nTcpRetransSegs                  4                  0.0\n";
    let uname = "Linux web7 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux\n";
    let dir = tree(&[
        ("s/sos_commands/kernel/uname_-a", uname),
        ("s/sos_commands/networking/nstat_-zas", nstat),
        ("s/sos_commands/networking/ip_netns_exec_cni-1234_nstat_-zas", nstat),
        ("s/sos_commands/networking/namespaces/a+b/ip_netns_exec_a_b_nstat_-zas", nstat),
        (
            "s/sos_commands/networking/namespaces/a+b/ip_netns_exec_a_b_sysctl_-a",
            "net.core.somaxconn = 4096\nkernel.hostname = web7\n",
        ),
        (
            "s/sos_commands/conntrack/ip_netns_exec_a_b_conntrack_-S",
            "cpu=0   found=0 invalid=3 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0\n",
        ),
        ("s/proc/4711/net/snmp", SNMP),
        (
            "s/sos_logs/ui.log",
            "2026-11-20 09:00:01,100 INFO: Setting up archive\n2026-11-20 09:00:02,100 INFO: Setting up plugins\n",
        ),
    ]);
    let report = report(&dir.path().join("s"));
    assert_eq!(names(&report), ["web7", "web7 netns a+b", "web7 netns cni-1234"]);
    let hosts: Vec<(String, String)> = read(&report);
    let of = |path: &str| hosts.iter().find(|(p, _)| p == path).map(|(_, host)| host.as_str());
    assert_eq!(of("sos_commands/conntrack/ip_netns_exec_a_b_conntrack_-S"), Some("web7 netns a+b"));
    assert_eq!(of("proc/4711/net/snmp"), Some("web7"));
    let artifacts = report["coverage"]["artifacts"].as_array().unwrap();
    let own = artifacts.iter().find(|a| a["path"] == "s/sos_logs/ui.log").unwrap();
    assert_ne!(own["format"], "syslog", "sos speaks of itself");
}

#[test]
fn a_bundle_is_one_host_though_a_file_has_another_name() {
    let dir = tree(&[
        ("sosreport-x-2026-11-20-abcdefg/etc/hostname", "template\n"),
        ("sosreport-x-2026-11-20-abcdefg/proc/sys/kernel/hostname", "host0.domain0.com\n"),
        ("sosreport-x-2026-11-20-abcdefg/proc/net/snmp", SNMP),
        (
            "sosreport-x-2026-11-20-abcdefg/sos_commands/networking/netstat_-s",
            "Tcp:\n    4 segments retransmitted\n",
        ),
    ]);
    // as `sos clean` left it
    assert_eq!(names(&report(dir.path())), ["host0"]);
    let dir = tree(&[("sosreport-db2-2026-11-20-abcdefg/proc/net/snmp", SNMP)]);
    assert_eq!(names(&report(dir.path())), ["db2"]);
    let dir = tree(&[("web5/proc/net/snmp", SNMP)]);
    assert_eq!(names(&report(&dir.path().join("web5"))), ["web5"]);
}

#[test]
fn links_name_the_files_of_an_archive_as_those_of_a_tree() {
    let dir = tree(&[
        ("s/sos_strings/logs/var.log.messages.tailed", LOG),
        ("s/proc/4711/net/snmp", SNMP),
        ("s/usr/lib/os-release", "NAME=Debian\n"),
    ]);
    link(dir.path(), "s/var/log/messages", "../../sos_strings/logs/var.log.messages.tailed");
    link(dir.path(), "s/proc/net", "self/net");
    link(dir.path(), "s/proc/self", "4711");
    link(dir.path(), "s/lib", "usr/lib");
    link(dir.path(), "s/etc/os-release", "../lib/os-release");
    let packed = tempfile::tempdir().unwrap();
    let archive = packed.path().join("s.tar");
    let mut tar = tar::Builder::new(fs::File::create(&archive).unwrap());
    tar.follow_symlinks(false);
    tar.append_dir_all("s", dir.path().join("s")).unwrap();
    tar.finish().unwrap();
    let (unpacked, packed) = (report(&dir.path().join("s")), report(&archive));
    assert_eq!(unpacked["coverage"]["artifacts"], packed["coverage"]["artifacts"]);
    let paths: Vec<String> = read(&packed).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["proc/net/snmp", "usr/lib/os-release", "var/log/messages"]);
}
