//! netmortem.
pub mod catalogue;
pub mod model;
pub mod parse;
pub mod render;
pub mod timeline;
