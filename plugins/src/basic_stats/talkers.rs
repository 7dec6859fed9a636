//! The report's superlatives: largest loads and biggest talkers.

use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::report::{Part, Report, Totals};

/// Who sent most, in one measure. The first one to exceed all before wins.
#[derive(Clone, Copy, Debug, Default)]
struct Most {
    amount: u64,
    who: Option<FlowKey>,
}

impl Most {
    fn offer(&mut self, amount: u64, who: &FlowKey) {
        if amount > self.amount {
            *self = Self { amount, who: Some(*who) };
        }
    }

    fn line(&self, layer: &str, unit: &str, total: u64, out: &mut Report) {
        let who = self.who.as_ref().map(name).unwrap_or_default();
        let parts = [
            Part::Text(format!("{who}: ")),
            Part::Count(self.amount),
            Part::Share(self.amount, total),
            Part::Text(format!(" {unit}")),
        ];
        out.line(format!("Biggest {layer} flow talker"), parts);
    }
}

/// Superlatives of all flows so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Talkers {
    layer2: [Most; 2],
    layer3: [Most; 2],
    max_load: u64,
    max_rate: f32,
    max_rate_packets: u64,
    anonymous: bool,
}

/// What a flow sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) mean_size: f32,
    pub(crate) byte_rate: f32,
}

impl Talkers {
    /// Nobody has sent anything yet; whether the report keeps back who sends from which address.
    pub(crate) fn new(anonymous: bool) -> Self {
        Self { anonymous, ..Self::default() }
    }

    /// A flow has ended.
    pub(crate) fn add(&mut self, key: &FlowKey, sent: Sent) {
        let [packets, bytes] =
            if key.net == Net::Layer2 { &mut self.layer2 } else { &mut self.layer3 };
        packets.offer(sent.packets, key);
        bytes.offer(sent.bytes, key);
        self.max_load = self.max_load.max(sent.mean_size as u64);
        if sent.byte_rate > self.max_rate {
            (self.max_rate, self.max_rate_packets) = (sent.byte_rate, sent.packets);
        }
    }

    /// The lines of the end report, with or without the largest load and rate.
    pub(crate) fn report(&self, totals: &Totals, largest: bool, compat: bool, out: &mut Report) {
        if largest {
            out.line("Flow max(pktload)", [Part::Count(self.max_load)]);
            let rate = (8.0 * self.max_rate) as u64;
            let comma = Part::Text(", ".to_owned());
            let packets = Part::Count(self.max_rate_packets);
            out.line("Flow max(b/s), pkts", [Part::BitRate(rate), comma, packets]);
        }
        for (layer, [packets, bytes]) in [("L2", self.layer2), ("L3", self.layer3)] {
            if packets.who.is_none() || (self.anonymous && layer == "L3") {
                continue;
            }
            packets.line(layer, "packets", totals.packets, out);
            // The reference has a line, without a name, also if nobody sent a byte.
            if bytes.who.is_some() || compat {
                bytes.line(layer, "bytes", totals.flow_bytes, out);
            }
        }
    }
}

/// The sender of a flow in words.
fn name(key: &FlowKey) -> String {
    match key.src_ip() {
        IpText::V4(a) => Ipv4Addr::from(a).to_string(),
        IpText::V6(a) => Ipv6Addr::from(a).to_string(),
        IpText::None => {
            let mac: Vec<_> = key.src[..6].iter().map(|b| format!("{b:02x}")).collect();
            mac.join(":")
        }
    }
}
