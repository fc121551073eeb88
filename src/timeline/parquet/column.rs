//! Columns of a row group, and how each is laid down.

use super::{Bundle, Run, Table, rows};
use crate::timeline::frame::{kind, unit};
use crate::timeline::readings::UNDATED;
use polars::prelude::PolarsResult;
use polars_arrow::array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, IntegerType, TimeUnit};
use polars_parquet::write::Encoding;
use std::collections::HashMap;
use std::iter::repeat_n;

/// One column of a row group, and how it is laid down.
pub(super) fn column_of(
    table: &Table<'_>,
    runs: &[Run<'_>],
    name: &str,
) -> PolarsResult<(Box<dyn Array>, Encoding)> {
    let timeline = table.timeline;
    let bundle = table.bundle.as_ref();
    let array = match name {
        "host" => text(runs, |run| run.host.machine())?,
        "netns" => text(runs, |run| &run.host.netns)?,
        "metric" => text(runs, |run| &run.id.metric)?,
        "of" => text(runs, |run| &run.id.of)?,
        "kind" => text(runs, |run| kind(run.id.kind))?,
        "unit" => text(runs, |run| unit(run.id))?,
        "clock" => by_artifact(runs, |artifact| timeline.clock(artifact))?,
        "path" => by_artifact(runs, |artifact| timeline.path(artifact))?,
        "archive_id" => text(runs, |_| bundle.map_or("", |bundle| bundle.archive_id))?,
        "boot_id" => boots(runs, bundle)?,
        "time" => return times(runs),
        "value" => return Ok((values(runs), Encoding::Plain)),
        _ => return Ok((lines(runs), Encoding::DeltaBinaryPacked)),
    };
    Ok((array, Encoding::RleDictionary))
}

/// Distinct texts and, for each row, which of them.
#[derive(Default)]
struct Words<'a> {
    distinct: Vec<&'a str>,
    index: HashMap<&'a str, u32>,
    keys: Vec<u32>,
}

impl<'a> Words<'a> {
    fn key(&mut self, word: &'a str) -> u32 {
        let next = u32::try_from(self.distinct.len()).unwrap_or(u32::MAX);
        let key = *self.index.entry(word).or_insert(next);
        if key == next {
            self.distinct.push(word);
        }
        key
    }

    fn push(&mut self, word: &'a str, rows: usize) {
        let key = self.key(word);
        self.keys.extend(repeat_n(key, rows));
    }

    fn array(self) -> PolarsResult<Box<dyn Array>> {
        of_keys(&self.distinct, PrimitiveArray::from_vec(self.keys))
    }
}

fn of_keys(distinct: &[&str], keys: PrimitiveArray<u32>) -> PolarsResult<Box<dyn Array>> {
    let words = Utf8ViewArray::from_slice_values(distinct);
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    Ok(DictionaryArray::try_new(dtype, keys, words.boxed())?.boxed())
}

fn text<'a>(runs: &[Run<'a>], cell: impl Fn(&Run<'a>) -> &'a str) -> PolarsResult<Box<dyn Array>> {
    let mut words = Words { keys: Vec::with_capacity(rows(runs)), ..Words::default() };
    for run in runs {
        words.push(cell(run), run.rows.len());
    }
    words.array()
}

fn by_artifact<'a>(runs: &[Run<'a>], cell: impl Fn(u32) -> &'a str) -> PolarsResult<Box<dyn Array>> {
    let mut words = Words { keys: Vec::with_capacity(rows(runs)), ..Words::default() };
    for run in runs {
        let artifacts = &run.series.readings.artifact[run.rows.clone()];
        artifacts.chunk_by(|a, b| a == b).for_each(|same| words.push(cell(same[0]), same.len()));
    }
    words.array()
}

fn boots(runs: &[Run<'_>], bundle: Option<&Bundle<'_>>) -> PolarsResult<Box<dyn Array>> {
    let mut words = Words::default();
    let mut keys: Vec<Option<u32>> = Vec::with_capacity(rows(runs));
    for run in runs {
        let times = &run.series.readings.time[run.rows.clone()];
        let Some((id, from)) = bundle.and_then(|bundle| bundle.boots.get(run.host.name.as_str())) else {
            keys.extend(times.iter().map(|_| None));
            continue;
        };
        let key = words.key(id);
        keys.extend(times.iter().map(|t| from.is_none_or(|from| *t >= from.0).then_some(key)));
    }
    of_keys(&words.distinct, PrimitiveArray::from(keys))
}

/// The same few times come again with every series, so they are a dictionary, too: half the size of differences, and read
/// rightly by readers (fastparquet) that lose their way in differences of more than 32 bits. Where hardly any comes
/// again, as they are.
fn times(runs: &[Run<'_>]) -> PolarsResult<(Box<dyn Array>, Encoding)> {
    let all = || runs.iter().flat_map(|run| &run.series.readings.time[run.rows.clone()]);
    let dtype = ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let mut distinct: Vec<i64> = all().copied().filter(|t| *t != UNDATED).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() > rows(runs) / 2 {
        let times: Vec<Option<i64>> = all().map(|t| (*t != UNDATED).then_some(*t)).collect();
        return Ok((PrimitiveArray::from(times).to(dtype).boxed(), Encoding::Plain));
    }
    let key = |t: &i64| distinct.binary_search(t).ok().and_then(|at| u32::try_from(at).ok());
    let keys: PrimitiveArray<u32> = all().map(key).collect::<Vec<_>>().into();
    let values = PrimitiveArray::from_vec(distinct).to(dtype.clone());
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(dtype), false);
    Ok((DictionaryArray::try_new(dtype, keys, values.boxed())?.boxed(), Encoding::RleDictionary))
}

#[allow(clippy::cast_precision_loss)] // documented: exact to 2^53
fn values(runs: &[Run<'_>]) -> Box<dyn Array> {
    let mut values: Vec<f64> = Vec::with_capacity(rows(runs));
    for run in runs {
        let bits = &run.series.readings.value[run.rows.clone()];
        if run.id.kind.is_exact() {
            values.extend(bits.iter().map(|n| *n as f64));
        } else {
            values.extend(bits.iter().map(|n| f64::from_bits(*n)));
        }
    }
    PrimitiveArray::from_vec(values).boxed()
}

fn lines(runs: &[Run<'_>]) -> Box<dyn Array> {
    let mut lines: Vec<u32> = Vec::with_capacity(rows(runs));
    for run in runs {
        lines.extend(&run.series.readings.line[run.rows.clone()]);
    }
    PrimitiveArray::from_vec(lines).boxed()
}
