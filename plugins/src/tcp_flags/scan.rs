//! The scan detector: at the end of a flow its length and flags tell.

use super::bits::{anomaly, flag};
use super::state::TcpState;
use super::tcp::Counters;

/// Flows with fewer packets that open or close a connection look like scans.
const FEW: u32 = 4;

/// Marks a flow that ends. An answered scan is marked in both directions, once.
pub(crate) fn ended(own: &mut TcpState, peer: Option<&mut TcpState>, counters: &mut Counters) {
    if own.anomaly & (anomaly::SYN_RETRY | anomaly::SCAN_ANSWERED) != 0 {
        return;
    }
    let telling = flag::SYN | flag::FIN | flag::ODD;
    if own.anomaly & anomaly::SCAN == 0 && own.flags & telling != 0 && own.packets < FEW {
        own.anomaly |= anomaly::SCAN;
        counters.scans += 1;
    }
    if own.anomaly & anomaly::SCAN != 0
        && let Some(peer) = peer
    {
        own.anomaly |= anomaly::SCAN_ANSWERED;
        peer.anomaly |= anomaly::SCAN_ANSWERED;
        counters.answered += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Counters, TcpState, anomaly, ended, flag};

    fn state(flags: u16, packets: u32) -> TcpState {
        TcpState { packets, flags, ..TcpState::default() }
    }

    #[test]
    fn answered_scans_count_once() {
        let mut counters = Counters::default();
        let (mut a, mut b) = (state(flag::SYN, 1), state(flag::RST | flag::ACK, 1));
        ended(&mut a, Some(&mut b), &mut counters);
        ended(&mut b, Some(&mut a), &mut counters);
        assert_eq!((a.anomaly, b.anomaly), (0x3000, 0x2000));
        assert_eq!((counters.scans, counters.answered), (1, 1));
    }

    #[test]
    fn long_flows_and_retries_are_no_scans() {
        let mut counters = Counters::default();
        let mut long = state(flag::SYN | flag::ACK, 4);
        ended(&mut long, None, &mut counters);
        let mut retry = state(flag::SYN, 2);
        retry.anomaly = anomaly::SYN_RETRY;
        ended(&mut retry, None, &mut counters);
        let mut lone = state(flag::SYN, 1);
        ended(&mut lone, None, &mut counters);
        assert_eq!((long.anomaly, retry.anomaly, lone.anomaly), (0, 1, 0x1000));
        assert_eq!((counters.scans, counters.answered), (1, 0));
    }
}
