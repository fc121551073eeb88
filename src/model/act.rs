//! Acts: what someone or something did to the machine, as a line tells that was written when it was done.

use super::stamp::Stamp;

/// One act, as one line tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// As written on the line.
    pub stamp: Stamp,
    /// Host field of the line.
    pub host: Option<String>,
    /// What was done.
    pub what: Act,
    /// By which way.
    pub way: Way,
    /// Who, where the line says it.
    pub user: Option<String>,
    /// What came of it, where the line says it.
    pub outcome: Outcome,
    /// 1-based line.
    pub line: u32,
    /// The line, cut to 400 characters.
    pub text: String,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// A dotted key took a value, runs of blanks in it as one space; `None` where the key was written and the line
    /// does not say with what.
    Set { key: String, value: Option<String> },
    /// What configuration files say was put in force.
    Load(Load),
    /// A profile of tuned was applied.
    Profile(String),
    /// A package was installed, removed or replaced that may carry or apply settings.
    Package(String),
    /// This kernel release booted.
    Kernel(String),
}

/// Which files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Load {
    /// `sysctl -p FILE`; the path as given.
    File(String),
    /// All of them: `sysctl --system`, `systemd-sysctl`.
    System,
}

/// By which way an act is known to have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// A command that sudo ran.
    Sudo,
    /// A program or a write that auditd recorded.
    Audit,
    /// A module of Ansible.
    Ansible,
    /// A resource of Puppet.
    Puppet,
    /// A state of Salt.
    Salt,
    /// A resource of Chef.
    Chef,
    /// `systemd-sysctl.service`, at boot or by hand.
    SystemdSysctl,
    /// tuned.
    Tuned,
    /// A shell's history: typed, with what result is not said.
    History,
    /// The log of a package manager.
    Package,
    /// The kernel's own first line.
    Boot,
}

impl Way {
    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sudo => "sudo",
            Self::Audit => "audit",
            Self::Ansible => "ansible",
            Self::Puppet => "puppet",
            Self::Salt => "salt",
            Self::Chef => "chef",
            Self::SystemdSysctl => "systemd-sysctl",
            Self::Tuned => "tuned",
            Self::History => "history",
            Self::Package => "package",
            Self::Boot => "boot",
        }
    }
}

/// What came of an act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The line was written before that was known, or does not say.
    #[default]
    Untold,
    /// It succeeded.
    Done,
    /// It failed, and changed nothing.
    Failed,
}
