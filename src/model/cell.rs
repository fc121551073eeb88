//! Texts in cells of CSV, which end in a spreadsheet as often as in a program.

use std::borrow::Cow;

/// A text that was read, fit for a cell. A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula,
/// and a formula may send what stands beside it to whoever made up a host name: such a text gets the apostrophe by which
/// spreadsheets know a text. Numbers stay numbers. Control characters, which a terminal would obey, become U+FFFD. JSON
/// and Parquet carry every text as it is.
#[must_use]
pub fn text(cell: &str) -> Cow<'_, str> {
    let sign = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.len() > 1;
    let formula = sign && cell.parse::<f64>().is_err();
    if !formula && !cell.contains(char::is_control) {
        return Cow::Borrowed(cell);
    }
    let apostrophe = formula.then_some('\'');
    let seen = cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    Cow::Owned(apostrophe.into_iter().chain(seen).collect())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_formula_becomes_a_text_and_a_number_stays_one() {
        assert_eq!(text("=HYPERLINK(\"//evil\")"), "'=HYPERLINK(\"//evil\")");
        assert_eq!((text("@sum").as_ref(), text("-cmd|x").as_ref()), ("'@sum", "'-cmd|x"));
        for plain in ["-1", "+2.5", "-", "web1", "0.0.0.0:80", "net.core.somaxconn", "4096 131072 6291456"] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn a_terminal_has_nothing_to_obey() {
        assert_eq!(text("a\u{1b}[2J"), "a\u{fffd}[2J");
    }
}
