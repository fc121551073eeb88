//! Widths of text without a font. All sans families of the design are metric-alike with Helvetica, so one
//! table of its advance widths (Adobe AFM, thousandths of an em) serves on every machine.

/// Advance widths of U+0020 to U+007E.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Size and cut of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Font {
    /// Pixels.
    pub size: f64,
    /// Bold.
    pub bold: bool,
    /// Names and quoted text only.
    pub mono: bool,
}

/// Regular sans.
pub const fn sans(size: f64) -> Font {
    Font { size, bold: false, mono: false }
}

/// Bold sans.
pub const fn bold(size: f64) -> Font {
    Font { size, bold: true, mono: false }
}

/// Mono.
pub const fn mono(size: f64) -> Font {
    Font { size, bold: false, mono: true }
}

/// Width in pixels. An estimate on the wide side for characters outside the table.
pub fn width(text: &str, font: Font) -> f64 {
    let em: f64 = text.chars().map(|c| advance(c, font.mono)).sum();
    em * font.size * if font.bold { 1.07 } else { 1.0 }
}

fn advance(c: char, mono: bool) -> f64 {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0.0,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{fffc}' | '\u{1f000}'..='\u{1ffff}' => 1.0,
        _ if mono => 0.602,
        ' '..='~' => {
            let row = HELVETICA.get(c as usize - 0x20);
            f64::from(row.copied().unwrap_or(556)) / 1e3
        }
        '\u{a0}' | '·' | '’' => 0.278,
        '\u{202f}' => 0.25,
        '×' | '−' => 0.584,
        '–' => 0.556,
        '→' | '…' | '—' => 1.0,
        _ => 0.7,
    }
}

/// The first of `words` that is at most `room` wide.
pub fn first_fit(words: &[String], font: Font, room: f64) -> Option<&str> {
    words.iter().map(String::as_str).find(|w| !w.is_empty() && width(w, font) <= room)
}

/// `text` broken at spaces into lines of at most `room`; a word longer than that has a line for itself.
pub fn wrap(text: &str, font: Font, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(line, font) + width(" ", font) + width(word, font) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `text`, or as much of its beginning as fits with an ellipsis.
pub fn cut(text: &str, font: Font, room: f64) -> String {
    if width(text, font) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = width("…", font);
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), font);
        if used > room {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_the_afm_table() {
        assert!((width("AV", sans(10.0)) - 13.34).abs() < 1e-9);
        assert!((width("AV", mono(10.0)) - 12.04).abs() < 1e-9);
        assert!(width("AV", bold(10.0)) > width("AV", sans(10.0)));
    }

    #[test]
    fn the_longest_words_that_fit_are_chosen() {
        let words = ["none in 69 s".to_owned(), "none".to_owned()];
        assert_eq!(first_fit(&words, sans(12.0), 200.0), Some("none in 69 s"));
        assert_eq!(first_fit(&words, sans(12.0), 30.0), Some("none"));
        assert_eq!(first_fit(&words, sans(12.0), 3.0), None);
    }

    #[test]
    fn cut_and_wrapped_text_stays_inside() {
        let font = sans(12.0);
        assert!(width(&cut("a rather long name", font, 50.0), font) <= 50.0);
        assert_eq!(wrap("one two three", font, 45.0), ["one two", "three"]);
        assert_eq!(wrap("", font, 45.0), Vec::<String>::new());
    }
}
