//! Files of which a bundle has hundreds alike, as one row: the values of `/proc/sys`, the limits of each process, a
//! folder in which nothing is of a known format. What is alone keeps its row, and so does what was skipped for a reason
//! that someone can mend.

use crate::model::report::coverage::Artifact;
use crate::model::words;
use std::collections::{BTreeMap, BTreeSet};

/// One file, or several alike.
pub struct Row<'a> {
    /// Path of the one, or what the paths share: `sos/proc/*/limits`, `sos/sys/module/`.
    pub path: String,
    /// In the order of their paths; at least one.
    pub files: Vec<&'a Artifact>,
}

/// Files alike up to this number keep their rows.
const FEW: usize = 3;

/// Files that were read, by path.
pub fn read(artifacts: &[Artifact]) -> Vec<Row<'_>> {
    let read = artifacts.iter().filter(|a| a.skipped.is_empty());
    folded(read, |a| Some(format!("{}\n{}", shared(a)?, a.host)))
}

/// Files that were skipped, by path.
pub fn skipped(artifacts: &[Artifact]) -> Vec<Row<'_>> {
    let mut lived = BTreeSet::new();
    for a in artifacts.iter().filter(|a| a.skipped.is_empty()) {
        let pattern = pattern(&a.path);
        for (at, _) in pattern.match_indices('/').rev() {
            if !lived.insert(pattern[..=at].to_owned()) {
                break;
            }
        }
    }
    let skipped = artifacts.iter().filter(|a| !a.skipped.is_empty());
    folded(skipped, |a| {
        let pattern = pattern(&a.path);
        let dead =
            pattern.match_indices('/').map(|(at, _)| &pattern[..=at]).find(|dir| !lived.contains(*dir));
        let dead = dead.map(str::to_owned).filter(|_| is_plain(&a.skipped));
        dead.or_else(|| Some(pattern.clone()).filter(|p| *p != a.path && is_plain(&a.skipped))).or_else(
            || {
                // one tool's complaint about each device
                let folder = pattern.rfind('/').map_or("", |at| &pattern[..=at]);
                is_complaint(&a.skipped).then(|| format!("{folder}\n{}", a.skipped))
            },
        )
    })
}

/// Why the files of a row were skipped: in full where it is one reason, how many for which else.
pub fn why(row: &Row<'_>) -> String {
    let one = &row.files[0].skipped;
    if row.files.iter().all(|file| file.skipped == *one) {
        return match row.files.len() {
            1 => one.clone(),
            n => format!("{}: {one}", words::things(n as u64, "file", "files")),
        };
    }
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for file in &row.files {
        *kinds.entry(kind(&file.skipped)).or_default() += 1;
    }
    let mut kinds: Vec<(&str, u64)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let each = kinds.iter().map(|(kind, count)| format!("{count} × {kind}"));
    match kinds[..] {
        [(kind, count)] => format!("{}: {kind}", words::things(count, "file", "files")),
        _ => format!("{} files: {}", row.files.len(), each.collect::<Vec<_>>().join(", ")),
    }
}

/// A reason without what is particular to one file.
fn kind(why: &str) -> &str {
    why.split([';', ':']).next().unwrap_or(why)
}

/// Reasons that lie in what the file holds.
const PLAIN: [&str; 7] = [
    "not a known format",
    "empty",
    "binary",
    "no text in it",
    "the command failed",
    "a link to nothing inside the input",
    "a time, and no dump behind it",
];

/// Whether nobody would look for more behind a reason: the file holds nothing that is read here.
pub fn is_plain(why: &str) -> bool {
    let kind = kind(why);
    PLAIN.contains(&kind)
}

/// Whether the reason quotes a text that several files would not begin with by chance.
fn is_complaint(why: &str) -> bool {
    why.starts_with("the command failed") || why.starts_with("not a known format; it begins")
}

/// What the paths of files share that hold one value, or one process, each.
fn shared(a: &Artifact) -> Option<String> {
    let above = |folder: &str| a.path.rfind(folder).map(|at| a.path[..at + folder.len()].to_owned());
    match a.format.as_str() {
        "/proc/sys" => above("proc/sys/"),
        "/sys/class/net statistics" => above("/statistics/"),
        "/proc/PID/limits" => Some(pattern(&a.path)),
        _ => None,
    }
}

/// A path in which each number of a process is a `*`.
fn pattern(path: &str) -> String {
    let part = |part: &str| {
        let number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if number { "*".to_owned() } else { part.to_owned() }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Rows by the path of the first file of each; `key` is what files alike share up to its first line feed.
fn folded<'a>(
    files: impl Iterator<Item = &'a Artifact>,
    key: impl Fn(&Artifact) -> Option<String>,
) -> Vec<Row<'a>> {
    let mut alike: BTreeMap<String, Vec<&'a Artifact>> = BTreeMap::new();
    let mut rows = Vec::new();
    let alone = |file: &'a Artifact| Row { path: file.path.clone(), files: vec![file] };
    for file in files {
        match key(file) {
            Some(key) => alike.entry(key).or_default().push(file),
            None => rows.push(alone(file)),
        }
    }
    for (key, files) in alike {
        if files.len() > FEW {
            rows.push(Row { path: key.split('\n').next().unwrap_or_default().to_owned(), files });
        } else {
            rows.extend(files.into_iter().map(alone));
        }
    }
    rows.sort_by(|a, b| a.files[0].path.cmp(&b.files[0].path));
    rows
}

#[cfg(test)]
mod tests {
    use super::{read, skipped, why};
    use crate::model::report::coverage::Artifact;

    fn file(path: &str, format: &str, skipped: &str) -> Artifact {
        Artifact {
            path: path.to_owned(),
            kept_as: String::new(),
            tail: false,
            host: "web7".to_owned(),
            format: format.to_owned(),
            skipped: skipped.to_owned(),
            bytes: 1,
            lines: 1,
            snapshots: 1,
            facts: 1,
            window: None,
            clock: String::new(),
            rejected: 0,
        }
    }

    #[test]
    fn files_alike_are_one_row() {
        let mut files = vec![file("s/sos_commands/networking/netstat_-s", "netstat -s", "")];
        files.extend((0..9).map(|n| file(&format!("s/proc/{n}/limits"), "/proc/PID/limits", "")));
        files.extend((0..9).map(|n| file(&format!("s/proc/sys/net/core/x{n}"), "/proc/sys", "")));
        let paths: Vec<String> = read(&files).into_iter().map(|row| row.path).collect();
        assert_eq!(paths, ["s/proc/*/limits", "s/proc/sys/", "s/sos_commands/networking/netstat_-s"]);
    }

    #[test]
    fn a_folder_without_evidence_is_one_row_and_others_are_not() {
        let unknown = "not a known format; it begins \"x\"";
        let mut files =
            vec![file("s/net/netstat", "netstat -s", ""), file("s/proc/1/limits", "/proc/PID/limits", "")];
        files.extend((0..5).map(|n| file(&format!("s/sys/module/m{n}/version"), "", unknown)));
        files.push(file("s/sys/module/m9/version", "", "empty"));
        files.push(file("s/sys/module/x.gz", "", "compressed (gzip)"));
        files.extend((0..5).map(|n| file(&format!("s/net/ip{n}"), "", unknown)));
        files.extend((0..5).map(|n| file(&format!("s/proc/{n}/stack"), "", unknown)));
        let rows: Vec<(String, String)> =
            skipped(&files).iter().map(|row| (row.path.clone(), why(row))).collect();
        assert_eq!(rows.len(), 4, "{rows:?}");
        let row = |path: &str| rows.iter().find(|(p, _)| p == path).map(|(_, why)| why.as_str());
        assert_eq!(row("s/sys/"), Some("6 files: 5 × not a known format, 1 × empty"));
        assert_eq!(row("s/proc/*/stack"), Some("5\u{a0}files: not a known format; it begins \"x\""));
        assert_eq!(row("s/sys/module/x.gz"), Some("compressed (gzip)"));
        assert_eq!(row("s/net/"), Some("5\u{a0}files: not a known format; it begins \"x\""));
    }
}
