//! Charts. A renderer of values: it maps times to pixels and chooses labels, and computes no number that
//! is shown.

pub mod badges;
pub mod bars;
pub mod canvas;
pub mod card;
pub mod clock;
pub mod curve;
pub mod flags;
pub mod group;
pub mod gutter;
pub mod key;
pub mod lane;
pub mod marks;
pub mod metrics;
pub mod rewrite;
pub mod scale;
pub mod strip;
pub mod ticks;
pub mod timeline;
pub mod token;
pub mod verdict;
