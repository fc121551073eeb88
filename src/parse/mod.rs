//! Text to facts. One dump kind is one file; each is a pure function of bytes.
//!
//! A dump kind consumes the lines that are its own and stops at the first that is not, so that a file in
//! which a loop wrote `date; netstat -s; ss -lnt; sysctl -a` again and again needs no extra grammar.

mod act;
pub mod auditd;
pub mod clock;
pub mod collector;
pub mod conntrack;
pub mod cpu_table;
mod cpus;
pub mod ethtool;
mod file;
pub mod file_nr;
pub mod free;
pub mod heading;
pub mod history;
pub mod hostnamectl;
pub mod ifconfig;
pub mod intern;
pub mod ip_link;
pub mod iproute_json;
pub mod join;
pub mod journal;
mod json;
pub mod limits;
pub mod lines;
pub mod machine_id;
pub mod meminfo;
pub mod moment;
pub mod net_dev;
pub mod net_statistics;
pub mod netstat_i;
pub mod netstat_s;
pub mod netstat_tan;
pub mod nstat;
pub mod os_release;
pub mod oswatcher;
pub mod pairs;
pub mod pressure;
pub mod proc_net_snmp;
pub mod proc_net_snmp6;
pub mod proc_net_tcp;
pub mod proc_net_udp;
pub mod proc_sys;
mod prometheus;
pub mod qdisc;
mod readable;
mod series;
mod sockets;
pub mod sockstat;
pub mod softnet;
pub mod sos;
pub mod ss;
pub mod stamp;
pub mod supportconfig;
pub mod sysctl;
pub mod sysdig;
pub mod syslog;
pub mod sysstat;
pub mod tuned;
pub mod uname;
pub mod uptime;
pub mod vmstat;
pub mod words;

use crate::model::fact::Facts;
pub use file::{Kind, PIECE, Parsed, file, link, unknown};
use lines::Lines;

/// A kind of dump that may appear anywhere in a file, also beside others.
pub struct Dump {
    /// As people call it: the command (`netstat -s`).
    pub name: &'static str,
    /// Whether a dump of this kind begins at this line. Must be cheap and must not match other kinds.
    pub begins: fn(&[u8]) -> bool,
    /// A reader for one [`Facts`]: what it learns from one dump makes the next one of the same artifact
    /// fast, so it is kept as long as the facts, and never used with others.
    pub open: fn() -> Box<dyn Reader>,
}

/// Reads the dumps of one kind in one artifact.
pub trait Reader {
    /// Reads from a line on that [`Dump::begins`] takes, stopping before the first line that is not its
    /// own. Consumes at least one line. Facts belong to `facts.capture()`.
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts);
}

/// A reader that learns nothing is a function.
impl<F: FnMut(&mut Lines<'_>, &mut Facts)> Reader for F {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        self(lines, facts);
    }
}

/// A kind of file that is read as a whole, because the lines alone do not say what they are.
pub struct Whole {
    /// As people call it: `sysctl.conf`.
    pub name: &'static str,
    /// Whether a file is one. The path counts where the content cannot tell; it is as found, with `/`. Binary files
    /// never get here; empty ones do not either. Must be cheap.
    pub is: fn(&str, &[u8]) -> bool,
    /// Reads it all, and says what it is by [`Facts::met`].
    pub read: fn(&str, &[u8], &mut Facts),
    /// Where pieces of it may end, if it may be read in pieces: then it yields events, actions, clues and rejects alone,
    /// and [`join`] makes one of what the pieces tell.
    pub cut: Option<Cut>,
}

/// The first place at or behind an offset where a piece may end; `None` when the bytes do not show one.
pub type Cut = fn(&[u8], usize) -> Option<usize>;

/// Every kind of whole file, the first that fits first. The one place to add one.
#[rustfmt::skip]
pub const WHOLE: &[Whole] = &[
    supportconfig::FILE,
    oswatcher::OTHER,
    proc_sys::FILE,
    file_nr::FILE,
    uname::HOSTNAME,
    uname::VERSION,
    machine_id::FILE,
    os_release::FILE,
    sysctl::CONF,
    limits::CONF,
    limits::PROCESS,
    tuned::PROFILE,
    tuned::CHOSEN,
    net_statistics::FILE,
    ethtool::NAMED,
    sysstat::sar::DAILY,
    sysstat::sadf_j::WHOLE,
    sysstat::sadf_x::WHOLE,
    prometheus::range::WHOLE,
    series::export::WHOLE,
    series::csv::WHOLE,
    sos::manifest::WHOLE,
    sos::log::WHOLE,
    clock::date::WHOLE,
    clock::timedatectl::WHOLE,
    clock::accuracy::WHOLE,
    clock::zone::NAMED,
    clock::zone::LOCALTIME,
    auditd::LOG,
    history::SHELL,
    history::APT,
    history::ZYPP,
    journal::JOURNAL,
    collector::LOG,
    syslog::LOG,
    syslog::UNDATED,
];

/// Every dump kind. The one place to add one.
#[rustfmt::skip]
pub const DUMPS: &[Dump] = &[
    netstat_s::DUMP,
    nstat::DUMP,
    proc_net_snmp::DUMP,
    proc_net_snmp6::DUMP,
    sockstat::DUMP,
    softnet::DUMP,
    conntrack::stats::TOOL,
    conntrack::stats::KERNEL,
    conntrack::table::DUMP,
    pressure::DUMP,
    meminfo::DUMP,
    free::DUMP,
    ss::DUMP,
    ss::OF_ONE_STATE,
    ss::summary::DUMP,
    netstat_tan::DUMP,
    proc_net_tcp::DUMP,
    proc_net_udp::DUMP,
    sysdig::DUMP,
    oswatcher::DUMP,
    sysctl::DUMP,
    tuned::DUMP,
    uptime::DUMP,
    uname::DUMP,
    hostnamectl::DUMP,
    net_dev::DUMP,
    ip_link::DUMP,
    ifconfig::DUMP,
    netstat_i::DUMP,
    ethtool::DUMP,
    qdisc::DUMP,
    iproute_json::DUMP,
    clock::boots::DUMP,
    cpu_table::DUMP,
    vmstat::DUMP,
    history::LAST,
    sysstat::sar::DUMP,
    sysstat::sadf_d::DUMP,
    sysstat::sadf_p::DUMP,
    prometheus::exposition::DUMP,
];
