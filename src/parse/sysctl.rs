//! `sysctl -a` from the running kernel, and `sysctl.conf` files.
//!
//! The first is written by procps `sysctl -a`, `sysctl KEY`, `sysctl -w` (or busybox); bundles keep it as
//! `sos_commands/kernel/sysctl_-a`, `sysctl.txt`, or in a file that a loop appended to. The second is
//! `etc/sysctl.conf`, `etc/sysctl.d/*.conf`, `usr/lib/sysctl.d/*.conf`; see sysctl.conf(5) and sysctl.d(5).
//!
//! ```text
//! net.core.somaxconn = 4096
//! net.ipv4.tcp_rmem = 4096    131072  6291456
//! ```
//!
//! *Yields* a setting for each line, [`Layer::Runtime`] or [`Layer::Persisted`], with runs of blanks in the value
//! as one space; repeated keys in file order; [`Layer::Exception`] from lines such as `-net.ipv4.conf.lo.rp_filter`,
//! that only except a key from a pattern; [`Clue::Host`] from `kernel.hostname` of the running kernel.
//! *Hides* what sysctl says on stderr (`sysctl: reading key …`) and comments.
//! *Keeps unnamed* keys nobody knows, also patterns (`net.ipv4.conf.*.rp_filter`).
//! *Rejects* bytes that are not text, conf lines without `=` or without a key, and a last line of `sysctl -a` that
//! the end of the file may have cut: `somaxconn = 40` may have been 4096.

use std::path::Path;

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, space0};
use nom::combinator::{opt, rest};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use super::lines::Lines;
use super::{Dump, Whole};
use crate::model::fact::{Clue, Facts, Layer, Setting};

/// See the module.
pub const DUMP: Dump = Dump { name: "sysctl -a", begins, open: || Box::new(Running) };

/// See the module.
pub const CONF: Whole = Whole {
    name: "sysctl.conf",
    is: is_conf,
    read: |_, bytes, facts| read_conf(&mut Lines::new(bytes, 1), facts),
    cut: None,
};

/// First parts of keys, as of kernel 6.18. FreeBSD's (`kern`, `hw`, `security`) are not among them.
const ROOTS: [&str; 14] = [
    "abi", "bus", "crypto", "debug", "dev", "fs", "fscache", "kernel", "lnet", "net", "sunrpc", "user", "vm",
    "xpc",
];

/// Strict, because a configuration file of another program also has `key = value`.
fn begins(line: &[u8]) -> bool {
    line.starts_with(b"sysctl: ") || pair(line).is_some()
}

/// `key = value` as procps prints it: one blank on each side of `=`, a dotted key below a known root.
fn pair(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b'=', line)?;
    let key = line[..at].strip_suffix(b" ")?;
    let value = &line[at + 1..];
    let dot = memchr::memchr(b'.', key)?;
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"_-./:*@+".contains(b);
    (ROOTS.iter().any(|r| r.as_bytes() == &key[..dot])
        && key.len() > dot + 1
        && key.iter().all(plain)
        && (value.is_empty() || value.starts_with(b" ")))
    .then_some((key, value))
}

/// Needs no state.
struct Running;

impl super::Reader for Running {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let capture = facts.capture();
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(text) = lines.peek() {
            let line = lines.number();
            let found = pair(text);
            if found.is_none() && !text.starts_with(b"sysctl: ") {
                break;
            }
            lines.advance();
            let Some((key, value)) = found else { continue };
            if cut && lines.rest().is_empty() {
                facts
                    .rejects
                    .push(line, "truncated: the file ends here, perhaps in the middle of this value");
                break;
            }
            let (Ok(key), Some(value)) = (std::str::from_utf8(key), spaced(value)) else {
                facts.rejects.push(line, "not text");
                continue;
            };
            facts.clues.extend(host_named(key, &value, line));
            facts.settings.push(Setting { key: key.to_owned(), value, layer: Layer::Runtime, capture, line });
        }
    }
}

/// Whose kernel this is, when the setting is the one that says it.
pub(super) fn host_named(key: &str, value: &str, line: u32) -> Option<Clue> {
    let named = key == "kernel.hostname" && !value.is_empty() && value != "(none)";
    named.then(|| Clue::Host { name: value.to_owned(), line })
}

/// The value with runs of blanks as one space; `None` when it is not text.
pub(super) fn spaced(value: &[u8]) -> Option<String> {
    let value = std::str::from_utf8(value).ok()?;
    if value.contains(|c: char| c.is_control() && c != '\t') {
        return None;
    }
    let mut text = String::with_capacity(value.len());
    for word in value.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    Some(text)
}

/// Whether a file is a `sysctl.conf`, by its path, as long as its lines do not contradict; binaries are none.
#[must_use]
pub fn is_conf(path: &str, bytes: &[u8]) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or("");
    let file = file.strip_suffix(".txt").unwrap_or(file);
    let in_directory =
        Path::new(file).extension().is_some_and(|e| e == "conf") && parts.next() == Some("sysctl.d");
    let head = &bytes[..bytes.len().min(4096)];
    (file.ends_with("sysctl.conf") || in_directory) && !head.contains(&0) && reads_like_conf(bytes)
}

/// Lines with text that tell what a file is.
const HEAD: usize = 100;

/// Whether half of the first lines or more are what a `sysctl.conf` has, for another dump may go by its name. A dump
/// of `sysctl -a` goes by it as well, and its own lines do not tell.
fn reads_like_conf(bytes: &[u8]) -> bool {
    let lines = Lines::new(bytes, 1).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(HEAD);
    let (all, own) = lines.fold((0, 0), |(all, own), line| (all + 1, own + u32::from(is_of_conf(line))));
    own * 2 >= all
}

/// A comment, an exception, or an assignment to something like a key.
fn is_of_conf(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let comment = line.starts_with(['#', ';']);
    comment
        || exception(line).is_some()
        || assignment(line).is_ok_and(|(_, (key, _))| key.contains(['.', '/']))
}

/// Reads a whole `sysctl.conf`.
pub fn read_conf(lines: &mut Lines<'_>, facts: &mut Facts) {
    facts.met("sysctl.conf");
    let capture = facts.capture();
    loop {
        let line = lines.number();
        let Some(text) = lines.next() else { break };
        let Ok(text) = std::str::from_utf8(text) else {
            facts.rejects.push(line, "not text");
            continue;
        };
        let text = text.trim();
        if text.is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if let Some(key) = exception(text) {
            let (key, layer) = (dotted(key), Layer::Exception);
            facts.settings.push(Setting { key, value: String::new(), layer, capture, line });
            continue;
        }
        let Ok((_, (key, value))) = assignment(text) else {
            facts.rejects.push(line, "no key = value");
            continue;
        };
        let Some(value) = spaced(value.as_bytes()) else {
            facts.rejects.push(line, "not text");
            continue;
        };
        facts.settings.push(Setting { key: dotted(key), value, layer: Layer::Persisted, capture, line });
    }
}

/// `-net.ipv4.conf.lo.rp_filter` without `=`: the key is excepted from a pattern, nothing is set.
fn exception(text: &str) -> Option<&str> {
    let key = text.strip_prefix('-')?;
    (!key.contains('=') && key.contains(['.', '/']) && !key.contains(char::is_whitespace)).then_some(key)
}

/// `[-] key = value`; a leading `-` says that a failure to set it may be ignored.
fn assignment(text: &str) -> IResult<&str, (&str, &str)> {
    let key = take_while1(|c: char| !c.is_whitespace() && c != '=');
    let key = preceded((opt(tag("-")), space0), key);
    (key, preceded(delimited(space0, char('='), space0), rest)).parse(text)
}

/// With `/` as the first separator the two change places, so that a dot can be part of an interface's name:
/// `net/ipv4/conf/eth0.100/rp_filter` is what `sysctl -a` prints as `net.ipv4.conf.eth0/100.rp_filter`.
#[must_use]
pub fn dotted(key: &str) -> String {
    let slashed = key.find(['.', '/']).is_some_and(|at| key[at..].starts_with('/'));
    if slashed { swapped(key) } else { key.to_owned() }
}

/// A path below `/proc/sys` as a key, dots and slashes having changed places.
pub(super) fn swapped(path: &str) -> String {
    let swap = |c| match c {
        '/' => '.',
        '.' => '/',
        other => other,
    };
    path.chars().map(swap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> (Facts, String) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text, 1);
        if lines.peek().is_some_and(DUMP.begins) {
            (DUMP.open)().read(&mut lines, &mut facts);
        }
        (facts, String::from_utf8_lossy(lines.rest()).into_owned())
    }

    fn conf(text: &str) -> Facts {
        let mut facts = Facts::default();
        read_conf(&mut Lines::new(text.as_bytes(), 1), &mut facts);
        facts
    }

    fn pairs(facts: &Facts) -> Vec<(&str, &str)> {
        facts.settings.iter().map(|s| (s.key.as_str(), s.value.as_str())).collect()
    }

    #[test]
    fn values_keep_one_space_between_their_parts() {
        let (facts, left) = read(
            b"net.ipv4.tcp_rmem = 4096\t131072\t6291456\nsysctl: reading key \"net.ipv6.conf.all.stable_secret\"\nnet.ipv4.conf.eth0/100.rp_filter = 2\nkernel.domainname = (none)\nkernel.modprobe = \nkernel.core_pattern = |/bin/x a=b\nnet.core.x =\n\nrest\n",
        );
        let expected = [
            ("net.ipv4.tcp_rmem", "4096 131072 6291456"),
            ("net.ipv4.conf.eth0/100.rp_filter", "2"),
            ("kernel.domainname", "(none)"),
            ("kernel.modprobe", ""),
            ("kernel.core_pattern", "|/bin/x a=b"),
            ("net.core.x", ""),
        ];
        assert_eq!(pairs(&facts), expected);
        assert_eq!(facts.settings[1].line, 3);
        assert_eq!(left, "\nrest\n");
    }

    #[test]
    fn the_running_kernel_tells_its_host() {
        let (facts, _) = read(b"kernel.hostname = web1\n");
        assert_eq!(facts.clues, [Clue::Host { name: "web1".into(), line: 1 }]);
        assert_eq!(facts.settings[0].layer, Layer::Runtime);
        assert!(conf("kernel.hostname = web1").clues.is_empty(), "a file does not");
    }

    #[test]
    fn other_text_is_not_taken() {
        for line in [
            "kern.ostype: FreeBSD",
            "net.inet.tcp.x: 1",
            "key = value",
            "net.core.somaxconn=1",
            "net = 1",
            "net. = 1",
            "# net.core.somaxconn = 1",
            "my.cnf.key = 1",
            "net.core.some words = 1",
            "",
        ] {
            assert!(!begins(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn a_value_at_the_end_of_a_cut_file_is_not_believed() {
        let (facts, _) = read(b"vm.swappiness = 10\nnet.core.somaxconn = 40");
        assert_eq!(pairs(&facts), [("vm.swappiness", "10")]);
        assert_eq!(facts.rejects.count, 1);
        assert_eq!(pairs(&conf("net.core.somaxconn = 40")).len(), 1, "editors leave files so");
    }

    #[test]
    fn bytes_that_are_not_text_cost_one_line() {
        let (facts, _) = read(b"vm.swappiness = 1\0\nvm.dirty_ratio = \xff\nvm.laptop_mode = 0\n");
        assert_eq!((facts.rejects.count, facts.settings.len()), (2, 1));
    }

    #[test]
    fn conf_files_follow_their_manual() {
        let facts = conf(
            "# c\n; c\n\n-net.core.somaxconn=1024\n net/ipv4/conf/eth0.100/rp_filter = 0\nkernel.modprobe = \"/sbin/mod  probe\" \nnet.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.lo.rp_filter\nnet.core.somaxconn = 2048\nc = include an = sign\n",
        );
        let expected = [
            ("net.core.somaxconn", "1024"),
            ("net.ipv4.conf.eth0/100.rp_filter", "0"),
            ("kernel.modprobe", "\"/sbin/mod probe\""),
            ("net.ipv4.conf.*.rp_filter", "2"),
            ("net.ipv4.conf.lo.rp_filter", ""),
            ("net.core.somaxconn", "2048"),
            ("c", "include an = sign"),
        ];
        assert_eq!(pairs(&facts), expected);
        let layers: Vec<_> =
            facts.settings.iter().map(|s| s.layer).filter(|l| *l != Layer::Persisted).collect();
        assert_eq!(layers, [Layer::Exception], "nothing is set by it");
    }

    #[test]
    fn conf_lines_without_an_assignment_are_rejected() {
        assert_eq!(conf("net.core.somaxconn\n====\n= 5\nnet.core. somaxconn 5\n").rejects.count, 4);
    }

    #[test]
    fn no_beginning_of_a_file_panics() {
        let text =
            "net.ipv4.tcp_rmem = 4096\t1 \u{e9}\n-a/b.c = \u{e9}\n;\nkernel.hostname = x\nsysctl: \n= =\n-\n"
                .as_bytes();
        for end in 0..=text.len() {
            read(&text[..end]);
            read_conf(&mut Lines::new(&text[..end], 1), &mut Facts::default());
        }
    }

    #[test]
    fn conf_files_are_known_by_their_path() {
        for yes in [
            "etc/sysctl.conf",
            "x/etc/sysctl.d/10-a.conf",
            "etc_sysctl.conf",
            "99-sysctl.conf",
            "sysctl.conf.txt",
        ] {
            assert!(is_conf(yes, b"a.b=1"), "{yes}");
        }
        for no in
            ["etc/sysctl.d/README.sysctl", "sysctl.conf.5", "sysctl_-a", "etc/sysctl.conf.bak", "etc/x.conf"]
        {
            assert!(!is_conf(no, b"a.b=1"), "{no}");
        }
        assert!(!is_conf("etc/sysctl.conf", b"\x7fELF\0"));
    }

    #[test]
    fn another_dump_under_the_name_of_a_conf_is_none() {
        let others = [
            "Tcp:\n    5000 segments received\n    7 segments sent out\n",
            "LISTEN 0 128 10.0.0.1:80 0.0.0.0:*\nLISTEN 0 128 10.0.0.1:81 0.0.0.0:*\n",
            "[Unit]\nDescription=x\nAfter=y\n",
        ];
        for other in others {
            assert!(!is_conf("etc/sysctl.conf", other.as_bytes()), "{other}");
            assert!(!is_conf("etc/sysctl.d/10-a.conf", other.as_bytes()), "{other}");
        }
        let half = "\n\n# c\n-net.core.x\nnet.core.somaxconn 5\nrubbish\n";
        assert!(is_conf("etc/sysctl.conf", half.as_bytes()), "mistakes in it are told line by line");
        assert!(!is_conf("etc/sysctl.conf", format!("{half}rubbish\n").as_bytes()));
        assert!(is_conf("etc/sysctl.conf", b"\n") && is_conf("etc/sysctl.conf", "; \u{e9}\n".as_bytes()));
    }
}
