//! One test binary: cases in `fixtures/cases` against `reports`, and what holds for any input.

mod bad_input;
mod cases;
mod collector;
mod corpus;
mod corpus_settings;
mod determinism;
mod floors;
mod formats;
mod honest;
mod network;
mod readme;
mod run;
mod settings;
