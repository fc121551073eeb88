//! Whether bytes are text that a parser could use, and what to say of those in which nothing was recognised.

use super::lines::Lines;
use super::{proc_net_udp, stamp, sysstat};

/// Why these first bytes are no text that a parser could use.
pub(super) fn unreadable(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "compressed (gzip)"),
        (b"\xfd7zXZ\0", "compressed (xz)"),
        (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
        (b"BZh", "compressed (bzip2)"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\xff\xfe", "UTF-16 text"),
        (b"\xfe\xff", "UTF-16 text"),
    ];
    if bytes.is_empty() {
        return Some("empty");
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    if bytes.starts_with(b"TZif") {
        return None; // binary with a line of text at its end
    }
    let head = &bytes[..bytes.len().min(8_192)];
    let control = head.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace()).count();
    // of packed or random bytes an eighth is control characters and a third is no UTF-8; no text in any encoding has both
    let foreign: usize = head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let packed = control * 20 > head.len() && foreign * 5 > head.len();
    // A NUL run where a crash cut a log is text with a hole; a binary is control characters throughout.
    ((packed || control * 10 > head.len() * 3) && !has_text_lines(bytes)).then_some("binary")
}

/// Why a file is passed over that begins like one of another format.
pub(super) fn lookalike(path: &str, head: &[u8]) -> Option<&'static str> {
    let mut lines = Lines::new(head, 1).filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next()?;
    if proc_net_udp::is_other(path) && (proc_net_udp::DUMP.begins)(first) {
        return Some("not a known format: a table of raw, ping or UDP-Lite sockets");
    }
    if !(sysstat::sar::DUMP.begins)(first) {
        return None;
    }
    let header = lines.next()?;
    let has = |name: &[u8]| header.split(u8::is_ascii_whitespace).any(|word| word == name);
    (has(b"Command") && (has(b"PID") || has(b"TGID"))).then_some("not a known format: pidstat")
}

/// Whether readable lines stand behind a hole of NULs.
fn has_text_lines(bytes: &[u8]) -> bool {
    let plain = |line: &[u8]| line.iter().all(|b| !b.is_ascii_control() || *b == b'\t');
    // of random bytes, some are no control characters for so long, but hardly UTF-8
    let text = |line: &[u8]| line.len() > 8 && plain(line) && std::str::from_utf8(line).is_ok();
    Lines::new(bytes, 1).take(10_000).filter(|line| text(line)).take(3).count() == 3
}

/// What to say of a file in which nothing was recognised, by its first bytes.
#[must_use]
pub fn unknown(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // behind a loop's time lines, which any dump may have
    let says = |line: &&[u8]| !line.iter().all(u8::is_ascii_whitespace) && stamp::separator(line).is_none();
    let first = Lines::new(bytes, 1).find(says).unwrap_or_default();
    if let Some(why) = failure(first) {
        return why;
    }
    if first.is_empty() {
        let timed = Lines::new(bytes, 1).any(|line| stamp::separator(line).is_some());
        return if timed { "a time, and no dump behind it" } else { "no text in it" }.to_owned();
    }
    let shown: String = String::from_utf8_lossy(&first[..first.len().min(240)]).chars().take(60).collect();
    format!("not a known format; it begins {shown:?}")
}

/// Why a line among dumps was not used.
pub(super) fn refusal(line: &[u8]) -> String {
    failure(line).unwrap_or_else(|| "not a line of any known dump".to_owned())
}

/// What complaints have in them, whichever tool makes them.
const COMPLAINTS: [&str; 8] = [
    "command not found",
    "No such file or directory",
    "No such device",
    "Permission denied",
    "not installed",
    "Operation not permitted",
    "Operation not supported",
    "via any known method",
];

/// How the complaints of ethtool, iproute2, devlink, systemd's tools and chronyc begin.
const BEGINNINGS: [&str; 10] = [
    "no stats available",
    "No data available",
    "Cannot get ",
    "506 Cannot talk to daemon",
    "netlink error: ",
    "RTNETLINK answers: ",
    "Failed to connect ",
    "Error talking to ",
    "System has not been booted with systemd",
    "exec of ",
];

/// A shell's or a tool's own complaint in place of its output.
fn failure(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&line[..line.len().min(240)]);
    let text = text.trim();
    let complains = COMPLAINTS.iter().any(|complaint| text.contains(complaint))
        || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
    complains.then(|| format!("the command failed: {}", text.replace(char::is_control, "\u{fffd}")))
}

#[cfg(test)]
mod tests {
    use super::{failure, lookalike, unreadable};

    #[test]
    fn tables_that_look_like_others_are_passed_over() {
        let pidstat = "Linux 6.1.0 (vm) \t11/21/26 \t_x86_64_\t(2 CPU)\n\n# Time        UID       PID    %usr  Command\n";
        assert!(lookalike("sos_commands/process/pidstat_-h", pidstat.as_bytes()).is_some());
        let sar = "Linux 6.1.0 (vm) \t11/21/26 \t_x86_64_\t(2 CPU)\n\n00:00:01        CPU     %user\n";
        assert!(lookalike("sar", sar.as_bytes()).is_none());
        let udp = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";
        assert!(lookalike("proc/net/raw", udp.as_bytes()).is_some());
        assert!(lookalike("proc/net/udp", udp.as_bytes()).is_none());
    }

    #[test]
    fn what_sos_files_of_a_command_that_had_nothing_to_say_is_a_failure() {
        for said in [
            "no stats available",
            "netlink error: Operation not supported",
            "netlink error: no device matches name (offset 24)",
            "Cannot get device ring settings: Operation not supported",
            "RTNETLINK answers: Operation not supported",
            "bash: conntrack: command not found",
            "506 Cannot talk to daemon: Connection refused",
        ] {
            assert_eq!(failure(said.as_bytes()), Some(format!("the command failed: {said}")));
        }
        for said in ["NIC statistics:", "driver: veth", "Permanent address: not set", ""] {
            assert_eq!(failure(said.as_bytes()), None, "{said}");
        }
    }

    #[test]
    fn random_bytes_are_binary_and_text_of_any_encoding_is_not() {
        let mut random = fastrand::Rng::with_seed(1);
        for length in [600, 9_000, 4 << 20] {
            let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            // no magic number at the start
            assert_eq!(unreadable(&[b"x", &bytes[..]].concat()), Some("binary"), "{length} bytes");
        }
        let latin: Vec<u8> = b"h\xf6chste Auslastung \xfcberschritten\n".repeat(500);
        let shift_jis: Vec<u8> = b"\x83\x4c\x83\x85\x81\x5b\x82\xaa\x88\xec\x82\xea\n".repeat(500);
        let holed =
            [&[0; 9_000][..], &b"Nov 20 09:12:10 web1 kernel: TCP: out of memory\n".repeat(5)].concat();
        for text in [latin, shift_jis, holed] {
            assert_eq!(unreadable(&text), None);
        }
    }
}
