//! Numbers over time that no known tool's own form has: tables with a column of times.

pub mod csv;
pub mod export;
mod table;

use super::moment::{Zone, placed};
use super::stamp;

/// A cell as a time: RFC 3339, `2026-11-20 09:12:10`, or seconds, milliseconds, micro- or nanoseconds since 1970.
fn time(cell: &str) -> Option<(Zone, i64)> {
    if !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit()) {
        let number: i64 = cell.parse().ok()?;
        let micros = match cell.len() {
            10 => number * 1_000_000,
            13 => number * 1_000,
            16 => number,
            19 => number / 1_000,
            _ => return None,
        };
        return Some((Zone::Utc, micros));
    }
    if !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    placed(stamp::separator(cell.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_units_of_the_epoch_are_one_time() {
        let at = Some((Zone::Utc, 1_795_162_330_000_000));
        for cell in [
            "1795162330",
            "1795162330.0",
            "1795162330000",
            "1795162330000000",
            "1795162330000000000",
            "2026-11-20T08:12:10Z",
            "2026-11-20T09:12:10.000+01:00",
            "2026-11-20 08:12:10 UTC",
        ] {
            assert_eq!(time(cell), at, "{cell}");
        }
        assert_eq!(time("2026-11-20 08:12:10"), Some((Zone::Wall(None), 1_795_162_330_000_000)));
        for cell in ["", "12", "12:00", "20261120", "today", "2026-11-20"] {
            assert_eq!(time(cell), None, "{cell}");
        }
    }
}
