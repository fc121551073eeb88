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
        (":::80", "[::]:80"),
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
    let clue = |of: &str, name: &str, line| Clue::Process { of: of.into(), name: name.into(), line };
    assert_eq!(facts.clues, [clue("*:80", "nginx", 1), clue("*:81", "x", 3), clue("*:80#2", "nginx", 4)]);
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
