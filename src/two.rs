//! Which two sides of the evidence are compared: two inputs, or two hosts of one.

use crate::compare::{self, Claims, Subject};
use crate::error::Error;
use crate::model::diff::Diff;
use crate::timeline::{Host, Timeline};
use crate::{Evidence, batch, quoting, report};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Compares two sides. `evidence` has one entry for each of `inputs`, of which there are one or two; `hosts` names a host
/// on each side; `same_host` says that both are one where no dump names it.
///
/// # Errors
/// [`Error::Argument`] when it is not clear which two hosts are meant, or when one that is named is not there.
pub fn diff(
    inputs: &[PathBuf],
    evidence: &[Evidence],
    hosts: Option<&(String, String)>,
    same_host: bool,
) -> Result<Diff, Error> {
    let (Some(first), Some(second)) = (evidence.first(), evidence.last()) else {
        return Err(Error::Argument("no INPUT to compare".to_owned()));
    };
    let one = evidence.len() == 1;
    if one && hosts.is_none() {
        return Err(Error::Argument(alone(&first.timeline)));
    }
    let a = pick(&first.timeline, hosts.map(|(a, _)| a.as_str()), "A")?;
    let b = pick(&second.timeline, hosts.map(|(_, b)| b.as_str()), "B")?;
    let same_bytes = a.name == b.name
        && match inputs {
            [a, b] => batch::same_bytes(a, b),
            _ => true,
        };
    let reports = (report(first), (!one).then(|| report(second)));
    let quotes = (quoting(first), quoting(second));
    let names = names(inputs);
    let first =
        Subject { timeline: &first.timeline, host: a, report: &reports.0, quote: &quotes.0, input: &names.0 };
    let second = Subject {
        timeline: &second.timeline,
        host: b,
        report: reports.1.as_ref().unwrap_or(&reports.0),
        quote: &quotes.1,
        input: &names.1,
    };
    Ok(compare::diff(first, second, Claims { same_bytes, same_host }))
}

fn alone(timeline: &Timeline) -> String {
    let mut text = "one INPUT has nothing beside it: name a second one, or two hosts of it".to_owned();
    let names: Vec<&str> = timeline.hosts.iter().map(|host| host.name.as_str()).collect();
    if let [a, b, ..] = names.as_slice() {
        text += &format!(", such as --hosts \"{a},{b}\"");
    }
    text
}

/// The host that is named; else the only machine of an input, as its own network namespace sees it.
fn pick<'a>(timeline: &'a Timeline, wanted: Option<&str>, side: &str) -> Result<&'a Host, Error> {
    let hosts = &timeline.hosts;
    let names = hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        let named = hosts.iter().find(|host| host.name == wanted);
        let why = || format!("side {side}: no host {wanted:?} in the input, which has {names}");
        return named.ok_or_else(|| Error::Argument(why()));
    }
    let machines: BTreeSet<&str> = hosts.iter().map(Host::machine).collect();
    if machines.len() > 1 {
        let why = format!("side {side} has several hosts: {names}; say which with --hosts A,B");
        return Err(Error::Argument(why));
    }
    let own = hosts.iter().find(|host| host.netns.is_empty()).or(hosts.first());
    own.ok_or_else(|| Error::Argument(format!("side {side}: no host in the input")))
}

/// The ends of the paths, as far as they tell the two apart: where they lie on this machine is nobody's business.
fn names(inputs: &[PathBuf]) -> (String, String) {
    let parts = |path: &Path| -> Vec<String> {
        path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let (a, b) = match inputs {
        [a, b] => (parts(a), parts(b)),
        [a, ..] => (parts(a), parts(a)),
        [] => return Default::default(),
    };
    let end = |parts: &[String], n: usize| parts[parts.len().saturating_sub(n)..].join("/");
    let most = if a == b { 1 } else { a.len().max(b.len()) };
    let n = (1..=most).find(|n| end(&a, *n) != end(&b, *n)).unwrap_or(1);
    (end(&a, n), end(&b, n))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn inputs_are_named_by_what_tells_them_apart() {
        let of = |a: &str, b: &str| names(&[a.into(), b.into()]);
        assert_eq!(of("/x/y/a.tar", "/z/b.tar"), ("a.tar".to_owned(), "b.tar".to_owned()));
        assert_eq!(
            of("/x/before/web1", "/x/after/web1"),
            ("before/web1".to_owned(), "after/web1".to_owned())
        );
        assert_eq!(of("/x/a", "/x/a"), ("a".to_owned(), "a".to_owned()));
        assert_eq!(of("a", "b/a"), ("a".to_owned(), "b/a".to_owned()));
    }
}
