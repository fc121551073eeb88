//! What sysstat prints: `sar` and `mpstat` as tables, `sadf` as lists for programs.
//!
//! All of them show the same columns ([`catalogue::sar`](crate::catalogue::sar)), so that one [`report::Report`] makes
//! series of them; they differ in how a row and its time are written.

mod clock;
mod head;
mod number;
mod report;
mod sadf;
pub mod sadf_d;
pub mod sadf_j;
pub mod sadf_p;
pub mod sadf_x;
pub mod sar;
mod table;
#[cfg(test)]
mod tests;

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}
