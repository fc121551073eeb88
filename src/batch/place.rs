//! Names of the folders that reports are in: of the host, distinct on any file system, and never a way out.

use crate::model::index::Row;
use std::collections::HashMap;

/// Longest part that is taken from a host's name; more than DNS allows a label.
const LONGEST: usize = 64;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// And these with one digit behind them.
const PORTS: [&str; 2] = ["com", "lpt"];

/// A folder for each row with an id, in the order of the rows. The host's name, where one bundle alone is of it; with the
/// time of collection behind it where there are several; with the id behind that where even this is no difference.
pub fn folders(rows: &[Row]) -> Vec<Option<String>> {
    let mut levels = vec![0_usize; rows.len()];
    loop {
        let names: Vec<Option<String>> = rows.iter().zip(&levels).map(|(r, l)| name(r, *l)).collect();
        let mut taken: HashMap<String, usize> = HashMap::new();
        for name in names.iter().flatten() {
            *taken.entry(name.to_lowercase()).or_default() += 1;
        }
        let shared =
            |name: &Option<String>| name.as_ref().is_some_and(|n| taken.get(&n.to_lowercase()) > Some(&1));
        let clash: Vec<bool> = names.iter().zip(&levels).map(|(n, l)| *l < 2 && shared(n)).collect();
        if !clash.contains(&true) {
            return names;
        }
        levels.iter_mut().zip(clash).for_each(|(level, clash)| *level += usize::from(clash));
    }
}

fn name(row: &Row, level: usize) -> Option<String> {
    let id = row.archive_id.as_deref()?;
    let host = plain(&row.found.host);
    let when = row.found.last.map_or("undated".to_owned(), |t| plain(&t.format("%Y%m%dT%H%M%SZ")));
    Some(match level {
        0 => host,
        1 => format!("{host}-{when}"),
        _ => format!("{host}-{when}-{id}"),
    })
}

/// Letters, digits, `-`, `_` and inner dots; anything else is a `-`.
fn plain(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let text: String = name.chars().map(keep).take(LONGEST).collect();
    let text = text.trim_matches(['.', '-']);
    let stem = text.split('.').next().unwrap_or_default().to_lowercase();
    match text {
        "" => "unnamed".to_owned(),
        _ if is_device(&stem) => format!("host-{text}"),
        _ => text.to_owned(),
    }
}

fn is_device(stem: &str) -> bool {
    let port = || {
        PORTS
            .iter()
            .filter_map(|port| stem.strip_prefix(port))
            .any(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    };
    DEVICES.contains(&stem) || port()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::index::{Found, Status};
    use crate::model::time::Time;

    fn row(id: &str, host: &str, last: i64) -> Row {
        Row {
            archive_id: Some(id.to_owned()),
            path: String::new(),
            size: 0,
            sha256: None,
            status: Status::Ok,
            why: String::new(),
            found: Found { host: host.to_owned(), last: Some(Time::from_secs(last)), ..Found::default() },
            report: None,
            series: None,
        }
    }

    fn names(rows: &[(&str, &str, i64)]) -> Vec<String> {
        let rows: Vec<Row> = rows.iter().map(|(id, host, last)| row(id, host, *last)).collect();
        folders(&rows).into_iter().flatten().collect()
    }

    #[test]
    fn a_host_alone_has_its_own_name_and_several_bundles_have_their_time() {
        assert_eq!(names(&[("1", "web7", 0), ("2", "db", 0)]), ["web7", "db"]);
        assert_eq!(
            names(&[("1", "web7", 0), ("2", "WEB7", 60), ("3", "db", 0)]),
            ["web7-19700101T000000Z", "WEB7-19700101T000100Z", "db"]
        );
        assert_eq!(
            names(&[("1", "a", 0), ("2", "A", 0), ("3", "a-19700101T000000Z", 9)]),
            ["a-19700101T000000Z-1", "A-19700101T000000Z-2", "a-19700101T000000Z-19700101T000009Z"]
        );
    }

    #[test]
    fn no_name_leads_out_or_is_hidden_or_a_device() {
        for (host, folder) in [
            ("../../etc", "etc"),
            ("/etc/passwd", "etc-passwd"),
            ("..", "unnamed"),
            ("", "unnamed"),
            (".ssh", "ssh"),
            ("a\0b\n<c>", "a-b--c"),
            ("NUL.txt", "host-NUL.txt"),
            ("com1", "host-com1"),
            ("Lpt9.lan", "host-Lpt9.lan"),
            ("compute1", "compute1"),
            ("übel", "bel"),
        ] {
            assert_eq!(names(&[("1", host, 0)]), [folder]);
        }
        assert_eq!(names(&[("1", &"x".repeat(10_000), 0)]), ["x".repeat(64)]);
    }
}
