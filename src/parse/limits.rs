//! `limits.conf` and `/proc/PID/limits`: how many files and processes one process or user may have.
//!
//! The first is read by `pam_limits`: `etc/security/limits.conf`, `etc/security/limits.d/*.conf`; see limits.conf(5).
//! The second is written by the kernel; sosreports keep `proc/<pid>/limits`.
//!
//! ```text
//! nginx  soft  nofile  65536
//!
//! Limit                     Soft Limit           Hard Limit           Units
//! Max open files            1024                 524288               files
//! ```
//!
//! *Yields* settings. A line of a file is [`Layer::Persisted`], `limits.<domain>.<type>.<item>` (two settings, `soft`
//! and `hard`, for the type `-`), a file's last word on a key standing last. Of a process the limits in [`NAMES`] are
//! [`Layer::Runtime`], `proc.<pid>.limits.<item>`, the soft limit and the hard one as `1024 524288`. `-1` and
//! `infinity` are `unlimited`.
//! *Hides* the limits of a process that no network service meets.
//! *Rejects* lines that are none of these, a process whose number no path tells, and a cut last line of `/proc`.
//!
//! A file says what a login gets through PAM. A service that systemd starts has its unit's `LimitNOFILE=` instead.

use super::Whole;
use super::lines::Lines;
use crate::model::fact::{Facts, Layer, Setting};

/// See the module.
pub const CONF: Whole =
    Whole { name: "limits.conf", is: |path, _| is_conf(path), read: read_conf, cut: None };

/// See the module.
pub const PROCESS: Whole = Whole {
    name: "/proc/PID/limits",
    is: |_, bytes| bytes.starts_with(HEAD) || bytes.starts_with(b"Limit   ") && has(bytes, b"Soft Limit "),
    read: read_process,
    cut: None,
};

const HEAD: &[u8] = b"Limit                     Soft Limit ";

/// What the kernel prints, and what limits.conf(5) calls it.
pub const NAMES: [(&str, &str); 3] =
    [("Max open files", "nofile"), ("Max processes", "nproc"), ("Max locked memory", "memlock")];

fn has(bytes: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(100)], text).is_some()
}

/// `…/security/limits.conf`, `…/limits.d/x.conf`, or flat, as `etc_security_limits.conf`.
fn is_conf(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.strip_suffix(".txt").unwrap_or(name);
    let conf = name.strip_suffix(".conf").is_some();
    let in_folder = conf && folder.rsplit('/').next() == Some("limits.d");
    in_folder || name == "limits.conf" || name.ends_with("_limits.conf") && name.contains("security")
}

fn read_conf(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(CONF.name);
    let capture = facts.capture();
    let mut lines = Lines::new(bytes, 1);
    loop {
        let line = lines.number();
        let Some(text) = lines.next() else { break };
        let Ok(text) = std::str::from_utf8(text) else {
            facts.rejects.push(line, "not text");
            continue;
        };
        let text = text.split('#').next().unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        let (domain, kinds, item, value) = match words[..] {
            [] => continue,
            // `@students -` alone: no limits at all
            [domain, "-"] => (domain, &["soft", "hard"][..], "all", "unlimited"),
            [domain, "-", item, value] => (domain, &["soft", "hard"][..], item, value),
            [domain, "soft", item, value] => (domain, &["soft"][..], item, value),
            [domain, "hard", item, value] => (domain, &["hard"][..], item, value),
            _ => {
                facts.rejects.push(line, "no domain, type, item and value");
                continue;
            }
        };
        let Some(value) = amount(value) else {
            facts.rejects.push(line, "a limit that is no number");
            continue;
        };
        for kind in kinds {
            let (key, value) = (format!("limits.{domain}.{kind}.{item}"), value.to_owned());
            facts.settings.push(Setting { key, value, layer: Layer::Persisted, capture, line });
        }
    }
}

fn amount(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    match text {
        "unlimited" | "infinity" | "-1" => Some("unlimited"),
        _ => (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(text),
    }
}

/// The number of the process that a path is about: `…/proc/1234/limits`.
fn process(path: &str) -> Option<u32> {
    let mut parts = path.rsplit('/').skip(1);
    let pid = parts.next()?.parse().ok()?;
    (parts.next()? == "proc").then_some(pid)
}

fn read_process(path: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(PROCESS.name);
    let capture = facts.capture();
    let Some(pid) = process(path) else {
        facts.rejects.push(1, "of which process these limits are, no path tells (proc/<pid>/limits)");
        return;
    };
    let mut lines = Lines::new(bytes, 1);
    lines.advance();
    loop {
        let line = lines.number();
        let Some(text) = lines.next() else { break };
        if lines.rest().is_empty() && !bytes.ends_with(b"\n") {
            facts.rejects.push(line, "truncated: the file ends here, perhaps in the middle of this limit");
            break;
        }
        let Ok(text) = std::str::from_utf8(text) else {
            facts.rejects.push(line, "not text");
            continue;
        };
        let Some((item, rest)) = NAMES.iter().find_map(|(said, item)| Some((item, text.strip_prefix(said)?)))
        else {
            if !text.starts_with("Max ") {
                facts.rejects.push(line, "not a limit");
            }
            continue;
        };
        let mut words = rest.split_whitespace().map(amount);
        match (words.next().flatten(), words.next().flatten()) {
            (Some(soft), Some(hard)) => {
                let (key, value) = (format!("proc.{pid}.limits.{item}"), format!("{soft} {hard}"));
                facts.settings.push(Setting { key, value, layer: Layer::Runtime, capture, line });
            }
            _ => facts.rejects.push(line, "a limit that is no number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> (Vec<(String, String)>, u64) {
        let mut facts = Facts::default();
        let whole = [CONF, PROCESS].into_iter().find(|w| (w.is)(path, text.as_bytes())).expect("a format");
        (whole.read)(path, text.as_bytes(), &mut facts);
        (facts.settings.into_iter().map(|s| (s.key, s.value)).collect(), facts.rejects.count)
    }

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_dash_is_both_types() {
        let (found, rejects) = read(
            "etc/security/limits.d/20-web.conf",
            "# c\n\n*  soft nproc 4096 # why\n@web -\tnofile\t-1\nroot hard\tnofile 1048576\nroot hard nofile\nx soft nofile many\n",
        );
        let expected = [
            ("limits.*.soft.nproc", "4096"),
            ("limits.@web.soft.nofile", "unlimited"),
            ("limits.@web.hard.nofile", "unlimited"),
            ("limits.root.hard.nofile", "1048576"),
        ];
        assert_eq!((found, rejects), (pairs(expected), 2));
    }

    const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \nMax processes             63450                63450                processes \nMax open files            1024                 4096                 files     \n";

    #[test]
    fn a_process_has_a_soft_and_a_hard_limit() {
        let expected = [("proc.431.limits.nproc", "63450 63450"), ("proc.431.limits.nofile", "1024 4096")];
        assert_eq!(read("sos/proc/431/limits", LIMITS), (pairs(expected), 0));
    }

    #[test]
    fn limits_of_nobody_and_cut_ones_are_rejected() {
        assert_eq!(read("limits.txt", LIMITS), (Vec::new(), 1));
        let cut = &LIMITS[..LIMITS.len() - 30];
        assert_eq!(read("proc/431/limits", cut), (pairs([("proc.431.limits.nproc", "63450 63450")]), 1));
    }
}
