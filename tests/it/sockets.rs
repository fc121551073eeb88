//! Sockets that a report names: whose drops, whose queue, and one listener under one name.

use crate::honest::Case;
use serde_json::Value;

const TCP: &str = "Fri Nov 20 08:00:00 UTC 2026\nTcp:\n    1000 segments received\nTcpExt:\n    1 delayed acks sent\nFri Nov 20 08:10:00 UTC 2026\nTcp:\n    9000 segments received\nTcpExt:\n    1 delayed acks sent\n    700 times the listen queue of a socket overflowed\n";

fn finding<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let found = report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule);
    found.unwrap_or_else(|| panic!("{rule}: {report:#}"))
}

fn exhibits(finding: &Value) -> Vec<&str> {
    finding["exhibits"].as_array().unwrap().iter().map(|e| e["text"].as_str().unwrap()).collect()
}

#[test]
fn the_socket_that_dropped_datagrams_is_named() {
    let udp = |n: u64| format!("Udp: {n} 0 {n} 0 {n} 0\n");
    let snmp = |time: &str, n: u64| {
        let head = "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors\n";
        format!("Fri Nov 20 {time} UTC 2026\n{head}{}", udp(n))
    };
    let head = "State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n";
    let ss = format!(
        "Fri Nov 20 08:09:00 UTC 2026\n{head}UNCONN 0 0 0.0.0.0:68 0.0.0.0:*\n\t skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d2)\nUNCONN 213248 0 10.99.0.1:9999 0.0.0.0:* users:((\"collectd\",pid=7,fd=3))\n\t skmem:(r213248,rb212992,t0,tb212992,f0,w0,o0,bl0,d7311)\n"
    );
    let case = Case::new()
        .file("snmp", &[snmp("08:00:00", 10), snmp("08:10:00", 9_000)].concat())
        .file("ss-uanmp", &ss);
    let report = case.report();
    let found = finding(&report, "udp-buffer-errors");
    let seen = found["seen"].as_str().unwrap();
    assert!(
        seen.contains("udp 10.99.0.1:9999 (collectd, 7,311 by 08:09:00 UTC), then udp 0.0.0.0:68 (2"),
        "{seen}"
    );
    assert!(seen.contains("sockets closed before are in no dump"), "{seen}");
    let shown = exhibits(found);
    assert!(shown.iter().any(|line| line.contains("d7311")), "{shown:?}");
    assert!(shown.iter().any(|line| line.contains("10.99.0.1:9999")), "{shown:?}");
}

#[test]
fn a_queue_without_a_limit_names_the_likely_port() {
    let netstat = "Fri Nov 20 08:05:00 UTC 2026\nActive Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State\ntcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN\ntcp      129      0 10.77.0.1:8080          0.0.0.0:*               LISTEN\n";
    let report = Case::new().file("netstat-s.log", TCP).file("netstat-lnt", netstat).report();
    let found = finding(&report, "accept-queue-overflow");
    let (title, seen) = (found["title"].as_str().unwrap(), found["seen"].as_str().unwrap());
    assert!(title.contains("10.77.0.1:8080 with 129"), "{title}");
    assert!(
        seen.contains("Longest queue seen without a known limit: 10.77.0.1:8080 with 129 at 08:05:00 UTC."),
        "{seen}"
    );
    assert!(exhibits(found)[0].contains("10.77.0.1:8080"));
}

#[test]
fn the_queue_that_another_tool_saw_is_of_the_listener_that_ss_names() {
    let ss = "Fri Nov 20 08:05:00 UTC 2026\nState  Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0      128                *:7003            *:*\n";
    let tcp6 = "Fri Nov 20 08:05:00 UTC 2026\n  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 00000000000000000000000000000000:1B5B 00000000000000000000000000000000:0000 0A 00000000:00000081 00:00000000 00000000     0        0 1161 1 0000000000000000 100 0 0 10 0\n";
    let report = Case::new().file("netstat-s.log", TCP).file("ss", ss).file("tcp6", tcp6).report();
    let found = finding(&report, "accept-queue-overflow");
    assert_eq!(found["title"], "Listener *:7003 stood at its limit of 128", "{found:#}");
    let listeners = report["listeners"].as_array().unwrap();
    assert_eq!((listeners.len(), &listeners[0]["of"]), (1, &Value::from("*:7003")));
}
