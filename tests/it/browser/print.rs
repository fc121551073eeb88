//! The page on paper.

use super::page::{LAPTOP, View};
use super::{pages, turn};

/// Bytes of base64.
fn bytes(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u32> = text.bytes().filter_map(digit).map(u32::from).collect();
    digits
        .chunks(4)
        .flat_map(|four| {
            let bits = four.iter().enumerate().fold(0, |bits, (i, d)| bits | d << (18 - 6 * i));
            bits.to_be_bytes().into_iter().skip(1).take(four.len() - 1).collect::<Vec<u8>>()
        })
        .collect()
}

#[test]
fn the_first_sheet_holds_headline_rows_and_timeline() {
    let Some(turn) = turn() else { return };
    for (name, file) in pages() {
        let page = turn.open(&file, LAPTOP);
        let document = bytes(&page.pdf());
        assert!(document.starts_with(b"%PDF-"), "{name}");
        let sheets = String::from_utf8_lossy(&document).matches("/Type /Page\n").count();
        assert!((1..=30).contains(&sheets), "{name} has {sheets} sheets");
        // A4 without its margins of 12 mm, in CSS pixels
        page.view(View { width: 703, media: "print", ..LAPTOP });
        let end = page.number("Math.max(0, ...[...document.querySelectorAll('h1, table.rows, figure.time')].slice(0, 3).map((it) => it.getBoundingClientRect().bottom + scrollY))");
        assert!(end > 0.0 && end <= 1_032.0, "{name}: the first timeline ends {end} px down the first sheet");
        let shown = page.count("[...document.querySelectorAll('.tools, .time-slider, .cross')].filter((it) => it.getClientRects().length).length");
        assert_eq!(shown, 0, "{name}: controls on paper");
    }
}
