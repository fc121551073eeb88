//! The time lines of `OSWatcher` and `ExaWatcher`, `zzz` and what `date` prints in the language of the host.
//!
//! ```text
//! zzz ***Sat Nov 22 04:00:07 CST 2025
//! zzz ***Sa 22. Nov 04:00:07 CET 2025
//! zzz ***2025年 11月 22日 土曜日 04:00:07 JST
//! zzz <11/22/2025 04:00:07> Count:720
//! ```
//!
//! Only behind `zzz`: in any other line a few numbers and words could be anything.

use super::field::{Written, Zone, from_half, full_clock, real_day, zone};
use nom::Parser;
use nom::combinator::all_consuming;

/// Beginnings of the names of months, shortest that tell them apart: of English, German, French, Spanish, Italian,
/// Portuguese, Dutch, the Scandinavian languages, Polish, Czech, Russian and Turkish. No two of these languages
/// give one beginning to two months.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen", "sty", "led", "янв", "oca"],
    &["feb", "fév", "fev", "lut", "úno", "фев", "şub"],
    &["mar", "mär", "mrz", "mrt", "bře", "мар"],
    &["apr", "avr", "abr", "kwi", "dub", "апр", "nis"],
    &["may", "mai", "maj", "mag", "mei", "kvě", "май", "мая"],
    &["jun", "juin", "giu", "cze", "čen", "июн", "haz"],
    &["jul", "juil", "lug", "lip", "čec", "июл", "tem"],
    &["aug", "aoû", "ago", "sie", "srp", "авг", "ağu"],
    &["sep", "set", "wrz", "zář", "сен", "eyl"],
    &["oct", "okt", "ott", "out", "paź", "říj", "окт", "eki"],
    &["nov", "lis", "ноя", "kas"],
    &["dec", "déc", "dez", "dic", "gru", "pro", "дек", "ara"],
];

pub(super) fn time(line: &[u8]) -> Option<Written> {
    let rest = line.strip_prefix(b"zzz")?;
    let text = std::str::from_utf8(rest).ok()?.trim().trim_start_matches('*').trim();
    match text.strip_prefix('<') {
        Some(inside) => american(inside.split_once('>')?.0),
        None => localised(text),
    }
}

/// `11/22/2025 04:00:07`, and ISO where a script of one's own wrote it.
fn american(text: &str) -> Option<Written> {
    let (date, clock) = text.split_once(' ')?;
    let parts: Vec<&str> = date.split('/').collect();
    let [month, day, year] = parts[..] else { return None };
    let day = real_day(Some(year.parse().ok()?), month.parse().ok()?, day.parse().ok()?)?;
    let (_, micros) = all_consuming(full_clock).parse(clock.as_bytes()).ok()?;
    Some(Written::Civil { day, micros, zone: Zone::Unwritten })
}

/// Numbers and names in any order: the clock has colons, the year four digits, the day two at most; the first name is
/// the weekday's (`mar` is Tuesday in Italian), one of the others the month's.
fn localised(text: &str) -> Option<Written> {
    let (mut clock, mut late, mut year, mut month, mut day, mut east) = (None, None, None, None, None, None);
    // `2025年11月22日` may stand without blanks
    let text = text.replace('年', "年 ").replace('月', "月 ");
    let words = text.split([' ', '\u{a0}', '\u{202f}', ',', '(', ')']).filter(|word| !word.is_empty());
    for (n, word) in words.enumerate() {
        let bare = word.trim_end_matches(['.', '年', '月', '日']);
        let number: Option<u32> = bare.parse().ok();
        if word.contains(':') {
            clock = Some(all_consuming(full_clock).parse(word.as_bytes()).ok()?.1);
        } else if let Some(number) = number {
            let place = match (bare.len(), word.ends_with('月')) {
                (4, _) => &mut year,
                // `2025. 11. 22.`: the month is the first of the two where the year came first
                (1 | 2, false) if month.is_some() || year.is_none() => &mut day,
                (1 | 2, _) => &mut month,
                _ => return None,
            };
            if place.replace(number).is_some() {
                return None;
            }
        } else if let Some(afternoon) = half(word) {
            late = Some(afternoon);
        } else if let Some(named) = name(word).filter(|_| n > 0 && month.is_none()) {
            month = Some(named);
        } else if clock.is_some() {
            let written = word.trim_start_matches("UTC");
            let written = if written.starts_with(['+', '-']) { written } else { word };
            east = all_consuming(zone).parse(written.as_bytes()).ok().map(|(_, zone)| zone).or(east);
        }
    }
    let day = real_day(i32::try_from(year?).ok(), month?, day?)?;
    let micros = from_half(clock?, late)?;
    Some(Written::Civil { day, micros, zone: east.unwrap_or(Zone::Unwritten) })
}

/// Which half of the day a clock of twelve hours is in; true in the afternoon. Spanish writes `p. m.` as two words.
fn half(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "am" | "a.m." | "a." | "午前" | "上午" | "오전" => Some(false),
        "pm" | "p.m." | "p." | "午後" | "下午" | "오후" => Some(true),
        _ => None,
    }
}

fn name(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    (1..).zip(MONTHS).find_map(|(n, names)| names.iter().any(|name| word.starts_with(name)).then_some(n))
}

#[cfg(test)]
mod tests {
    use crate::model::stamp::{Stamp, Wall};
    use crate::parse::stamp::separator;

    fn wall(zone: Option<&str>) -> Stamp {
        let micros = (4 * 3600 + 7) * 1_000_000;
        let zone = zone.map(String::from);
        Stamp::Wall(Wall { year: Some(2025), month: 11, day: 22, micros, zone })
    }

    #[test]
    fn watchers_write_the_date_of_their_host() {
        for (line, zone) in [
            ("zzz ***Sat Nov 22 04:00:07 CST 2025", Some("CST")),
            ("zzzSat Nov 22 04:00:07 CST 2025", Some("CST")),
            ("zzz ***Sat 22 Nov 2025 04:00:07 AM CST", Some("CST")),
            ("zzz ***Sa 22. Nov 04:00:07 CET 2025", Some("CET")),
            ("zzz ***sam. 22 nov. 2025 04:00:07 CET", Some("CET")),
            ("zzz ***sáb 22 nov 2025 04:00:07 CET", Some("CET")),
            ("zzz ***sab 22 nov 2025, 04:00:07, CET", Some("CET")),
            ("zzz ***sáb 22 nov 2025 04:00:07 a. m. CST", Some("CST")),
            ("zzz ***2025年11月22日 上午 04:00:07 CST", Some("CST")),
            ("zzz ***Сб 22 ноя 2025 04:00:07 MSK", Some("MSK")),
            ("zzz ***2025年 11月 22日 土曜日 04:00:07 JST", Some("JST")),
            ("zzz ***2025年 11月 22日 星期六 04:00:07 CST", Some("CST")),
            ("zzz ***2025. 11. 22. (토) 04:00:07 KST", Some("KST")),
            ("zzz <11/22/2025 04:00:07> Count:720", None),
            ("zzz <11/22/2025 04:00:07> subcount: 0", None),
        ] {
            assert_eq!(separator(line.as_bytes()), Some(wall(zone)), "{line}");
        }
        let utc = separator("zzz ***samedi 22 novembre 2025, 04:00:07 (UTC+0100)".as_bytes());
        assert_eq!(utc, separator(b"2025-11-22T04:00:07+01:00"));
        let noon = separator("zzz ***2025. 11. 22. (토) 오후 04:00:07 KST".as_bytes());
        assert_eq!(noon, separator(b"Sat Nov 22 16:00:07 KST 2025"));
        let march = separator("zzz ***mar 10 mar 2026, 04:00:07, CET".as_bytes());
        assert_eq!(march, separator(b"Tue Mar 10 04:00:07 CET 2026"));
    }

    #[test]
    fn other_lines_behind_the_mark_are_no_times() {
        for line in [
            "zzz ***Warning. Traceroute response is spanning snapshot intervals.",
            "zzz <13/22/2025 04:00:07>",
            "zzz <11/22/2025>",
            "zzz <11/22/2025 04:00>",
            "zzz",
            "zzz ***",
            "zzz ***Sat Nov 22 04:00:07",
            "zzz ***Sat Nov 22 31 04:00:07 CST 2025",
            "Sa 22. Nov 04:00:07 CET 2025",
        ] {
            assert_eq!(separator(line.as_bytes()), None, "{line}");
        }
    }
}
