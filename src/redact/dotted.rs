//! IPv4 addresses among versions, object ids, times and dates.

use super::pieces::{Match, Pieces};
use super::spot::{Spot, Stand, pattern};
use std::net::Ipv4Addr;

pattern!(DOTS, r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}");
pattern!(DASHES, r"\d{1,3}(?:-\d{1,3}-\d{1,3}-\d{1,3}|_\d{1,3}_\d{1,3}_\d{1,3})");

/// Words before four numbers that are a version.
const BEFORE: [&str; 14] = [
    "version",
    "ver",
    "ver.",
    "release",
    "kernel",
    "linux",
    "firmware",
    "fw",
    "driver",
    "rev",
    "revision",
    "nvm",
    "v",
    "linux-image",
];
/// What is behind four numbers that are a version.
const BEHIND: [&str; 20] = [
    "-amd64", "-arm", "-generic", "-default", "-rc", "-fc", "-aws", "-azure", "-gcp", "-cloud", "-rt",
    "-lts", "-deb", "-ubuntu", ".el", ".fc", ".x86", "+deb", "~", "-common",
];

/// Addresses with dots, and those that names of machines and files spell with dashes.
pub fn rules(pieces: &mut Pieces<'_>, stand: &dyn Stand) {
    pieces.rule(&DOTS, |it| {
        if is_version(it) || is_part(it) {
            return None;
        }
        stand.of(&Spot::V4(address(it.group(0), '.')?))
    });
    pieces.rule(&DASHES, |it| {
        let sign = if it.group(0).contains('-') { '-' } else { '_' };
        let beside = |c: char| c == sign;
        let more = it.tail.strip_prefix(beside).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let port = more.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let many = port.is_some_and(|rest| {
            rest.strip_prefix(beside).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        });
        let inside =
            it.head.strip_suffix(beside).is_some_and(|head| head.ends_with(|c: char| c.is_ascii_digit()));
        let touched =
            it.before.is_some_and(char::is_alphanumeric) || it.tail.starts_with(char::is_alphanumeric);
        if many || inside || touched {
            return None;
        }
        let to = stand.of(&Spot::V4(address(it.group(0), sign)?))?;
        Some(to.replace('.', &sign.to_string()))
    });
}

fn address(text: &str, sign: char) -> Option<Ipv4Addr> {
    let octets: Vec<u8> = text.split(sign).filter_map(|part| part.parse().ok()).collect();
    let [a, b, c, d] = octets[..] else { return None };
    Some(Ipv4Addr::new(a, b, c, d))
}

/// Whether the four numbers are some of a longer row that is no address with its port: an object id.
fn is_part(it: &Match<'_, '_>) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let inside = it.head.strip_suffix('.').is_some_and(|head| head.ends_with(digit));
    if inside || it.before.is_some_and(|c| c.is_ascii_digit()) || it.tail.starts_with(digit) {
        return true;
    }
    let Some(more) = it.tail.strip_prefix('.').filter(|rest| rest.starts_with(digit)) else { return false };
    let behind = more.trim_start_matches(digit);
    let longer = behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(digit));
    let text = it.group(0);
    longer || ["1.3.6.", "1.2.840", "2.16.", "1.0."].iter().any(|arc| text.starts_with(arc))
}

fn is_version(it: &Match<'_, '_>) -> bool {
    let head = it.head.trim_end_matches([' ', '=', ':', '-', '"']);
    let word = head.rsplit(|c: char| !c.is_alphanumeric() && c != '.' && c != '-').next().unwrap_or_default();
    let word = word.trim_matches('-').to_lowercase();
    let last = word.rsplit('-').next().unwrap_or_default();
    let told = BEFORE.contains(&word.as_str()) || ["linux", "kernel", "image", "v"].contains(&last);
    told || BEHIND.iter().any(|end| it.tail.starts_with(end))
}
