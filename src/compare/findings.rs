//! Findings of each side's own report: which both have, and which only one.

use super::{Pair, Subject};
use crate::model::diff::{Finding, Said};
use crate::model::report;

/// By severity, those of one side first.
pub(super) fn findings(pair: &Pair<'_>) -> Vec<Finding> {
    let mine = of_side(&pair.a);
    let mut theirs = of_side(&pair.b);
    let one = |of: &[(String, &report::Finding)], rule: &str| {
        of.iter().filter(|(_, f)| f.rule == rule).count() == 1
    };
    let mut found = Vec::new();
    let before = theirs.clone();
    for (about, a) in &mine {
        // the same subject; else the only one of its rule on either side
        let alone = one(&mine, &a.rule) && one(&before, &a.rule);
        let at = theirs.iter().position(|(other, b)| b.rule == a.rule && (other == about || alone));
        let b = at.map(|at| theirs.remove(at).1);
        found.push(Finding {
            rule: a.rule.clone(),
            severity: b.map_or(a.severity, |b| b.severity.max(a.severity)),
            a: Some(said(a)),
            b: b.map(said),
        });
    }
    found.extend(theirs.iter().map(|(_, b)| Finding {
        rule: b.rule.clone(),
        severity: b.severity,
        a: None,
        b: Some(said(b)),
    }));
    found.sort_by_key(|f| (f.a.is_some() && f.b.is_some(), std::cmp::Reverse(f.severity)));
    found
}

/// Findings of a host with what each is about: its anchor without the host's name.
fn of_side<'a>(side: &Subject<'a>) -> Vec<(String, &'a report::Finding)> {
    let host = slug(&side.host.name);
    let mine = side.report.findings.iter().filter(|f| f.host == side.host.name);
    mine.map(|f| (f.id.replacen(&host, "", 1), f)).collect()
}

fn slug(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn said(finding: &report::Finding) -> Said {
    let key = finding.exhibits.iter().find(|e| e.key).or(finding.exhibits.first());
    Said { title: finding.title.clone(), exhibit: key.cloned() }
}
