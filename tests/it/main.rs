//! One test binary: cases in `fixtures/cases` against `reports`, and what holds for any input.

mod acts;
mod bad_input;
mod cases;
mod corpus;
mod corpus_logs;
mod determinism;
mod floors;
mod formats;
mod honest;
mod logs;
mod network;
mod readme;
mod run;
