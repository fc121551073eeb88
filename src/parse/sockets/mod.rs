//! What the tables of sockets have in common: `ss`, `netstat -tan`, `/proc/net/tcp` list one socket a line, and each
//! dump becomes a few figures for the host and for its busiest ports.
//!
//! | metric | of | what |
//! |---|---|---|
//! | `listener.queue`, `listener.limit` | `addr:port` | accept queue of one listening socket, see [`listeners`] |
//! | `sockets.ESTABLISHED` … | empty, or a group | sockets in a state, by the kernel's name; never `LISTEN` |
//! | `sockets.rx_queue`, `sockets.tx_queue` | empty, or a group | bytes in Recv-Q and Send-Q, listeners left out |
//! | `sockets.timer.on` … | empty, or a group | sockets whose pending timer is of a kind |
//! | `skmem.*`, `tcp_info.*` | a group | sums, medians and maxima over its sockets, see [`group`] |
//! | `udp.queue`, `skmem.drops`, `skmem.rmem_alloc`, `skmem.rcvbuf` | `udp addr:port` | one UDP socket, see [`datagrams`] |
//!
//! A *group* is `:80`, the sockets whose local port is a service of this host, or `to :3306`, the connections that
//! this host opened to a service elsewhere. See [`census`] for how they are told apart, and how many are kept.
//!
//! **Which zero is a zero.** A dump lists what was asked for, and does not say what that was. A state that no line
//! shows is 0 only where the dump demonstrably lists all states; else it is unknown, and no sample is given. A dump
//! that was cut counts nothing. What a filter on addresses left out cannot be seen: totals are those of the dump.

pub mod address;
pub mod census;
pub mod datagrams;
pub mod group;
pub mod listeners;
pub mod state;
