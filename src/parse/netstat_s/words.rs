//! How a line of `netstat -s` is cut: headings, indents, the number, the words around it. No state.

use std::borrow::Cow;

use crate::parse::lines::Lines;

/// Sections that net-tools prints, as of kernel 6.18.
pub(super) const SECTIONS: [&str; 15] = [
    "Ip", "Icmp", "IcmpMsg", "Tcp", "Udp", "UdpLite", "TcpExt", "IpExt", "MPTcpExt", "Ip6", "Icmp6", "Udp6",
    "UdpLite6", "Tcp6", "Sctp",
];

/// These tables repeat the section in each raw name: `Ip6InOctets` below `Ip6:`.
pub(super) const REPEAT_THEIR_NAME: [&str; 5] = ["Ip6", "Icmp6", "Udp6", "UdpLite6", "Sctp"];

/// Sentences with a word in place of a number. net-tools says "enabled" for 2, which in SNMP means that
/// the host does not forward; the value is kept, not the word.
pub(super) const IN_WORDS: [(&str, u64); 2] = [("Forwarding is enabled", 2), ("Forwarding is disabled", 1)];

/// The section that `line` is the heading of.
pub(super) fn known(line: &[u8]) -> Option<&'static str> {
    let name = line.trim_ascii_end().strip_suffix(b":")?;
    SECTIONS.into_iter().find(|s| s.as_bytes() == name)
}

/// A section that a later kernel may add: one capitalised word, a colon, and an indented line below.
pub(super) fn unknown(lines: &Lines<'_>) -> Option<String> {
    let name = lines.peek()?.trim_ascii_end().strip_suffix(b":")?;
    let mut below = lines.clone();
    below.advance();
    (name.first()?.is_ascii_uppercase()
        && name.len() <= 16
        && name.iter().all(u8::is_ascii_alphanumeric)
        && below.rest().starts_with(b"    "))
    .then(|| String::from_utf8_lossy(name).into_owned())
}

/// net-tools indents by 4 or 8. One blank begins `uptime`, more than 8 the heading of `free`.
pub(super) fn indented(rest: &[u8]) -> bool {
    rest.starts_with(b"\t") || (rest.starts_with(b"  ") && !rest.starts_with(b"         "))
}

/// All digits, and no more than 64 bits.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    digits.iter().try_fold(0_u64, |n, digit| {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        n.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// The words of a line with `N` for its number.
pub(super) fn phrase(before: &[u8], after: &[u8]) -> Result<String, Cow<'static, str>> {
    let text = |bytes| match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(|c: char| c.is_control() && c != '\t') => Ok(text),
        _ => Err("not text"),
    };
    let whole = format!("{}N{}", text(before)?, text(after)?);
    Ok(whole.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Where the one word stands that is a number. `InType3:`, `ECT0Pkts:` and `ICMPv6` are not numbers.
pub(super) fn the_number(text: &[u8]) -> Result<(usize, usize), &'static str> {
    let mut found = None;
    let mut from = 0;
    for word in text.split(|b| matches!(b, b' ' | b'\t')) {
        let digits = word.strip_prefix(b"-").unwrap_or(word);
        if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
            if found.is_some() {
                return Err("more than one number");
            }
            found = Some((from, from + word.len()));
        }
        from += word.len() + 1;
    }
    found.ok_or("no number")
}
