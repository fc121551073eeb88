//! A time in a file's name.

use super::field::{Parsed, Written, Zone, digits, epoch_seconds, micros, numeric_offset, real_day};
use crate::model::stamp::Stamp;
use nom::{
    Parser,
    branch::alt,
    bytes::complete::tag,
    character::complete::{char, one_of},
    combinator::{map_opt, opt, peek, value, verify},
};

/// The first time that starts where a run of digits starts.
pub(super) fn find(name: &[u8]) -> Option<Stamp> {
    let starts = |at: usize| name[at].is_ascii_digit() && (at == 0 || !name[at - 1].is_ascii_digit());
    (0..name.len()).filter(|at| starts(*at)).find_map(|at| {
        let text = &name[at..];
        let (rest, written) = alt((dated, oswatcher, epoch)).parse(text).ok()?;
        let ends = !rest.first().is_some_and(u8::is_ascii_digit);
        ends.then(|| written.stamp()).flatten()
    })
}

/// `20261120T091210Z`, `2026-11-20_09-12-10`, `20261120091210`, `2026.11.20.09.12`. Without hours it is the
/// date of a rotation or of a case number: refused.
fn dated(input: &[u8]) -> Parsed<'_, Written> {
    let day = (
        verify(digits(4, 4), |year| (1990..2100).contains(year)),
        opt(one_of("-_.")),
        digits(2, 2),
        opt(one_of("-_.")),
        digits(2, 2),
    );
    let between = opt(one_of("T_-. @+"));
    let time = (digits(2, 2), opt(one_of("-:._h")), digits(2, 2), opt((opt(one_of("-:._m")), digits(2, 2))));
    map_opt((day, between, time, opt(zone)), |((y, _, m, _, d), _, (h, _, min, s), zone)| {
        let day = real_day(i32::try_from(y).ok(), m, d)?;
        let micros = micros(h, min, s.map_or(0, |(_, s)| s), 0)?;
        Some(Written::Civil { day, micros, zone: zone.unwrap_or(Zone::Unwritten) })
    })
    .parse(input)
}

/// Only what cannot be a part of the name: `-03` may be a counter, `+0100` may not.
fn zone(input: &[u8]) -> Parsed<'_, Zone> {
    let utc = value(Zone::Offset(0), alt((tag("Z"), tag("UTC"), tag("_UTC"), tag("-UTC"))));
    let east = (peek(char('+')), numeric_offset).map(|(_, east)| Zone::Offset(east));
    alt((utc, east)).parse(input)
}

/// `26.11.20.0900`: `OSWatcher`'s year, month, day and hour of the file's first snapshot.
fn oswatcher(input: &[u8]) -> Parsed<'_, Written> {
    let parts = (
        digits(2, 2),
        char('.'),
        digits(2, 2),
        char('.'),
        digits(2, 2),
        char('.'),
        digits(2, 2),
        digits(2, 2),
    );
    map_opt(parts, |(y, _, m, _, d, _, h, min)| {
        let day = real_day(i32::try_from(2000 + y).ok(), m, d)?;
        Some(Written::Civil { day, micros: micros(h, min, 0, 0)?, zone: Zone::Unwritten })
    })
    .parse(input)
}

fn epoch(input: &[u8]) -> Parsed<'_, Written> {
    let ten = nom::bytes::complete::take_while_m_n(10, 10, |b: u8| b.is_ascii_digit());
    map_opt(ten, |text: &[u8]| epoch_seconds(text).map(Written::Epoch)).parse(input)
}

#[cfg(test)]
mod tests {
    use crate::model::stamp::{Stamp, Wall};
    use crate::parse::stamp::file_name;

    fn wall(hour: i64, minute: i64, second: i64) -> Stamp {
        let micros = (hour * 3600 + minute * 60 + second) * 1_000_000;
        Stamp::Wall(Wall { year: Some(2026), month: 11, day: 20, micros, zone: None })
    }

    #[test]
    fn collectors_put_the_time_into_the_name() {
        let instant = Some(Stamp::Instant(1_795_165_930_000_000));
        assert_eq!(file_name("logs/sysctl-20261120T091210Z.txt"), instant);
        assert_eq!(file_name("2026-11-20T09:12:10Z"), instant);
        assert_eq!(file_name("a/1795165930.txt"), instant);
        assert_eq!(file_name("netstat_2026-11-20_09-12-10.log"), Some(wall(9, 12, 10)));
        assert_eq!(file_name("archive/web1_netstat_26.11.20.0900.dat"), Some(wall(9, 0, 0)));
        assert_eq!(file_name("20261120-091210"), Some(wall(9, 12, 10)));
        assert_eq!(file_name("sosreport-web1.0123-20261120091210"), Some(wall(9, 12, 10)));
        assert_eq!(file_name("dumps/20261120-0912/netstat_-s"), Some(wall(9, 12, 0)));
    }

    #[test]
    fn a_date_alone_is_a_rotation_not_a_capture() {
        for name in [
            "netstat-20261120.log",
            "messages-20261120",
            "sosreport-web1-2026-11-20-abcdefg/sos_commands/x",
            "ss_-lnt",
            "10.77.0.1",
            "sysctl-20261340T091210.txt",
            "netstat-20261120T996110",
            "",
            "/",
        ] {
            assert_eq!(file_name(name), None, "{name}");
        }
    }
}
