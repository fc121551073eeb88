//! Text on a terminal: wrapped at a width, coloured where that is asked for.

use super::escape::printable;
use crate::model::report::Severity;

/// Bold and colour, or neither.
pub(super) struct Ink {
    colour: bool,
}

impl Ink {
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    pub fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Dim, for what labels.
    pub fn faint(&self, text: &str) -> String {
        self.paint("2", text)
    }

    pub fn severity(&self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Critical => self.paint("1;31", text),
            Severity::Warning => self.paint("33", text),
            Severity::Info => text.to_owned(),
        }
    }

    /// What is worse when it is high.
    pub fn harm(&self, text: &str) -> String {
        self.paint("33", text)
    }

    /// Letters of tuning changes.
    pub fn change(&self, text: &str) -> String {
        self.paint("1;35", text)
    }

    /// A level that is neither good nor bad.
    pub fn measure(&self, text: &str) -> String {
        self.paint("36", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Narrow and no-break spaces as plain ones, for not every terminal knows their width.
pub(super) fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}

/// Lines of at most `width - indent` characters; at least one word each.
pub(super) fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    let room = width.saturating_sub(indent);
    let text = printable(text);
    let parts = |c: char| c.is_whitespace() && !matches!(c, '\u{202f}' | '\u{a0}');
    let mut lines: Vec<String> = Vec::new();
    // a number stays with its unit
    for word in text.split(parts).map(plain).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_in_data_do_not_reach_the_terminal() {
        assert_eq!(wrapped("a \u{1b}[2J b", 80, 0), ["a \u{fffd}[2J b"]);
        assert_eq!(wrapped("one two three", 9, 2), ["one two", "three"]);
        assert_eq!(wrapped("none in 33\u{a0}s", 11, 0), ["none in", "33 s"], "a unit stays with its number");
    }
}
