//! The nouns: plain values that move between floors. No I/O, no polars, no judgement.
//!
//! [`fact`] is what a parser may say about one artifact; [`report`] is what a reader may be told.

pub mod act;
pub mod fact;
pub mod report;
pub mod stamp;
pub mod time;
pub mod words;
