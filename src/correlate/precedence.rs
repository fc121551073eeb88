//! Which configuration file is applied when, as far as its path tells; see sysctl.d(5), sysctl(8), limits.conf(5).
//!
//! All files of the `sysctl.d` folders are applied in the order of their names, whatever their folder. Of files with
//! the same name only the one in the most important folder is read at all. `sysctl --system` then takes
//! `/etc/sysctl.conf`, last; systemd-sysctl takes that only where a link in `sysctl.d` leads to it.

/// From the least important folder to the most important one.
const FOLDERS: [&str; 5] =
    ["lib/sysctl.d", "usr/lib/sysctl.d", "usr/local/lib/sysctl.d", "run/sysctl.d", "etc/sysctl.d"];

/// Where a file stands in the order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In a `sysctl.d` folder, or in `limits.d`: by name, then by how important the folder is.
    Folder(String, u8),
    /// `/etc/sysctl.conf`.
    Conf,
}

impl Place {
    pub(super) fn new(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let name = name.strip_suffix(".txt").unwrap_or(name);
        if folder == "sysctl.d" || folder.ends_with("/sysctl.d") {
            return Self::Folder(name.to_owned(), level(folder));
        }
        match name {
            // pam_limits reads its folder behind its file
            _ if name.ends_with("limits.conf") && !folder.ends_with("limits.d") => {
                Self::Folder(String::new(), 0)
            }
            _ if name.ends_with("sysctl.conf") => Self::Conf,
            _ => Self::Folder(name.to_owned(), 0),
        }
    }

    /// Whether it is in `/etc` or `/run`, or `/etc/sysctl.conf`: what tuned applies again after its profile.
    pub(super) fn is_own(&self) -> bool {
        !matches!(self, Self::Folder(_, level) if *level < 4)
    }
}

/// 1 to 5 for the folders that are known, 0 for `sysctl.d` in an unknown place.
fn level(folder: &str) -> u8 {
    let is = |known: &str| folder.strip_suffix(known).is_some_and(|f| f.is_empty() || f.ends_with('/'));
    FOLDERS.iter().rposition(|known| is(known)).and_then(|n| u8::try_from(n + 1).ok()).unwrap_or(0)
}

/// The folder that stands for `/` in the archive.
pub(super) fn root(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    FOLDERS.iter().rev().chain(&["etc"]).find_map(|known| folder.strip_suffix(known)).unwrap_or(folder)
}

/// Whether a key of a file is a pattern: `net.ipv4.conf.*.rp_filter`.
pub(super) fn is_pattern(key: &str) -> bool {
    key.contains(['*', '?'])
}

/// Whether a key fits a pattern. A star stands for one part of a key or less, as in glob(7).
pub(super) fn fits(pattern: &str, key: &str) -> bool {
    let (mut parts, mut keys) = (pattern.split('.'), key.split('.'));
    loop {
        match (parts.next(), keys.next()) {
            (None, None) => return true,
            (Some(part), Some(key)) if part_fits(part.as_bytes(), key.as_bytes()) => {}
            _ => return false,
        }
    }
}

/// Whether a part of a key, between dots, fits one of a pattern.
pub(super) fn part_fits(pattern: &[u8], text: &[u8]) -> bool {
    // where to begin again when a star has to take one character more
    let (mut p, mut t, mut again) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => {
                let Some((after, from)) = again else { return false };
                again = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::{Place, fits, root};

    #[test]
    fn files_apply_by_name_then_folder_and_sysctl_conf_last() {
        let mut paths = [
            "sos/etc/sysctl.conf",
            "sos/etc/sysctl.d/50-default.conf",
            "sos/usr/lib/sysctl.d/99-local.conf",
            "sos/run/sysctl.d/99-local.conf",
            "sos/etc/sysctl.d/99-local.conf",
            "sos/lib/sysctl.d/50-default.conf",
            "sos/usr/local/lib/sysctl.d/50-default.conf",
            "sos/usr/lib/sysctl.d/50-default.conf",
        ];
        paths.sort_by_key(|p| Place::new(p));
        let order = [
            "sos/lib/sysctl.d/50-default.conf",
            "sos/usr/lib/sysctl.d/50-default.conf",
            "sos/usr/local/lib/sysctl.d/50-default.conf",
            "sos/etc/sysctl.d/50-default.conf",
            "sos/usr/lib/sysctl.d/99-local.conf",
            "sos/run/sysctl.d/99-local.conf",
            "sos/etc/sysctl.d/99-local.conf",
            "sos/etc/sysctl.conf",
        ];
        assert_eq!(paths, order);
    }

    #[test]
    fn limits_conf_comes_before_its_folder() {
        assert!(Place::new("etc/security/limits.conf") < Place::new("etc/security/limits.d/20-nproc.conf"));
    }

    #[test]
    fn the_root_of_the_host_is_above_its_folders() {
        assert_eq!(root("in/web1/etc/sysctl.d/10-a.conf"), root("in/web1/usr/lib/sysctl.d/10-a.conf"));
        assert_eq!(root("in/web1/etc/sysctl.conf"), "in/web1/");
        assert_eq!(root("in/web1/usr/local/lib/sysctl.d/10-a.conf"), "in/web1/");
    }

    #[test]
    fn a_star_stays_inside_its_part() {
        assert!(fits("net.ipv4.conf.*.rp_filter", "net.ipv4.conf.eth0/100.rp_filter"));
        assert!(fits("net.ipv4.conf.eth?.rp_*er", "net.ipv4.conf.eth0.rp_filter"));
        assert!(!fits("net.ipv4.*.rp_filter", "net.ipv4.conf.eth0.rp_filter"));
        assert!(!fits("net.*", "net.core.somaxconn") && !fits("a.b*c", "a.bcd") && fits("a.*b*", "a.xbcb"));
    }
}
