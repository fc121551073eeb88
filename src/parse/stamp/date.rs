//! A line that is nothing but a time.

use super::field::{
    Day, Parsed, Written, Zone, clock, digits, epoch_seconds, fraction, from_half, full_clock, half, iso_day,
    month_name, real_day, weekday, zone,
};
use super::zzz;
use nom::{
    Parser,
    branch::alt,
    character::complete::{char, one_of, space0, space1},
    combinator::{all_consuming, map_opt, opt},
    sequence::{preceded, terminated},
};

/// Longest line worth a look: a decorated time, not a paragraph.
const LONGEST: usize = 160;

pub(super) fn alone(line: &[u8]) -> Option<Written> {
    if line.len() > LONGEST {
        return None;
    }
    match line.first()? {
        b'0'..=b'9' | b'M' | b'T' | b'W' | b'F' | b'S' => time(line.trim_ascii_end()),
        b'=' | b'-' | b'#' | b'*' | b'~' | b'[' | b'<' | b'>' | b'+' | b'_' | b'z' | b'd' | b'D' | b't'
        | b' ' | b'\t' => undecorated(line),
        _ => None,
    }
    .or_else(|| labelled(line))
    .or_else(|| zzz::time(line))
}

fn undecorated(line: &[u8]) -> Option<Written> {
    let core = line.strip_prefix(b"zzz").unwrap_or(line);
    let core = trim(core);
    // an indented integer is a counter of `netstat -s`, never a time: the loop's own lines start at column 1
    let decorated = core.len() < line.trim_ascii().len();
    let core = unlabelled(core);
    if !decorated && core.iter().all(u8::is_ascii_digit) && line.first() == Some(&b' ') {
        return None;
    }
    time(core)
}

fn labelled(line: &[u8]) -> Option<Written> {
    let core = unlabelled(line);
    (core.len() < line.len()).then(|| time(trim(core))).flatten()
}

fn trim(mut text: &[u8]) -> &[u8] {
    let decoration = |b: &u8| b.is_ascii_whitespace() || b"=-#*~[]<>+_|".contains(b);
    while let Some((_, rest)) = text.split_first().filter(|(b, _)| decoration(b)) {
        text = rest;
    }
    while let Some((_, rest)) = text.split_last().filter(|(b, _)| decoration(b)) {
        text = rest;
    }
    text
}

/// The text behind `date:`, `time:` or `timestamp:`, in any case, or the text itself.
fn unlabelled(text: &[u8]) -> &[u8] {
    ["timestamp", "date", "time"]
        .iter()
        .find_map(|label| {
            let (word, rest) = text.split_at_checked(label.len())?;
            let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?;
            word.eq_ignore_ascii_case(label.as_bytes()).then_some(rest.trim_ascii())
        })
        .unwrap_or(text)
}

fn time(text: &[u8]) -> Option<Written> {
    if text.first()?.is_ascii_digit() {
        return match text.get(4)? {
            b'-' => whole(iso, text),
            _ => epoch(text),
        };
    }
    // cheap refusal: the third letter of a weekday is followed by a blank or a comma
    if !matches!(text.get(3)?, b' ' | b',') {
        return None;
    }
    whole(alt((c_locale, day_first, systemd)), text)
}

fn whole<'a>(
    grammar: impl Parser<&'a [u8], Output = Written, Error = nom::error::Error<&'a [u8]>>,
    text: &'a [u8],
) -> Option<Written> {
    all_consuming(grammar).parse(text).ok().map(|(_, written)| written)
}

/// `1763630000`, `1763630000.123`, or nanoseconds as `date +%s%N` prints them.
fn epoch(text: &[u8]) -> Option<Written> {
    let figures = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(figures);
    let micros = match (whole.len(), rest) {
        (19, b"") => {
            let nanos: i64 = std::str::from_utf8(whole).ok()?.parse().ok()?;
            epoch_seconds(&whole[..10])?;
            nanos / 1000
        }
        (_, b"") => epoch_seconds(whole)?,
        _ => {
            let (_, part) = all_consuming(fraction).parse(rest).ok()?;
            epoch_seconds(whole)? + i64::from(part)
        }
    };
    Some(Written::Epoch(micros))
}

/// `2026-11-20T09:12:10+01:00`, `2026-11-20 09:12:10.123 UTC`.
fn iso(input: &[u8]) -> Parsed<'_, Written> {
    let zone = opt(preceded(space0, zone));
    let parts = (terminated(iso_day, one_of("T ")), clock, zone);
    parts.map(|(day, micros, zone)| civil(day, micros, zone)).parse(input)
}

/// `Fri Nov 20 09:12:10 UTC 2026`, `Fri Nov 20 09:12:10 AM UTC 2026`, and without a zone.
fn c_locale(input: &[u8]) -> Parsed<'_, Written> {
    let day = (weekday, preceded(space1, month_name), preceded(space1, digits(1, 2)));
    let parts = (
        day,
        preceded(space1, full_clock),
        opt(half),
        opt(preceded(space1, zone)),
        preceded(space1, digits(4, 4)),
    );
    map_opt(parts, |(((), month, day), micros, half, zone, year)| {
        let day = real_day(i32::try_from(year).ok(), month, day)?;
        Some(civil(day, from_half(micros, half)?, zone))
    })
    .parse(input)
}

/// `Fri, 20 Nov 2026 09:12:10 +0100` (`date -R`), `Fri 20 Nov 2026 09:12:10 AM UTC`.
fn day_first(input: &[u8]) -> Parsed<'_, Written> {
    let day = (
        terminated(weekday, opt(char(','))),
        preceded(space1, digits(1, 2)),
        preceded(space1, month_name),
        preceded(space1, digits(4, 4)),
    );
    let parts = (day, preceded(space1, full_clock), opt(half), opt(preceded(space1, zone)));
    map_opt(parts, |(((), day, month, year), micros, half, zone)| {
        let day = real_day(i32::try_from(year).ok(), month, day)?;
        Some(civil(day, from_half(micros, half)?, zone))
    })
    .parse(input)
}

/// `Fri 2026-11-20 09:12:10 UTC`, as systemd's tools print it.
fn systemd(input: &[u8]) -> Parsed<'_, Written> {
    preceded((weekday, char(' ')), iso).parse(input)
}

fn civil(day: Day, micros: i64, zone: Option<Zone>) -> Written {
    Written::Civil { day, micros, zone: zone.unwrap_or(Zone::Unwritten) }
}

#[cfg(test)]
mod tests {
    use crate::model::stamp::{Stamp, Wall};
    use crate::parse::stamp::{offset, separator};

    const NINE: i64 = (9 * 3600 + 12 * 60 + 10) * 1_000_000;

    fn wall(micros: i64, zone: Option<&str>) -> Stamp {
        let zone = zone.map(String::from);
        Stamp::Wall(Wall { year: Some(2026), month: 11, day: 20, micros, zone })
    }

    #[test]
    fn every_form_of_date_separates_snapshots() {
        let at = separator(b"2026-11-20T09:12:10+01:00");
        assert_eq!(at, Some(Stamp::Instant(1_795_162_330_000_000)));
        for line in [
            "2026-11-20T09:12:10,000000000+01:00",
            "2026-11-20 09:12:10+01:00",
            "2026-11-20 09:12:10 +0100",
            "Fri, 20 Nov 2026 09:12:10 +0100",
            "Fri Nov 20 09:12:10 +01 2026",
            "2026-11-20T08:12:10Z",
            "1795162330",
            "1795162330.0",
            "1795162330000000000",
            "===== 1795162330 =====",
            "Timestamp: 1795162330",
        ] {
            assert_eq!(separator(line.as_bytes()), at, "{line}");
        }
        for (line, zone) in [
            ("Fri Nov 20 09:12:10 UTC 2026", Some("UTC")),
            ("Fri Nov 20 09:12:10 CET 2026", Some("CET")),
            ("Fri Nov 20 09:12:10 AM UTC 2026", Some("UTC")),
            ("Fri 20 Nov 2026 09:12:10 AM UTC", Some("UTC")),
            ("Fri 2026-11-20 09:12:10 CET", Some("CET")),
            ("zzz ***Fri Nov 20 09:12:10 CST 2026", Some("CST")),
            ("zzzFri Nov 20 09:12:10 CST 2026", Some("CST")),
            ("==== Fri Nov 20 09:12:10 UTC 2026 ====", Some("UTC")),
            ("# date: Fri Nov 20 09:12:10 UTC 2026", Some("UTC")),
            ("Fri Nov 20 09:12:10 2026", None),
            ("2026-11-20 09:12:10", None),
            ("--- 2026-11-20 09:12:10 ---", None),
            ("2026-11-20 09:12:10 UTC", Some("UTC")),
        ] {
            assert_eq!(separator(line.as_bytes()), Some(wall(NINE, zone)), "{line}");
        }
        assert_eq!(separator(b"2026-11-20 09:12:10.123"), Some(wall(NINE + 123_000, None)));
        let past_midnight = wall(12 * 60_000_000 + 10_000_000, Some("UTC"));
        assert_eq!(separator(b"Fri Nov 20 12:12:10 AM UTC 2026"), Some(past_midnight));
    }

    #[test]
    fn an_offset_is_kept_beside_the_instant() {
        assert_eq!(offset(b"Fri, 20 Nov 2026 09:12:10 -0330"), Some(-12_600));
        assert_eq!(offset(b"Fri Nov 20 09:12:10 CET 2026"), None);
    }

    #[test]
    fn ordinary_lines_are_not_times() {
        for line in [
            "",
            " ",
            "Tcp:",
            "    1763630000 segments received",
            "    1763630000",
            "1763630000 segments received",
            "0123456789",
            "9999999999",
            "17636300001",
            "999999999999999999",
            "net.core.somaxconn = 4096",
            "State      Recv-Q Send-Q Local Address:Port Peer Address:Port",
            "LISTEN 0 128 *:80 *:*",
            "Nov 20 09:12:10 web1 kernel: x",
            "2026-11-20T09:12:10Z web1 kernel: x",
            "Fri Nov 31 09:12:10 UTC 2026",
            "Sun Feb 30 09:12:10 UTC 2025",
            "Fri Nov 20 25:00:00 UTC 2026",
            "Fri Nov 20 13:12:10 PM UTC 2026",
            "2025-02-29 09:12:10",
            "2026-11-20",
            "date",
            "-- Logs begin at Wed 2017-02-08 15:18:00 CET, end at Tue 2017-09-19 09:12:59 CEST. --",
            "=====",
            "2026-11-20 09:12:10 +9900",
        ] {
            assert_eq!(separator(line.as_bytes()), None, "{line:?}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for byte in 0..=255_u8 {
            for seed in ["Fri Nov 20 09:12:10 UTC 2026", "1763630000", "2026-11-20T09:12:10+01:00"] {
                for at in 0..seed.len() {
                    let mut line = seed.as_bytes().to_vec();
                    line[at] = byte;
                    let _ = separator(&line);
                    let _ = separator(&line[at..]);
                }
            }
        }
    }
}
