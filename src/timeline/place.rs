//! What the path of an artifact says before anyone reads it: the network namespace that a command ran in, and the
//! folder that counts when hosts are told apart.
//!
//! A host has one set of counters, sockets and `net.*` settings for each network namespace. Filed together they
//! contradict each other, so dumps of a namespace become a subject of their own, named `web7 netns blue`.

use crate::parse::supportconfig;

/// What sos runs in each namespace. A name may hold `_` itself, so that where it ends is known by the command.
const COMMANDS: [&str; 24] = [
    "arptables",
    "bpftool",
    "bridge",
    "cat",
    "conntrack",
    "devlink",
    "ebtables",
    "ethtool",
    "ip",
    "ip6tables",
    "ip6tables-save",
    "ipset",
    "iptables",
    "iptables-save",
    "ipvsadm",
    "lsof",
    "netstat",
    "nft",
    "nstat",
    "ping",
    "ss",
    "sysctl",
    "tc",
    "tipc",
];

const EXEC: &str = "ip_netns_exec_";

/// The network namespace that a dump is from: `…/namespaces/<ns>/ip_netns_exec_<ns>_ss_-s` of sos since 4.3, flat
/// `ip_netns_exec_<ns>_ss_-s` before, `scc_…/network-<ns>.txt` of supportconfig. `None` for all else, which is the
/// host's own.
#[must_use]
pub fn netns(path: &str) -> Option<&str> {
    if let Some(name) = supportconfig::netns(path) {
        return Some(name);
    }
    let mut parts = path.rsplit('/');
    let command = parts.next()?.strip_prefix(EXEC)?;
    // the folder has the name as it is, the file as it may stand in the name of a file
    let folder = parts.next().zip(parts.next()).filter(|(_, above)| *above == "namespaces");
    if let Some((name, _)) = folder.filter(|(name, _)| command.starts_with(&spelt(name))) {
        return Some(name);
    }
    let starts = |option: &str| {
        let found = COMMANDS.iter().filter_map(|c| command.rfind(&format!("_{c}{option}")));
        found.filter(|at| *at > 0).max()
    };
    // `_ss_-lnt` is a command, `_ss_` may be a part of the name
    let end = starts("_-").or_else(|| starts("_")).or_else(|| {
        let alone = |c: &&&str| command.ends_with(&format!("_{c}"));
        COMMANDS.iter().find(alone).map(|c| command.len() - c.len() - 1)
    })?;
    command.get(..end).filter(|name| !name.is_empty())
}

/// A namespace's name as it stands in the names of files: `a_b` of `a+b`.
#[must_use]
pub fn spelt(netns: &str) -> String {
    let mut name = String::new();
    for c in netns.chars() {
        match c {
            '/' => name.push('.'),
            '-' | '.' => name.push(c),
            c if c.is_alphanumeric() => name.push(c),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    name
}

/// The parts of a path, its file name last. Folders that lie below one host's in any case are left out: those of
/// `/proc/sys`, a tree of a thousand files that is one dump, and those of its namespaces.
#[must_use]
pub fn parts(path: &str) -> Vec<String> {
    let parts = || path.split('/').map(str::to_owned);
    let all: Vec<String> = parts().collect();
    if let Some(at) = all.windows(2).rposition(|pair| pair == ["proc", "sys"]) {
        return all[..at + 2].to_vec();
    }
    if netns(path).is_some() && all.len() > 2 && all[all.len() - 3] == "namespaces" {
        let mut short = all[..all.len() - 3].to_vec();
        short.extend(all.last().cloned());
        return short;
    }
    all
}

/// Whether the age of a file says when it was read. An archive's copy of `/proc/sys` carries the age of a cached
/// inode, which may be days before the value was read.
#[must_use]
pub fn has_age(path: &str) -> bool {
    !path.starts_with("proc/sys/") && !path.contains("/proc/sys/")
}

#[cfg(test)]
mod tests {
    use super::{has_age, netns, parts};

    #[test]
    fn commands_in_a_namespace_name_it() {
        for (path, name) in [
            ("sos/sos_commands/networking/namespaces/blue/ip_netns_exec_blue_sysctl_-a", Some("blue")),
            ("n/namespaces/my_ns/ip_netns_exec_my_ns_ip_route_show_table_all", Some("my_ns")),
            ("sos/sos_commands/networking/ip_netns_exec_qrouter-5f_netstat_-s", Some("qrouter-5f")),
            ("ip_netns_exec_my_ip_x_ss_-peaonmi", Some("my_ip_x")),
            ("ip_netns_exec_blue_ip_-s_-s_neigh_show", Some("blue")),
            ("ip_netns_exec_blue_ethtool_-S_veth_ip", Some("blue")),
            ("ip_netns_exec_blue_ip_route_show_table_all", Some("blue")),
            ("ip_netns_exec_blue_sysctl", Some("blue")),
            ("sos/sos_commands/networking/ip_netns", None),
            ("n/namespaces/a+b:c/ip_netns_exec_a_b_c_nstat_-zas", Some("a+b:c")),
            ("sos_commands/conntrack/ip_netns_exec_a_b_c_conntrack_-S", Some("a_b_c")),
            ("sos_commands/ebpf/ip_netns_exec_cni-1234_bpftool_net_list", Some("cni-1234")),
            ("ip_netns_exec_qdhcp-2f8a_iptables-save", Some("qdhcp-2f8a")),
            ("ip_netns_exec__ss_-lnt", None),
            ("ip_netns_exec_blue", None),
            ("namespaces/blue/sysctl_-a", None),
            ("in/scc_web7_261120_0912/network-blue.txt", Some("blue")),
            ("in/scc_web7_261120_0912/network.txt", None),
        ] {
            assert_eq!(netns(path), name, "{path}");
        }
    }

    #[test]
    fn trees_of_one_host_are_one_folder() {
        assert_eq!(parts("in/web1/proc/sys/net/core/somaxconn"), ["in", "web1", "proc", "sys"]);
        assert_eq!(
            parts("sos/net/namespaces/blue/ip_netns_exec_blue_ss_-s"),
            ["sos", "net", "ip_netns_exec_blue_ss_-s"]
        );
        assert_eq!(parts("sos/net/ss_-s"), ["sos", "net", "ss_-s"]);
        assert!(!has_age("sos/proc/sys/vm/swappiness") && has_age("sos/proc/net/snmp"));
    }
}
