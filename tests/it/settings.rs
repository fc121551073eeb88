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

fn setting<'a>(report: &'a Value, key: &str) -> &'a Value {
    let listed = report["settings"].as_array().unwrap();
    listed.iter().find(|s| s["key"] == key).unwrap_or_else(|| panic!("{key} is not listed"))
}

/// What files say of a key, the winner last: `etc/sysctl.conf:1 4096`, and why it is of no consequence.
fn persisted(report: &Value, key: &str) -> Vec<String> {
    let values = setting(report, key)["persisted"].as_array().unwrap();
    let told = |v: &Value| {
        let path = v["path"].as_str().unwrap().strip_prefix("in/sos/").unwrap().to_owned();
        let note = v["note"].as_str().map(|note| format!(" ({note})")).unwrap_or_default();
        format!("{path}:{} {}{note}", v["line"], v["value"].as_str().unwrap())
    };
    values.iter().map(told).collect()
}

fn drift(report: &Value) -> &Value {
    report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "drift").expect("a drift")
}

#[test]
fn the_files_of_sysctl_d_override_each_other_as_systemd_has_it() {
    let case = Case::new(&[
        ("sos/sysctl.txt", "kernel.hostname = web7\nnet.core.somaxconn = 128\nvm.swappiness = 1\n"),
        ("sos/usr/lib/sysctl.d/50-default.conf", "net.core.somaxconn = 256\nvm.swappiness = 60\n"),
        (
            "sos/etc/sysctl.d/50-default.conf",
            "# replaces the one of the distribution\nnet.core.somaxconn=512\n",
        ),
        ("sos/run/sysctl.d/90-run.conf", "net.core.somaxconn = 1024\n"),
        ("sos/etc/sysctl.d/60-web.conf", "net.core.somaxconn = 2048\nnet.core.somaxconn = 2049\n"),
        ("sos/etc/sysctl.conf", "net.core.somaxconn = 4096\n"),
    ]);
    let report = case.report();
    assert_eq!(
        persisted(&report, "net.core.somaxconn"),
        [
            "usr/lib/sysctl.d/50-default.conf:1 256 (not read: in/sos/etc/sysctl.d/50-default.conf has the same name)",
            "etc/sysctl.d/50-default.conf:2 512 (etc/sysctl.conf comes later)",
            "etc/sysctl.d/60-web.conf:1 2048 (etc/sysctl.conf comes later)",
            "etc/sysctl.d/60-web.conf:2 2049 (etc/sysctl.conf comes later)",
            "run/sysctl.d/90-run.conf:1 1024 (etc/sysctl.conf comes later)",
            "etc/sysctl.conf:1 4096",
        ]
    );
    let seen = drift(&report)["seen"].as_str().unwrap();
    assert!(
        seen.contains("etc/sysctl.conf says 4096 over usr/lib/sysctl.d/50-default.conf (256), etc/sysctl.d/50-default.conf (512)"),
        "{seen}"
    );
    assert!(
        seen.contains("run/sysctl.d/90-run.conf says 1024 for a systemd that does not read sysctl.conf"),
        "{seen}"
    );
    assert!(!seen.contains("vm.swappiness"), "the file that sets it is not read: {seen}");
    assert!(drift(&report)["otherwise"].as_str().unwrap().contains("99-sysctl.conf"));
    assert!(case.page().contains("has the same name"));
}

#[test]
fn whether_a_value_of_sysctl_conf_survives_a_boot_depends_on_who_reads_it() {
    let files = [
        ("sos/sysctl.txt", "kernel.hostname = web7\nnet.core.somaxconn = 500\nvm.swappiness = 1\n"),
        ("sos/etc/sysctl.conf", "net.core.somaxconn = 500\n"),
        ("sos/etc/sysctl.d/60-web.conf", "net.core.somaxconn = 300\n"),
    ];
    let survives = |more: &[(&str, &str)]| {
        let case = Case::new(&[&files[..], more].concat());
        let report = case.report();
        let given =
            setting(&report, "net.core.somaxconn")["for_systemd"]["value"].as_str().map(str::to_owned);
        let page = case.page();
        let cell = page.split("data-l=\"Survives a reboot\">").nth(1).unwrap();
        (cell.split("</td>").next().unwrap().to_owned(), given)
    };
    let told = "depends: sysctl.conf gives 500 (procps’ sysctl --system), systemd-sysctl gives 300";
    let (cell, given) = survives(&[]);
    assert!(cell.contains(told), "{cell}");
    assert_eq!(given.as_deref(), Some("300"));
    // a link, or the copy that an archiver made of what it leads to
    let (cell, given) = survives(&[("sos/etc/sysctl.d/99-sysctl.conf", "net.core.somaxconn = 500\n")]);
    assert!(cell.contains("yes") && given.is_none(), "{cell}");
    let (cell, given) = survives(&[
        ("sos/sos_commands/tuned/tuned-adm_active", "Current active profile: web\n"),
        ("sos/usr/lib/tuned/web/tuned.conf", "[sysctl]\nvm.swappiness = 1\n"),
    ]);
    assert!(cell.contains("yes") && given.is_none(), "tuned applies sysctl.conf again: {cell}");
}

#[test]
fn a_pattern_sets_what_no_file_names() {
    let case = Case::new(&[
        (
            "sos/sysctl.txt",
            "net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth0.rp_filter = 0\nnet.ipv4.conf.eth0/100.rp_filter = 2\nnet.ipv4.conf.lo.rp_filter = 0\n",
        ),
        (
            "sos/usr/lib/sysctl.d/50-default.conf",
            "net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.lo.rp_filter\n",
        ),
    ]);
    let report = case.report();
    let seen = drift(&report)["seen"].as_str().unwrap();
    assert_eq!(seen, "net.ipv4.conf.eth0.rp_filter runs with 0, usr/lib/sysctl.d/50-default.conf says 2.");
    let said = persisted(&report, "net.ipv4.conf.eth0.rp_filter");
    assert_eq!(said, ["usr/lib/sysctl.d/50-default.conf:2 2 (as net.ipv4.conf.*.rp_filter)"]);
}

#[test]
fn an_empty_file_of_the_same_name_switches_one_off() {
    let case = Case::new(&[
        ("sos/sysctl.txt", "vm.swappiness = 1\n"),
        ("sos/usr/lib/sysctl.d/10-vm.conf", "vm.swappiness = 60\n"),
        ("sos/etc/sysctl.d/10-vm.conf", ""),
        ("sos/etc/sysctl.conf", "# nothing\n"),
    ]);
    let report = case.report();
    assert!(report["findings"].as_array().unwrap().iter().all(|f| f["rule"] != "drift"));
}

#[test]
fn a_tuned_profile_counts_only_while_it_is_active() {
    let profile = "[main]\ninclude=base\n[sysctl]\nnet.core.somaxconn = 1024\nvm.swappiness=>5\n";
    let files = |active: &'static str| {
        Case::new(&[
            ("sos/sysctl.txt", "net.core.somaxconn = 128\nvm.swappiness = 10\nvm.dirty_ratio = 20\n"),
            ("sos/usr/lib/sysctl.d/99-z.conf", "net.core.somaxconn = 256\n"),
            ("sos/etc/sysctl.d/10-own.conf", "vm.dirty_ratio = 20\n"),
            ("sos/usr/lib/tuned/web/tuned.conf", profile),
            (
                "sos/usr/lib/tuned/base/tuned.conf",
                "[sysctl]\nnet.core.somaxconn = 512\nvm.dirty_ratio = 40\n",
            ),
            ("sos/sos_commands/tuned/tuned-adm_active", active),
        ])
    };
    let report = files("Current active profile: web\n").report();
    assert_eq!(
        persisted(&report, "net.core.somaxconn"),
        [
            "usr/lib/sysctl.d/99-z.conf:1 256 (tuned profile web comes later)",
            "usr/lib/tuned/base/tuned.conf:2 512 (tuned profile web comes later)",
            "usr/lib/tuned/web/tuned.conf:4 1024",
        ]
    );
    let seen = drift(&report)["seen"].as_str().unwrap();
    assert!(!seen.contains("vm."), "at least 5, and /etc/sysctl.d applied again after the profile: {seen}");
    let report = files("No current active profile.\n").report();
    assert_eq!(persisted(&report, "net.core.somaxconn"), ["usr/lib/sysctl.d/99-z.conf:1 256"]);
    let report = files("").report();
    let said = persisted(&report, "net.core.somaxconn");
    assert!(said[0].contains("is active, which no dump tells"), "{said:?}");
    assert_eq!(said.last().unwrap(), "usr/lib/sysctl.d/99-z.conf:1 256");
}

#[test]
fn too_many_open_files_quotes_the_limits_that_are_known() {
    let limits = "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 4096                 files     \n";
    let case = Case::new(&[
        (
            "sos/var/log/syslog",
            "2026-11-20T09:12:10Z web7 nginx[431]: [crit] 431#0: accept4() failed (24: Too many open files)\n2026-11-20T09:12:11Z web7 x: y\n",
        ),
        ("sos/proc/431/limits", limits),
        ("sos/proc/977/limits", &limits.replace("1024", "9999")),
        ("sos/ss_-lntp", "LISTEN 0 128 *:80 *:* users:((\"nginx\",pid=431,fd=6))\n"),
        ("sos/etc/security/limits.conf", "* soft nofile 2048\nnginx - nofile 65536\n"),
        ("sos/etc/security/limits.d/20-web.conf", "nginx soft nofile 32768\n"),
        ("sos/sysctl.txt", "fs.file-max = 100000\n"),
    ]);
    let report = case.report();
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|f| f["rule"] == "log-event").expect("the log line");
    let seen = finding["seen"].as_str().unwrap();
    assert!(seen.contains("nginx (pid 431) may open 1024 files and raise that to 4096"), "{seen}");
    assert!(seen.contains("20-web.conf says 32768 for nginx soft") && !seen.contains("9999"), "{seen}");
    assert!(seen.contains("(fs.file-max)"), "{seen}");
    assert!(finding["otherwise"].as_str().unwrap().contains("LimitNOFILE"));
    assert!(finding["exhibits"].as_array().unwrap().iter().any(|e| e["path"] == "in/sos/proc/431/limits"));
    assert_eq!(names(&report), ["web7"]);
}
