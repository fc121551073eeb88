//! Logs of package managers: `Installed: tuned-2.20.0-1.el9.noarch` (yum, dnf), `status installed tuned:all 2.20.0-1`
//! (dpkg), `[ALPM] upgraded linux (6.6.1-1 -> 6.6.2-1)` (pacman). Only packages that carry or apply settings, and kernels.

use super::{Teller, Told};
use crate::model::act::{Act, Outcome, Way};

pub(super) const TELLER: Teller = Teller {
    needles: &[
        "Installed: ",
        "Updated: ",
        "Upgraded: ",
        "Upgrade: ",
        "Removed: ",
        "Erase",
        "status installed ",
        "[ALPM] ",
    ],
    read,
};

/// Packages that ship files below `sysctl.d`, or programs that apply them.
const NAMES: [&str; 24] = [
    "tuned",
    "tuned-profiles",
    "procps",
    "procps-ng",
    "systemd",
    "initscripts",
    "redhat-release",
    "kernel",
    "kernel-core",
    "kernel-default",
    "kernel-rt",
    "kernel-uek",
    "kernel-ml",
    "kernel-lt",
    "linux",
    "linux-lts",
    "linux-image",
    "ufw",
    "ceph-osd",
    "elasticsearch",
    "opensearch",
    "libvirt-daemon",
    "aaa_base",
    "sapconf",
];

/// Whether a package may have changed settings; a version or a flavour may stand behind the name.
pub(in crate::parse) fn matters(package: &str) -> bool {
    let follows = |rest: &str| {
        rest.is_empty()
            || rest.starts_with(':')
            || rest.strip_prefix('-').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
    };
    let flavoured =
        |name: &&str| matches!(*name, "linux-image" | "tuned-profiles") && package.starts_with(*name);
    let epoch = package.split_once(':').filter(|(e, _)| e.bytes().all(|b| b.is_ascii_digit()));
    let package = epoch.map_or(package, |(_, rest)| rest);
    NAMES.iter().any(|name| package.strip_prefix(name).is_some_and(follows) || flavoured(name))
}

/// `[ALPM] installed tuned (2.20.0-1)`.
fn pacman(message: &str) -> Option<&str> {
    const VERBS: [&str; 5] = ["installed", "upgraded", "downgraded", "reinstalled", "removed"];
    let (verb, rest) = message.strip_prefix("[ALPM] ")?.split_once(' ')?;
    VERBS.contains(&verb).then_some(rest)
}

fn read(tag: &str, message: &str) -> Vec<Told> {
    const VERBS: [&str; 7] = ["Installed", "Updated", "Upgraded", "Upgrade", "Removed", "Erased", "Erase"];
    // yum.log has the verb where other logs have the program
    let package = if VERBS.contains(&tag) {
        Some(message)
    } else if message.starts_with("[ALPM] ") {
        pacman(message).filter(|_| tag.is_empty())
    } else if tag == "dpkg" {
        message.strip_prefix("status installed ")
    } else {
        message
            .split_once(": ")
            .filter(|(verb, _)| tag.is_empty() && VERBS.contains(verb))
            .map(|(_, rest)| rest)
    };
    let package = package.and_then(|p| p.split_whitespace().next()).filter(|p| matters(p));
    let told = package.map(|p| Told::new(Act::Package(p.to_owned()), Way::Package).came_to(Outcome::Done));
    told.into_iter().collect()
}
