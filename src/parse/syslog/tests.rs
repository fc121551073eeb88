use super::{looks_like, read};
use crate::model::fact::{Act, Clue, Facts, Way};
use crate::model::stamp::Stamp;
use std::fmt::Write as _;

fn facts(log: &str) -> Facts {
    let mut facts = Facts::default();
    read(log.as_bytes(), 1, &mut facts);
    facts
}

fn events(log: &str) -> Vec<(&'static str, String, u64, bool, u32)> {
    facts(log).events.into_iter().map(|e| (e.kind, e.of, e.count, e.added_back, e.line)).collect()
}

#[test]
fn every_sample_of_the_catalogue_is_read_in_its_own_kind() {
    for kind in crate::catalogue::events::all() {
        for sample in &kind.samples {
            let facts = facts(sample);
            assert_eq!(facts.events.len(), 1, "{sample}");
            assert_eq!(facts.events[0].kind, kind.id, "{sample}");
            assert_eq!(facts.events[0].added_back, kind.suppressed, "{sample}");
        }
    }
}

#[test]
fn what_a_logger_left_out_is_added_back() {
    let log = "\
Nov 20 09:12:10 web1 kernel: [100.5] nf_conntrack: table full, dropping packet
Nov 20 09:12:10 web1 last message repeated 4 times
Nov 20 09:12:40 web1 last message repeated 7 times
Nov 20 09:12:41 web1 kernel: message repeated 5 times: [ [101.5] nf_conntrack: table full, dropping packet]
Nov 20 09:12:42 web1 kernel: [102.0] net_ratelimit: 3939 callbacks suppressed
Nov 20 09:12:43 web1 sshd[1]: message repeated 5 times: [ Failed password for root]
";
    let full = |count, added, line| ("conntrack-table-full", String::new(), count, added, line);
    let suppressed = ("callbacks-suppressed", "net_ratelimit".to_owned(), 3939, true, 5);
    assert_eq!(
        events(log),
        [full(1, false, 1), full(4, true, 2), full(7, true, 3), full(5, true, 4), suppressed]
    );
}

#[test]
fn the_line_above_of_another_host_is_not_the_one_repeated() {
    let log = "\
Nov 20 09:12:10 web2 kernel: nf_conntrack: table full, dropping packet
Nov 20 09:12:10 web1 last message repeated 4 times
";
    assert_eq!(events(log).len(), 1);
}

#[test]
fn text_that_quotes_the_kernel_does_not_count() {
    let log = "\
Nov 20 09:12:10 web1 sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/grep nf_conntrack: table full, dropping packet x
Nov 20 09:12:10 web1 app[1]: saw nf_conntrack: table full, dropping packet
Nov 20 09:12:10 web1 app[1]: bob : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/sbin/sysctl -w a.b=1
Nov 20 09:12:10 web1 sudo: bob : command not allowed ; TTY=p ; PWD=/x : USER=root ; USER=root ; COMMAND=/sbin/sysctl -w a.b=1
";
    let facts = facts(log);
    assert_eq!((facts.events.len(), facts.actions.len()), (0, 0));
}

#[test]
fn a_sudo_line_may_set_several_keys() {
    let log = "Nov 20 09:12:10 web1 sudo:   bob : TTY=pts/0 ; PWD=/root ; USER=root ; \
               COMMAND=/sbin/sysctl -w net.core.somaxconn=4096 net.ipv4.tcp_rmem=4096 131072 6291456\n";
    let facts = facts(log);
    let set: Vec<_> = facts.actions.iter().map(|a| (a.what.clone(), a.way, a.user.as_deref())).collect();
    let act = |key: &str, value: &str| {
        (Act::Set { key: key.into(), value: Some(value.into()) }, Way::Sudo, Some("bob"))
    };
    assert_eq!(set, [act("net.core.somaxconn", "4096"), act("net.ipv4.tcp_rmem", "4096 131072 6291456")]);
}

#[test]
fn bad_lines_are_counted_and_the_rest_is_read() {
    let log = "\
\0\0\0\0\0\0Nov 20 09:12:10 web1 kernel: nf_conntrack: table full, dropping packet
Nov 99 09:12:10 web1 kernel: nf_conntrack: table full, dropping packet
-- Logs begin at Wed 2017-02-08 15:18:00 CET, end at Tue 2017-09-19 09:12:59 CEST. --
";
    let facts = facts(log);
    assert_eq!(facts.events.len(), 1);
    let rejects: Vec<_> = facts.rejects.kept.iter().map(|r| (r.line, r.why.as_str())).collect();
    assert_eq!(rejects, [(1, "6 NUL bytes, as a crash leaves behind"), (2, "no readable time stamp")]);
}

#[test]
fn latin_1_is_kept_as_text() {
    let mut log = b"Nov 20 09:12:10 web1 app[1]: caf\xe9: Too many open files\r\n".to_vec();
    log.extend(b"\xff\xfe\n");
    let mut facts = Facts::default();
    read(&log, 7, &mut facts);
    assert_eq!(facts.events[0].text, "Nov 20 09:12:10 web1 app[1]: caf\u{fffd}: Too many open files");
    assert_eq!((facts.events[0].of.as_str(), facts.events[0].line, facts.lines), ("app", 7, 2));
}

#[test]
fn many_uptimes_under_one_second_are_a_replay() {
    let mut log = String::from("Nov 20 09:11:00 web1 kernel: [9000.0] live\n");
    for n in 0..40 {
        let _ = writeln!(
            log,
            "Nov 20 09:12:10 web1 kernel: [{:5}.5] {}",
            n * 3,
            ["x", "nf_conntrack: table full, dropping packet"][n % 2]
        );
    }
    log += "Nov 20 09:12:10 web1 rsyslogd: start\nNov 20 09:14:00 web1 kernel: [230.0] nf_conntrack: table full, dropping packet\n";
    let facts = facts(&log);
    let replays: Vec<_> = facts.clues.iter().filter(|c| matches!(c, Clue::Replay { .. })).collect();
    let [Clue::Replay { first, last, lines: 40, line: 2, .. }] = replays.as_slice() else {
        panic!("{replays:?}")
    };
    assert!((first - 0.5).abs() < 1e-9 && (last - 117.5).abs() < 1e-9);
    assert_eq!(facts.events.len(), 21);
    let ties = facts.clues.iter().filter(|c| matches!(c, Clue::KernelStamp { .. })).count();
    assert_eq!(ties, 2, "head and tail are live");
}

#[test]
fn a_log_tells_its_span_and_host() {
    let facts =
        facts("garbage\n2026-11-20T09:12:10+01:00 web1 a: b\nx\n2026-11-20T09:12:11+01:00 web1 a: b\n");
    assert_eq!(facts.lines, 4);
    let span = facts.clues.iter().find(|c| matches!(c, Clue::LogSpan { .. }));
    let second = 1_795_162_330_000_000;
    let (first, last) = (Stamp::Instant(second), Stamp::Instant(second + 1_000_000));
    assert_eq!(span, Some(&Clue::LogSpan { host: Some("web1".into()), first, last, lines: 4 }));
    assert!(facts.clues.contains(&Clue::Offset {
        host: Some("web1".into()),
        east: 3600,
        at: second,
        line: 2
    }));
}

#[test]
fn dumps_do_not_look_like_logs() {
    for dump in [
        "",
        "\n\n",
        "Fri Nov 20 09:12:10 UTC 2026\nTcp:\n    5 active connection openings\n",
        "2026-11-20 09:12:10\nLISTEN 0 128 *:80 *:*\n2026-11-20 09:12:20\nLISTEN 0 128 *:80 *:*\n",
        "net.core.somaxconn = 128\nnet.ipv4.tcp_rmem = 4096 131072 6291456\n",
        "State Recv-Q Send-Q Local Address:Port\nLISTEN 0 128 *:80 *:*\n",
    ] {
        assert!(!looks_like(dump.as_bytes()), "{dump}");
    }
    for log in [
        "garbage\n\nNov 20 09:12:10 web1 app: x\nNov 20 09:12:10 web1 app: x\n",
        "-- Logs begin at Wed 2017-02-08 15:18:00 CET, end at x. --\nNov 20 09:12:10 web1 app: x\n",
        "Nov 20 09:12:10 web1 systemd[1]: x\n-- Subject: a\n-- Defined-By: systemd\n-- \n-- \nb\nc\nd\n",
        "[    0.000000] Linux version 5.4\n[    0.000000] Command line: x\n",
        "<34>1 2026-11-20T09:12:10Z web1 app - - - x\n",
    ] {
        assert!(looks_like(log.as_bytes()), "{log}");
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let seed = b"Nov 20 09:12:10 web1 kernel: [1.5] nf_conntrack: table full, dropping packet\nNov 20 09:12:10 web1 last message repeated 99999999999999999999 times\n";
    for at in 0..seed.len() {
        for byte in [0, b'\n', b'[', b' ', 0xff, b'9'] {
            let mut log = seed.to_vec();
            log[at] = byte;
            for cut in [&log[..], &log[at..], &log[..at]] {
                let _ = looks_like(cut);
                read(cut, u32::MAX - 1, &mut Facts::default());
            }
        }
    }
}

#[test]
fn one_line_of_megabytes_is_passed_once() {
    let log = "Nov 20 09:12:10 web1 kernel: ".to_owned() + &"nf_conntrack: table full, ".repeat(100_000);
    assert_eq!(events(&log), []);
}

#[test]
fn needles_are_few_enough_for_a_vectorised_search() {
    let kinds = crate::catalogue::events::all().iter().flat_map(|kind| kind.needles.iter().copied());
    let all: std::collections::BTreeSet<&str> = kinds.chain(crate::parse::act::needles()).collect();
    // aho-corasick's packed search takes 64; two are the log's own
    assert!(all.len() <= 62, "{}: leave out those that hold another one", all.len());
}
