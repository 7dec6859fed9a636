//! The largest numbers of the run, for the report.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;
use flowz_api::report::{Part, Report, Totals};

use super::endpoints::Address;

/// A largest number and whose it is. The first one to exceed all before wins.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Largest {
    n: u64,
    who: Option<Address>,
}

impl Largest {
    /// Takes a number that is larger.
    #[inline]
    pub(crate) fn offer(&mut self, who: Address, n: u64) {
        if n > self.n {
            *self = Self { n, who: Some(who) };
        }
    }

    /// A line with its owner, if there is one.
    fn line<const N: usize>(&self, key: &str, share: [Part; N], unit: &str, out: &mut Report) {
        let Some(who) = self.who else { return };
        let number = [Part::Text(format!("{who}: ")), Part::Count(self.n)];
        let unit = Part::Text(format!(" {unit}"));
        out.line(key, number.into_iter().chain(share).chain([unit]));
    }
}

/// The largest numbers so far.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Maxima {
    /// Addresses that became clients.
    pub(crate) clients: u64,
    /// Addresses that became servers.
    pub(crate) servers: u64,
    /// Flows of a pair.
    pair: u32,
    /// Flows of a client with one port.
    port: u32,
    /// Servers of a client.
    pub(crate) client: Largest,
    /// Clients of a server.
    pub(crate) server: Largest,
    /// Packets of a source.
    packets: Largest,
    /// Bytes of a source.
    bytes: Largest,
}

impl Maxima {
    /// A pair and a port have so many flows now.
    pub(crate) fn flows(&mut self, pair: u32, port: u32) {
        self.pair = self.pair.max(pair);
        self.port = self.port.max(port);
    }

    /// A client has so many servers now.
    pub(crate) fn client(&mut self, who: Address, servers: u32) {
        self.clients += u64::from(servers == 1);
        self.client.offer(who, servers.into());
    }

    /// A server has so many clients now.
    pub(crate) fn server(&mut self, who: Address, clients: u32) {
        self.servers += u64::from(clients == 1);
        self.server.offer(who, clients.into());
    }

    /// A source has sent so much when a flow of it ends.
    #[inline]
    pub(crate) fn sender(&mut self, key: &FlowKey, packets: u64, bytes: u64) {
        if (packets > self.packets.n || bytes > self.bytes.n)
            && let Some(who) = Address::new(key.src_ip())
        {
            self.packets.offer(who, packets);
            self.bytes.offer(who, bytes);
        }
    }

    /// The lines of the end report, with or without the addresses with most peers and who sent most.
    pub(crate) fn report(&self, totals: &Totals, peers: bool, senders: bool, out: &mut Report) {
        if self.clients == 0 {
            return;
        }
        let mut count = |key: &str, n: u64| out.line(key, [Part::Count(n)]);
        count("Number of unique source IPs", self.clients);
        count("Number of unique destination IPs", self.servers);
        count("Number of unique source/destination IPs connections", self.pair.into());
        count("Max unique number of source IP / destination port connections", self.port.into());
        let mut ratio = |key: &str, of: f64| {
            let ratio = if of > 0.0 { f64::from(self.port) / of } else { 0.0 };
            out.line(key, [Part::Text(format!("{ratio:.6}"))]);
        };
        ratio("IP connF=connSipDprt/connSip", self.clients as f64);
        ratio("IP connG=connSipDprt/connSipDip", self.pair.into());
        if peers {
            self.client.line("Source IP with max connections", [], "connections", out);
            self.server.line("Destination IP with max connections", [], "connections", out);
        }
        if senders {
            let share = |sent: Largest, total| [Part::Share(sent.n, total)];
            let packets = share(self.packets, totals.packets);
            self.packets.line("Biggest L3 talker", packets, "packets", out);
            let bytes = share(self.bytes, totals.flow_bytes);
            self.bytes.line("Biggest L3 talker", bytes, "bytes", out);
        }
    }
}
