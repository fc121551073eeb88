use super::*;
use crate::model::fact::Clue;

fn read(text: &str) -> (Facts, String) {
    let mut facts = Facts::default();
    let mut lines = Lines::new(text.as_bytes(), 1);
    let mut reader = (DUMP.open)();
    while lines.peek().is_some_and(DUMP.begins) {
        reader.read(&mut lines, &mut facts);
    }
    (facts, String::from_utf8_lossy(lines.rest()).into_owned())
}

fn samples(facts: &Facts) -> Vec<(String, f64)> {
    (facts.samples.key.iter().zip(&facts.samples.value))
        .map(|(k, v)| {
            let key = &facts.keys[*k as usize];
            (format!("{} {}", key.metric.replace("listener.", ""), key.of), f64::from_bits(*v))
        })
        .collect()
}

fn listeners(facts: &Facts) -> Vec<&str> {
    facts.keys.iter().filter(|k| k.metric == "listener.queue").map(|k| k.of.as_str()).collect()
}

#[test]
fn a_listener_has_a_queue_and_a_limit() {
    let (facts, left) = read(
        "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 129    128         10.77.0.1:8080      0.0.0.0:*          \nMon Mar\n",
    );
    assert_eq!(
        samples(&facts),
        [("queue 10.77.0.1:8080".into(), 129.0), ("limit 10.77.0.1:8080".into(), 128.0)]
    );
    assert_eq!(left, "Mon Mar\n");
    assert!(facts.clues.is_empty());
}

#[test]
fn only_tcp_listeners_have_accept_queues() {
    let (facts, left) = read(
        "Netid State      Recv-Q Send-Q Local Address:Port Peer Address:Port\nnl    UNCONN     768    0      rtnl:kernel  *\nudp   UNCONN     15616  0              0.0.0.0:5353        0.0.0.0:*\nu_str LISTEN 0 128 /run/docker.sock 22040 * 0\ntcp   ESTAB      0      0   10.0.0.1:22  10.0.0.2:5\ntcp   LISTEN     0      128                  *:80                *:*\n",
    );
    assert_eq!((listeners(&facts), left.as_str()), (vec!["*:80"], ""));
    assert_eq!(facts.rejects.count, 0);
}

#[test]
fn bare_ipv6_addresses_get_brackets() {
    for (printed, kept) in [
        // an old ss: shared with IPv4, as netstat's is, while no other socket holds that
        (":::80", "*:80"),
        ("::1:25", "[::1]:25"),
        ("[::]:80", "[::]:80"),
        ("fe80::1%eth0:22", "[fe80::1]%eth0:22"),
        ("[fe80::1]%eth0:22", "[fe80::1]%eth0:22"),
        ("0.0.0.0%virbr0:67", "0.0.0.0%virbr0:67"),
        ("*:ssh", "*:ssh"),
    ] {
        let (facts, _) = read(&format!("LISTEN 0 5 {printed} *:*\n"));
        assert_eq!(listeners(&facts), [kept]);
    }
}

#[test]
fn sockets_that_share_a_port_are_numbered_within_a_dump() {
    let one = "State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 1 5 *:80 *:*\nLISTEN 2 5 *:80 *:*\n";
    let (facts, _) = read(&[one, one].concat());
    assert_eq!(listeners(&facts), ["*:80", "*:80#2"]);
    assert_eq!(facts.samples.value.len(), 8);
}

#[test]
fn processes_are_told_once() {
    let line = "LISTEN 0 128 *:80 *:* users:((\"nginx\",pid=7,fd=6),(\"other\",pid=8,fd=6))\n";
    let (facts, _) = read(&[line, "LISTEN 0 128 *:81 *:*\n", "\t users:((\"x\",1,2))\n", line].concat());
    let clue = |of: &str, name: &str, pid, line| {
        let (of, name) = (of.into(), name.into());
        Clue::Process { of, name, pid: Some(pid), line }
    };
    let told = [clue("*:80", "nginx", 7, 1), clue("*:81", "x", 1, 3), clue("*:80#2", "nginx", 7, 4)];
    let of_process = |clue: &&Clue| matches!(clue, Clue::Process { .. });
    assert_eq!(facts.clues.iter().filter(of_process).cloned().collect::<Vec<_>>(), told);
}

#[test]
fn cut_or_garbled_listeners_are_rejected() {
    for bad in ["LISTEN 0 128 0.0.0.0:80", "LISTEN 0 12", "LISTEN 0 128 0.0.0.0: *:*\n", "LISTEN 0 x *:1 *:*"]
    {
        let (facts, _) = read(&format!("State Recv-Q Send-Q Local\n{bad}"));
        assert_eq!((facts.rejects.count, facts.keys.len()), (1, 0), "{bad}");
    }
}

#[test]
fn no_beginning_of_a_dump_panics() {
    let text = "State Recv-Q Send-Q \nLISTEN 4294967296 1 a:b c\nLISTEN 0 1 \u{e9}:1 *:* users:((\"\u{e9}\nLISTEN 0 1 [::1%x:1 *:*\n";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        read(&text[..end]);
    }
}

#[test]
fn other_lines_do_not_begin_a_dump() {
    for line in
        ["LISTEN", "LISTENING 0 1", "tcp        0      0 0.0.0.0:22 0.0.0.0:* LISTEN", "State: up", ""]
    {
        assert!(!begins(line.as_bytes()), "{line}");
    }
    assert!(begins(b"tcp   LISTEN 0 128 *:80 *:*"));
}

fn states(facts: &Facts) -> Vec<(String, f64)> {
    (facts.samples.key.iter().zip(&facts.samples.value))
        .filter_map(|(k, v)| {
            let key = &facts.keys[*k as usize];
            let name = key.metric.strip_prefix("sockets.").filter(|name| !name.ends_with("_queue"))?;
            Some((format!("{name} {}", key.of).trim_end().to_owned(), f64::from_bits(*v)))
        })
        .collect()
}

const HEADER: &str = "State Recv-Q Send-Q Local Address:Port Peer Address:Port\n";

#[test]
fn a_dump_of_listeners_says_nothing_of_other_states() {
    let (facts, _) = read(&[HEADER, "LISTEN 0 128 *:80 *:*\n"].concat());
    assert!(states(&facts).is_empty());
}

#[test]
fn what_is_not_listed_is_zero_only_when_all_is_listed() {
    let (facts, _) = read(&[HEADER, "ESTAB 0 0 10.0.0.1:80 10.0.0.2:5000\n"].concat());
    assert_eq!(states(&facts), [("ESTABLISHED".into(), 1.0), ("ESTABLISHED :80".into(), 1.0)]);
    let (facts, _) = read(&[HEADER, "LISTEN 0 128 *:80 *:*\nESTAB 0 0 10.0.0.1:80 10.0.0.2:5000\n"].concat());
    assert_eq!(states(&facts).len(), State::CONNECTED.len() + 1);
    let (facts, _) = read("LISTEN 0 128 *:80 *:*\nESTAB 0 0 10.0.0.1:80 10.0.0.2:5000\n");
    assert_eq!(states(&facts).len(), 2, "grep leaves no header");
}

#[test]
fn a_dump_that_was_cut_counts_listeners_only() {
    let (facts, _) = read(&[HEADER, "LISTEN 0 128 *:80 *:*\nESTAB 0 0 10.0.0.1:80 10.0.0.2:50"].concat());
    assert_eq!((listeners(&facts), states(&facts).len(), facts.rejects.count), (vec!["*:80"], 0, 1));
}

#[test]
fn udp_alone_is_not_taken_for_tcp() {
    let (facts, _) = read(&[HEADER, "UNCONN 0 0 *:68 *:*\nESTAB 0 0 10.0.0.1:68 10.0.0.2:67\n"].concat());
    assert!(states(&facts).is_empty());
}

#[test]
fn connections_to_others_are_grouped_by_their_port() {
    let rows = "LISTEN 0 128 *:80 *:*\nTIME-WAIT 0 0 10.0.0.1:700 10.0.0.2:2049\nTIME-WAIT 0 0 10.0.0.1:701 10.0.0.3:2049\nESTAB 0 0 [::1]:4711 [::1]:80\nESTAB 0 0 [::1]:80 [::1]:4711\n";
    let (facts, _) = read(&[HEADER, rows].concat());
    let groups: Vec<_> = states(&facts).into_iter().filter(|(name, _)| name.contains(':')).collect();
    let expected = [("TIME_WAIT to :2049", 2.0), ("ESTABLISHED to :80", 1.0), ("ESTABLISHED :80", 1.0)];
    assert_eq!(groups, expected.map(|(name, n)| (name.to_owned(), n)));
}

#[test]
fn a_peer_to_peer_host_has_no_thousand_services() {
    let mut text = HEADER.to_owned();
    for port in 1..2_000 {
        text += &format!("ESTAB 0 0 10.0.0.1:{port} 10.0.0.2:{}\n", 40_000 - port);
    }
    let (facts, _) = read(&text);
    assert_eq!(states(&facts).len(), 1 + crate::parse::sockets::census::PORTS);
}

#[test]
fn continuation_lines_belong_to_the_socket_above() {
    let text = "LISTEN 0 128 *:80 *:*\n\t skmem:(r0,rb9,t0,tb9,f0,w0,o0,bl0,d7) cubic cwnd:10\nESTAB 0 0 10.0.0.1:80 10.0.0.2:5000 timer:(on,2ms,1)\n\t skmem:(r1,rb2,t3,tb4,f5,w6,o7,bl8,d9) cubic rto:204 rtt:3.5/1 cwnd:10 unacked:2 retrans:1/5 lost:1\nESTAB 0 0 10.0.0.1:80 10.0.0.2:5001\n\t skmem:(r1,rb3,t3,tb4,f5,w6,o7,bl8,d9) cubic rto:212 rtt:1.5/1 cwnd:20\n";
    let (facts, _) = read(text);
    let of = |metric: &str| {
        let mut found = facts.samples.key.iter().zip(&facts.samples.value);
        let id = |k: &u32| &facts.keys[*k as usize];
        found.find(|(k, _)| id(k).metric == metric && id(k).of == ":80").map(|(_, v)| f64::from_bits(*v))
    };
    for (metric, value) in [
        ("skmem.rmem_alloc", 2.0),
        ("skmem.rcvbuf.max", 3.0),
        ("skmem.drops", 18.0),
        ("tcp_info.rtt.median", 1.5),
        ("tcp_info.rtt.max", 3.5),
        ("tcp_info.rto.max", 212.0),
        ("tcp_info.retrans", 1.0),
        ("tcp_info.retrans.total", 5.0),
        ("tcp_info.lost", 1.0),
        ("sockets.timer.on", 1.0),
    ] {
        assert_eq!(of(metric), Some(value), "{metric}");
    }
    let drops = facts.keys.iter().find(|k| k.metric == "skmem.drops").map(|k| k.of.as_str());
    assert_eq!(drops, Some("*:80"));
}

#[test]
fn the_command_line_above_a_table_names_its_state() {
    let table = "Recv-Q Send-Q Local Address:Port Peer Address:Port\n0 0 10.0.0.1:80 10.0.0.2:5000\n";
    let text = ["$ ss -n state syn-recv\n", table, "$ ss -n state time-wait\n", table].concat();
    let mut facts = Facts::default();
    let mut lines = Lines::new(text.as_bytes(), 1);
    let mut reader = (OF_ONE_STATE.open)();
    while lines.peek().is_some_and(OF_ONE_STATE.begins) {
        reader.read(&mut lines, &mut facts);
    }
    let names: Vec<String> = states(&facts).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["SYN_RECV", "SYN_RECV :80", "TIME_WAIT", "TIME_WAIT :80"]);
    assert!(!facts.keys.iter().any(|key| key.metric.ends_with("_queue")));
}

#[test]
fn the_name_of_a_file_names_the_state_of_its_table() {
    let text = "Netid Recv-Q Send-Q Local Address:Port Peer Address:Port\n";
    let path = "sos_commands/networking/ss_-n_state_syn-recv".to_owned();
    let mut facts = Facts { path, ..Facts::default() };
    (OF_ONE_STATE.open)().read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
    assert_eq!(states(&facts), [("SYN_RECV".into(), 0.0)]);
}

#[test]
fn numbers_below_a_table_of_one_state_are_not_its_own() {
    let text = "Recv-Q Send-Q Local Address:Port Peer Address:Port\n0 0 10.0.0.1:80 10.0.0.2:5000\n1024\t0\t9223372\n";
    let mut facts = Facts::default();
    let mut lines = Lines::new(text.as_bytes(), 1);
    (OF_ONE_STATE.open)().read(&mut lines, &mut facts);
    assert_eq!((states(&facts).len(), lines.number()), (2, 3));
}
