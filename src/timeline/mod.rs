//! Facts to one UTC axis.
