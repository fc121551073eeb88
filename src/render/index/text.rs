//! What the terminal shows of a batch.

use super::{lede, reported, title};
use crate::model::index::{Index, Row, Status};
use crate::render::escape::printable;
use crate::render::findings::severity;

/// Hosts and failures listed.
const LISTED: usize = 10;

/// The answer, the worst hosts and what failed.
#[must_use]
pub fn batch(index: &Index, resumed: usize) -> String {
    let mut lines = vec![title(index), lede(index)];
    if resumed > 0 {
        lines.push(format!("{resumed} of them were done before."));
    }
    let worst: Vec<&Row> = reported(index).filter(|row| row.found.severity.is_some()).collect();
    list(&mut lines, &worst, |row| {
        let word = row.found.severity.map_or("", severity);
        format!("{word:9} {}: {}", row.found.host, row.worst())
    });
    let failed: Vec<&Row> = index.bundles.iter().filter(|row| row.status == Status::Failed).collect();
    list(&mut lines, &failed, |row| {
        format!("failed    {}: {}", row.path, row.why.lines().next().unwrap_or_default())
    });
    let plain = |line: &String| printable(line).replace(['\u{202f}', '\u{a0}'], " ") + "\n";
    lines.iter().map(plain).collect()
}

fn list(lines: &mut Vec<String>, rows: &[&Row], line: impl Fn(&Row) -> String) {
    if rows.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.extend(rows.iter().take(LISTED).map(|row| line(row)));
    if rows.len() > LISTED {
        lines.push(format!("          and {} more", rows.len() - LISTED));
    }
}
