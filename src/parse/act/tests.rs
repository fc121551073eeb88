use super::{Told, command, told};
use crate::model::act::{Act, Load, Outcome, Way};

fn set(key: &str, value: &str) -> Act {
    Act::Set { key: key.into(), value: Some(value.into()) }
}

fn file(path: &str) -> Act {
    Act::Load(Load::File(path.into()))
}

fn opened(key: &str) -> Act {
    Act::Set { key: key.into(), value: None }
}

#[test]
fn a_command_acts_where_a_command_stands() {
    let somaxconn = || set("net.core.somaxconn", "4096");
    for (line, want) in [
        ("/sbin/sysctl -w net.core.somaxconn=4096", vec![somaxconn()]),
        ("sysctl -p /etc/sysctl.d/90-net.conf", vec![file("/etc/sysctl.d/90-net.conf")]),
        ("sysctl -p", vec![file("/etc/sysctl.conf")]),
        ("sysctl -q -p a.conf b.conf -e", vec![file("a.conf"), file("b.conf")]),
        ("sysctl --load=/etc/x.conf", vec![file("/etc/x.conf")]),
        ("sysctl --system", vec![Act::Load(Load::System)]),
        ("systemctl restart systemd-sysctl.service", vec![Act::Load(Load::System)]),
        ("/usr/sbin/service procps restart", vec![Act::Load(Load::System)]),
        ("/bin/sh -c echo 4096 > /proc/sys/net/core/somaxconn", vec![somaxconn()]),
        ("/bin/sh -c 'echo 4096 > /proc/sys/net/core/somaxconn; sysctl -p x'", vec![somaxconn(), file("x")]),
        ("bash -lc \"echo '4096' | tee /proc/sys/net/core/somaxconn\"", vec![somaxconn()]),
        ("echo 4096 | sudo tee -a /proc/sys/net/core/somaxconn >/dev/null", vec![somaxconn()]),
        ("printf '4096\\n' >/proc/sys/net/core/somaxconn", vec![somaxconn()]),
        (
            "/usr/bin/tee /proc/sys/net/ipv4/conf/eth0.100/rp_filter",
            vec![opened("net.ipv4.conf.eth0/100.rp_filter")],
        ),
        ("cat /tmp/x > /proc/sys/net/core/somaxconn", vec![opened("net.core.somaxconn")]),
        ("echo $N > /proc/sys/net/core/somaxconn", vec![opened("net.core.somaxconn")]),
        ("cd /root && LANG=C sudo -E sysctl -w net.core.somaxconn=4096 | tail", vec![somaxconn()]),
        ("sudo -u root sysctl net.core.somaxconn=4096", vec![somaxconn()]),
        ("tuned-adm profile throughput-performance", vec![Act::Profile("throughput-performance".into())]),
        ("grep sysctl -w net.core.somaxconn=1 /var/log/messages", vec![]),
        ("cat /proc/sys/net/core/somaxconn", vec![]),
        ("vi /etc/sysctl.d/90-net.conf", vec![]),
        ("echo net.core.somaxconn=1 >> /etc/sysctl.conf", vec![]),
        ("systemctl status systemd-sysctl", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(command::acts(line), want, "{line}");
    }
}

#[test]
fn each_way_has_its_own_words() {
    let said = |what, way, outcome| vec![Told { what, way, user: None, outcome }];
    let set4096 = || set("net.core.somaxconn", "4096");
    for (tag, message, want) in [
        (
            "ansible-ansible.posix.sysctl",
            "Invoked with name=net.core.somaxconn value=4096 state=present reload=True sysctl_set=True ignoreerrors=False sysctl_file=/etc/sysctl.conf",
            said(set4096(), Way::Ansible, Outcome::Untold),
        ),
        (
            "python3",
            "ansible-ansible.posix.sysctl Invoked with name=net.ipv4.tcp_rmem value=4096 131072 6291456 state=present reload=True sysctl_set=False",
            said(set("net.ipv4.tcp_rmem", "4096 131072 6291456"), Way::Ansible, Outcome::Untold),
        ),
        (
            "ansible-sysctl",
            "Invoked with name=net.core.somaxconn value=4096 state=present reload=False sysctl_set=False",
            vec![],
        ),
        (
            "ansible-ansible.legacy.command",
            "Invoked with _raw_params=sysctl -w net.core.somaxconn=4096 _uses_shell=True warn=False chdir=None",
            said(set4096(), Way::Ansible, Outcome::Untold),
        ),
        (
            "puppet-agent",
            "(/Stage[main]/Net/Sysctl[net.core.somaxconn]/val) val changed '128' to '4096'",
            said(set4096(), Way::Puppet, Outcome::Done),
        ),
        (
            "puppet-agent",
            "(/Stage[main]/Net/Sysctl[net.core.somaxconn]/value) value changed 128 to '4096' (corrective)",
            said(set4096(), Way::Puppet, Outcome::Done),
        ),
        (
            "puppet-agent",
            "(/Stage[main]/Net/Sysctl[net.core.somaxconn]/val) current_value 128, should be 4096 (noop)",
            vec![],
        ),
        (
            "puppet-agent",
            "(/Stage[main]/Net/Exec[sysctl -p /etc/sysctl.d/90-net.conf]) Triggered 'refresh' from 1 event",
            said(file("/etc/sysctl.d/90-net.conf"), Way::Puppet, Outcome::Done),
        ),
        (
            "salt-minion",
            "Updated sysctl value net.core.somaxconn = 4096",
            said(set4096(), Way::Salt, Outcome::Done),
        ),
        (
            "salt",
            "Executing command 'sysctl -w net.core.somaxconn=\"4096\"' in directory '/root'",
            said(set4096(), Way::Salt, Outcome::Untold),
        ),
        ("", "- update net.core.somaxconn from 128 to 4096", said(set4096(), Way::Chef, Outcome::Done)),
        (
            "systemd-sysctl",
            "Couldn't write '4096' to 'net/core/somaxconn', ignoring: No such file or directory",
            said(set4096(), Way::SystemdSysctl, Outcome::Failed),
        ),
        (
            "systemd",
            "Finished systemd-sysctl.service - Apply Kernel Variables.",
            said(Act::Load(Load::System), Way::SystemdSysctl, Outcome::Done),
        ),
        ("systemd", "Starting Apply Kernel Variables...", vec![]),
        (
            "tuned",
            "tuned.daemon.daemon: static tuning from profile 'throughput-performance' applied",
            said(Act::Profile("throughput-performance".into()), Way::Tuned, Outcome::Done),
        ),
        (
            "tuned",
            "tuned.plugins.plugin_sysctl: reapplying system sysctl",
            said(Act::Load(Load::System), Way::Tuned, Outcome::Untold),
        ),
        (
            "Installed",
            "tuned-2.11.0-9.el7.noarch",
            said(Act::Package("tuned-2.11.0-9.el7.noarch".into()), Way::Package, Outcome::Done),
        ),
        ("Installed", "tuned-gtk-2.11.0-9.el7.noarch", vec![]),
        (
            "dpkg",
            "status installed procps:amd64 2:4.0.2-3",
            said(Act::Package("procps:amd64".into()), Way::Package, Outcome::Done),
        ),
        ("app", "would run sysctl -w net.core.somaxconn=4096", vec![]),
    ] {
        let line = format!("{tag}: {message}");
        assert_eq!(told(line.as_bytes(), tag.as_bytes(), message.as_bytes()), want, "{message}");
    }
}

#[test]
fn puppets_own_log_has_the_source_on_either_side_of_the_level() {
    let said = |what| vec![Told { what, way: Way::Puppet, user: None, outcome: Outcome::Done }];
    for (message, want) in [
        (
            "Puppet (notice): /Stage[main]/Net/Sysctl[net.core.somaxconn]/value: value changed '128' to '4096'",
            said(set("net.core.somaxconn", "4096")),
        ),
        (
            "/Stage[main]/Net/Sysctl[net.core.somaxconn]/val (notice): val changed '128' to '4096'",
            said(set("net.core.somaxconn", "4096")),
        ),
        (
            "/Stage[main]/Net/Exec[sysctl -p /etc/sysctl.d/90-net.conf]/returns (notice): executed successfully",
            said(file("/etc/sysctl.d/90-net.conf")),
        ),
        (
            "/Stage[main]/Net/Sysctl[net.core.somaxconn]/val (notice): current_value '128', should be '4096' (noop)",
            vec![],
        ),
    ] {
        assert_eq!(told(message.as_bytes(), b"puppet", message.as_bytes()), want, "{message}");
    }
}

#[test]
fn chef_tells_of_a_command_once_it_has_run() {
    let said = || {
        vec![Told {
            what: set("net.core.somaxconn", "4096"),
            way: Way::Chef,
            user: None,
            outcome: Outcome::Done,
        }]
    };
    for (tag, message, want) in [
        ("", "execute[sysctl -w net.core.somaxconn=4096] ran successfully", said()),
        ("chef-client", "- execute sysctl -w net.core.somaxconn=4096", said()),
        ("chef-client", "  - execute \"sysctl -w net.core.somaxconn=4096\"", said()),
        ("cinc-client", "- execute echo 4096 > /proc/sys/net/core/somaxconn", said()),
        ("", "execute[raise the backlog] ran successfully", vec![]),
        (
            "",
            "Processing execute[sysctl -w net.core.somaxconn=4096] action run (net::default line 3)",
            vec![],
        ),
        (
            "chef-client",
            "* execute[sysctl -w net.core.somaxconn=4096] action run (skipped due to not_if)",
            vec![],
        ),
        ("chef-client", "- Would execute sysctl -w net.core.somaxconn=4096", vec![]),
        ("app", "- execute sysctl -w net.core.somaxconn=4096", vec![]),
    ] {
        assert_eq!(told(message.as_bytes(), tag.as_bytes(), message.as_bytes()), want, "{message}");
    }
}

#[test]
fn a_refused_sudo_is_no_act() {
    for message in [
        "bob : command not allowed ; TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/sbin/sysctl -w net.core.somaxconn=1",
        "bob : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/sbin/sysctl -w a.b=1",
        "bob : TTY=pts/0 ; PWD=/root ; USER=www ; COMMAND=/sbin/sysctl -w net.core.somaxconn=1",
    ] {
        assert_eq!(told(message.as_bytes(), b"sudo", message.as_bytes()), [], "{message}");
    }
}
