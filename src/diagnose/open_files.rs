//! The limits behind "Too many open files", as far as the input has them: of the processes that said so or that
//! listen, of users in `limits.conf`, and of the whole host.

use super::Scene;
use crate::correlate::persisted::Files;
use crate::model::fact::Layer;
use crate::model::report::Finding;
use crate::timeline::{Event, Observed};
use std::collections::BTreeSet;

/// The event that this is about.
pub(super) const EVENT: &str = "open-files";

/// Limits listed of each kind.
const LISTED: usize = 4;

/// Adds what is known of limits to the finding of the log lines.
pub(super) fn limits(scene: &Scene<'_>, lines: &[&Event], finding: &mut Finding) {
    let mut known: Vec<String> = Vec::new();
    let mut shown: Vec<&Observed> = Vec::new();
    for (pid, limit) in processes(scene, lines).into_iter().take(LISTED) {
        let name = scene.host.pids.get(&pid).map_or_else(|| "process".to_owned(), Clone::clone);
        let (soft, hard) = limit.value.split_once(' ').unwrap_or((&limit.value, "?"));
        known.push(format!("{name} (pid {pid}) may open {soft} files and raise that to {hard}"));
        shown.push(limit);
    }
    let files = Files::new(scene.timeline, scene.host);
    let persisted = scene.host.settings.keys().filter(|key| is_of_files(key));
    let mut conf = false;
    for said in persisted.filter_map(|key| files.of_key(key).map(|said| (key, said))).take(LISTED) {
        let (key, said) = said;
        let who = key.trim_start_matches("limits.").trim_end_matches(".nofile").replacen('.', " ", 1);
        known.push(format!("{} says {} for {who}", files.name(said.winner), said.winner.value));
        shown.push(said.winner);
        conf = true;
    }
    if let Some(most) = scene.host.running("fs.file-max", lines.first().and_then(|e| e.time)) {
        known.push(format!("the host may open {} (fs.file-max)", most.value));
        shown.push(most);
    }
    if known.is_empty() {
        finding.next = "/proc/<pid>/limits of the process, its unit's LimitNOFILE=, fs.file-nr.".to_owned();
        return;
    }
    finding.seen += &format!(" Limits in the input: {}.", known.join("; "));
    if conf {
        finding.otherwise +=
            " limits.conf speaks for logins through PAM: a service of systemd has its unit's LimitNOFILE=.";
    }
    finding.exhibits.extend(shown.iter().map(|o| scene.exhibit(o.artifact, o.line, false)));
}

fn is_of_files(key: &str) -> bool {
    key.starts_with("limits.") && key.ends_with(".nofile")
}

/// Limits of the processes that wrote the lines; of those that listen when of none of them any is known.
fn processes<'a>(scene: &Scene<'a>, lines: &[&Event]) -> Vec<(u32, &'a Observed)> {
    let wrote: BTreeSet<u32> = lines.iter().filter_map(|event| writer(&event.text)).collect();
    let of = |pid: &u32| {
        let seen = scene.host.settings.get(&format!("proc.{pid}.limits.nofile"))?;
        Some((*pid, seen.iter().rfind(|o| o.layer == Layer::Runtime)?))
    };
    let found: Vec<_> = wrote.iter().filter_map(of).collect();
    if found.is_empty() { scene.host.pids.keys().filter_map(of).collect() } else { found }
}

/// The number in `nginx[431]:`.
fn writer(text: &str) -> Option<u32> {
    let (before, _) = text.split_once("]:")?;
    before.rsplit_once('[')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::writer;

    #[test]
    fn a_log_line_tells_who_wrote_it() {
        assert_eq!(writer("Nov 20 09:12:10 web1 nginx[431]: accept4() failed (24)"), Some(431));
        assert_eq!(writer("Nov 20 09:12:10 web1 kernel: [ 991.2] VFS: file-max limit 65536 reached"), None);
    }
}
