#!/bin/sh
# netmortem-collect.sh: records what netmortem reads best, on the host that has the trouble.
#
#   sh netmortem-collect.sh [-i SECONDS] [-d MINUTES] [-o DIR] [-m MEGABYTES]
#
# A snapshot of the kernel's network counters every SECONDS (10) for MINUTES (10), the settings at the start, at the
# end and when they change, the log since the start. All of it goes to one folder below DIR (.), which in the end is
# packed as DIR/netmortem-<host>-<UTC time>.tar.gz and removed. Ctrl-C ends it early and still packs. It stops by
# itself when the folder exceeds MEGABYTES (200). It changes nothing on the host, and needs no more than a POSIX shell
# (busybox will do); commands that are not there are left out. As root it sees more. Not collected: addresses of peers
# beyond those that sockets and the log show, command lines, and keys (tcp_fastopen_key, stable_secret).
set -u
LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
umask 077

usage() {
    echo "usage: sh netmortem-collect.sh [-i SECONDS] [-d MINUTES] [-o DIR] [-m MEGABYTES]" >&2
    exit 2
}

number() {
    case $1 in '' | 0* | *[!0-9]* | ???????*) usage ;; esac
}

every=10 minutes=10 base=. most=200 over='' sleeper=''
while getopts i:d:o:m: option; do
    case $option in
        i) every=$OPTARG ;;
        d) minutes=$OPTARG ;;
        o) base=$OPTARG ;;
        m) most=$OPTARG ;;
        *) usage ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || usage
number "$every" && number "$minutes" && number "$most"
[ "${base#-}" = "$base" ] || base=./$base

host=$(uname -n | tr -c 'A-Za-z0-9.\n-' _)
name=netmortem-$host-$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$base" && base=$(cd "$base" && pwd) && dir=$base/$name && mkdir "$dir" && cd "$dir" || exit 1
renice -n 10 -p $$ >/dev/null 2>&1

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
# In a form that netmortem reads.
note() { echo "$(now) $host netmortem-collect: $*" >>collector.log; }
say() {
    echo "$*" >&2
    note "$*"
}
has() { command -v "$1" >/dev/null 2>&1; }

# A command that hangs must not cost the other ones. Old busybox wants `timeout -t`: then without.
if timeout 5 true 2>/dev/null; then limit='timeout 10'; else limit=; fi
run() { $limit "$@" 2>/dev/null </dev/null; }

# into FILE COMMAND...: appends a time line and what the command prints, if it prints anything
into() {
    file=$1 at=$(now)
    shift
    run "$@" >.part
    # what an interrupt cut short is no dump
    [ -s .part ] && [ -z "$over" ] || return 0
    [ -z "$(tail -c 1 .part)" ] || echo >>.part
    { echo "$at" && cat .part; } >>"$file"
}

# Counters --------------------------------------------------------------------------------------------------------

proc_files="net/snmp net/netstat net/snmp6 net/softnet_stat net/sockstat net/sockstat6 meminfo softirqs
    pressure/cpu pressure/memory pressure/io"

# The fill of tables, in the words of sysctl. `cat`, for `read` takes byte by byte, and the kernel gives only one.
levels() {
    for key in net/netfilter/nf_conntrack_count net/netfilter/nf_conntrack_max fs/file-nr; do
        [ ! -r "/proc/sys/$key" ] || echo "$(echo "$key" | tr / .) = $(cat "/proc/sys/$key")"
    done
}

devices() {
    for path in /sys/class/net/*; do
        [ ! -e "$path/device" ] || echo "${path##*/}"
    done
}

# How many TCP sockets there are; to list each of a hundred thousand would be trouble of its own.
sockets() {
    awk '$1 == "TCP:" { print $3 + $7 }' /proc/net/sockstat 2>/dev/null || echo 0
}

snapshot() {
    for file in $proc_files; do
        [ ! -r "/proc/$file" ] || into "proc/$file" cat "/proc/$file"
    done
    if [ -n "$ip" ]; then into ip_-s_-s_link ip -s -s link; else into proc/net/dev cat /proc/net/dev; fi
    levels >.levels
    [ ! -s .levels ] || into sysctl_levels cat .levels
    if has ss; then
        into ss_-lnt ss -lnt
        into ss_-s ss -s
    fi
    # the same counters once, not twice
    if [ -n "$conntrack" ]; then
        into conntrack_-S conntrack -S
    elif [ -r /proc/net/stat/nf_conntrack ]; then
        into proc/net/stat/nf_conntrack cat /proc/net/stat/nf_conntrack
    fi
    has tc && into tc_-s_qdisc_show tc -s qdisc show
    if has ethtool; then
        for device in $(devices); do into "ethtool_-S_$device" ethtool -S "$device"; done
    fi
    if [ $((count % 6)) -eq 0 ]; then
        has ss && [ "$(sockets)" -lt 5000 ] && into ss_-tnmi ss -tnmi
        settings
    fi
}

# Settings --------------------------------------------------------------------------------------------------------

sysctls() {
    if has sysctl; then
        run sysctl -a
    else
        find /proc/sys/net /proc/sys/fs /proc/sys/vm -type f 2>/dev/null | while IFS= read -r file; do
            value=$(cat "$file" 2>/dev/null) && echo "$(echo "${file#/proc/sys/}" | tr ./ /.) = $value"
        done
    fi | grep -v -e stable_secret -e fastopen_key
}

# Without the time line, and without readings that move by themselves, which are no settings
steady() {
    grep -v -e '^[0-9TZ:-]*$' -e '_count =' -e '-nr =' -e 'random\.' -e '-state =' -e last_pid -e 'kernel.pty.nr' \
        -e 'fs.quota' -e newidle_lb_cost "$1"
}

# As text, by the shell itself: no tool for it is on every host. What cannot be compared is kept.
same() { [ "$(steady "$1")" = "$(steady "$2")" ] 2>/dev/null; }

# Appends a dump when it differs from the one before, and that one too when it was not kept: a change lies between.
settings() {
    { now && sysctls; } >.settings
    if [ -e .kept ] && same .settings .kept; then
        mv .settings .last
        return
    fi
    [ ! -e .last ] || cat .last >>sysctl_-a
    cat .settings >>sysctl_-a
    rm -f .last
    mv .settings .kept
}

# What is written in files, and so comes back at the next boot
files() {
    lib=/lib/sysctl.d
    [ ! -L /lib ] || lib=
    for file in /etc/sysctl.conf /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf \
        /usr/lib/sysctl.d/*.conf ${lib:+"$lib"/*.conf} /etc/security/limits.conf /etc/security/limits.d/*.conf \
        /etc/tuned/active_profile /etc/tuned/*/tuned.conf /usr/lib/tuned/*/tuned.conf; do
        if [ -f "$file" ] && [ -r "$file" ] && [ "$(wc -c <"$file")" -lt 65536 ]; then
            mkdir -p ".${file%/*}" && cat "$file" >".$file"
        fi
    done
}

# Beginning and end -----------------------------------------------------------------------------------------------

logs="syslog messages kern.log auth.log secure"
length() { if [ -r "/var/log/$1" ]; then wc -c <"/var/log/$1" | tr -d ' '; else echo 0; fi; }

begin() {
    say "every $every s for $minutes min, at most $most MB, as user $(id -u)"
    uname -a >uname_-a
    mkdir -p proc/net/stat proc/pressure
    clocks
    for log in $logs; do echo "$log $(length "$log")"; done >.logs
    has tuned-adm && into tuned-adm_active tuned-adm active
    has ss && into ss_-lntp ss -lntp
    files
}

# What the kernel said since the start; busybox knows no times but seconds since boot. Silence is worth as much: it is
# told where a line from before the start is still there, so that nothing that came later was lost.
kernel() {
    until=$(now) split='{ print; next } /^[0-9]/ { old = 1 } END { exit !old }'
    if run env TZ=UTC0 dmesg --time-format=iso >.part && [ -s .part ]; then
        awk -v from="$begun" "substr(\$0, 1, 19) \"Z\" >= from $split" .part >dmesg
    elif run dmesg >.part; then
        sed 's/^<[0-9]*>//' .part | awk -v from="$up" '
            { at = $0; sub(/^\[ */, "", at) }
            at + 0 >= from + 0 { print; next }
            at ~ /^[0-9]/ { old = 1 }
            END { exit !old }' >dmesg
    else
        return
    fi && note "kernel log read from $begun to $until: $(wc -l <dmesg | tr -d ' ') lines"
    [ -s dmesg ] || rm -f dmesg
}

# How long it has been up, under a local time: logs that write no zone are in this one.
clocks() {
    { date +%Y-%m-%dT%H:%M:%S%z && cat /proc/uptime; } >>proc/uptime
    { date && run uptime; } >>uptime
}

# What logs grew by. The journal has all of it where there is one.
logged() {
    if has journalctl; then
        run journalctl --no-pager --utc -o short-iso --since "@$start" | head -c 20000000 >journalctl
        [ "$(wc -l <journalctl)" -gt 1 ] || rm -f journalctl
    fi
    while read -r log before; do
        after=$(length "$log")
        [ "$after" -ge "$before" ] || before=0
        [ "$after" -eq "$before" ] || {
            mkdir -p var/log
            tail -c "+$((before + 1))" "/var/log/$log" | head -c 20000000 >"var/log/$log"
        }
    done <.logs
    kernel
}

finish() {
    trap '' HUP INT TERM
    over=
    has ss && into ss_-lntp ss -lntp
    { now && sysctls; } >>sysctl_-a
    clocks
    logged
    rm -f .part .levels .settings .kept .last .logs
    say "$count snapshots"
    cd "$base" || exit 1
    if tar -cf - "$name" | gzip -c >"$name.part" && [ -s "$name.part" ]; then
        mv "$name.part" "$name.tar.gz" && rm -rf "./${name:?}"
        echo "$base/$name.tar.gz"
    else
        rm -f "$name.part"
        echo "not packed, no tar or gzip: $dir" >&2
        echo "$dir"
    fi
    exit 0
}

# Whether there is room for more: the folder below its limit, and the disk not nearly full
room() {
    used=$(du -sk . | awk '{ print $1 }')
    free=$(df -Pk . 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ "$used" -gt $((most * 1024)) ]; then
        say "stopped: $most MB are written (-m)"
    elif [ "${free:-99999}" -lt 51200 ]; then
        say "stopped: less than 50 MB are free on the disk"
    else
        return 0
    fi
    return 1
}

trap 'over=1; kill "$sleeper" 2>/dev/null' HUP INT TERM
if ip -s -s link 2>/dev/null | grep -q RX; then ip=1; else ip=; fi
if conntrack -S 2>/dev/null | grep -q cpu=; then conntrack=1; else conntrack=; fi
start=$(date +%s) begun=$(now) up=$(cut -d. -f1 /proc/uptime) count=0
begin
while [ -z "$over" ] && room; do
    snapshot
    count=$((count + 1))
    [ $(($(date +%s) - start)) -lt $((minutes * 60)) ] || break
    # on the grid of the start, however long a snapshot took
    rest=$((every - ($(date +%s) - start) % every))
    [ -n "$over" ] || { sleep "$rest" & sleeper=$! && wait "$sleeper"; }
done
finish
