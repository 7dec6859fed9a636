//! What the decoder unpacks.

use bitflags::bitflags;

bitflags! {
    /// Encapsulations that the decoder unpacks, one bit each. One that is off is a protocol like any
    /// other: the outer packet forms the flow.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct Encapsulations: u32 {
        /// AYIYA.
        const AYIYA = 1;
        /// GENEVE.
        const GENEVE = 1 << 1;
        /// Teredo.
        const TEREDO = 1 << 2;
        /// L2TP over UDP and IP.
        const L2TP = 1 << 3;
        /// GRE with PPTP, NVGRE, ERSPAN and WCCP, also in UDP.
        const GRE = 1 << 4;
        /// GTP, user plane.
        const GTP = 1 << 5;
        /// VXLAN and VXLAN-GPE.
        const VXLAN = 1 << 6;
        /// IP in IP, all four kinds, and PIM registers.
        const IPIP = 1 << 7;
        /// Ethernet in IP, both kinds.
        const ETHERIP = 1 << 8;
        /// CAPWAP.
        const CAPWAP = 1 << 9;
        /// LWAPP.
        const LWAPP = 1 << 10;
        /// MPLS, also in UDP.
        const MPLS = 1 << 11;
        /// PPPoE sessions.
        const PPPOE = 1 << 12;
        /// ERSPAN without GRE, and in it.
        const ERSPAN = 1 << 13;
        /// Provider backbone bridges.
        const PBB = 1 << 14;
        /// Network service headers.
        const NSH = 1 << 15;
        /// TRILL.
        const TRILL = 1 << 16;
        /// MACsec that is only authenticated.
        const MACSEC = 1 << 17;
        /// Tags of switch chips.
        const DSA = 1 << 18;
        /// Cisco's FabricPath.
        const FABRICPATH = 1 << 19;
        /// Tags of switches behind the addresses: port extenders, metadata, times.
        const SWITCH_TAGS = 1 << 20;
        /// LISP, data.
        const LISP = 1 << 21;
    }
}
