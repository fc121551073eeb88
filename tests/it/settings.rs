//! Settings: of which namespace, from which file, in force or not.

use crate::run::{netmortem, report, text};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder of dumps, made file by file.
struct Case(TempDir);

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let case = Self(tempfile::tempdir().unwrap());
        for (name, content) in files {
            let path = case.input().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        case
    }

    fn input(&self) -> PathBuf {
        self.0.path().join("in")
    }

    fn report(&self) -> Value {
        report(&self.input(), &self.0.path().join("out"))
    }

    fn page(&self) -> String {
        text(&self.0.path().join("out/report.html"))
    }

    /// The samples of a metric: host, namespace, value, line by line.
    fn samples(&self, metric: &str) -> Vec<String> {
        let run = netmortem(["export".as_ref(), self.input().as_os_str()]);
        let table = String::from_utf8(run.stdout).unwrap();
        let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let rows = table.lines().map(cells).filter(|c| c[2] == metric);
        rows.map(|c| format!("{}|{}|{}", c[0], c[1], c[5])).collect()
    }
}

fn names(report: &Value) -> Vec<&str> {
    report["hosts"].as_array().unwrap().iter().map(|h| h["name"].as_str().unwrap()).collect()
}

const NETNS: &str = "sos/sos_commands/networking/namespaces/blue/ip_netns_exec_blue";

#[test]
fn dumps_of_a_namespace_are_filed_apart_from_their_hosts() {
    let of = |n: u32| format!("Tcp:\n    {n} segments received\n    7 segments sent out\n");
    let settings = |n: u32| {
        format!("kernel.hostname = web7\nnet.core.somaxconn = {n}\nnet.netfilter.nf_conntrack_count = {n}\n")
    };
    let case = Case::new(&[
        ("sos/sos_commands/networking/netstat_-s", &of(5_000)),
        ("sos/sos_commands/kernel/sysctl_-a", &settings(4096)),
        ("sos/sos_commands/networking/ss_-lnt", "LISTEN 0 128 10.0.0.1:80 0.0.0.0:*\n"),
        (&format!("{NETNS}_netstat_-s"), &of(70)),
        (&format!("{NETNS}_sysctl_-a"), &settings(16)),
        ("sos/sos_commands/networking/ip_netns_exec_my_red_ss_-lnt", "LISTEN 0 8 10.0.0.1:80 0.0.0.0:*\n"),
        ("sos/etc/sysctl.conf", "net.core.somaxconn = 4096\n"),
    ]);
    let report = case.report();
    assert_eq!(names(&report), ["web7", "web7 netns blue", "web7 netns my_red"]);
    assert_eq!(case.samples("Tcp.InSegs"), ["web7||5000", "web7|blue|70"]);
    assert_eq!(case.samples("nf_conntrack_count"), ["web7||4096", "web7|blue|16"]);
    assert_eq!(case.samples("listener.limit"), ["web7||128", "web7|my_red|8"]);
    assert_eq!(report["changes"].as_array().unwrap().len(), 0, "two values, two namespaces");
    assert!(
        report["findings"].as_array().unwrap().iter().all(|f| f["rule"] != "drift"),
        "files are the host's"
    );
    assert_eq!(report["settings_census"]["keys"], 3 + 2, "kernel.hostname is no namespace's");
    let missing = report["coverage"]["missing"].as_array().unwrap();
    assert!(missing.iter().all(|m| m["host"] == "web7"), "logs and files are the machine's");
    assert!(case.page().contains("web7 netns blue"));
}

#[test]
fn a_host_is_asked_for_with_its_namespaces() {
    let case = Case::new(&[
        ("in/sysctl.txt", "kernel.hostname = web7\nnet.core.somaxconn = 1\n"),
        ("in/ip_netns_exec_blue_sysctl_-a", "net.core.somaxconn = 2\n"),
    ]);
    let run = netmortem(["scan".as_ref(), "--host".as_ref(), "web7".as_ref(), case.input().as_os_str()]);
    let shown = String::from_utf8(run.stdout).unwrap();
    assert!(shown.contains("web7 netns blue"), "{shown}");
}

#[test]
fn a_tree_of_proc_sys_is_one_host_without_a_time() {
    let tree = |host: &str, files: &mut Vec<(String, String)>| {
        for (key, value) in [
            ("net/core/somaxconn", "4096\n"),
            ("net/ipv4/conf/eth0.100/rp_filter", "2\n"),
            ("fs/file-nr", "1984\t0\t92233720\n"),
            ("net/netfilter/nf_conntrack_count", "31\n"),
            ("vm/swappiness", "10\n"),
        ] {
            files.push((format!("{host}/proc/sys/{key}"), value.to_owned()));
        }
    };
    let mut files = Vec::new();
    tree("web1", &mut files);
    tree("web2", &mut files);
    let case = Case::new(&files.iter().map(|(n, c)| (n.as_str(), c.as_str())).collect::<Vec<_>>());
    let report = case.report();
    assert_eq!(names(&report), ["web1", "web2"]);
    assert_eq!(report["settings_census"]["keys"], 10);
    assert_eq!(case.samples("fs.file-nr.allocated"), ["web1||1984", "web2||1984"]);
    assert_eq!(case.samples("nf_conntrack_count"), ["web1||31", "web2||31"]);
    assert!(report["window"].is_null(), "the age of a cached inode is no time of capture");
}
