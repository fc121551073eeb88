//! Connection tracking: its statistics for each CPU, and the table itself, counted.
//!
//! * [`stats`]: `conntrack -S` and `/proc/net/stat/nf_conntrack`.
//! * [`table`]: `conntrack -L` and `/proc/net/nf_conntrack`.

pub mod stats;
pub mod table;
