//! `/proc/softirqs` and `/proc/interrupts`: what each CPU was interrupted for.
//!
//! Written by the kernel; bundles keep them under their paths, and loops append them with `cat`. Both begin with the same
//! line of CPUs, so that only the rows tell which one it is.
//!
//! ```text
//!                     CPU0       CPU1
//!       NET_RX:       3204       4731
//!
//!            CPU0       CPU1
//!  38:          0       4934  PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0
//! LOC:     170905     177637   Local timer interrupts
//! ```
//!
//! *Yields* counters that begin again at 2^32, as the kernel's do. Of softirqs: `softirq.NET_RX` and `softirq.NET_TX`
//! of each CPU (`cpu0`), the others of `all` CPUs together. Of interrupts, only what network cards and their queues
//! raise: `interrupt.line` of each (`virtio2-input.0`) over all CPUs, and `interrupt.cpu` of each CPU over all of
//! these. A table of 64 queues on 256 CPUs would be 16 thousand samples; these two sums tell which queue is busy
//! and whether one CPU has it all.
//! *Hides* interrupts of other devices, and CPUs that do not exist: the kernel lists all that the machine could have,
//! and those without a single softirq since boot are left out.
//! *Keeps unnamed* softirqs nobody knows, by their names.
//! Where the table ends before the rows with names (`LOC:`), as in a file that was cut, there is no `interrupt.cpu`.
//! *Rejects* rows with fewer numbers than CPUs (`ERR:` and `MIS:` have one by right), and a last row that the end of
//! the file may have cut.

use hashbrown::HashMap;

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, name, number, words};
use super::{Dump, Reader, cpus};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "per-CPU interrupts",
    begins: |line| cpus(line).is_some(),
    open: || Box::new(Tables { counters: Intern::new(Kind::Counter32) }),
};

/// `cpu0`, `cpu1`, … of the first line.
fn cpus(line: &[u8]) -> Option<Vec<String>> {
    line.starts_with(b" ").then_some(())?;
    let mut found = Vec::new();
    for word in words(line).take(cpus::MOST as usize) {
        found.push(format!("cpu{}", number(word.strip_prefix(b"CPU")?)?));
    }
    (!found.is_empty()).then_some(found)
}

struct Tables {
    counters: Intern,
}

/// One of the two tables, as it is summed up.
#[derive(Default)]
struct Sums {
    /// For each CPU, whether it ever did a softirq.
    alive: Vec<bool>,
    /// `NET_RX`, `NET_TX`: line, numbers.
    network: Vec<(u32, String, Vec<u64>)>,
    /// Interrupts of network cards for each CPU, and the line of the last.
    cards: Option<(u32, Vec<u64>)>,
    /// Whether a row with a name instead of a number stood below them: without it some may be missing.
    ended: bool,
    /// How often a name was met.
    times: HashMap<String, u32>,
}

impl Reader for Tables {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let Some(cpus) = lines.next().and_then(cpus) else { return };
        let mut sums = Sums { alive: vec![false; cpus.len()], ..Sums::default() };
        while let Some(line) = lines.peek() {
            let Some((what, rest)) = row(line) else { break };
            if is_cut(lines) {
                facts.rejects.push(lines.number(), CUT);
            } else {
                self.row(what, rest, &mut sums, lines.number(), facts);
            }
            lines.advance();
        }
        for (line, metric, values) in &sums.network {
            for (cpu, value) in
                cpus.iter().zip(values).zip(&sums.alive).filter_map(|(c, alive)| alive.then_some(c))
            {
                self.counters.count(metric, cpu, *value, *line, facts);
            }
        }
        if let Some((line, values)) = sums.cards.as_ref().filter(|_| sums.ended) {
            for (cpu, value) in cpus.iter().zip(values) {
                self.counters.count("interrupt.cpu", cpu, narrow(*value), *line, facts);
            }
        }
    }
}

impl Tables {
    fn row(&mut self, what: &str, rest: &[u8], sums: &mut Sums, line: u32, facts: &mut Facts) {
        sums.ended = !what.bytes().all(|b| b.is_ascii_digit());
        let cpus = sums.alive.len();
        let mut words = words(rest);
        let values: Vec<u64> = words.by_ref().take(cpus).map_while(number).collect();
        let by_right = values.len() == 1 && matches!(what, "ERR" | "MIS");
        if values.len() < cpus {
            if !by_right {
                facts.rejects.push(line, format!("{} numbers below {cpus} CPUs", values.len()));
            }
            return;
        }
        let Some(device) = device(words) else {
            if what.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
                self.softirq(what, values, sums, line, facts);
            }
            return;
        };
        if !device.split(", ").any(is_network) {
            return;
        }
        let times = sums.times.entry_ref(device.as_str()).or_insert(0);
        *times += 1;
        let of = if *times == 1 { device } else { format!("{device}#{times}") };
        self.counters.count("interrupt.line", &of, narrow(values.iter().sum()), line, facts);
        let (last, all) = sums.cards.get_or_insert_with(|| (line, vec![0; cpus]));
        *last = line;
        all.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }

    fn softirq(&mut self, what: &str, values: Vec<u64>, sums: &mut Sums, line: u32, facts: &mut Facts) {
        sums.alive.iter_mut().zip(&values).for_each(|(alive, value)| *alive |= *value > 0);
        let metric = format!("softirq.{what}");
        if what.starts_with("NET_") {
            sums.network.push((line, metric, values));
        } else {
            self.counters.count(&metric, "all", narrow(values.iter().sum()), line, facts);
        }
    }
}

/// A sum of counters that begin again at 2^32 begins again there too, if it is cut to as many bits.
fn narrow(sum: u64) -> u64 {
    sum & u64::from(u32::MAX)
}

/// `NET_RX` and the numbers behind it.
fn row(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = memchr::memchr(b':', line.get(..line.len().min(32))?)?;
    let (what, rest) = line.split_at_checked(colon)?;
    let what = name(what.trim_ascii())?;
    let rest = rest.strip_prefix(b":")?;
    let plain = what.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (plain && words(rest).next().is_some_and(|word| number(word).is_some())).then_some((what, rest))
}

/// The devices at a row's end, `virtio10, ehci_hcd:usb1`: the last word, and those before it that end with a comma.
fn device<'a>(rest: impl Iterator<Item = &'a [u8]>) -> Option<String> {
    let words: Vec<&str> = rest.filter_map(name).collect();
    let last = words.len().checked_sub(1)?;
    let first = words.iter().take(last).rposition(|word| !word.ends_with(',')).map_or(0, |at| at + 1);
    Some(words.get(first..)?.join(" "))
}

/// Interface names, drivers that name their interrupts after themselves, and words that only queues have.
fn is_network(device: &str) -> bool {
    const FIRST: [&str; 22] = [
        "eth", "ens", "eno", "enp", "enP", "enx", "bond", "mlx4", "mlx5", "ixgbe", "i40e", "ice-", "iavf",
        "igb", "e1000", "bnx2", "bnxt", "ena-", "tg3", "gve", "vmxnet3", "nfp",
    ];
    const INSIDE: [&str; 7] = ["TxRx", "Tx-Rx", "rxtx", "-rx-", "-tx-", "-fp-", "-Rx-"];
    let virtio = device.strip_prefix("virtio").is_some_and(|rest| {
        let kind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        // virtio_console has an input too, but no `input.0`
        kind.starts_with("-input.") || kind.starts_with("-output.")
    });
    virtio
        || FIRST.iter().any(|first| device.starts_with(first))
        || INSIDE.iter().any(|inside| device.contains(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Facts, String) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        (DUMP.open)().read(&mut lines, &mut facts);
        let told = (facts.samples.key.iter().zip(&facts.samples.value))
            .map(|(key, value)| {
                let key = &facts.keys[*key as usize];
                format!("{}{{{}}}={value}", key.metric, key.of)
            })
            .collect();
        (told, facts, String::from_utf8_lossy(lines.rest()).into_owned())
    }

    #[test]
    fn cpus_that_never_did_anything_do_not_exist() {
        let (told, ..) = read("   CPU0   CPU1  CPU2\n  TIMER: 5 6 0\n NET_RX: 0 7 0\n");
        assert_eq!(told, ["softirq.TIMER{all}=11", "softirq.NET_RX{cpu0}=0", "softirq.NET_RX{cpu1}=7"]);
    }

    #[test]
    fn only_network_cards_are_kept_and_summed() {
        let (told, facts, left) = read(
            "   CPU0   CPU1\n 24: 1 0 IO-APIC 5-edge ACPI:Ged\n 38: 4294967295 2 PCI-MSIX 1-edge virtio2-input.0\n 39: 3 4 PCI-MSI-edge eth0-TxRx-0\nERR: 0\nNext\n",
        );
        assert_eq!(
            told,
            [
                "interrupt.line{virtio2-input.0}=1",
                "interrupt.line{eth0-TxRx-0}=7",
                "interrupt.cpu{cpu0}=2",
                "interrupt.cpu{cpu1}=6"
            ]
        );
        assert_eq!((facts.rejects.count, left.as_str()), (0, "Next\n"));
    }

    #[test]
    fn a_table_that_was_cut_has_no_sums_of_its_rows() {
        let (told, ..) = read(" CPU0\n 10: 7 IO-APIC 11-fasteoi eth0\n 11: 9 IO-APIC 11-fasteoi eth1\n");
        assert_eq!(told, ["interrupt.line{eth0}=7", "interrupt.line{eth1}=9"]);
    }

    #[test]
    fn a_line_may_be_shared_by_devices() {
        let (told, ..) = read(
            " CPU0\n 10: 7 IO-APIC 11-fasteoi uhci_hcd:usb3, eth0\n 11: 7 IO-APIC 11-fasteoi eth1, usb\n",
        );
        assert_eq!(told[0], "interrupt.line{uhci_hcd:usb3, eth0}=7");
        assert_eq!(told[1], "interrupt.line{eth1, usb}=7");
    }

    #[test]
    fn other_tables_do_not_begin_one() {
        for line in ["CPU0 CPU1", "  CPU", "        CPU0 x", "12:00:01 CPU %user", " CPUs"] {
            assert!(cpus(line.as_bytes()).is_none(), "{line}");
        }
    }
}
