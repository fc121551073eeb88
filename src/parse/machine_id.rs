//! `etc/machine-id`: which installation of a system this is, whatever it is called.
//!
//! ```text
//! 3d1219c7c4c5404aaa1f6d2a48adfda4
//! ```
//!
//! Written by systemd or D-Bus at the first boot; sosreports have it as `var/lib/dbus/machine-id` or `etc/machine-id`.
//!
//! *Yields* [`Clue::Machine`]. *Hides* nothing. *Rejects* nothing: a file under that name that holds anything but 32
//! hexadecimal digits (`uninitialized` in an image, an id with dashes of another tool) is not taken, nor is one of zeros.

use super::Whole;
use crate::model::fact::Clue;

/// See the module.
pub const FILE: Whole = Whole {
    name: "machine-id",
    is: |path, bytes| path.rsplit('/').next() == Some("machine-id") && id(bytes).is_some(),
    read: |_, bytes, facts| {
        facts.met(FILE.name);
        facts.clues.extend(id(bytes).map(|id| Clue::Machine { id: id.to_owned(), line: 1 }));
    },
    cut: None,
};

/// The id that the bytes are, and nothing else.
pub(super) fn id(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes.get(..bytes.len().min(40))?).ok()?.trim_ascii_end();
    let hex = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (hex && bytes.len() < 40 && text.bytes().any(|b| b != b'0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn an_id_is_32_digits() {
        assert_eq!(id(b"3d1219c7c4c5404aaa1f6d2a48adfda4\n"), Some("3d1219c7c4c5404aaa1f6d2a48adfda4"));
        for none in [
            "",
            "uninitialized\n",
            "3d1219c7-c4c5-404a-aa1f-6d2a48adfda4\n",
            "3d1219c7c4c5404aaa1f6d2a48adfda",
        ] {
            assert_eq!(id(none.as_bytes()), None, "{none}");
        }
        assert_eq!(id(&[b'0'; 32]), None);
    }
}
