//! What in a text points to a machine or a net, whatever its spelling; and the text with something else in its place.
//!
//! Rules run one after the other, the most telling spelling first; what one has replaced no other sees. Each is asked in
//! the same way when stand-ins are given out and when they are put in, so nothing is replaced that was not counted.

use super::hardware::{self, Mac};
use super::pieces::{LONGEST, Match, Pieces};
use super::{dotted, encoded, hex};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Something that a text points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot<'a> {
    /// An address.
    V4(Ipv4Addr),
    /// An address.
    V6(Ipv6Addr),
    /// What is left of an IPv6 address that a column cut.
    Cut(&'a str),
    /// A MAC address.
    Mac(Mac),
    /// Twelve digits that may be a MAC address without its signs.
    Bare(Mac),
    /// The id of a machine or a boot, or its first digits, in small letters.
    Id(String),
    /// A domain, or a host with its domain, in small letters.
    Domain(String),
}

/// What stands in for spots.
pub trait Stand {
    /// Bare stand-in of a spot: no brackets, signs as in the most common spelling. `None` leaves it.
    fn of(&self, spot: &Spot<'_>) -> Option<String>;
    /// Whether a name with dots is a domain.
    fn is_domain(&self, name: &str) -> bool;
    /// The names that are known, put in last.
    fn names(&self, kind: Kind, pieces: &mut Pieces<'_>);
}

/// Whose words a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The input's.
    Read,
    /// Ours, with parts of the input in them.
    Said,
    /// A name of a counter or setting, where dots tell nothing.
    Key,
    /// A release, the first word of which is no address, though it may be four numbers.
    Release,
}

/// A pattern, compiled once.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        pub(super) static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($text).expect("a pattern"));
    };
}
pub(super) use pattern;

pattern!(UUID, r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");
pattern!(ID, r"[0-9A-Fa-f]{32}");
pattern!(NAMESAKE, r"\(machine-id ([0-9a-f]{8,32})\)");
pattern!(MAC, r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5,}|(?:-[0-9A-Fa-f]{2}){5,})");
pattern!(DOTTED_MAC, r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}");
pattern!(NAMED_MAC, r"\b(e[a-zA-Z0-9]{0,6}x|w[lw][a-zA-Z0-9]{0,6}x)([0-9a-f]{12})");
pattern!(BARE_MAC, r"[0-9A-Fa-f]{12}");
pattern!(V6, r"[0-9A-Fa-f:][0-9A-Fa-f:.]+");
pattern!(BEGINS, r#"(?s)it begins ".*""#);
pattern!(DOMAIN, r"[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}_])?(?:\.[\p{L}\p{N}\p{M}_-]+)+");

/// The text with stand-ins.
pub fn rewrite(text: &str, kind: Kind, stand: &dyn Stand) -> String {
    rewritten(text, kind, stand, 0)
}

/// What is `depth` encodings deep.
pub(super) fn rewritten(text: &str, kind: Kind, stand: &dyn Stand, depth: u8) -> String {
    if text.len() < 2 || is_time(text) {
        return text.to_owned();
    }
    let text = whole(text);
    if kind == Kind::Release
        && let Some((release, rest)) = text.split_once(' ')
    {
        return format!(
            "{} {}",
            rewritten(release, kind, stand, depth),
            rewritten(rest, Kind::Read, stand, depth)
        );
    }
    let mut pieces = Pieces::new(text);
    // of a file that is not understood it is not known where names stand
    pieces.rule(&BEGINS, |_| Some("it begins \"…\"".to_owned()));
    if depth < 3 {
        encoded::rules(&mut pieces, kind, stand, depth + 1);
    }
    ids(&mut pieces, stand);
    hex::rules(&mut pieces, stand);
    macs(&mut pieces, stand);
    if kind != Kind::Release {
        pieces.rule(&V6, |it| six(it, stand));
        dotted::rules(&mut pieces, stand);
    }
    if matches!(kind, Kind::Read | Kind::Said) {
        pieces.rule(&DOMAIN, |it| domain(it, stand));
    }
    stand.names(kind, &mut pieces);
    pieces.join()
}

/// Quoted lines are cut to so many characters.
const CUT: usize = 400;

/// The text without a last word that was cut: half a name is no name that is known.
fn whole(text: &str) -> &str {
    if text.len() < CUT || text.chars().count() != CUT {
        return text;
    }
    let last = text.rfind(|c: char| c.is_whitespace() || "\"'()<>|,;=".contains(c)).map_or(0, |at| at + 1);
    let last = if text.is_char_boundary(last) { last } else { 0 };
    let plain = text[last..].bytes().all(|b| b.is_ascii_digit());
    if plain && last > 0 { text } else { &text[..last] }
}

/// A time of ours, which names of digits could harm.
fn is_time(text: &str) -> bool {
    let shape = |(at, b): (usize, u8)| match at {
        4 | 7 => b == b'-',
        10 => b == b'T',
        13 | 16 => b == b':',
        _ => b.is_ascii_digit() || (at > 18 && (b == b'.' || b == b'Z')),
    };
    (20..=27).contains(&text.len()) && text.ends_with('Z') && text.bytes().enumerate().all(shape)
}

fn ids(pieces: &mut Pieces<'_>, stand: &dyn Stand) {
    pieces.rule(&UUID, |it| {
        let id = it.group(0).replace('-', "").to_lowercase();
        let to = it.is_word().then(|| stand.of(&Spot::Id(id)))??;
        Some(hardware::grouped(&to))
    });
    pieces.rule(&NAMESAKE, |it| {
        let to = stand.of(&Spot::Id(it.group(1).to_owned()))?;
        Some(format!("(machine-id {to})"))
    });
}

fn macs(pieces: &mut Pieces<'_>, stand: &dyn Stand) {
    // of /proc/net/tcp6 and if_inet6 are addresses, and taken by now
    pieces.rule(&ID, |it| it.is_word().then(|| stand.of(&Spot::Id(it.group(0).to_lowercase())))?);
    pieces.rule(&MAC, |it| {
        let text = it.group(0);
        let sign = text.get(2..3).unwrap_or(":");
        if !it.is_word() || it.before == Some(':') || (sign == "-" && is_date(text)) {
            return None;
        }
        let parts: Vec<&str> = text.split(sign).collect();
        let mut found = Vec::new();
        for six in parts.chunks(6) {
            match octets(&six.concat()).and_then(|mac| stand.of(&Spot::Mac(mac))) {
                Some(to) => found.push(to.replace(':', sign)),
                // the type behind two addresses, as netfilter logs it
                None if six.len() == 6 => return None,
                None => found.push(six.join(sign)),
            }
        }
        Some(found.join(sign))
    });
    pieces.rule(&DOTTED_MAC, |it| {
        let beside = it.before == Some('.') || it.tail.starts_with('.');
        let mac = octets(&it.group(0).replace('.', "")).filter(|_| it.is_word() && !beside)?;
        let plain = stand.of(&Spot::Mac(mac))?.replace(':', "");
        Some(format!("{}.{}.{}", plain.get(..4)?, plain.get(4..8)?, plain.get(8..)?))
    });
    pieces.rule(&NAMED_MAC, |it| {
        let to = stand.of(&Spot::Mac(octets(it.group(2))?))?;
        Some(it.group(1).to_owned() + &to.replace(':', ""))
    });
    pieces.rule(&BARE_MAC, |it| {
        let mac = octets(it.group(0)).filter(|_| it.is_word())?;
        Some(stand.of(&Spot::Bare(mac))?.replace(':', ""))
    });
}

/// `26-11-20-11-03-18` is a time in a file name.
fn is_date(text: &str) -> bool {
    let parts: Vec<u32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    matches!(parts[..], [_, 1..=12, 1..=31, 0..=23, 0..=59, 0..=59])
}

pub(super) fn octets(digits: &str) -> Option<Mac> {
    let octet = |n: usize| u8::from_str_radix(digits.get(n * 2..n * 2 + 2)?, 16).ok();
    (digits.len() == 12).then_some(())?;
    Some([octet(0)?, octet(1)?, octet(2)?, octet(3)?, octet(4)?, octet(5)?])
}

/// An IPv6 address, with what may cling to it: a full stop, a port behind a dot or as a ninth part.
fn six(it: &Match<'_, '_>, stand: &dyn Stand) -> Option<String> {
    let text = it.group(0);
    if text.matches(':').count() < 2 || it.before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let ends = it.tail.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let clean = text.trim_end_matches(['.', ':']);
    let stem = |sign: char| clean.rsplit_once(sign).map_or("", |(stem, _)| stem);
    let whole = if text.ends_with("::") { text } else { clean };
    for part in [text, whole, stem('.'), stem(':')] {
        let Ok(ip) = part.parse::<Ipv6Addr>() else { continue };
        if ends && part.len() == text.len() {
            return None; // a name in code: `a::be_gone`
        }
        let rest = text.get(part.len()..).unwrap_or_default();
        return Some(stand.of(&Spot::V6(ip))? + rest);
    }
    let groups: Vec<&str> = clean.split(':').collect();
    let long = groups.iter().any(|group| group.len() > 2 && group.len() < 5 && !group.contains('.'));
    let cut = groups.len() > 3 && long && groups.iter().all(|group| group.len() < 6) && !ends;
    cut.then(|| stand.of(&Spot::Cut(clean)).map(|to| to + &text[clean.len()..]))?
}

fn domain(it: &Match<'_, '_>, stand: &dyn Stand) -> Option<String> {
    if it.before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let text = it.group(0);
    if text.len() > 8 * LONGEST {
        return Some("redacted".to_owned()); // whatever it is, there may be a name in it
    }
    let mut end = text.len();
    loop {
        // `web2.acme.com.log`: the file's ending is no part of it
        let name = text[..end].to_lowercase();
        if stand.is_domain(&name) {
            return Some(stand.of(&Spot::Domain(name))? + &text[end..]);
        }
        end = text[..end].rfind('.').filter(|at| text[..*at].contains('.'))?;
    }
}
