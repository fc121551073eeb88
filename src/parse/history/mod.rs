//! What was typed and what was installed: histories of shells that keep times ([`SHELL`]), and apt's ([`APT`]).

mod apt;
mod shell;

pub use apt::APT;
pub use shell::SHELL;
