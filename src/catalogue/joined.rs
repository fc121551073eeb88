//! Counters whose section is written in one word with their name, as `nstat` and `/proc/net/snmp6` do:
//! `TcpExtListenOverflows` is `TcpExt.ListenOverflows`, `Ip6InReceives` is `Ip6.InReceives`.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::counters;

/// Sections as of kernel 6.18, the longer before those that they begin with.
const SECTIONS: [&str; 14] = [
    "MPTcpExt", "UdpLite6", "UdpLite", "IcmpMsg", "TcpExt", "IpExt", "Icmp6", "Icmp", "Udp6", "Sctp", "Udp",
    "Ip6", "Tcp", "Ip",
];

static KNOWN: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let sections = counters::all()
        .filter(|row| !row.name.contains('+') && row.name.split('.').next().is_some_and(is_section));
    sections.map(|row| (row.name.replace('.', ""), row.name)).collect()
});

/// Whether the kernel has a table of this name.
#[must_use]
pub fn is_section(name: &str) -> bool {
    SECTIONS.contains(&name)
}

/// The section that a word begins with and what is behind it: first by the rows of the catalogue, for a counter
/// without one by the sections' names. `None` when it begins with no section.
#[must_use]
pub fn split(word: &str) -> Option<(&'static str, &str)> {
    let section = match KNOWN.get(word).and_then(|row| row.split_once('.')) {
        Some((section, _)) => section,
        None => SECTIONS.into_iter().find(|section| word.starts_with(section))?,
    };
    let name = word.get(section.len()..)?;
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain.then_some((section, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_word() {
        for (word, row) in KNOWN.iter() {
            assert_eq!(
                split(word).map(|(section, name)| format!("{section}.{name}")),
                Some((*row).to_owned())
            );
        }
        assert!(KNOWN.len() > 400);
    }

    #[test]
    fn a_section_is_the_longest_that_fits() {
        for (word, split_as) in [
            ("TcpExtFrobs", ("TcpExt", "Frobs")),
            ("Ip6Frobs", ("Ip6", "Frobs")),
            ("UdpLite6InFrobs", ("UdpLite6", "InFrobs")),
            ("IcmpMsgInType3", ("IcmpMsg", "InType3")),
            ("Icmp6OutType143", ("Icmp6", "OutType143")),
            ("IpReasmFrobs", ("Ip", "ReasmFrobs")),
        ] {
            assert_eq!(split(word), Some(split_as));
        }
        for none in ["Tcp", "TcpExt", "MemTotal", "", "Ip 6", "tcpFrobs", "Ip:"] {
            assert_eq!(split(none), None, "{none}");
        }
    }
}
