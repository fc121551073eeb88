//! What a counter did while a bundle was collected, which reads it several times.

use crate::model::fact::SeriesId;
use crate::model::report::{AtCollection, Exhibit};
use crate::timeline::{Host, Timeline};

/// Commands of one bundle start this far apart at least before their order says something: a record is of the start,
/// and the kernel is asked a little later.
const LEAST: f64 = 0.1;
/// From here on a rate is worth being printed.
const RATE: f64 = 1.0;

/// The count from the first to the last reading of the latest bundle; `None` where there is one only, or where they
/// fall.
#[must_use]
pub fn at_collection(
    timeline: &Timeline,
    host: &Host,
    id: &SeriesId,
    quote: &dyn Fn(u32, u32) -> String,
) -> Option<AtCollection> {
    let readings = host.of_last_collection(&host.series.get(id)?.readings)?;
    let (first, last) = (readings.first()?, readings.last()?);
    let seconds = last.time.seconds_since(first.time);
    let rises = readings.windows(2).all(|pair| pair[0].value <= pair[1].value);
    if seconds < LEAST || !rises {
        return None;
    }
    let count = last.value.checked_sub(first.value)?;
    #[allow(clippy::cast_precision_loss)] // a rate needs no more than 2^53
    let rate = (seconds >= RATE).then_some(count as f64 / seconds);
    let exhibit = |r: &crate::timeline::readings::Reading| Exhibit {
        path: timeline.path(r.artifact).to_owned(),
        line: r.line,
        text: quote(r.artifact, r.line),
        key: true,
        column: None,
    };
    Some(AtCollection { count, seconds, rate, exhibits: vec![exhibit(first), exhibit(last)] })
}
