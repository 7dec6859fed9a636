//! What is kept of a flow, and which hardware address an address had last.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::Ipv4Addr;

use flowz_api::Checkpoint;
use flowz_api::cell::Mac;

use super::message::{HostAddresses, Message};

/// Bits of `arpStat`.
pub(crate) mod stat {
    /// The flow is ARP or RARP.
    pub(crate) const ARP: u8 = 0x01;
    /// A host says what its own address is.
    pub(crate) const GRATUITOUS: u8 = 0x02;
    /// A host asks whether an address is in use.
    pub(crate) const PROBE: u8 = 0x04;
    /// A host says that it uses an address from now on.
    pub(crate) const ANNOUNCEMENT: u8 = 0x08;
    /// There were more pairs than are kept.
    pub(crate) const FULL: u8 = 0x20;
    /// An address has changed its hardware address.
    pub(crate) const SPOOFED: u8 = 0x80;
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    /// Pairs of addresses with the number of messages that said so; 0 for those that others said earlier.
    pub(crate) pairs: Vec<(Mac, Ipv4Addr, u16)>,
    /// Type of hardware in the first message.
    pub(crate) hardware: u16,
    /// Operations below 16, one bit each.
    pub(crate) operations: u16,
    /// `arpStat`.
    pub(crate) stat: u8,
}

/// Hardware addresses as messages of the whole run said last.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Known {
    hosts: HashMap<Ipv4Addr, Mac>,
}

impl Known {
    /// Most addresses that are remembered; later ones are not compared.
    const MOST: usize = 1 << 18;

    /// Notes what a message says; yields the hardware address that was said before, if it was another one.
    fn changed(&mut self, host: HostAddresses) -> Option<Mac> {
        let room = self.hosts.len() < Self::MOST;
        match self.hosts.entry(host.ip) {
            Entry::Occupied(mut known) => {
                let before = known.insert(host.mac);
                (before != host.mac).then_some(before)
            }
            Entry::Vacant(place) => {
                if room {
                    place.insert(host.mac);
                }
                None
            }
        }
    }
}

impl State {
    /// A message of the flow; at most so many pairs are kept.
    pub(crate) fn add(&mut self, m: &Message, known: &mut Known, limit: u8, compat: bool) {
        if self.stat == 0 {
            self.hardware = m.hardware;
        }
        self.operations |= 1_u16.checked_shl(m.operation.into()).unwrap_or(0);
        let meanings = [
            (true, stat::ARP),
            (m.is_gratuitous(), stat::GRATUITOUS),
            (m.is_probe(), stat::PROBE),
            (m.is_announcement(), stat::ANNOUNCEMENT),
        ];
        self.stat |= meanings.iter().filter(|(holds, _)| *holds).fold(0, |bits, (_, b)| bits | b);
        let sender = m.sender.filter(|_| m.binds_sender());
        // The reference also binds a target without a hardware address.
        let target = m.target.filter(|t| m.is_reply() && (compat || t.mac != Mac([0; 6])));
        for host in [sender, target].into_iter().flatten() {
            self.pair(host, known, limit, compat);
        }
    }

    /// Addresses that belong together as a message says.
    fn pair(&mut self, host: HostAddresses, known: &mut Known, limit: u8, compat: bool) {
        self.keep(host, 1, limit);
        // Probes come from no address; the reference compares them too, but takes no offence.
        if host.ip.is_unspecified() && !compat {
            return;
        }
        if let Some(mac) = known.changed(host) {
            self.keep(HostAddresses { mac, ..host }, 0, limit);
            if !host.ip.is_unspecified() {
                self.stat |= stat::SPOOFED;
            }
        }
    }

    fn keep(&mut self, host: HostAddresses, messages: u16, limit: u8) {
        let known = self.pairs.iter_mut().find(|p| p.0 == host.mac && p.1 == host.ip);
        if let Some((_, _, count)) = known {
            *count = count.saturating_add(messages);
        } else if self.pairs.len() < usize::from(limit) {
            self.pairs.push((host.mac, host.ip, messages));
        } else {
            self.stat |= stat::FULL;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::bytes;
    use super::{Ipv4Addr, Known, Mac, Message, State, stat};

    type Hosts = (u8, [u8; 2], [u8; 2]);

    fn run(messages: &[Hosts], known: &mut Known, limit: u8, compat: bool) -> State {
        let mut state = State::default();
        for (operation, sender, target) in messages {
            let m = Message::parse(&bytes(*operation, *sender, *target)).expect("whole");
            state.add(&m, known, limit, compat);
        }
        state
    }

    fn pair(mac: u8, ip: u8, count: u16) -> (Mac, Ipv4Addr, u16) {
        let ip = if ip == 0 { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::new(10, 0, 0, ip) };
        (Mac([mac; 6]), ip, count)
    }

    #[test]
    fn state_stays_small() {
        assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    }

    #[test]
    fn requests_and_replies() {
        let mut known = Known::default();
        let state = run(&[(1, [7, 1], [0, 2]), (2, [7, 1], [9, 2])], &mut known, 10, false);
        assert_eq!(state.pairs, [pair(7, 1, 2), pair(9, 2, 1)]);
        assert_eq!((state.stat, state.hardware, state.operations), (stat::ARP, 1, 0b110));
        let reverse = run(&[(3, [7, 0], [7, 0])], &mut known, 10, false);
        assert_eq!((reverse.stat, reverse.pairs.len()), (stat::ARP, 0));
    }

    #[test]
    fn an_address_moves() {
        let mut known = Known::default();
        run(&[(1, [7, 1], [0, 2])], &mut known, 10, false);
        let state = run(&[(2, [8, 1], [9, 2])], &mut known, 10, false);
        assert_eq!(state.pairs, [pair(8, 1, 1), pair(7, 1, 0), pair(9, 2, 1)]);
        assert_eq!(state.stat, stat::ARP | stat::SPOOFED);
    }

    #[test]
    fn probes_come_from_nowhere() {
        let probe = [(1, [7, 0], [0, 2])];
        for (compat, pairs) in [(false, 1), (true, 2)] {
            let mut known = Known::default();
            run(&[(1, [8, 0], [0, 3])], &mut known, 10, compat);
            let state = run(&probe, &mut known, 10, compat);
            assert_eq!((state.pairs.len(), state.stat), (pairs, stat::ARP | stat::PROBE));
        }
    }

    #[test]
    fn a_reply_to_nobody() {
        for (compat, stat) in [(false, stat::ARP), (true, stat::ARP | stat::SPOOFED)] {
            let mut known = Known::default();
            run(&[(1, [9, 2], [0, 1])], &mut known, 10, compat);
            assert_eq!(run(&[(2, [7, 1], [0, 2])], &mut known, 10, compat).stat, stat);
        }
    }

    #[test]
    fn a_list_with_limited_room() {
        let mut known = Known::default();
        let messages = [(1, [7, 1], [0, 9]), (1, [7, 2], [0, 9]), (1, [7, 1], [0, 9])];
        let state = run(&messages, &mut known, 1, false);
        assert_eq!((state.pairs.as_slice(), state.stat), (&[pair(7, 1, 2)][..], 0x21));
    }
}
