//! A name in any spelling to what it stands for.
//!
//! Tried in this order, and the first that finds anything decides: the exact name or key (a path below
//! `/proc/sys` too); a name as nstat prints it, or in other case; the last part of a name alone; a sentence of
//! `netstat -s`, with or without its number; a column of sar.

use super::near::distance;
use crate::catalogue::counters::{self, Counter};
use crate::catalogue::events::{self, EventKind};
use crate::catalogue::sysctls::{self, Sysctl};
use crate::catalogue::{sar, sentences};
use crate::diagnose::{RULES, Rule};
use crate::parse::sysctl::dotted;

/// Nearest names that a message tells.
const NEAREST: usize = 5;

/// Pages that one name may open; `InErrors` alone is the name of seven counters.
const PAGES: usize = 4;

/// What there is a page on. The name is the one asked for where a row stands for many.
#[derive(Clone)]
pub(super) enum Entry {
    Counter(String, &'static Counter),
    Sysctl(String, &'static Sysctl),
    Event(&'static EventKind),
    Rule(&'static Rule),
}

impl Entry {
    pub fn name(&self) -> &str {
        match self {
            Self::Counter(name, _) | Self::Sysctl(name, _) => name,
            Self::Event(kind) => kind.id,
            Self::Rule(rule) => rule.id,
        }
    }

    pub fn title(&self) -> String {
        match self {
            Self::Counter(_, row) => row.title.to_owned(),
            Self::Sysctl(_, row) if row.title.is_empty() => "a reading, not a setting".to_owned(),
            Self::Sysctl(_, row) => row.title.to_owned(),
            Self::Event(kind) => format!("{} (log)", kind.title),
            Self::Rule(_) => "Rule of diagnose".to_owned(),
        }
    }

    pub fn help(&self) -> &str {
        match self {
            Self::Counter(_, row) => row.help,
            Self::Sysctl(_, row) => row.help,
            Self::Event(kind) => kind.help,
            Self::Rule(_) => "",
        }
    }

    /// All that people call it.
    fn spellings(&self) -> impl Iterator<Item = String> {
        let nstat = if let Self::Counter(name, _) = self { counters::nstat(name) } else { None };
        [Some(self.name().to_owned()), self.last(), nstat].into_iter().flatten()
    }

    /// `ListenOverflows`, `somaxconn`; nothing for sums of two counters, patterns and names of one part.
    fn last(&self) -> Option<String> {
        let (_, last) = self.name().rsplit_once('.')?;
        (!last.contains('*') && !self.name().contains('+')).then(|| last.to_owned())
    }
}

/// Everything that there is a page on, in the order of the tables.
pub(super) fn all() -> impl Iterator<Item = Entry> {
    let counters = counters::all().map(|row| Entry::Counter(row.name.to_owned(), row));
    let sysctls = sysctls::all().map(|row| Entry::Sysctl(row.key.to_owned(), row));
    let events = events::all().iter().map(Entry::Event);
    counters.chain(sysctls).chain(events).chain(RULES.iter().map(Entry::Rule))
}

/// What `asked` stands for, or a sentence that says why nothing does.
pub(super) fn find(asked: &str) -> Result<Vec<Entry>, String> {
    let name = asked.trim().trim_end_matches([':', ',', ';']);
    let ways: [fn(&str) -> Vec<Entry>; 5] = [exact, spelt_otherwise, last_part, quoted, column];
    let found = ways.iter().map(|way| way(name)).find(|found| !found.is_empty()).unwrap_or_default();
    match found.len() {
        0 => Err(unknown(asked)),
        n if n > PAGES => {
            let names: Vec<&str> = found.iter().take(NEAREST).map(Entry::name).collect();
            let more = if n > NEAREST { format!(" and {} more", n - NEAREST) } else { String::new() };
            Err(format!("{asked:?} may be any of {}{more}; name one of them", names.join(", ")))
        }
        _ => Ok(found),
    }
}

fn exact(name: &str) -> Vec<Entry> {
    let key = key(name);
    let counter = counters::counter(name).map(|row| Entry::Counter(name.to_owned(), row));
    let sysctl = sysctls::sysctl(&key).filter(|_| is_key(&key)).map(|row| Entry::Sysctl(key, row));
    let named: Vec<Entry> = counter.into_iter().chain(sysctl).collect();
    if named.is_empty() { all().filter(|entry| entry.name() == name).collect() } else { named }
}

/// `/proc/sys/net/core/somaxconn` and `net.core.somaxconn=4096` as `net.core.somaxconn`.
fn key(name: &str) -> String {
    let name = name.split('=').next().unwrap_or(name).trim();
    let path = name.strip_prefix("/proc/sys/").or_else(|| name.strip_prefix("proc/sys/"));
    dotted(path.unwrap_or(name).trim_matches('/'))
}

/// A pattern takes any run of characters, but a key ends up in command lines that people copy.
fn is_key(key: &str) -> bool {
    key.contains('.') && key.chars().all(|c| c.is_ascii_alphanumeric() || "._/-*@:+".contains(c))
}

fn spelt_otherwise(name: &str) -> Vec<Entry> {
    let key = key(name);
    let is = |entry: &Entry| {
        let mut whole = entry.spellings().filter(|spelling| Some(spelling) != entry.last().as_ref());
        whole.any(|s| s.eq_ignore_ascii_case(name) || s.eq_ignore_ascii_case(&key))
    };
    let found: Vec<Entry> = all().filter(is).collect();
    if found.is_empty() { message_type(name) } else { found }
}

/// `IcmpMsgInType3` and `InType3`: types of ICMP messages have no rows of their own to be found among all.
fn message_type(name: &str) -> Vec<Entry> {
    let of = |section: &str| {
        let full = format!("{section}.{}", name.strip_prefix(section).unwrap_or(name));
        let row = counters::counter(&full).filter(|row| row.name != full)?; // one row for all types
        Some(Entry::Counter(full, row))
    };
    let sections = ["IcmpMsg", "Icmp6"];
    let named = sections.iter().filter(|section| name.starts_with(**section)).find_map(|section| of(section));
    if let Some(one) = named { vec![one] } else { sections.into_iter().filter_map(of).collect() }
}

fn last_part(name: &str) -> Vec<Entry> {
    let found: Vec<Entry> =
        all().filter(|entry| entry.last().is_some_and(|last| last.eq_ignore_ascii_case(name))).collect();
    if found.is_empty() { of_pattern(name).into_iter().collect() } else { found }
}

/// `nf_conntrack_udp_timeout` by the row `net.netfilter.nf_conntrack_*timeout*`; rows that end with a mere `*` take
/// any word and tell nothing.
fn of_pattern(name: &str) -> Option<Entry> {
    sysctls::all().find_map(|row| {
        let (parents, last) = row.key.rsplit_once('.')?;
        let key = format!("{parents}.{name}");
        let telling = !parents.contains('*') && last.contains('*') && last.len() > 3;
        let telling = telling && !name.contains('.') && is_key(&key);
        let found = sysctls::sysctl(&key).filter(|found| telling && found.key == row.key)?;
        Some(Entry::Sysctl(key, found))
    })
}

fn quoted(text: &str) -> Vec<Entry> {
    counted(sentences::quoted(text).into_iter().map(|row| row.counter))
}

fn column(name: &str) -> Vec<Entry> {
    counted(sar::shown_by(name).into_iter())
}

/// Each metric that has a row, once.
fn counted(metrics: impl Iterator<Item = &'static str>) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for row in metrics.filter_map(counters::counter) {
        if !found.iter().any(|entry| entry.name() == row.name) {
            found.push(Entry::Counter(row.name.to_owned(), row));
        }
    }
    found
}

fn unknown(asked: &str) -> String {
    let name = key(asked).to_lowercase();
    // a third of the letters wrong is another word
    let limit = (name.chars().count() / 3).max(1);
    let far = |entry: &Entry| entry.spellings().map(|s| distance(&s.to_lowercase(), &name)).min();
    let mut near: Vec<(usize, Entry)> =
        all().filter_map(|entry| Some((far(&entry).filter(|far| *far <= limit)?, entry))).collect();
    near.sort_by_key(|(far, _)| *far);
    let nearest = near.first().map_or(0, |(far, _)| *far);
    near.retain(|(far, _)| *far <= nearest + 1);
    let names: Vec<&str> = near.iter().take(NEAREST).map(|(_, entry)| entry.name()).collect();
    if names.is_empty() {
        format!("nothing is known of {asked:?}; netmortem explain --list WORD looks for a word")
    } else {
        format!("nothing is known of {asked:?}; nearest: {}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{all, find};

    fn names(asked: &str) -> Vec<String> {
        find(asked).unwrap_or_default().iter().map(|entry| entry.name().to_owned()).collect()
    }

    #[test]
    fn every_spelling_at_hand_finds_the_counter() {
        for asked in [
            "TcpExt.ListenOverflows",
            "TcpExtListenOverflows",
            "ListenOverflows",
            "listenoverflows",
            "tcpext.listenoverflows",
            "times the listen queue of a socket overflowed",
            "    8211 times the listen queue of a socket overflowed",
        ] {
            assert_eq!(names(asked), ["TcpExt.ListenOverflows"], "{asked}");
        }
        assert_eq!(names("retrans/s"), ["Tcp.RetransSegs", "rpc.retrans"]); // of TCP, and of the NFS client
        assert_eq!(names("Icmp6OutType143"), ["Icmp6.OutType143"]);
        assert_eq!(names("IcmpMsg.InType3"), ["IcmpMsg.InType3"]);
        assert_eq!(names("InType3"), ["IcmpMsg.InType3", "Icmp6.InType3"]);
        assert_eq!(names("InReceives"), ["Ip.InReceives", "Ip6.InReceives"]);
    }

    #[test]
    fn every_spelling_at_hand_finds_the_setting() {
        for asked in [
            "net.core.somaxconn",
            "net/core/somaxconn",
            "/proc/sys/net/core/somaxconn",
            "somaxconn",
            "net.core.somaxconn=4096",
            "NET.CORE.SOMAXCONN",
        ] {
            assert_eq!(names(asked), ["net.core.somaxconn"], "{asked}");
        }
        let interface = "net.ipv4.conf.eth0/100.rp_filter";
        assert_eq!(names("/proc/sys/net/ipv4/conf/eth0.100/rp_filter"), [interface]);
        assert_eq!(names("rp_filter"), ["net.ipv4.conf.*.rp_filter"]);
        assert_eq!(names("nf_conntrack_udp_timeout"), ["net.netfilter.nf_conntrack_udp_timeout"]);
    }

    #[test]
    fn no_key_smuggles_a_command_into_the_page() {
        for asked in [
            "net.ipv4.conf.x;reboot.rp_filter",
            "net.ipv4.conf.$(id).rp_filter",
            "net.ipv4.conf.\u{1b}[2J.rp_filter",
        ] {
            assert!(find(asked).is_err(), "{asked}");
        }
    }

    #[test]
    fn every_name_in_the_list_finds_its_own_page() {
        for entry in all() {
            assert!(names(entry.name()).contains(&entry.name().to_owned()), "{}", entry.name());
        }
    }

    #[test]
    fn an_event_and_the_rule_that_watches_it_may_share_a_name() {
        assert_eq!(names("conntrack-table-full"), ["conntrack-table-full"; 2]);
        assert_eq!(names("oom-kill"), ["oom-kill"]);
    }

    #[test]
    fn a_misspelt_name_gets_the_nearest() {
        let why = |asked| find(asked).err().unwrap_or_default();
        assert!(
            why("ListenOverflow").contains("nearest: TcpExt.ListenOverflows"),
            "{}",
            why("ListenOverflow")
        );
        assert!(why("net.core.somaxcon").contains("nearest: net.core.somaxconn"));
        assert!(why("zzzzzzzzzzzz").contains("--list"));
        assert!(why("InErrors").starts_with("\"InErrors\" may be any of "), "{}", why("InErrors"));
        assert!(why("").starts_with("nothing is known"));
    }
}
