//! How much of the traffic each protocol has.

use flowz_api::key::FlowKey;
use flowz_api::layers::Net;

use crate::assigned;
use crate::rate::Rate;

/// Numbers of IP, and behind them everything that is not IP.
const COUNT: usize = 257;
const LAYER2: usize = 256;

/// What each protocol has.
#[derive(Debug)]
pub(crate) struct Protocols(Vec<Volume>);

#[derive(Clone, Copy, Debug, Default)]
struct Volume {
    bytes: u64,
    rate: Rate,
}

/// One protocol's part of the bytes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Share {
    pub(crate) name: String,
    /// From 0 to 1.
    pub(crate) part: f64,
}

impl Protocols {
    pub(crate) fn new() -> Self {
        Self(vec![Volume::default(); COUNT])
    }

    #[inline]
    pub(crate) fn add(&mut self, key: &FlowKey, now: i64, bytes: u32) {
        let at = if key.net == Net::Layer2 { LAYER2 } else { key.proto.into() };
        if let Some(volume) = self.0.get_mut(at) {
            volume.bytes += u64::from(bytes);
            volume.rate.add(now, bytes.into());
        }
    }

    /// The parts of those that have any, the largest first: of all bytes so far, or of those of the last seconds.
    pub(crate) fn shares(&self, now: i64, of_all: bool) -> Vec<Share> {
        let amount = |volume: &Volume| {
            if of_all { volume.bytes as f64 } else { volume.rate.per_second(now, i64::MAX) }
        };
        let mut amounts: Vec<_> = self.0.iter().map(amount).enumerate().collect();
        amounts.retain(|(_, amount)| *amount > 0.0);
        amounts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let sum: f64 = amounts.iter().map(|(_, amount)| amount).sum();
        let share = |(at, amount): (usize, f64)| Share {
            name: u8::try_from(at).map_or_else(|_| "no IP".to_owned(), assigned::ip_protocol),
            part: amount / sum,
        };
        amounts.into_iter().map(share).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Protocols, Share};

    use crate::test_support::key;

    fn share(name: &str, part: f64) -> Share {
        Share { name: name.to_owned(), part }
    }

    #[test]
    fn parts_of_all_and_of_the_last_seconds() {
        let mut protocols = Protocols::new();
        let key = |proto| key(proto, "10.0.0.1", 1, "10.0.0.2", 2);
        protocols.add(&key(6), 0, 300);
        protocols.add(&key(17), 100_000_000_000, 100);
        let now = 100_000_000_000;
        assert_eq!(protocols.shares(now, true), [share("TCP", 0.75), share("UDP", 0.25)]);
        assert_eq!(protocols.shares(now, false), [share("UDP", 1.0)]);
        assert_eq!(protocols.shares(2 * now, false), []);
    }
}
