//! tuned: which profile is active, and what the profiles would set.
//!
//! `tuned-adm active` and `etc/tuned/active_profile` name the profile; `tuned.conf` in a folder of the profile's name
//! below `usr/lib/tuned`, `usr/lib/tuned/profiles` or `etc/tuned` holds it; see tuned.conf(5). Sosreports keep
//! `sos_commands/tuned/tuned-adm_active` and `etc/tuned`.
//!
//! ```text
//! Current active profile: throughput-performance
//!
//! [main]
//! include=throughput-performance
//! [sysctl]
//! net.core.somaxconn=>2048
//! ```
//!
//! *Yields* the setting [`ACTIVE`], [`Layer::Runtime`], the names of a merged profile with one blank between them
//! (empty when there is none); of a profile its `[sysctl]` section as [`Layer::Profile`], which is in force only
//! while the profile is active, and its `include=` under [`INCLUDE`].
//! *Hides* the other sections, the list of `tuned-adm list`, and what was preset while the daemon did not run. *Keeps unnamed* variables: `${isolated_cores}` stands as written.
//! *Rejects* lines of `[sysctl]` without `=`, and a name that the end of the file may have cut.

use super::lines::Lines;
use super::sysctl::{dotted, spaced};
use super::{Dump, Whole};
use crate::model::fact::{Facts, Layer, Setting};

/// The key under which the active profile is filed.
pub const ACTIVE: &str = "tuned.profile";

/// The key under which a profile's `include=` is filed.
pub const INCLUDE: &str = "tuned.include";

/// See the module.
pub const DUMP: Dump = Dump { name: "tuned-adm active", begins, open: || Box::new(read_active) };

/// See the module.
pub const CHOSEN: Whole = Whole { name: "tuned active_profile", is: is_chosen, read: read_chosen, cut: None };

/// See the module.
pub const PROFILE: Whole =
    Whole { name: "tuned.conf", is: |path, _| profile(path).is_some(), read: read_profile, cut: None };

/// The profile that a path is about: `…/tuned/<profile>/tuned.conf`.
#[must_use]
pub fn profile(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let (file, profile, above) = (parts.next()?, parts.next()?, parts.next()?);
    let known = above == "tuned" || above == "profiles" && parts.next() == Some("tuned");
    (file == "tuned.conf" && known).then_some(profile)
}

/// What `tuned-adm list` prints before it says which profile is active.
const LIST: &[u8] = b"Available profiles:";

fn begins(line: &[u8]) -> bool {
    line == LIST || active(line).is_some()
}

/// The profile that a line says is active: none when the daemon does not run, whatever was preset.
fn active(line: &[u8]) -> Option<&[u8]> {
    if line == b"No current active profile." || line.starts_with(b"It seems that tuned daemon is not running")
    {
        return Some(b"");
    }
    line.strip_prefix(b"Current active profile: ")
}

fn read_active(lines: &mut Lines<'_>, facts: &mut Facts) {
    let capture = facts.capture();
    let of_list = |line: &[u8]| line == LIST || line.starts_with(b"- ");
    while lines.peek().is_some_and(of_list) {
        lines.advance();
    }
    let cut = !lines.rest().ends_with(b"\n");
    let line = lines.number();
    let Some(name) = lines.peek().and_then(active) else { return };
    lines.advance();
    if cut && lines.rest().is_empty() {
        facts.rejects.push(line, "truncated: the file ends here, perhaps in the middle of this name");
        return;
    }
    match spaced(name) {
        Some(value) => facts.settings.push(Setting {
            key: ACTIVE.to_owned(),
            value,
            layer: Layer::Runtime,
            capture,
            line,
        }),
        None => facts.rejects.push(line, "not text"),
    }
    // what was preset, and remarks
    let remark =
        |line: &[u8]| line.starts_with(b"Preset profile:") || line.starts_with(b"It seems that tuned");
    while lines.peek().is_some_and(remark) {
        lines.advance();
    }
}

fn is_chosen(path: &str, bytes: &[u8]) -> bool {
    path.ends_with("tuned/active_profile") && bytes.len() < 4096
}

fn read_chosen(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(CHOSEN.name);
    let capture = facts.capture();
    match spaced(bytes.trim_ascii()) {
        Some(value) => facts.settings.push(Setting {
            key: ACTIVE.to_owned(),
            value,
            layer: Layer::Persisted,
            capture,
            line: 1,
        }),
        None => facts.rejects.push(1, "not text"),
    }
}

fn read_profile(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(PROFILE.name);
    let capture = facts.capture();
    let mut section = String::new();
    let mut lines = Lines::new(bytes, 1);
    loop {
        let line = lines.number();
        let Some(text) = lines.next() else { break };
        let Some(text) = spaced(text) else {
            facts.rejects.push(line, "not text");
            continue;
        };
        if text.is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|t| t.split(']').next()) {
            section = name.to_owned();
            continue;
        }
        let Some((key, value)) = text.split_once('=') else {
            if section == "sysctl" {
                facts.rejects.push(line, "no key = value");
            }
            continue;
        };
        let (key, value) = (key.trim(), unquoted(value.trim()).to_owned());
        let key = match section.as_str() {
            "sysctl" if !key.is_empty() => dotted(key),
            "main" if key == "include" => INCLUDE.to_owned(),
            _ => continue,
        };
        facts.settings.push(Setting { key, value, layer: Layer::Profile, capture, line });
    }
}

/// tuned takes one pair of quotes off.
fn unquoted(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_sets_what_its_sysctl_section_says() {
        let text = "[main]\nsummary=x\ninclude = balanced\n\n[vm]\ntransparent_hugepages=never\n[sysctl]\n# c\nnet.core.somaxconn=>2048\nvm.dirty_ratio = 40\nbroken\n[scheduler]\nsched_min_granularity_ns=1\n";
        let mut facts = Facts::default();
        read_profile("etc/tuned/web/tuned.conf", text.as_bytes(), &mut facts);
        let found: Vec<_> =
            facts.settings.iter().map(|s| (s.line, s.key.as_str(), s.value.as_str())).collect();
        let expected =
            [(3, INCLUDE, "balanced"), (9, "net.core.somaxconn", ">2048"), (10, "vm.dirty_ratio", "40")];
        assert_eq!(found, expected);
        assert!(facts.settings.iter().all(|s| s.layer == Layer::Profile));
        assert_eq!(facts.rejects.count, 1);
    }

    #[test]
    fn the_folder_names_the_profile() {
        assert_eq!(profile("sos/usr/lib/tuned/network-latency/tuned.conf"), Some("network-latency"));
        assert_eq!(profile("etc/tuned/profiles/web/tuned.conf"), Some("web"));
        assert_eq!(profile("etc/tuned/tuned-main.conf"), None);
        assert_eq!(profile("x/web/tuned.conf"), None);
    }
}
