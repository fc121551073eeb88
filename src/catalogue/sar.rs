//! Columns of sysstat's reports: which field of the kernel each one shows.
//!
//! `sar.tsv` has a row a column: `report` names another column that must stand in the same header where one name
//! serves several reports (`retrans/s` of TCP and of NFS), `scale` makes the printed number the metric's unit.

use crate::model::fact::Kind;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// The kernel's name.
    pub metric: &'static str,
    /// What the printed number is multiplied with: 1024 where sar prints kB.
    pub scale: f64,
    /// [`Kind::Rate`] of events, or [`Kind::Gauge`].
    pub kind: Kind,
}

static COLUMNS: LazyLock<HashMap<&'static str, Vec<(&'static str, Column)>>> = LazyLock::new(|| {
    let mut map: HashMap<_, Vec<_>> = HashMap::new();
    for row in super::rows(include_str!("sar.tsv")) {
        if let [report, column, metric, scale, kind] = row[..]
            && let Ok(scale) = scale.parse()
        {
            let kind = if kind == "rate" { Kind::Rate } else { Kind::Gauge };
            map.entry(column).or_default().push((report, Column { metric, scale, kind }));
        }
    }
    map
});

/// What a column shows in a report with this header; `None` when nobody wrote it down.
#[must_use]
pub fn column(name: &str, header: &[&str]) -> Option<Column> {
    let rows = COLUMNS.get(name)?;
    rows.iter().find(|(report, _)| *report == "-" || header.contains(report)).map(|(_, column)| *column)
}

/// The metrics that a column shows, in whatever report it stands.
#[must_use]
pub fn shown_by(name: &str) -> Vec<&'static str> {
    COLUMNS.get(name).map(|rows| rows.iter().map(|(_, column)| column.metric).collect()).unwrap_or_default()
}

/// The columns that show a metric, by name; releases and reports call some of them otherwise.
#[must_use]
pub fn showing(metric: &str) -> Vec<&'static str> {
    let shows = |rows: &[(&str, Column)]| rows.iter().any(|(_, column)| column.metric == metric);
    let mut names: Vec<_> = COLUMNS.iter().filter(|(_, rows)| shows(rows)).map(|(name, _)| *name).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::counters;

    #[test]
    fn every_row_is_read_and_every_counter_of_the_kernel_has_a_row_there() {
        let rows: Vec<_> = COLUMNS.values().flatten().collect();
        assert_eq!(rows.len(), include_str!("sar.tsv").lines().skip(1).count());
        for (_, column) in rows {
            if column.metric.starts_with(char::is_uppercase) {
                assert!(counters::counter(column.metric).is_some(), "{}", column.metric);
            }
        }
    }

    #[test]
    fn one_name_in_two_reports_is_two_metrics() {
        let metric = |header: &[&str]| column("retrans/s", header).map(|c| c.metric);
        assert_eq!(metric(&["atmptf/s", "estres/s", "retrans/s"]), Some("Tcp.RetransSegs"));
        assert_eq!(metric(&["call/s", "retrans/s", "getatt/s"]), Some("rpc.retrans"));
        assert_eq!(metric(&["retrans/s"]), None);
    }

    #[test]
    fn columns_are_found_from_either_side() {
        assert_eq!(showing("Tcp.RetransSegs"), ["retrans/s", "retrseg/s"]);
        assert!(shown_by("retrans/s").contains(&"Tcp.RetransSegs"));
        assert!(showing("Tcp.MaxConn").is_empty() && shown_by("nothing/s").is_empty());
    }
}
