//! Where the running kernel and the configuration files disagree.

use crate::catalogue::sysctls;
use crate::model::fact::Layer;
use crate::timeline::{Observed, Timeline};

/// The last runtime value and the persisted one that would win at boot, when they differ. Keys that the kernel
/// moves by itself do not drift.
#[must_use]
pub fn drifted<'a>(
    timeline: &Timeline,
    key: &str,
    seen: &'a [Observed],
) -> Option<(&'a Observed, &'a Observed)> {
    let runtime = seen.iter().rfind(|o| o.layer == Layer::Runtime)?;
    let persisted = persisted(timeline, seen)?;
    let volatile = sysctls::sysctl(key).is_some_and(|row| row.volatile);
    (!volatile && runtime.value != persisted.value).then_some((runtime, persisted))
}

/// What the files say: the value that the last file to be applied gives.
#[must_use]
pub fn persisted<'a>(timeline: &Timeline, seen: &'a [Observed]) -> Option<&'a Observed> {
    let rank = |o: &&Observed| (rank(timeline.path(o.artifact)), o.artifact, o.line);
    seen.iter().filter(|o| o.layer == Layer::Persisted).max_by_key(rank)
}

/// The order in which `sysctl --system` applies files, as far as their paths tell: those of the `sysctl.d`
/// folders by name, of two with one name the one in `/etc` over `/run` over `/usr/local/lib` over `/usr/lib`, and
/// `/etc/sysctl.conf` last.
fn rank(path: &str) -> (bool, String, u8) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folders =
        ["lib/sysctl.d", "usr/lib/sysctl.d", "usr/local/lib/sysctl.d", "run/sysctl.d", "etc/sysctl.d"];
    let level = folders.iter().rposition(|f| folder.ends_with(f)).and_then(|n| u8::try_from(n + 1).ok());
    (name == "sysctl.conf", name.to_owned(), level.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn files_apply_by_name_then_folder_and_sysctl_conf_last() {
        let mut paths = [
            "sos/etc/sysctl.conf",
            "sos/etc/sysctl.d/50-default.conf",
            "sos/usr/lib/sysctl.d/99-local.conf",
            "sos/etc/sysctl.d/99-local.conf",
            "sos/usr/lib/sysctl.d/50-default.conf",
        ];
        paths.sort_by_key(|p| rank(p));
        let order = [
            "sos/usr/lib/sysctl.d/50-default.conf",
            "sos/etc/sysctl.d/50-default.conf",
            "sos/usr/lib/sysctl.d/99-local.conf",
            "sos/etc/sysctl.d/99-local.conf",
            "sos/etc/sysctl.conf",
        ];
        assert_eq!(paths, order);
    }
}
