//! `etc/timezone` and `etc/localtime`: the zone that the host's wall clocks keep.
//!
//! Debian writes the name into `etc/timezone`. `etc/localtime` is a link to a file below `usr/share/zoneinfo`, which
//! bundles copy to the same place, so that the path has the name, or leave out, so that the link itself has it; or it is a
//! copy of that file, which ends in the rule that holds from its last change on, as POSIX writes it in `TZ`.
//!
//! ```text
//! Europe/Berlin
//! CET-1CEST,M3.5.0,M10.5.0/3
//! ```
//!
//! *Yields* [`Clue::Zone`]. *Hides* what the clocks did before. *Rejects* a file of a zone whose end was cut off.

use super::super::Whole;
use crate::model::fact::{Clue, Facts, ZoneSource};

/// `etc/timezone`.
pub const NAMED: Whole = Whole {
    name: "etc/timezone",
    is: |path, bytes| path.ends_with("timezone") && named(bytes).is_some(),
    read: |_, bytes, facts| {
        facts.met(NAMED.name);
        let name = named(bytes).unwrap_or_default().to_owned();
        facts.clues.push(Clue::Zone { name, from: ZoneSource::Timezone, line: 1 });
    },
    cut: None,
};

/// `etc/localtime`, or the file below `usr/share/zoneinfo` that it is a link to.
pub const LOCALTIME: Whole = Whole {
    name: "etc/localtime",
    is: |path, bytes| {
        let (zone, own) = (bytes.starts_with(b"TZif"), path.ends_with("etc/localtime"));
        own && (zone || target(bytes).is_some()) || zone && linked(path).is_some()
    },
    read,
    cut: None,
};

/// What `etc/localtime` says as a link to a file that is not there: bundles keep the link without what it leads to.
#[must_use]
pub fn link(path: &str, to: &str) -> Option<Facts> {
    let own = path == "etc/localtime" || path.ends_with("/etc/localtime");
    target(to.as_bytes()).filter(|_| own)?;
    let mut facts = Facts { lines: 1, ..Facts::default() };
    read(path, to.as_bytes(), &mut facts);
    Some(facts)
}

/// The one line of the file, when it is a zone.
fn named(bytes: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(bytes.get(..bytes.len().min(80))?).ok()?.strip_suffix('\n')?.trim();
    name.parse::<chrono_tz::Tz>().is_ok().then_some(name)
}

/// The zone that the link leads to, where it is kept as a line of text.
fn target(bytes: &[u8]) -> Option<&str> {
    let text = bytes.get(..bytes.len().min(200)).filter(|text| text.len() == bytes.len())?;
    linked(std::str::from_utf8(text).ok()?.trim_end())
}

/// The zone that a path names.
fn linked(path: &str) -> Option<&str> {
    let (_, name) = path.rsplit_once("share/zoneinfo/")?;
    name.parse::<chrono_tz::Tz>().is_ok().then_some(name)
}

fn read(path: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(LOCALTIME.name);
    let linked = linked(path).or_else(|| target(bytes));
    let name = linked.map(str::to_owned).or_else(|| rule(bytes));
    match name {
        Some(name) => facts.clues.push(Clue::Zone { name, from: ZoneSource::Localtime, line: 1 }),
        None => facts.rejects.push(1, "no rule at its end: an old file of a zone, or one that was cut"),
    }
}

/// The last line, which stands between two line feeds.
fn rule(bytes: &[u8]) -> Option<String> {
    let text = bytes.strip_suffix(b"\n")?;
    let rule = text.get(memchr::memrchr(b'\n', text)? + 1..)?;
    let plain = (3..80).contains(&rule.len()) && rule.iter().all(u8::is_ascii_graphic);
    plain.then(|| String::from_utf8_lossy(rule).into_owned())
}

#[cfg(test)]
mod tests {
    use super::link;
    use crate::model::fact::{Clue, ZoneSource};

    #[test]
    fn a_link_to_a_zone_that_is_not_there_names_it() {
        for to in ["../usr/share/zoneinfo/Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"] {
            let facts = link("web7/etc/localtime", to).unwrap();
            let zone = Clue::Zone { name: "Europe/Berlin".to_owned(), from: ZoneSource::Localtime, line: 1 };
            assert_eq!(facts.clues, [zone]);
        }
        assert!(link("web7/etc/localtime", "../usr/share/zoneinfo/localtime").is_none());
        assert!(link("web7/etc/timezone", "../usr/share/zoneinfo/Europe/Berlin").is_none());
        assert!(link("notetc/localtime", "../usr/share/zoneinfo/Europe/Berlin").is_none());
    }
}
