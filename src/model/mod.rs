//! The nouns: plain values that move between floors. No I/O, no polars, no judgement.
//!
//! [`fact`] is what a parser may say about one artifact; [`report`] is what a reader may be told; [`page`] what is
//! known of one name without any input; [`index`] what a batch tells of all its bundles.

pub mod act;
pub mod cell;
pub mod diff;
pub mod fact;
pub mod index;
pub mod page;
pub mod report;
pub mod samples;
pub mod stamp;
pub mod time;
pub mod words;
