//! What was typed, installed and booted: histories of shells that keep times ([`SHELL`]), of apt ([`APT`]) and zypper
//! ([`ZYPP`]), and of the machine ([`LAST`]).

mod apt;
mod last;
mod shell;
mod zypp;

pub use apt::APT;
pub use last::LAST;
pub use shell::SHELL;
pub use zypp::ZYPP;
