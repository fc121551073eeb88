//! Tables of rates and levels as CSV, for tools that look for changes: `time,value` of one series, or one column a series.

use super::regular::{Grid, Pick};
use super::{Host, Timeline};
use crate::model::cell;
use crate::model::fact::{Kind, SeriesId};
use crate::model::time::Time;
use std::io::{self, Write};

/// Names shown where one has to be chosen.
const SHOWN: usize = 12;

/// Rows of one series: when each begins, and its value where there is one.
pub type Rows = Vec<(Time, Option<f64>)>;

/// One series as rate or level: as sampled, or in steps of `bin` seconds. A rate stands at the begin of its interval; a
/// pause and a restart are rows without a value.
///
/// # Errors
/// In words, when `pick` names no series or several.
pub fn one(timeline: &Timeline, pick: &Pick<'_>, bin: Option<f64>) -> Result<Rows, String> {
    let (host, wanted) = the_one(timeline, pick)?;
    let grid = match bin {
        Some(_) => Grid::over(timeline, pick, bin)?,
        None => None,
    };
    let timed = |grid: Grid, values: Vec<Option<f64>>| {
        values.into_iter().enumerate().map(|(row, value)| (grid.time(row), value)).collect()
    };
    Ok(match wanted {
        Wanted::Level(id) => {
            let Some(series) = host.series.get(&id) else { return Ok(Vec::new()) };
            match grid {
                Some(grid) => timed(grid, grid.levels(&series.readings)),
                None => series.readings.dated().map(|r| (r.time, Some(f64::from_bits(r.value)))).collect(),
            }
        }
        Wanted::Rate(increments) => match grid {
            Some(grid) => timed(grid, grid.rates(&increments)),
            None => increments.iter().map(|i| (i.from, i.drawn().map(|n| n / i.seconds()))).collect(),
        },
    })
}

/// A series that was found.
enum Wanted {
    Level(SeriesId),
    Rate(Vec<super::readings::Interval>),
}

fn the_one<'a>(timeline: &'a Timeline, pick: &Pick<'_>) -> Result<(&'a Host, Wanted), String> {
    let [metric] = pick.metrics else { return Err("--format series needs one --metric".to_owned()) };
    let hosts: Vec<&Host> = timeline.hosts.iter().filter(|host| !host.picked(pick).is_empty()).collect();
    let host = match hosts.as_slice() {
        [] => return Err(format!("--metric {metric}: {}", none(timeline, metric, pick.of))),
        [host] => *host,
        several => {
            return Err(format!(
                "--metric {metric} is on {}: choose a --host",
                names(several.iter().map(|h| h.name.clone()))
            ));
        }
    };
    let found = host.picked(pick);
    let levels = found.keys().filter(|key| key.level).count();
    // events of a host as a whole, of all its devices or CPUs together, or of two counters together
    if levels == 0 && pick.of.is_none() && !metric.ends_with('*') {
        return Ok((host, Wanted::Rate(host.increments(metric))));
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some((key, id)), None) if key.level => Ok((host, Wanted::Level(id))),
        (Some((_, id)), None) => Ok((host, Wanted::Rate(host.picked_increments(&id)))),
        (first, second) => {
            let all = first.into_iter().chain(second).chain(found);
            Err(format!(
                "--metric {metric} is of {}: choose one with --of",
                names(all.map(|(key, _)| format!("{:?}", key.of)))
            ))
        }
    }
}

/// What is there instead.
fn none(timeline: &Timeline, metric: &str, of: Option<&str>) -> String {
    let all = || timeline.hosts.iter().flat_map(|host| host.series.keys());
    if let Some(of) = of {
        let pick = Pick { metrics: &[metric.to_owned()], of: None };
        let mut others: Vec<String> =
            all().filter(|id| pick.takes(id)).map(|id| format!("{:?}", id.of)).collect();
        others.dedup();
        if !others.is_empty() {
            return format!("none --of {of:?}; there is {}", names(others.into_iter()));
        }
    }
    let word = metric.rsplit('.').next().unwrap_or(metric).trim_end_matches('*').to_ascii_lowercase();
    let mut near: Vec<String> = all()
        .filter(|id| id.metric.to_ascii_lowercase().contains(&word))
        .map(|id| id.metric.clone())
        .collect();
    near.dedup();
    if near.is_empty() {
        "no such series".to_owned()
    } else {
        format!("no such series; there is {}", names(near.into_iter()))
    }
}

fn names(all: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = all.collect();
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", all.join(", "))
}

/// Writes `time,value`.
///
/// # Errors
/// When the sink fails.
pub fn csv(rows: &Rows, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "time,value")?;
    for (time, value) in rows {
        writeln!(sink, "{},{}", time.rfc3339(), number(*value))?;
    }
    Ok(())
}

/// Writes one row for each step, and one column for each series that has a value: rates per second of counters, means
/// of levels. A column is called `host metric of`, without the host where there is one only.
///
/// # Errors
/// When the sink fails.
pub fn table(
    timeline: &Timeline,
    pick: &Pick<'_>,
    grid: Option<Grid>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(sink);
    let mut names = vec!["time".to_owned()];
    let mut columns: Vec<Vec<Option<f64>>> = Vec::new();
    let several = timeline.hosts.len() > 1;
    for (host, grid) in timeline.hosts.iter().zip(std::iter::repeat(grid)) {
        let Some(grid) = grid else { continue };
        for (key, id) in host.picked(pick) {
            let column = match host.series.get(&id) {
                Some(series) if id.kind == Kind::Gauge => grid.levels(&series.readings),
                _ => grid.rates(&host.picked_increments(&id)),
            };
            if column.iter().any(Option::is_some) {
                let parts = [if several { host.name.as_str() } else { "" }, &key.metric, &key.of];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                names.push(cell::text(&parts.join(" ")).into_owned());
                columns.push(column);
            }
        }
    }
    writer.write_record(&names)?;
    for row in 0..grid.map_or(0, |grid| grid.rows) {
        let time = grid.map(|grid| grid.time(row).rfc3339()).unwrap_or_default();
        let cells = columns.iter().map(|column| number(column.get(row).copied().flatten()));
        writer.write_record(std::iter::once(time).chain(cells))?;
    }
    writer.flush()
}

fn number(value: Option<f64>) -> String {
    value.filter(|v| v.is_finite()).map(|v| v.to_string()).unwrap_or_default()
}
