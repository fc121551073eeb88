//! Symbolic links of a bundle, by their text alone: which files a link names better than the place where they lie.
//!
//! Nothing is followed on disk. sos keeps the end of what is too large as `sos_strings/logs/var.log.messages.tailed`, and
//! links `var/log/messages` to it: that name says what the text is. `proc/net` leads to `self/net`, and `proc/self` to
//! the process of sos, so that `proc/4711/net/snmp` is the `proc/net/snmp` of all. Other links are second names
//! (`uptime` of `sos_commands/host/uptime`), and the file keeps its first one.

use std::collections::{BTreeSet, HashMap, HashSet};

/// Where sos keeps the ends of what it cut.
const CUT: &str = "sos_strings";

/// Links followed for one name, as the kernel does: more is a loop.
const HOPS: usize = 40;

/// Bytes of paths that are looked up for one name: many times what any real one needs, and little enough for a million.
const STEPS: usize = 1 << 16;

/// Files that a link names better, as (path, name of the link), in the order of the links' names. `links` are (path,
/// target); one that leaves the bundle, leads nowhere or in a circle renames nothing, nor does one whose name a file
/// already has.
#[must_use]
pub fn renamed(paths: &BTreeSet<String>, links: &[(String, String)]) -> Vec<(String, String)> {
    let targets: HashMap<&str, &str> = links.iter().map(|(path, to)| (path.as_str(), to.as_str())).collect();
    let mut names: Vec<&str> = targets.keys().copied().collect();
    names.sort_unstable();
    let mut taken: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    let mut rename = |old: &str, new: String| {
        if !paths.contains(&new) && taken.insert(old.to_owned()) {
            found.push((old.to_owned(), new));
        }
    };
    for link in names {
        if link == "proc/net" || link.ends_with("/proc/net") {
            let folder = resolved(link, &targets, true).filter(|to| is_of_process(link, to));
            let Some(folder) = folder.map(|to| to + "/") else { continue };
            let below = paths.range(folder.clone()..).take_while(|path| path.starts_with(&folder));
            below.for_each(|path| rename(path, format!("{link}/{}", &path[folder.len()..])));
            continue;
        }
        let file = resolved(link, &targets, false).filter(|file| paths.contains(file));
        if let Some(file) = file.filter(|file| file.split('/').rev().skip(1).any(|part| part == CUT)) {
            rename(&file, link.to_owned());
        }
    }
    found
}

/// Links that lead to no file or folder among the paths, as (path, target).
pub fn lost<'a>(
    paths: &'a BTreeSet<String>,
    links: &'a [(String, String)],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let targets: HashMap<&str, &str> = links.iter().map(|(path, to)| (path.as_str(), to.as_str())).collect();
    let leads = move |link: &str| {
        resolved(link, &targets, true).is_some_and(|to| {
            let below = format!("{to}/");
            paths.contains(&to)
                || paths.range(below.clone()..).next().is_some_and(|path| path.starts_with(&below))
        })
    };
    let all = links.iter().map(|(path, target)| (path.as_str(), target.as_str()));
    all.filter(move |(link, _)| !leads(link))
}

/// Whether `proc/net` leads to `proc/4711/net` beside it.
fn is_of_process(link: &str, folder: &str) -> bool {
    let process =
        folder.strip_prefix(link.trim_end_matches("net")).and_then(|rest| rest.strip_suffix("/net"));
    process.is_some_and(|pid| !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit()))
}

/// Where a link leads to; `to_the_end` also when that is a link again. `None` outside of the bundle and in circles.
fn resolved(link: &str, targets: &HashMap<&str, &str>, to_the_end: bool) -> Option<String> {
    let mut at = String::with_capacity(2 * link.len());
    let mut ahead: Vec<&str> = link.rsplit('/').collect();
    let (mut hops, mut steps) = (0, 0);
    while let Some(part) = ahead.pop() {
        match part {
            "" | "." => continue,
            ".." => {
                let up = at.rfind('/')?;
                at.truncate(up);
                continue;
            }
            _ => {}
        }
        let folder = at.len();
        if folder > 0 {
            at.push('/');
        }
        at.push_str(part);
        steps += at.len();
        if steps > STEPS {
            return None;
        }
        let last = ahead.is_empty() && hops > 0;
        let Some(target) = targets.get(at.as_str()).filter(|_| to_the_end || !last) else { continue };
        hops += 1;
        // of an absolute target nobody can tell where in the bundle the root is
        if hops > HOPS || target.starts_with('/') || ahead.len() > 4 * HOPS {
            return None;
        }
        at.truncate(folder);
        ahead.extend(target.rsplit('/'));
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::renamed;
    use std::collections::BTreeSet;

    fn names(paths: &[&str], links: &[(&str, &str)]) -> Vec<(String, String)> {
        let paths: BTreeSet<String> = paths.iter().map(|&p| p.to_owned()).collect();
        let links: Vec<(String, String)> = links.iter().map(|&(l, t)| (l.to_owned(), t.to_owned())).collect();
        renamed(&paths, &links)
    }

    fn pair(old: &str, new: &str) -> (String, String) {
        (old.to_owned(), new.to_owned())
    }

    #[test]
    fn what_sos_cut_is_named_by_its_link() {
        let tail = "s/sos_strings/logs/var.log.messages.tailed";
        let to = "../../sos_strings/logs/var.log.messages.tailed";
        assert_eq!(names(&[tail], &[("s/var/log/messages", to)]), [pair(tail, "s/var/log/messages")]);
        let tail = "s/sos_strings/logs/journalctl_--no-pager.tailed";
        let links = [
            ("s/journal", "sos_commands/logs/journalctl_--no-pager"),
            (
                "s/sos_commands/logs/journalctl_--no-pager",
                "../../sos_strings/logs/journalctl_--no-pager.tailed",
            ),
        ];
        // the link to a link is a second name
        assert_eq!(names(&[tail], &links), [pair(tail, links[1].0)]);
        let two = [("s/b", "sos_strings/a.tailed"), ("s/a", "./sos_strings//a.tailed")];
        assert_eq!(names(&["s/sos_strings/a.tailed"], &two), [pair("s/sos_strings/a.tailed", "s/a")]);
    }

    #[test]
    fn second_names_change_nothing() {
        let paths = ["s/sos_commands/host/uptime", "s/etc/sysctl.conf"];
        let links = [("s/uptime", "sos_commands/host/uptime"), ("s/etc/sysctl.d/99.conf", "../sysctl.conf")];
        assert!(names(&paths, &links).is_empty());
        let paths = ["s/var/log/messages", "s/sos_strings/m.tailed"];
        assert!(names(&paths, &[("s/var/log/messages", "../../sos_strings/m.tailed")]).is_empty());
    }

    #[test]
    fn the_network_of_the_process_of_sos_is_that_of_the_host() {
        let paths = [
            "s/proc/4711/net/snmp",
            "s/proc/4711/net/stat/nf_conntrack",
            "s/proc/4711/netx",
            "s/proc/1/limits",
        ];
        let links = [("s/proc/net", "self/net"), ("s/proc/self", "4711")];
        let expected = [
            pair("s/proc/4711/net/snmp", "s/proc/net/snmp"),
            pair("s/proc/4711/net/stat/nf_conntrack", "s/proc/net/stat/nf_conntrack"),
        ];
        assert_eq!(names(&paths, &links), expected);
        assert!(names(&paths, &links[..1]).is_empty());
    }

    #[test]
    fn links_in_the_middle_of_a_path_are_followed() {
        let paths = ["s/sos_strings/logs/x.tailed"];
        let links = [("s/strings", "sos_strings/"), ("s/var/log/x", "../../strings/logs/x.tailed")];
        assert_eq!(names(&paths, &links), [pair(paths[0], "s/var/log/x")]);
    }

    #[test]
    fn circles_and_ways_out_are_harmless() {
        let paths = ["s/sos_strings/x.tailed", "sos_strings/x.tailed"];
        for (link, to) in [
            ("s/a", "a"),
            ("s/a", "a/a/a"),
            ("s/a", "../../../sos_strings/x.tailed"),
            ("s/a", "/sos_strings/x.tailed"),
            ("s/a", ""),
            ("s/a", "nowhere"),
            ("", "s/sos_strings/x.tailed/.."),
            ("s/proc/net", "../proc/net"),
            ("s/proc/net", ".."),
        ] {
            assert_eq!(names(&paths, &[(link, to)]), [], "{link} {to}");
        }
        assert!(names(&paths, &[("s/a", "b"), ("s/b", "a"), ("s/proc/net", "../a")]).is_empty());
    }

    #[test]
    fn a_link_is_lost_where_it_leads_to_nothing() {
        let paths: BTreeSet<String> = ["s/usr/lib/a".to_owned()].into();
        let links = [("s/lib", "usr/lib"), ("s/etc/b", "../lib/a"), ("s/etc/c", "../lib/d"), ("s/e", "../e")]
            .map(|(link, to)| (link.to_owned(), to.to_owned()));
        let lost: Vec<(&str, &str)> = super::lost(&paths, &links).collect();
        assert_eq!(lost, [("s/etc/c", "../lib/d"), ("s/e", "../e")]);
    }

    #[test]
    fn links_of_long_names_in_long_chains_end() {
        let deep = vec!["p"; 1_900].join("/");
        let links: Vec<(String, String)> =
            (0..5_000).map(|n| (format!("{deep}/{n}"), format!("{}", n + 1))).collect();
        let short = (0..100_000).map(|n| (format!("s/{n}"), format!("{}", n + 1)));
        let links: Vec<(String, String)> = links.into_iter().chain(short).collect();
        let paths: BTreeSet<String> = ["s/99990".to_owned(), "s/100000".to_owned()].into();
        assert!(renamed(&paths, &links).is_empty());
        assert!(super::lost(&paths, &links).count() > 100_000);
    }

    #[test]
    fn a_hundred_thousand_links_are_followed() {
        let paths: BTreeSet<String> = (0..100_000).map(|n| format!("s/sos_strings/d/{n}.tailed")).collect();
        let links: Vec<(String, String)> =
            (0..100_000).map(|n| (format!("s/var/{n}"), format!("../sos_strings/d/{n}.tailed"))).collect();
        assert_eq!(renamed(&paths, &links).len(), 100_000);
    }
}
