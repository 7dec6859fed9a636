//! The report's superlatives: largest loads and biggest talkers.

use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::merge::Largest;
use flowz_api::plugin::EndView;
use flowz_api::report::{Part, Report, Totals};
use flowz_api::{Merge, Resume};

/// Who sent most, in one measure. The first one to exceed all before wins.
type Top = Largest<u64, FlowKey>;

/// Packets and bytes.
#[derive(Merge, Clone, Copy, Debug, Default, Resume)]
struct TopTalkers {
    #[merge(nested)]
    packets: Top,
    #[merge(nested)]
    bytes: Top,
}

/// Superlatives of all flows so far.
#[derive(Merge, Clone, Copy, Debug, Default, Resume)]
pub(crate) struct Talkers {
    #[merge(nested)]
    layer2: TopTalkers,
    #[merge(nested)]
    layer3: TopTalkers,
    #[merge(max)]
    max_load: u64,
    /// With the flow's packets.
    #[merge(nested)]
    max_rate: Largest<f32, u64>,
    #[merge(keep)]
    anonymous: bool,
}

/// A line of the report.
fn line(top: &Top, layer: &str, unit: &str, total: u64, out: &mut Report) {
    let who = top.what().as_ref().map(name).unwrap_or_default();
    let parts = [
        Part::Text(format!("{who}: ")),
        Part::Count(top.amount()),
        Part::Share(top.amount(), total),
        Part::Text(format!(" {unit}")),
    ];
    out.line(format!("Biggest {layer} flow talker"), parts);
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
    pub(crate) fn add(&mut self, end: &EndView<'_>, sent: Sent) {
        let (key, order) = (end.key, end.order);
        let top = if key.net == Net::Layer2 { &mut self.layer2 } else { &mut self.layer3 };
        top.packets.offer(sent.packets, order, *key);
        top.bytes.offer(sent.bytes, order, *key);
        self.max_load = self.max_load.max(sent.mean_size as u64);
        self.max_rate.offer(sent.byte_rate, order, sent.packets);
    }

    /// The lines of the end report, with or without the largest load and rate.
    pub(crate) fn report(&self, totals: &Totals, largest: bool, compat: bool, out: &mut Report) {
        if largest {
            out.line("Flow max(pktload)", [Part::Count(self.max_load)]);
            let rate = (8.0 * self.max_rate.amount()) as u64;
            let comma = Part::Text(", ".to_owned());
            let packets = Part::Count(self.max_rate.what().unwrap_or(0));
            out.line("Flow max(b/s), pkts", [Part::BitRate(rate), comma, packets]);
        }
        for (layer, TopTalkers { packets, bytes }) in [("L2", self.layer2), ("L3", self.layer3)] {
            if packets.what().is_none() || (self.anonymous && layer == "L3") {
                continue;
            }
            line(&packets, layer, "packets", totals.packets, out);
            // The reference has a line, without a name, also if nobody sent a byte.
            if bytes.what().is_some() || compat {
                line(&bytes, layer, "bytes", totals.flow_bytes, out);
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
