use super::*;

fn read(text: &str) -> Facts {
    read_bytes(text.as_bytes()).0
}

/// Facts, and what was left.
fn read_bytes(bytes: &[u8]) -> (Facts, String) {
    let mut facts = Facts::default();
    let mut lines = Lines::new(bytes, 1);
    let mut reader = (DUMP.open)();
    while lines.peek().is_some_and(DUMP.begins) {
        reader.read(&mut lines, &mut facts);
    }
    (facts, String::from_utf8_lossy(lines.rest()).into_owned())
}

fn pairs(facts: &Facts) -> Vec<(String, u64)> {
    let key = |k: &u32| facts.keys[*k as usize].metric.clone();
    facts.samples.key.iter().map(key).zip(facts.samples.value.iter().copied()).collect()
}

fn sections(facts: &Facts) -> Vec<&str> {
    facts.sections.iter().map(|s| s.section).collect()
}

#[test]
fn sentences_become_kernel_names() {
    let facts = read(
        "TcpExt:\n    36 times the listen queue of a socket overflowed\n    TCPTimeouts: 2\n    Quick ack mode was activated 9 times\n    TcpTimeoutRehash: 4\nIpExt:\n    InOctets: 18446744073709551615\n",
    );
    let expected = [
        ("TcpExt.ListenOverflows", 36),
        ("TcpExt.TCPTimeouts", 2),
        ("TcpExt.DelayedACKLost", 9),
        ("TcpExt.TcpTimeoutRehash", 4),
        ("IpExt.InOctets", u64::MAX),
    ];
    assert_eq!(pairs(&facts), expected.map(|(k, v)| (k.to_owned(), v)));
    assert_eq!(facts.samples.line, [2, 3, 4, 5, 7]);
    assert_eq!(sections(&facts), ["TcpExt", "IpExt"]);
}

#[test]
fn zero_counters_are_not_printed_by_net_tools() {
    let facts = read("UdpLite:\nTcpExt:\n    10 delayed acks sent\n");
    assert_eq!(pairs(&facts).len(), 1, "no zero is made up");
    assert_eq!(sections(&facts), ["UdpLite", "TcpExt"], "but where a missing one is zero is known");
}

#[test]
fn histograms_of_icmp_are_told_apart() {
    let facts = read(
        "Icmp:\n    3 ICMP messages received\n    ICMP input histogram:\n        echo replies: 1\n    7 ICMP messages sent\n    ICMP output histogram:\n        echo replies: 2\nIcmp6:\n    ICMP input histogram:\n        destination unreachable: 1\n        ICMP output histogram:\n        destination unreachable: 5\n        Icmp6OutType135: 4\n",
    );
    let expected = [
        ("Icmp.InMsgs", 3),
        ("Icmp.InEchoReps", 1),
        ("Icmp.OutMsgs", 7),
        ("Icmp.OutEchoReps", 2),
        ("Icmp6.InDestUnreachs", 1),
        ("Icmp6.OutDestUnreachs", 5),
        ("Icmp6.OutType135", 4),
    ];
    assert_eq!(pairs(&facts), expected.map(|(k, v)| (k.to_owned(), v)));
}

#[test]
fn numbers_inside_words_are_not_values() {
    let facts = read(
        "Icmp6:\n    ICMP input histogram:\n        received ICMPv6 time exceeded: 6\nIp6:\n    Ip6InECT0Pkts: 3\n",
    );
    let expected = [("Icmp6.InTimeExcds", 6), ("Ip6.InECT0Pkts", 3)];
    assert_eq!(pairs(&facts), expected.map(|(k, v)| (k.to_owned(), v)));
}

#[test]
fn gauges_are_stored_as_floats() {
    let facts =
        read("Ip:\n    Forwarding: 2\n    Forwarding is disabled\nTcp:\n    139 connections established\n");
    let values: Vec<f64> = facts.samples.value.iter().map(|v| f64::from_bits(*v)).collect();
    assert_eq!(values, [2.0, 1.0, 139.0]);
    assert!(facts.keys.iter().all(|k| k.kind == Kind::Gauge));
    assert_eq!(facts.keys.len(), 2);
}

#[test]
fn unknown_sentences_keep_their_words() {
    let facts =
        read("TcpExt:\n    5 packets frobbed\n    TCPFrobbed: 6\n    5 Pakete verworfen wegen Übermut\n");
    let names: Vec<String> = pairs(&facts).into_iter().map(|p| p.0).collect();
    let expected =
        ["TcpExt.N packets frobbed", "TcpExt.TCPFrobbed", "TcpExt.N Pakete verworfen wegen Übermut"];
    assert_eq!(names, expected);
}

#[test]
fn a_negative_number_is_a_32_bit_overflow() {
    let facts =
        read("TcpExt:\n    1 delayed acks sent\nIpExt:\n    InOctets: -1125721178\n    OutOctets: 5\n");
    assert_eq!(facts.rejects.count, 1);
    let why = "IpExt.InOctets: printed as a negative number: 32-bit overflow in netstat";
    assert_eq!(facts.rejects.kept[0].why, why);
    assert_eq!(facts.rejects.kept[0].line, 4);
    assert_eq!(pairs(&facts).len(), 2);
    assert_eq!(sections(&facts), ["TcpExt"], "an unreadable counter is not a zero");
}

#[test]
fn garbled_lines_are_rejected_one_by_one() {
    let bytes = b"Tcp:\n    12a4 segments received\n    3 seg\0ments received\n    1 \xff resets sent\n    99999999999999999999 resets sent\n    1 2 resets sent\n    4 resets sent\n";
    let (facts, _) = read_bytes(bytes);
    assert_eq!(facts.rejects.count, 5);
    assert_eq!(pairs(&facts), [("Tcp.OutRsts".to_owned(), 4)]);
    assert!(facts.rejects.kept[3].why.contains("above 64 bits"));
    assert!(sections(&facts).is_empty());
}

#[test]
fn a_cut_last_line_is_no_value_and_its_section_not_whole() {
    for cut in [
        "    5 packets pruned from receive queue",
        "    5 packets pruned from rec",
        "    TCPTimeouts: 21",
        "    5 packets frobbed",
        "    5",
        "    TCPTimeo",
    ] {
        let facts = read(&format!("Tcp:\n    4 resets sent\nTcpExt:\n{cut}"));
        assert_eq!(pairs(&facts).len(), 1, "{cut}");
        assert_eq!(facts.rejects.count, 1, "{cut}");
        assert_eq!(sections(&facts), ["Tcp"], "{cut}");
    }
    let facts = read("TcpExt:\n    Quick ack mode was activated 9 times");
    assert_eq!(pairs(&facts).len(), 1, "a whole sentence needs no newline");
}

#[test]
fn a_dump_that_ends_where_another_went_on_was_cut() {
    let whole = "TcpExt:\n    1 delayed acks sent\nIpExt:\n    InOctets: 5\n";
    let short = "TcpExt:\n    1 delayed acks sent\n";
    let mut facts = Facts::default();
    let mut reader = (DUMP.open)();
    for text in [whole, short, whole] {
        reader.read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
    }
    assert_eq!(sections(&facts), ["TcpExt", "IpExt", "TcpExt", "IpExt"]);
    assert_eq!(sections(&read(short)), ["TcpExt"], "which cannot be known of the first");
}

#[test]
fn lines_of_other_commands_are_left_alone() {
    for other in [
        "Mon Mar  4 10:00:00 UTC 2024\n",
        " 10:00:00 up 5 days,  2 users\n",
        "               total        used        free\n",
        "error parsing /proc/net/netstat: No such file or directory\n",
        "Active Internet connections (only servers)\n",
        "Linux:\nx\n",
    ] {
        let (facts, left) = read_bytes(format!("Tcp:\n    4 resets sent\n\n{other}").as_bytes());
        assert_eq!(left, other);
        assert_eq!((facts.rejects.count, sections(&facts)), (0, vec!["Tcp"]));
    }
    assert!(!begins(b"tcp:") && !begins(b"Ip: Forwarding DefaultTTL") && !begins(b"netstat: no support"));
}

#[test]
fn sections_of_later_kernels_are_read_but_vouch_for_nothing() {
    let facts = read("Tcp:\n    4 resets sent\nXfrmExt:\n    Frobs: 3\n");
    assert_eq!(pairs(&facts)[1], ("XfrmExt.Frobs".to_owned(), 3));
    assert_eq!(sections(&facts), ["Tcp"]);
}

#[test]
fn a_counter_that_leaves_zero_does_not_disturb_the_others() {
    let one = "TcpExt:\n    1 delayed acks sent\n    3 fast retransmits\n";
    let two = "TcpExt:\n    2 delayed acks sent\n    TCPTimeouts: 7\n    3 fast retransmits\n";
    let facts = read(&[one, two, one, two].concat());
    let values: Vec<u64> = pairs(&facts).into_iter().map(|p| p.1).collect();
    assert_eq!(values, [1, 3, 2, 7, 3, 1, 3, 2, 7, 3]);
    assert_eq!(facts.keys.len(), 3);
}

#[test]
fn no_beginning_of_a_dump_panics() {
    let text = "Icmp:\n    ICMP input histogram:\n        echo replies: 1\n\t-\n    -5 resets sent\nX:\n    \u{e9} 7 \u{e9}\n\n    1 2\n".as_bytes();
    for end in 0..=text.len() {
        read_bytes(&text[..end]);
    }
}
