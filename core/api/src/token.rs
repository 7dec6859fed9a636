//! The chain of headers of a packet, outermost first, as short tokens (`eth:vlan{2}:ipv4:tcp`).

use std::fmt::Write as _;

/// Most tokens that a chain holds; deeper packets keep the first ones and are marked as overrun.
pub const MAX_TOKENS: usize = 20;

/// Most characters of a description (the reference's buffer); what is longer ends in `...`.
pub const MAX_DESCRIPTION: usize = 128;

macro_rules! tokens {
    ($($name:ident = $text:literal,)*) => {
        /// One header. `Unknown` values carry the chain's [`Chain::unknown`] number.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, crate::Checkpoint)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "each name is the header it stands for")]
        pub enum Token { $($name,)* UnknownSap, UnknownEthertype, UnknownProtocol }

        impl Token {
            /// The token's text; empty for the unknown ones, which show a number.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::UnknownSap | Self::UnknownEthertype | Self::UnknownProtocol => "",
                }
            }
        }
    };
}

tokens! {
    Eth = "eth", Isl = "isl", Fpp = "fpp", Null = "null", Raw = "raw", Sll = "sll", Ppp = "ppp",
    Chdlc = "chdlc", FrameRelay = "fr", Juniper = "juniper", Symantec = "symantec", Prism = "prism",
    Radiotap = "radiotap", Ppi = "ppi", Wlan = "wlan", Lapd = "lapd", None = "",
    Vlan = "vlan", Mpls = "mpls", PseudowireControl = "pwethcw", Llc = "llc", Stp = "stp",
    Ipx = "ipx", Netbios = "netbios", Osi = "osi", Sna = "sna", X25 = "x25", ThreeComXns = "3comxns",
    Bacnet = "bacnet", VinesLlc = "vines_llc", HpExt = "hpext", Rpl = "rpl",
    Ipv4 = "ipv4", Ipv6 = "ipv6", Ipvx = "ipvx", Arp = "arp", Aarp = "aarp", Rarp = "rarp",
    Erspan = "erspan", PppoeDiscovery = "pppoed", PppoeSession = "pppoes", Lldp = "lldp",
    Slow = "slow", Lacp = "lacp", Marker = "marker", OamPdu = "oampdu", Ossp = "ossp",
    Wlccp = "wlccp", Idp = "idp", Cdp = "cdp", Loop = "loop", Cgmp = "cgmp", Cfm = "cfm", Vtp = "vtp",
    DecDna = "dec_dna", Pagp = "pagp", Dtp = "dtp", Lat = "lat", Fcoe = "fcoe", Fc = "fc",
    Udld = "udld", Ipcp = "ipcp", Lcp = "lcp", Chap = "chap", Cbcp = "cbcp", DecStp = "dec_stp",
    Wccp = "wccp", DecMop = "dec_mop", Msnlb = "msnlb", Eapol = "eapol", Ddp = "ddp", Ndp = "ndp",
    Aoe = "aoe", Realtek = "realtek", VinesIp = "vines_ip", Edp = "edp", Lwapp = "lwapp",
    Ccp = "ccp", Ptp = "ptp",
    Ipv6HopOptions = "ipv6.hopopts", Ipv6DestOptions = "ipv6.dstopts", Ipv6Routing = "ipv6.routing",
    Ipv6Fragment = "ipv6.fraghdr", Ipv6Mobility = "ipv6.mobility", Hip = "hip", Shim6 = "shim6",
    Tcp = "tcp", Udp = "udp", UdpLite = "udplite", Sctp = "sctp", Icmp = "icmp", Icmpv6 = "icmpv6",
    Igmp = "igmp", Dvmrp = "dvmrp", Pim = "pim", Rgmp = "rgmp", Esp = "esp", Ah = "ah", Gre = "gre",
    L2tp = "l2tp", Vrrp = "vrrp", Ospf = "ospf", Eigrp = "eigrp", EtherIp = "etherip",
    Rsvp = "rsvp", Ipip = "ipip", Egp = "egp", Igp = "igp", Dccp = "dccp", Swipe = "swipe",
    Mobile = "mobile", Narp = "narp", Ssdp = "ssdp", UdpEncap = "udpencap", Isakmp = "isakmp",
    Gtp = "gtp", Vxlan = "vxlan", Geneve = "geneve", Capwap = "capwap", Teredo = "teredo",
    Ayiya = "ayiya", MultilinkPpp = "mp", PppCompressed = "comp_data",
    Sll2 = "sll2", Avs = "avs", Nflog = "nflog", Ipoib = "ipoib", NetAnalyzer = "netanalyzer",
    Pbb = "pbb", Nsh = "nsh", Trill = "trill", Macsec = "macsec", Wireguard = "wg",
    Pap = "pap", Ipv6cp = "ipv6cp", Lqr = "lqr", Mplscp = "mplscp", Slarp = "slarp",
    Dsa = "dsa", Brcm = "brcm", TokenRing = "tr", Fddi = "fddi", Ipfc = "ipfc", Firewire = "ieee1394",
    Atm = "atm", Lane = "lane", Gfp = "gfp", Epon = "epon", Erf = "erf", Pktap = "pktap", Ipnet = "ipnet",
    Slip = "slip",
    FabricPath = "cfp", CiscoMetadata = "cmd", VnTag = "vntag", ETag = "etag", Arista = "arista",
    Lisp = "lisp", CapwapData = "capwap.data", VxlanGpe = "vxlan_gpe", Dtls = "dtls",
    Dtls12 = "dtls1.2", Dtls10 = "dtls1.0",
}

/// How chains are described.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Characters that there is room for, one more than a description may have.
    pub room: usize,
    /// Repeated tags and labels are written once with their number.
    pub folds: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { room: MAX_DESCRIPTION, folds: true }
    }
}

/// Tokens of one packet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, crate::Checkpoint)]
pub struct Chain {
    tokens: [Token; MAX_TOKENS],
    len: u8,
    /// Tokens that found no room.
    lost: u8,
    /// The number that an unknown token shows (ethertype, SAP or protocol number).
    pub unknown: u16,
}

impl Default for Chain {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Chain {
    /// No header.
    pub const EMPTY: Self = Self { tokens: [Token::None; MAX_TOKENS], len: 0, lost: 0, unknown: 0 };

    /// The chain of these headers, at most [`MAX_TOKENS`].
    pub const fn from_headers(headers: &[Token]) -> Self {
        let (mut chain, mut n) = (Self::EMPTY, 0);
        while n < headers.len() {
            chain.tokens[n] = headers[n];
            n += 1;
        }
        chain.len = n as u8;
        chain
    }

    /// Appends a header.
    #[inline]
    pub fn push(&mut self, token: Token) {
        if let Some(place) = self.tokens.get_mut(usize::from(self.len)) {
            *place = token;
            self.len += 1;
        } else {
            self.lost = self.lost.saturating_add(1);
        }
    }

    /// All of the chain in three words, to compare it at once.
    #[inline]
    pub fn words(&self) -> [u64; 3] {
        let tokens = self.tokens.map(|token| token as u8);
        let ([first, second], rest) = tokens.as_chunks::<8>() else { return [0; 3] };
        let last = rest.first_chunk().map_or(0, |tokens| u32::from_le_bytes(*tokens));
        let counts = u32::from_le_bytes([
            self.len,
            self.lost,
            self.unknown as u8,
            (self.unknown >> 8) as u8,
        ]);
        [
            u64::from_le_bytes(*first),
            u64::from_le_bytes(*second),
            u64::from(last) << 32 | u64::from(counts),
        ]
    }

    /// Number of headers, also of those beyond [`MAX_TOKENS`].
    #[inline]
    pub fn depth(&self) -> u16 {
        // Link types without a token of their own begin with an empty one that is no header.
        let silent = u16::from(self.tokens[0] == Token::None && self.len > 0);
        u16::from(self.len) + u16::from(self.lost) - silent
    }

    /// The headers that were kept.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens[..usize::from(self.len)]
    }

    /// Appends the description in the usual style.
    pub fn describe(&self, out: &mut String) -> bool {
        self.describe_in(Style::default(), out)
    }

    /// Appends the description: tokens joined by `:`, repeated tags as `vlan{n}` or one by one. A
    /// description that leaves no room for one more character is cut and ends in `...`; the result tells
    /// so.
    pub fn describe_in(&self, style: Style, out: &mut String) -> bool {
        let Style { room, folds } = style;
        let start = out.len();
        let mut rest = self.tokens();
        while let Some(&first) = rest.first() {
            let same = || rest.iter().take_while(|t| **t == first).count();
            let run = if folds && first.folds() { same() } else { 1 };
            if rest.len() < usize::from(self.len) {
                out.push(':');
            }
            self.describe_one(first, out);
            if run > 1 {
                let _ = write!(out, "{{{run}}}");
            }
            rest = &rest[run..];
        }
        let cut = out.len() - start >= room || self.lost > 0;
        if cut {
            out.truncate(start + (out.len() - start).min(room.saturating_sub(4)));
            out.push_str("...");
        }
        cut
    }

    fn describe_one(&self, token: Token, out: &mut String) {
        let n = self.unknown;
        let _ = match token {
            Token::UnknownSap => write!(out, "UNK(0x{n:02x})"),
            Token::UnknownEthertype => write!(out, "UNK(0x{n:04x})"),
            Token::UnknownProtocol => write!(out, "UNK({n})"),
            known => out.write_str(known.text()),
        };
    }
}

impl Token {
    /// Whether repetitions are written once with a count.
    const fn folds(self) -> bool {
        matches!(self, Self::Vlan | Self::Mpls)
    }
}

#[cfg(test)]
mod tests {
    use super::{Chain, Style, Token};

    fn text(tokens: &[Token]) -> String {
        let mut chain = Chain::default();
        for token in tokens {
            chain.push(*token);
        }
        chain.unknown = 0x45;
        let mut out = String::new();
        chain.describe(&mut out);
        out
    }

    #[test]
    fn descriptions() {
        use Token::{Eth, Ipv4, Ipv6, Llc, None, Tcp, Udp, UnknownProtocol, UnknownSap, Vlan};
        assert_eq!(text(&[Eth, Vlan, Vlan, Ipv4, Tcp]), "eth:vlan{2}:ipv4:tcp");
        assert_eq!(text(&[Eth, Ipv6, Ipv6, Ipv6, Udp]), "eth:ipv6:ipv6:ipv6:udp");
        assert_eq!(text(&[None, Ipv4, Tcp]), ":ipv4:tcp");
        assert_eq!(text(&[Eth, Llc, UnknownSap]), "eth:llc:UNK(0x45)");
        assert_eq!(text(&[Eth, Ipv4, UnknownProtocol]), "eth:ipv4:UNK(69)");
    }

    #[test]
    fn other_styles() {
        let mut chain = Chain::default();
        for token in [Token::Eth, Token::Vlan, Token::Vlan, Token::Ipv4] {
            chain.push(token);
        }
        let described = |room, folds| {
            let mut out = String::new();
            let cut = chain.describe_in(Style { room, folds }, &mut out);
            (out, cut)
        };
        assert_eq!(described(128, false), ("eth:vlan:vlan:ipv4".to_owned(), false));
        assert_eq!(described(17, true), ("eth:vlan{2}:ipv4".to_owned(), false));
        assert_eq!(described(16, true), ("eth:vlan{2}:...".to_owned(), true));
        assert_eq!(described(8, true), ("eth:...".to_owned(), true));
    }

    #[test]
    fn long_chains_are_cut() {
        let long = text(&[Token::Ipv6Routing; 25]);
        assert_eq!(long.len(), super::MAX_DESCRIPTION - 1);
        assert!(long.ends_with("..."));
    }
}
