//! How a line of `nstat` is cut. No state.

use crate::catalogue::joined;
use crate::parse::words::{number, words};

/// One line as printed: `TcpExtListenOverflows           36                 0.0`.
pub(super) struct Printed<'a> {
    pub name: &'a str,
    pub value: u64,
    /// `nstat` adds this where a counter is below the one of its history: then it subtracts.
    pub overflow: bool,
}

/// `#kernel`, or the name and the settings of the `nstat -d` that answered.
pub(super) fn is_header(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let daemon = |rest: &[u8]| {
        let mut words = words(rest);
        let mut ids = words.next().unwrap_or_default().split(|b| *b == b'.');
        ids.next().is_some_and(|pid| number(pid).is_some())
            && ids.next().is_some_and(|id| number(id).is_some())
            && words.next().is_some_and(|word| word.starts_with(b"sampling_interval="))
    };
    line == b"#kernel" || line.strip_prefix(b"#").is_some_and(daemon)
}

/// What `nstat` says on stderr of a history that it throws away: the dump behind it holds totals.
pub(super) fn history_is_gone(line: &[u8]) -> bool {
    line.starts_with(b"nstat: history is ")
}

/// `{"kernel":{…` of `nstat -j`, on one line.
pub(super) fn is_json(line: &[u8]) -> bool {
    line.strip_prefix(b"{\"").and_then(|rest| rest.split(|b| *b == b'"').next()).is_some_and(|source| {
        is_header(&[b"#", source].concat())
            && line.get(source.len() + 2..).is_some_and(|r| r.starts_with(b"\":{"))
    })
}

/// Whether a line is of a counter, readable or not: a word that begins with a section, then blanks.
pub(super) fn is_counter(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_uppercase)
        && words(line).count() >= 2
        && words(line).last().is_some_and(|word| word == b"(overflow)" || is_rate(word))
        && words(line)
            .next()
            .and_then(|word| std::str::from_utf8(word).ok())
            .and_then(joined::split)
            .is_some()
}

/// `%6.1f`.
fn is_rate(word: &[u8]) -> bool {
    let mut parts = word.split(|b| *b == b'.');
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.next().is_some_and(digits)
        && parts.next().is_some_and(|part| part.len() == 1 && digits(part))
        && parts.next().is_none()
}

/// The parts of a line, or why it cannot be used.
pub(super) fn printed(line: &[u8]) -> Result<Printed<'_>, &'static str> {
    let mut rest = words(line);
    let name = rest.next().and_then(|word| std::str::from_utf8(word).ok()).ok_or("not text")?;
    let value = rest.next().and_then(number).ok_or("no number behind the counter's name")?;
    if !rest.next().is_some_and(is_rate) {
        return Err("no rate behind the counter's number");
    }
    Ok(Printed { name, value, overflow: rest.next() == Some(b"(overflow)") })
}

/// ICMP messages by type: the kernel prints no type that it never met.
pub(super) fn is_message_type(name: &str) -> bool {
    ["IcmpMsgInType", "IcmpMsgOutType", "Icmp6InType", "Icmp6OutType"]
        .iter()
        .any(|prefix| name.strip_prefix(prefix).is_some_and(|n| number(n.as_bytes()).is_some()))
}

/// What the options in a file's name say: `Some(true)` for totals (`nstat_-zas`), `Some(false)` for differences
/// (`nstat_-s`); `None` where it has no options.
pub(super) fn totals(path: &str) -> Option<bool> {
    let (_, behind) = path.rsplit('/').find_map(|part| part.split_once("nstat"))?;
    let options = behind.trim_start_matches(['_', ' ', '-']);
    let dashes = &behind[..behind.len() - options.len()];
    let word = options.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    if dashes.ends_with("--") {
        return (word == "ignore").then_some(true);
    }
    let known = |c: char| "ajprsz".contains(c) && word.matches(c).count() == 1;
    // without its dash a single letter may be anything
    let options = !word.is_empty() && word.chars().all(known) && (dashes.ends_with('-') || word.len() > 1);
    options.then(|| word.contains('a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_totals() {
        for yes in [
            "sos_commands/networking/nstat_-zas",
            "a/ip_netns_exec_x_nstat_-zas",
            "nstat -az",
            "nstat-az.log",
            "nstat_az.txt",
            "nstat_-az/2026-11-21",
            "nstat --ignore",
        ] {
            assert_eq!(totals(yes), Some(true), "{yes}");
        }
        for no in ["nstat_-s", "nstat -zs.log", "x/nstat-z"] {
            assert_eq!(totals(no), Some(false), "{no}");
        }
        for unknown in
            ["nstat", "nstat.log", "nstat_data.txt", "nstat_all", "nstat-web1-a", "network.txt", "nstat_a"]
        {
            assert_eq!(totals(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn only_lines_of_nstat_are_taken() {
        for yes in [
            "IpInReceives                    6654               0.0",
            "TcpExtFrobs 1 12.5",
            "TcpExtTW                        0                  0.0 (overflow)",
        ] {
            assert!(is_counter(yes.as_bytes()), "{yes}");
        }
        for no in [
            "Ip6InReceives                   \t757",
            "Tcp: RtoAlgorithm RtoMin",
            "TcpExt: 1 2.0",
            "MemTotal: 1 0.0",
            "Ip",
            "",
            "#kernel",
        ] {
            assert!(!is_counter(no.as_bytes()), "{no}");
        }
        assert!(is_header(b"#kernel") && is_header(b"#45776.1804289383 sampling_interval=60 time_const=60"));
        assert!(!is_header(b"#kernel.hostname = x") && !is_header(b"# comment") && !is_header(b"#"));
        assert!(
            is_json(b"{\"kernel\":{\"IpInReceives\":1}}")
                && !is_json(b"{\"kernel\":1}")
                && !is_json(b"{\"x\":{}}")
        );
    }
}
