//! Interfaces: which a side has, and the settings that each of them has a copy of.

use crate::timeline::Host;
use std::collections::BTreeSet;

/// Where the kernel keeps a copy of a setting for each interface.
const COPIES: [&str; 5] =
    ["net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.neigh.", "net.ipv6.neigh.", "net.mpls.conf."];

/// The interface of a key, and the key with `*` for it; `None` for other keys and for `all` and `default`.
pub(super) fn interface(key: &str) -> Option<(&str, String)> {
    let folder = COPIES.iter().find(|folder| key.starts_with(**folder))?;
    let (interface, name) = key.get(folder.len()..)?.rsplit_once('.')?;
    let own = !["all", "default", "*"].contains(&interface);
    own.then(|| (interface, format!("{folder}*.{name}")))
}

/// Interfaces that counters or settings of a host name.
pub(super) fn interfaces(host: &Host) -> BTreeSet<&str> {
    let counted = host.series.keys().filter(|id| id.metric.starts_with("dev.")).map(|id| id.of.as_str());
    let set = host.settings.keys().filter_map(|key| interface(key)).map(|(interface, _)| interface);
    counted.chain(set).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::interface;

    #[test]
    fn a_key_tells_its_interface() {
        assert_eq!(
            interface("net.ipv4.conf.eth0/100.rp_filter"),
            Some(("eth0/100", "net.ipv4.conf.*.rp_filter".to_owned()))
        );
        for none in ["net.ipv4.conf.all.rp_filter", "net.ipv6.neigh.default.gc_thresh3", "net.core.somaxconn"]
        {
            assert_eq!(interface(none), None);
        }
    }
}
