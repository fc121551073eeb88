//! Levels that `sysctl -a` and `/proc/sys` print among the settings: the fill of a table is a gauge, not a setting.

use super::clock::Resolved;
use super::filed::{Filed, clocks};
use super::readings::{Reading, Readings, UNDATED};
use super::{Account, Host, Series};
use crate::model::fact::{Layer, SeriesId, Setting};
use crate::model::time::Time;

/// Key, the word of its value that counts, and the gauge.
const LEVELS: [(&str, usize, &str); 2] = [
    ("net.netfilter.nf_conntrack_count", 0, "nf_conntrack_count"),
    // allocated, unused (always 0 since 2.6), maximum
    ("fs.file-nr", 0, "fs.file-nr.allocated"),
];

impl Filed<'_> {
    /// Files a setting that is a level as the gauge that it is.
    pub(super) fn level(
        &self,
        setting: &Setting,
        resolved: Option<&Resolved>,
        host: &mut Host,
        account: &mut Account,
    ) {
        let level = LEVELS.iter().find(|(key, ..)| *key == setting.key && setting.layer == Layer::Runtime);
        let Some((key, word, metric)) = level else { return };
        let Some(Ok(count)) = setting.value.split(' ').nth(*word).map(str::parse::<u32>) else {
            let name = key.rsplit('.').next().unwrap_or(key);
            account.rejects.push(setting.line, format!("{name}: not a number"));
            return;
        };
        let time = resolved.map_or(Time(UNDATED), |r| r.time);
        if resolved.map_or(self.options.window.is_some(), |r| !self.wanted(r.time)) {
            return;
        }
        let clock = clocks("", resolved.into_iter());
        let empty = || Series { clock, readings: Readings::default() };
        let reading =
            Reading { time, value: f64::from(count).to_bits(), artifact: self.artifact, line: setting.line };
        host.series.entry(SeriesId::gauge(metric, "")).or_insert_with(empty).readings.push(reading);
    }
}
