//! One test binary: cases in `fixtures/cases` against `reports`, and what holds for any input.

mod acts;
mod bad_input;
mod cases;
mod catalogue;
mod collector;
mod corpus;
mod corpus_counters;
mod corpus_devices;
mod corpus_history;
mod corpus_logs;
mod corpus_settings;
mod corpus_sockets;
mod cut;
mod determinism;
mod explain;
mod floors;
mod formats;
mod history;
mod honest;
mod live;
mod logs;
mod network;
mod prepared_proc;
mod readme;
mod run;
mod settings;
