//! A ring buffer printed without times (`dmesg -t`, kernels without `CONFIG_PRINTK_TIME`): its events have no time.

use super::{Entry, lines, scan};
use crate::model::fact::Facts;
use crate::parse::lines::Lines;
use crate::parse::{DUMPS, Whole};
use regex::bytes::Regex;
use std::sync::LazyLock;

/// See the module.
pub const UNDATED: Whole = Whole {
    name: "dmesg",
    is: |path, bytes| is_undated(path, bytes),
    read: |_, bytes, facts: &mut Facts| {
        facts.met(UNDATED.name);
        lines(bytes, 1, |line| Some(Entry::undated(line)), facts);
    },
    cut: None,
};

/// Lines that hold text and are looked at.
const HEAD: usize = 50;

/// How lines begin that the kernel alone writes: of a boot, and of a device with its address.
static KERNEL: LazyLock<Regex> = LazyLock::new(|| {
    let boot = "Linux version [0-9]|(?:Kernel c|C)ommand line: |BIOS-e820: |BIOS-provided physical RAM map:|e820: |ACPI: |DMI: |NET: Registered |Freeing unused kernel |EXT4-fs \\(|XFS \\(|IPv6: ADDRCONF\\(";
    let pci = "[a-z][a-z0-9_-]* [0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]: ";
    let bus = "scsi [0-9]+:[0-9]+:[0-9]+:[0-9]+: |sd [0-9]+:[0-9]+:[0-9]+:[0-9]+: \\[sd|usb [0-9]+-[0-9.]+: ";
    Regex::new(&format!("(?-u)^ *(?:{boot}|{pci}|{bus})")).expect("a constant pattern")
});

/// Whether a file without times is a ring buffer: it begins as a boot does; or is called so and has lines enough not to
/// be a tool's complaint; or the kernel wrote what it holds.
fn is_undated(path: &str, bytes: &[u8]) -> bool {
    let mut lines = Lines::new(&bytes[..bytes.len().min(1 << 16)], 1).filter(|l| !l.trim_ascii().is_empty());
    let first = lines.next().map(Entry::undated);
    let boots = first.is_some_and(|e| e.message.starts_with(b"Linux version ") && e.message.len() > 40);
    let name = path.rsplit('/').next().unwrap_or(path);
    boots || name.contains("dmesg") && lines.take(2).count() == 2 || is_the_kernels(bytes)
}

/// Three lines of the first, and one in three of them, are the kernel's, and no dump of another kind begins in the file:
/// collectors print many into one.
fn is_the_kernels(bytes: &[u8]) -> bool {
    let head = Lines::new(&bytes[..bytes.len().min(1 << 16)], 1);
    let (mut all, mut known) = (0, 0);
    for line in head.filter(|l| !l.trim_ascii().is_empty()).take(HEAD) {
        let message = Entry::undated(line).message;
        all += 1;
        known += usize::from(KERNEL.is_match(message) || scan::begins_with_event(message));
    }
    let begins = |line: &[u8]| DUMPS.iter().any(|dump| (dump.begins)(line));
    known >= 3 && known * 3 >= all && !Lines::new(bytes, 1).any(begins)
}

#[cfg(test)]
mod tests {
    use super::is_undated;

    const BOOT: &str = "BIOS-provided physical RAM map:\n BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\n\
                        ACPI: RSDP 00000000000f6a10 00024\nZone PFN ranges:\nSMP: Allowing 2 CPUs\n";
    const FLOOD: &str = "nf_conntrack: table full, dropping packet\n<4>nf_conntrack: table full, dropping packet\n\
                         TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.\n";

    #[test]
    fn a_ring_buffer_without_its_beginning_is_known_by_what_it_says() {
        for text in [
            BOOT,
            FLOOD,
            "bnx2 0000:0b:00.0: eth0: using MSIX\nusb 1-1.2: new device\npci 0000:00:01.0: x\nx\n",
        ] {
            assert!(is_undated("a.txt", text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn texts_that_quote_the_kernel_are_no_ring_buffer() {
        let mixed = format!("{BOOT}net.core.somaxconn = 128\n");
        for text in [
            mixed.as_str(),
            "ACPI: x\nNET: Registered protocol family 2\n",
            "0000:0b:00.0 Ethernet controller: Broadcom\n0000:0b:00.1 Ethernet controller: Broadcom\n0000:0c:00.0 RAID\n",
            "at nine the log said:\n\n> nf_conntrack: table full, dropping packet\n> TCP: Possible SYN flooding on port 80.\n> nf_conntrack: table full\n",
            "the kernel's command line: x\n# ACPI: off\nsee BIOS-e820: there\n",
            "TCP:   12 (estab 1, closed 0, orphaned 0, timewait 0)\nTCP:   1\nUDP: 2\n",
        ] {
            assert!(!is_undated("a.txt", text.as_bytes()), "{text}");
        }
    }
}
