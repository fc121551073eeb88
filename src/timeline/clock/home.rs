//! The zone that a host's wall clocks keep, as the host itself names it.

use crate::model::fact::ZoneSource;
use chrono::{NaiveDate, Offset, TimeZone};
use chrono_tz::{OffsetName, TZ_VARIANTS, Tz};
use std::collections::BTreeSet;

/// Zones that stand for all that keep the same rule.
const USUAL: [Tz; 7] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::Europe__London,
    Tz::America__New_York,
    Tz::Asia__Shanghai,
    Tz::Asia__Kolkata,
    Tz::Australia__Sydney,
];

/// What the firmest source says, when it says one thing. Evidence from before and after a move of the host says two.
pub(super) fn learn(said: &[(ZoneSource, &str)]) -> Option<(Tz, ZoneSource)> {
    let firmest = said.iter().map(|(from, _)| *from).min()?;
    let names: BTreeSet<&str> = said.iter().filter(|(from, _)| *from == firmest).map(|s| s.1).collect();
    let mut zones = names.into_iter().filter_map(|name| name.parse().ok().or_else(|| of_rule(name)));
    let zone = zones.next()?;
    zones.next().is_none().then_some((zone, firmest))
}

/// The zone of a rule as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`. The first of those that call themselves so in
/// winter and in summer and keep that offset; they differ in the past only.
fn of_rule(rule: &str) -> Option<Tz> {
    let (standard, rest) = name(rule)?;
    let ends =
        rest.find(|c: char| !matches!(c, '+' | '-' | ':') && !c.is_ascii_digit()).unwrap_or(rest.len());
    let east = -seconds(rest.get(..ends)?)?;
    let summer = name(rest.get(ends..)?).map(|(name, _)| name);
    let fits = |tz: &&Tz| {
        let seen = [1, 7].map(|month| in_month(**tz, month));
        let named: BTreeSet<&str> = seen.iter().flatten().map(|(name, _)| name.as_str()).collect();
        let wanted: BTreeSet<&str> = [Some(standard), summer].into_iter().flatten().collect();
        named == wanted && seen.iter().flatten().any(|(name, offset)| name == standard && *offset == east)
    };
    USUAL.iter().chain(&TZ_VARIANTS).find(fits).copied()
}

/// What a zone calls itself in the middle of a month of 2025, and its offset then.
fn in_month(tz: Tz, month: u32) -> Option<(String, i32)> {
    let noon = NaiveDate::from_ymd_opt(2025, month, 15)?.and_hms_opt(12, 0, 0)?;
    let offset = tz.offset_from_utc_datetime(&noon);
    let east = offset.fix().local_minus_utc();
    // a zone without a name goes by its hours: `+03`
    let hours = || format!("{:+03}", east / 3600);
    Some((offset.abbreviation().map_or_else(hours, str::to_owned), east))
}

/// `CET`, or `+03` of `<+03>`, and what is behind it.
fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = text.strip_prefix('<') {
        return quoted.split_once('>');
    }
    let ends = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    (ends > 2).then(|| text.split_at(ends))
}

/// `-5:30`, west of UTC where it is positive.
fn seconds(text: &str) -> Option<i32> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.trim_start_matches('+')), |rest| (-1, rest));
    let mut parts = digits.split(':').map(|part| part.parse::<i32>().ok().filter(|n| *n < 168));
    let (hours, minutes) = (parts.next()??, parts.next().unwrap_or(Some(0))?);
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::{learn, of_rule};
    use crate::model::fact::ZoneSource::{Localtime, Timedatectl, Timezone};
    use chrono_tz::Tz;

    #[test]
    fn a_rule_is_a_zone() {
        for (rule, zone) in [
            ("CET-1CEST,M3.5.0,M10.5.0/3", Some(Tz::Europe__Berlin)),
            ("UTC0", Some(Tz::UTC)),
            ("IST-5:30", Some(Tz::Asia__Kolkata)),
            ("EST5EDT,M3.2.0,M11.1.0", Some(Tz::America__New_York)),
            ("CST-8", Some(Tz::Asia__Shanghai)),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", Some(Tz::Australia__Sydney)),
            ("XYZ-3", None),
            ("", None),
            ("CET", None),
        ] {
            assert_eq!(of_rule(rule), zone, "{rule}");
        }
        assert!(of_rule("<+03>-3").is_some());
    }

    #[test]
    fn the_firmest_source_counts_when_it_says_one_thing() {
        let said =
            [(Timezone, "America/New_York"), (Localtime, "Europe/Berlin"), (Localtime, "Europe/Berlin")];
        assert_eq!(learn(&said), Some((Tz::Europe__Berlin, Localtime)));
        assert_eq!(learn(&[(Timedatectl, "UTC"), (Timedatectl, "Europe/Berlin")]), None);
        assert_eq!(learn(&[]), None);
    }
}
