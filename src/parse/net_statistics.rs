//! `/sys/class/net/<interface>/statistics/*`: one counter a file.
//!
//! Written by the kernel; sos copies the files below `sys/class/net/` or, because those are links, below
//! `sys/devices/…/net/<interface>/statistics/`. A file holds one number and a line feed: only its path says what it is.
//!
//! *Yields* one counter, `dev.` and the file's name, of the interface. The names are those of the kernel's
//! `rtnl_link_stats64`: `rx_dropped` does not contain `rx_missed_errors`, as the drop column of `/proc/net/dev` does.
//! *Hides* nothing.
//! *Keeps unnamed* files nobody knows, by their names.
//! *Rejects* a number without a line feed, which may have been cut.

use super::Whole;
use super::intern::Intern;
use super::words::{CUT, number};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const FILE: Whole = Whole { name: "/sys/class/net statistics", is, read, cut: None };

/// Interface and counter in `…/net/eth0/statistics/rx_bytes`.
fn place(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.rsplit('/');
    let (counter, folder, of, net) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (folder == "statistics" && net == "net" && !counter.is_empty() && !of.is_empty()).then_some((of, counter))
}

fn is(path: &str, bytes: &[u8]) -> bool {
    bytes.len() <= 22 && place(path).is_some() && number(bytes.trim_ascii()).is_some()
}

fn read(path: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(FILE.name);
    let (Some((of, counter)), Some(value)) = (place(path), number(bytes.trim_ascii())) else { return };
    if bytes.ends_with(b"\n") {
        Intern::new(Kind::Counter).count(&format!("dev.{counter}"), of, value, 1, facts);
    } else {
        facts.rejects.push(1, CUT);
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn only_the_path_tells() {
        for path in
            ["sys/class/net/eth0/statistics/rx_bytes", "a/sys/devices/virtual/net/eth0/statistics/rx_bytes"]
        {
            assert_eq!(place(path), Some(("eth0", "rx_bytes")));
        }
        for path in ["proc/net/statistics/rx_bytes", "eth0/statistics/rx_bytes", "sys/class/net/eth0/mtu"] {
            assert_eq!(place(path), None);
        }
    }
}
