//! `explain` as a user calls it.

use crate::run::netmortem;
use std::process::Output;

fn out(run: &Output) -> String {
    String::from_utf8(run.stdout.clone()).expect("text")
}

fn explain(args: &[&str]) -> Output {
    netmortem(["explain"].iter().chain(args))
}

/// The page must have all of these.
fn shows(args: &[&str], texts: &[&str]) {
    let run = explain(args);
    let page = out(&run);
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    for text in texts {
        assert!(page.contains(text), "{args:?} lacks {text:?}:\n{page}");
    }
}

#[test]
fn a_counter_has_all_that_hangs_on_it() {
    shows(
        &["TcpExt.ListenOverflows"],
        &[
            "TcpExt.ListenOverflows  Accept-queue overflows\n",
            "SYNs and final ACKs dropped",
            "counter, in connections",
            "when it grows",
            "Connection attempts (Tcp.PassiveOpens+TcpExt.ListenDrops)",
            "TcpExt: N times the listen queue of a socket overflowed",
            "TcpExtListenOverflows",
            "/proc/net/netstat",
            "net.core.somaxconn",
            "bites at the next listen()",
            "accept-queue-overflow",
        ],
    );
    shows(&["--json", "PAWSEstab"], &["\"since 2019\"", "\"2015 to 2019\"", "\"until 2015\""]);
    shows(&["TcpExt.TCPReqQFullDrop"], &["syn-flooding", "net.core.somaxconn"]);
    shows(&["retrans/s"], &["Tcp.RetransSegs  TCP retransmissions", "sar            retrans/s, retrseg/s"]);
    shows(&["IcmpMsg.InType3"], &["ICMP messages in, by type: destination unreachable", "IcmpMsgInType3"]);
}

#[test]
fn a_setting_has_its_command_lines() {
    for name in ["net.core.somaxconn", "net/core/somaxconn", "/proc/sys/net/core/somaxconn", "somaxconn"] {
        shows(
            &[name],
            &[
                "net.core.somaxconn  Accept-queue limit\n",
                "number, from 0, in connections",
                "4096 (128 before 5.4)",
                "each network namespace has its own",
                "TcpExt.ListenOverflows",
                "sysctl -w net.core.somaxconn=VALUE",
                "/etc/sysctl.d/",
            ],
        );
    }
    let readings = out(&explain(&["net.netfilter.nf_conntrack_count"]));
    assert!(!readings.contains("sysctl -w"), "nobody sets a reading:\n{readings}");
    shows(
        &["net.ipv4.tcp_rmem"],
        &["sysctl -w net.ipv4.tcp_rmem=\"MIN DEFAULT MAX\"", "net.ipv4.tcp_rmem = MIN DEFAULT MAX'"],
    );
    let interface = out(&explain(&["net.ipv4.conf.eth0.rp_filter"]));
    assert!(interface.contains("sysctl -w net.ipv4.conf.eth0.rp_filter=VALUE"), "{interface}");
}

#[test]
fn events_and_rules_have_pages_too() {
    shows(&["oom-kill"], &["written by     the kernel", "looks like", "log-event"]);
    shows(&["accept-queue-overflow"], &["What it sees", "What to check next", "listener.queue"]);
}

#[test]
fn pages_fit_the_terminal_and_have_no_colour_without_one() {
    for width in ["80", "100"] {
        let run = crate::run::tool()
            .args(["explain", "TcpExt.PruneCalled", "net.ipv4.tcp_rmem", "log-event"])
            .env("COLUMNS", width)
            .output()
            .expect("the tool starts");
        let (page, limit) = (out(&run), width.parse::<usize>().expect("a number"));
        assert!(!page.contains('\u{1b}'));
        for line in page.lines().filter(|line| !line.starts_with("persist")) {
            assert!(line.chars().count() <= limit, "{width}: {line}");
        }
    }
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest_and_status_2() {
    let run = explain(&["TcpExt.ListenOverflow", "somaxcon"]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2));
    assert!(run.stdout.is_empty());
    assert!(said.contains("TcpExt.ListenOverflows") && said.contains("net.core.somaxconn"), "{said}");
    assert!(said.lines().all(|line| line.matches(", ").count() < 5), "{said}");

    let mixed = explain(&["ListenDrops", "nonsense-of-no-kind"]);
    assert_eq!(mixed.status.code(), Some(2));
    assert!(out(&mixed).contains("Listen drops"), "what is known is still told");
}

#[test]
fn the_list_is_aligned_and_filtered() {
    let all = out(&explain(&["--list"]));
    assert!(all.lines().count() > 600);
    let found = out(&explain(&["--list", "accept", "queue"]));
    let lines: Vec<&str> = found.lines().collect();
    assert!(lines.iter().any(|l| l.starts_with("TcpExt.ListenOverflows ")), "{found}");
    assert!(lines.iter().any(|l| l.starts_with("net.core.somaxconn ")), "{found}");
    let column = |line: &str| line.find("  ").map(|at| line.len() - line[at..].trim_start().len());
    assert!(lines.windows(2).all(|pair| column(pair[0]) == column(pair[1])), "{found}");
}

#[test]
fn json_is_for_machines() {
    let pages: serde_json::Value =
        serde_json::from_slice(&explain(&["--json", "ListenOverflows", "somaxconn"]).stdout).expect("JSON");
    assert_eq!(pages[0]["is"], "counter");
    assert_eq!(pages[0]["settings"][0]["key"], "net.core.somaxconn");
    assert_eq!(pages[1]["is"], "sysctl");
    assert_eq!(pages[1]["governs"][0]["name"], "TcpExt.ListenOverflows");
    let list: serde_json::Value =
        serde_json::from_slice(&explain(&["--json", "--list", "somaxconn"]).stdout).expect("JSON");
    assert!(list.as_array().is_some_and(|rows| rows.iter().any(|r| r["name"] == "net.core.somaxconn")));
}
