//! Facts to one UTC axis.

pub mod clock;
