//! Folders by their names: which is the root of one host's files, and which host the name of a bundle tells.
//!
//! A name is the last resort: what the files say of their host comes before.

/// Folders of a root file system, and those that a collector adds beside them.
const ROOT: [&str; 11] = [
    "etc",
    "lib",
    "proc",
    "run",
    "sos_commands",
    "sos_logs",
    "sos_reports",
    "sos_strings",
    "sys",
    "usr",
    "var",
];

/// Whether folders with these names lie in the root of one host: then none of them is another host's.
pub(super) fn is_root<'a>(folders: impl Iterator<Item = &'a str>) -> bool {
    let mut known = 0;
    for folder in folders {
        known += if folder.starts_with("sos_") { 2 } else { 1 } * usize::from(ROOT.contains(&folder));
    }
    known > 1
}

/// Whether a folder's name is that of a part of any host: `proc/net` names none.
pub(super) fn is_part(folder: &str) -> bool {
    folder == "net" || ROOT.contains(&folder)
}

/// What tools append to the name of a bundle.
const ENDINGS: [&str; 11] =
    [".tar", ".xz", ".gz", ".bz2", ".zst", ".tgz", ".txz", ".tbz", ".zip", "-obfuscated", ".sha256"];

/// The host in the name of a bundle: `sosreport-web7-2026-11-20-abcdefg` (a label and a case number may follow the
/// host), `sosreport-web7.01234567-20261120091500`, `scc_web7_261120_0915`, `nts_…`.
#[must_use]
pub fn host(folder: &str) -> Option<&str> {
    let mut name = folder;
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) {
        name = shorter;
    }
    let host = match name.strip_prefix("sosreport-") {
        Some(rest) => without_case(dated(rest)?),
        None => of_supportconfig(name.strip_prefix("scc_").or_else(|| name.strip_prefix("nts_"))?)?,
    };
    (!host.is_empty() && !host.contains(char::is_whitespace)).then_some(host)
}

/// What stands before the date.
fn dated(name: &str) -> Option<&str> {
    let (before, last) = name.rsplit_once('-')?;
    if digits(last, 14) {
        return Some(before);
    }
    let random = last.len() == 7 && last.bytes().all(|b| b.is_ascii_lowercase());
    let (before, day) = before.rsplit_once('-')?;
    let (before, month) = before.rsplit_once('-')?;
    let (before, year) = before.rsplit_once('-')?;
    (random && digits(day, 2) && digits(month, 2) && digits(year, 4)).then_some(before)
}

/// Without the number of a support case. A label cannot be told from a part of the host's name.
fn without_case(name: &str) -> &str {
    let case = |text: &str| text.len() > 5 && text.bytes().all(|b| b.is_ascii_digit());
    let cut = name.rsplit_once(['-', '.']).filter(|(_, last)| case(last));
    cut.map_or(name, |(host, _)| host)
}

/// `web7_261120_0915`, behind which an id may follow.
fn of_supportconfig(name: &str) -> Option<&str> {
    let parts: Vec<&str> = name.split('_').collect();
    let at = parts.windows(2).position(|pair| digits(pair[0], 6) && digits(pair[1], 4))?;
    let len = parts[..at].iter().map(|part| part.len() + 1).sum::<usize>().checked_sub(1)?;
    name.get(..len)
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{host, is_root};

    #[test]
    fn a_bundle_is_named_after_its_host() {
        for (name, expected) in [
            ("sosreport-web7-2026-11-20-abcdefg", Some("web7")),
            ("sosreport-web7-01234567-2026-11-20-abcdefg", Some("web7")),
            ("sosreport-ip-10-0-0-1-2026-11-20-abcdefg.tar.xz", Some("ip-10-0-0-1")),
            ("sosreport-host0-2026-11-20-abcdefg-obfuscated.tar.xz", Some("host0")),
            ("sosreport-web7.01234567-20261120091500", Some("web7")),
            ("sosreport-web7.example.org-20261120091500.tar.gz", Some("web7.example.org")),
            ("scc_web7_261120_0915", Some("web7")),
            ("scc_my_db_261120_0915_2c8f0a44-aa11.txz", Some("my_db")),
            ("nts_web7_160101_1200.tbz", Some("web7")),
            ("sosreport-web7", None),
            ("sosreport-2026-11-20-abcdefg", None),
            ("scc_261120_0915", None),
            ("web7-2026-11-20-abcdefg", None),
            ("20261120T0910Z", None),
        ] {
            assert_eq!(host(name), expected, "{name}");
        }
    }

    #[test]
    fn a_root_has_folders_of_a_root() {
        assert!(is_root(["etc", "proc"].into_iter()));
        assert!(is_root(["sos_commands"].into_iter()));
        assert!(!is_root(["web1", "web2", "etc"].into_iter()));
    }
}
