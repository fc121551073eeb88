//! What sos writes down of its own run: when it took each file, which commands it started, and which it did not.
//!
//! A file that was copied from `/proc` has no time of its own, and its age in the archive is that of the packing.
//! [`manifest`] has the start of each command, [`log`] also that of each copy.

pub mod log;
pub mod manifest;

/// The name of a command's output below `sos_commands/<plugin>/`: the program's folder falls away, each run of what
/// is no word, `-`, `.` or `/` is one `_`, and `/` is `.`.
fn mangled(command: &str) -> String {
    let folders = ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"];
    let bare = folders.iter().find_map(|folder| command.strip_prefix(folder)).unwrap_or(command);
    let mut name = String::with_capacity(bare.len());
    for c in bare.chars() {
        match c {
            '/' => name.push('.'),
            '-' | '.' | '_' => name.push(c),
            c if c.is_alphanumeric() => name.push(c),
            _ if name.ends_with('\u{0}') => {}
            _ => name.push('\u{0}'),
        }
    }
    let name = name.replace('\u{0}', "_");
    let name = name.trim_matches([' ', '.', '_', '-']);
    // a file system's limit is one of bytes; sos cuts by characters, which for commands is the same
    name.chars().take(255).collect()
}

#[cfg(test)]
mod tests {
    use super::mangled;

    #[test]
    fn a_command_is_named_as_sos_names_it() {
        for (command, name) in [
            ("netstat -s", "netstat_-s"),
            ("/sbin/ip -s -d link", "ip_-s_-d_link"),
            ("/usr/sbin/ss -peaonmi", "ss_-peaonmi"),
            ("ip netns exec blue  netstat -s", "ip_netns_exec_blue_netstat_-s"),
            ("ls -lanR /etc/sysctl.d", "ls_-lanR_.etc.sysctl.d"),
            ("systemctl show *service --all", "systemctl_show_service_--all"),
            ("bash -c 'x'", "bash_-c_x"),
        ] {
            assert_eq!(mangled(command), name);
        }
    }
}
