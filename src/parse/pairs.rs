//! A series of one's own: a CSV with a time and a value in each row, or a value alone.
//!
//! ```text
//! time,value
//! 2026-11-20T09:12:10Z,264
//! ```
//!
//! The last column is the value, the first one the time, kept as written. A first row whose value is no number is a header.
//! *Hides* rows without a value (empty, `NaN`, `null`, infinite): they count in the index and in nothing else.
//! *Rejects* a text in which a value is a word, for then it is no such series.

/// A row: its time as written, and its value where it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// As written.
    pub time: String,
    /// Finite.
    pub value: Option<f64>,
}

/// All rows behind the header.
///
/// # Errors
/// Which line is none.
pub fn pairs(text: &str) -> Result<Vec<Row>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| e.to_string())?;
        let cell = record.iter().next_back().unwrap_or_default();
        let time = if record.len() > 1 { record.get(0).unwrap_or_default() } else { "" };
        let missing = ["", "nan", "null", "na", "none"].contains(&cell.to_ascii_lowercase().as_str());
        match cell.parse::<f64>() {
            Ok(value) => {
                rows.push(Row { time: time.to_owned(), value: Some(value).filter(|v| v.is_finite()) });
            }
            Err(_) if missing => rows.push(Row { time: time.to_owned(), value: None }),
            Err(_) if i == 0 => {}
            Err(_) => {
                return Err(format!(
                    "line {}: {cell:?} is no number",
                    record.position().map_or(0, csv::Position::line)
                ));
            }
        }
    }
    if rows.iter().all(|row| row.value.is_none()) {
        return Err("no row with a time and a value".to_owned());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn a_header_is_no_row_and_a_gap_counts_in_the_index() {
        let rows = pairs("time,value\n1,2.5\n2,\n3,NaN\n4,7\n").unwrap();
        let values: Vec<Option<f64>> = rows.iter().map(|r| r.value).collect();
        assert_eq!(values, [Some(2.5), None, None, Some(7.0)]);
        assert_eq!(rows[3].time, "4");
        assert_eq!(pairs("5\n6\n").unwrap()[0].time, "");
    }

    #[test]
    fn words_are_no_values() {
        assert!(pairs("time,value\n1,2\n2,many\n").unwrap_err().starts_with("line 3"));
        assert!(pairs("").is_err() && pairs("a,b\n").is_err());
    }
}
