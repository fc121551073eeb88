//! A writer that cannot forget to escape: markup is `&'static str`, everything else goes through
//! [`escape`].

use super::escape::{escape, printable};
use super::svg::canvas::Svg;

/// A page in the making.
#[derive(Default)]
pub struct Html {
    out: String,
    /// What all paths begin with; it is said once and left out of each.
    shared: String,
}

impl Html {
    /// Markup written in this program.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// A hash in base64, whose digits need no escaping; anything else of it is left out.
    pub fn hash(&mut self, source: &str) -> &mut Self {
        self.out.extend(source.chars().filter(|c| c.is_ascii_alphanumeric() || "-+/=".contains(*c)));
        self
    }

    /// JSON inside of a data block, which only `<` could end.
    pub fn json(&mut self, json: &str) -> &mut Self {
        self.out.push_str(&printable(json).replace('<', "\\u003c"));
        self
    }

    /// Data: content of an element, or of a quoted attribute.
    pub fn text(&mut self, data: &str) -> &mut Self {
        self.out.push_str(&escape(data));
        self
    }

    /// A drawing, whose data went through [`escape`] on its own way.
    pub fn svg(&mut self, svg: &Svg) -> &mut Self {
        self.out.push_str(&svg.0);
        self
    }

    /// `open` + data + `close`, or nothing when there is no data.
    pub fn wrap(&mut self, open: &'static str, data: &str, close: &'static str) -> &mut Self {
        if !data.is_empty() {
            self.raw(open).text(data).raw(close);
        }
        self
    }

    /// A cell, with the word that names it where a phone shows rows as lines.
    pub fn cell(&mut self, class: &'static str, label: &'static str, data: &str) -> &mut Self {
        self.raw("<td class=\"").raw(class).raw("\" data-l=\"").raw(label);
        self.raw("\">").text(data).raw("</td>")
    }

    /// Data that may run from right to left: it cannot turn what stands beside it.
    pub fn bdi(&mut self, data: &str) -> &mut Self {
        self.raw("<bdi>").text(data).raw("</bdi>")
    }

    /// A coordinate; what is not a number becomes 0.
    pub fn number(&mut self, pixels: f64) -> &mut Self {
        let text = format!("{:.1}", if pixels.is_finite() { pixels } else { 0.0 });
        self.out.push_str(text.strip_suffix(".0").unwrap_or(&text));
        self
    }

    /// A dotted name, which may break behind its dots and underscores and nowhere else if it can help it.
    pub fn name(&mut self, name: &str) -> &mut Self {
        for part in name.split_inclusive(['.', '_', ':', '+', '-']) {
            self.text(part).raw("<wbr>");
        }
        self
    }

    /// Leaves the beginning that all paths share out of each, from here on.
    pub fn share(&mut self, beginning: &str) {
        beginning.clone_into(&mut self.shared);
    }

    /// Path and line, in mono, with breaks allowed at slashes.
    pub fn place(&mut self, path: &str, line: u32) -> &mut Self {
        let path = path.strip_prefix(&self.shared).filter(|rest| !rest.is_empty()).unwrap_or(path).to_owned();
        for (i, part) in path.split('/').enumerate() {
            if i > 0 {
                self.raw("/<wbr>");
            }
            self.text(part);
        }
        if line > 0 {
            self.text(&format!(":{line}"));
        }
        self
    }

    /// The letters of changes as small badges.
    pub fn badge(&mut self, id: &str) -> &mut Self {
        self.raw("<span class=\"badge\">").text(id).raw("</span>")
    }

    pub fn finish(self) -> String {
        self.out
    }
}
