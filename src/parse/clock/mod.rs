//! What a host says of its own clock: the time, the zone, how far it may be off, and when it booted.

pub mod accuracy;
pub mod boots;
pub mod date;
pub mod timedatectl;
pub mod zone;

use super::stamp;
use crate::model::stamp::Stamp;

/// `Tue 2022-11-15 03:37:01 UTC`, as systemd prints times.
fn of_systemd(text: &str) -> Option<Stamp> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [day, date, time, zone] = words[..] else { return None };
    let named = day.len() == 3 && date.len() == 10 && time.len() == 8;
    stamp::separator(format!("{date} {time} {zone}").as_bytes()).filter(|_| named)
}
