//! The engine's own columns, and toggles named `core.NAME`; plugins see these settings too.
//!
//! **Not offered**, toggles of the reference's core:
//! - `HASH_AUTOPILOT`: it is always on; the flows that were seen least recently leave a full table (`--max-flows`,
//!   `--max-mem`).
//! - `REPSUP`: a service manager restarts what has ended (`docs/systemd`).
//! - `REPORT_HIST`: counters do not outlive a run.
//! - `POLLTM`: captures of `-D` are read as far as they are there, nothing is waited for.
//! - `VERBOSE`: `-q` silences a run.
//! - `BLOCK_BUF`: runs without output are for measurements; `cargo xtask bench` makes ours.
//! - `ENVCNTRL`, `USE_PLLIST`: all toggles can be set at run time, in files, in the environment or by `-o`
//!   (`--no-config` for `-o` alone), and so can the list of plugins (`--plugins`).
//! - `MAXHDRCNT`, `IO_BUFFER_MAX_MTU`: sizes of buffers. IPv6 has as many headers as `MAX_NESTING` allows, packets
//!   are as long as the capture says.

mod flags;

use crate::Toggles;
use crate::cell::Time;
use crate::packet::Timestamp;

pub use flags::{Aggregate, Encapsulations, TunnelKeys};

/// The engine's own toggles.
#[derive(Toggles, Clone, Debug)]
pub struct CoreToggles {
    /// Seconds of silence after which a flow ends, if no plugin sets another value.
    #[toggle(name = "FLOW_TIMEOUT", default = 182.0, min = 0.0, max = 1e9)]
    pub flow_timeout: f32,
    /// Most whole seconds that a flow lives: at the first packet later than that it is written out
    /// and begins anew; 0 is no limit.
    #[toggle(name = "FDURLIMIT", default = 0)]
    pub fdurlimit: u32,
    /// Flows cut by FDURLIMIT keep their flow number.
    #[toggle(name = "FDLSFINDEX", default = false)]
    pub fdlsfindex: bool,
    /// Seconds that a flow lives until an interim record of both directions is written; it goes on with its number, its
    /// counters begin anew (`--active-timeout`); 0: there are none.
    #[toggle(name = "ACTIVE_TIMEOUT", default = 0.0, min = 0.0, max = 1e9)]
    pub active_timeout: f64,
    /// Counters of interim records and of the one behind them are those since the flow began (`--active-counters cumulative`);
    /// 0: each record has those since the one before.
    #[toggle(name = "ACTIVE_CUMULATIVE", default = false)]
    pub active_cumulative: bool,
    /// A SYN with another sequence number than the one before begins a flow: the ports are used again (RFC 9293, section
    /// 3.6.1). 0: the flow goes on, with a new sequence space.
    #[toggle(name = "TCP_REUSE", default = false)]
    pub tcp_reuse: bool,
    /// Plugins that steer may end a flow with its peer behind the packet at hand; 0: they ask in vain.
    #[toggle(name = "FORCE_MODE", default = false)]
    pub force_mode: bool,
    /// Only rows of flows with an alarm are written, of a plugin or of a rule (`--alarm`), each direction by itself; the packet
    /// table and the report are about all flows.
    #[toggle(name = "ALARM_MODE", default = false)]
    pub alarm_mode: bool,
    /// A flow counts for one with an alarm only if all plugins of the run that raise alarms, and all rules, have raised one.
    #[toggle(name = "ALARM_AND", default = false)]
    pub alarm_and: bool,
    /// Later fragments belong to the flow of the first one; 0: they form no flow, and first ones are not
    /// marked as fragments.
    #[toggle(name = "FRAGMENTATION", default = true)]
    pub fragmentation: bool,
    /// Later fragments whose first one was not seen form a flow without ports; 0: they form none.
    #[toggle(name = "FRAG_HLST_CRFT", default = true)]
    pub frag_hlst_crft: bool,
    /// Which IP packets form flows: 0 IPv4 (IPv6 forms none), 1 IPv6 (IPv4 forms layer-2 flows), 2 both.
    #[toggle(name = "IPV6_ACTIVATE", default = 2, min = 0, max = 2)]
    pub ipv6_activate: u8,
    /// Frames without IP form layer-2 flows; 0: they form none; 2: they do, and hardware addresses also tell IP flows
    /// apart (`ICMP_RELATED` finds none then).
    #[toggle(name = "ETH_ACTIVATE", default = 1, min = 0, max = 2)]
    pub eth_activate: u8,
    /// Chunks of SCTP are packets of their own: 0 not, 1 each stream is a flow, 2 the verification tag tells
    /// flows apart (it differs by direction, so directions do not meet), 3 both.
    #[toggle(name = "SCTP_ACTIVATE", default = 0, min = 0, max = 3)]
    pub sctp_activate: u8,
    /// Identifiers of tunnels tell flows apart, so that two networks may have the same addresses: sum of 1 VXLAN, 2
    /// GENEVE, 4 keys of GRE, 8 GTP (there each direction has an identifier of its own, so directions do not meet).
    #[toggle(name = "TUNNEL_KEY", default = 0, min = 0, max = 15)]
    pub tunnel_key: u8,
    /// Unpack AYIYA (IPv6 in UDP, TCP or SCTP port 5072).
    #[toggle(name = "AYIYA", default = true)]
    pub ayiya: bool,
    /// Unpack GENEVE (UDP port 6081).
    #[toggle(name = "GENEVE", default = true)]
    pub geneve: bool,
    /// Unpack Teredo (IPv6 in UDP).
    #[toggle(name = "TEREDO", default = true)]
    pub teredo: bool,
    /// Unpack L2TP (UDP port 1701, IP protocol 115).
    #[toggle(name = "L2TP", default = true)]
    pub l2tp: bool,
    /// Unpack GRE (IP protocol 47, UDP port 4754), also PPTP, NVGRE and 802.11 of access points.
    #[toggle(name = "GRE", default = true)]
    pub gre: bool,
    /// Unpack GTP (UDP ports 2152, 2123, 3386).
    #[toggle(name = "GTP", default = true)]
    pub gtp: bool,
    /// Unpack VXLAN (UDP ports 4789, 4790, 8472).
    #[toggle(name = "VXLAN", default = true)]
    pub vxlan: bool,
    /// Unpack IP in IP (IP protocols 4 and 41) and PIM registers.
    #[toggle(name = "IPIP", default = true)]
    pub ipip: bool,
    /// Unpack Ethernet in IP (IP protocols 97 and 143).
    #[toggle(name = "ETHIP", default = true)]
    pub ethip: bool,
    /// Unpack CAPWAP (UDP ports 5246, 5247).
    #[toggle(name = "CAPWAP", default = true)]
    pub capwap: bool,
    /// Unpack LWAPP (UDP ports 12222, 12223).
    #[toggle(name = "LWAPP", default = true)]
    pub lwapp: bool,
    /// Unpack MPLS, also in UDP (port 6635).
    #[toggle(name = "MPLS", default = true)]
    pub mpls: bool,
    /// Ethernet pseudowires below MPLS may have a control word (RFC 4448, section 4.6); 0: none has.
    #[toggle(name = "PW_ETH_CW", default = true)]
    pub pw_eth_cw: bool,
    /// Unpack PPPoE sessions.
    #[toggle(name = "PPPOE", default = true)]
    pub pppoe: bool,
    /// Unpack ERSPAN (mirrored frames), types I to III.
    #[toggle(name = "ERSPAN", default = true)]
    pub erspan: bool,
    /// Unpack provider backbone bridging (802.1ah).
    #[toggle(name = "PBB", default = true)]
    pub pbb: bool,
    /// Unpack network service headers.
    #[toggle(name = "NSH", default = true)]
    pub nsh: bool,
    /// Unpack TRILL.
    #[toggle(name = "TRILL", default = true)]
    pub trill: bool,
    /// Look into MACsec frames that are authenticated but not encrypted.
    #[toggle(name = "MACSEC", default = true)]
    pub macsec: bool,
    /// Look behind the tags of switch chips that have an ethertype of their own (0xdada).
    #[toggle(name = "DSA", default = true)]
    pub dsa: bool,
    /// Unpack FabricPath.
    #[toggle(name = "FABRICPATH", default = true)]
    pub fabricpath: bool,
    /// Look behind tags of switches: VN-Tag, E-Tag (802.1BR), Cisco's metadata, Arista's times, VLAN tags of type
    /// 0x9300.
    #[toggle(name = "SWITCH_TAGS", default = true)]
    pub switch_tags: bool,
    /// Unpack LISP (UDP port 4341).
    #[toggle(name = "LISP", default = true)]
    pub lisp: bool,
    /// Most encapsulations inside each other that are unpacked; deeper ones stop the dissection.
    #[toggle(name = "MAX_NESTING", default = 64, min = 0, max = 64)]
    pub max_nesting: u32,
    /// Take packets whose IP version and ethertype disagree for what the ethertype says; 0: they form a
    /// layer-2 flow.
    #[toggle(name = "IPVX_INTERPRET", default = false)]
    pub ipvx_interpret: bool,
    /// Decode the link types LAPD and LAPD behind a Linux header; 0: they count as not supported, which
    /// is the reference's default.
    #[toggle(name = "LAPD_ACTIVATE", default = true)]
    pub lapd_activate: bool,
    /// Describe the header chain of each flow and packet.
    #[toggle(name = "T2_PRI_HDRDESC", default = true)]
    pub t2_pri_hdrdesc: bool,
    /// Write repeated VLAN tags and MPLS labels once with their number, such as `vlan{2}`.
    #[toggle(name = "T2_HDRDESC_AGGR", default = true)]
    pub t2_hdrdesc_aggr: bool,
    /// Bytes that a description of headers has room for, with one more than its text takes; longer
    /// ones end in `...`.
    #[toggle(name = "T2_HDRDESC_LEN", default = 128, min = 8, max = 1024)]
    pub t2_hdrdesc_len: u32,
    /// The outermost IP header forms the flow, not the innermost; inner ones are still described.
    #[toggle(name = "OUTER_KEY", default = false)]
    pub outer_key: bool,
    /// The layer from which the length of a packet is counted: 0 layer 2, 1 layer 3, 2 layer 4,
    /// 3 layer 7. Column names tell it.
    #[toggle(name = "PACKETLENGTH", default = 3, min = 0, max = 3)]
    pub packetlength: u8,
    /// Lengths from layer 2 or 3 on count the IPv4 header of a datagram's first fragment only.
    #[toggle(name = "FRGIPPKTLENVIEW", default = true)]
    pub frgippktlenview: bool,
    /// Look up the flows that ICMP errors report on: adds the column `relFlowInd` to basicFlow.
    #[toggle(name = "ICMP_RELATED", default = false)]
    pub icmp_related: bool,
    /// Put fragmented datagrams together for plugins that look at payload.
    #[toggle(name = "REASSEMBLE", default = false)]
    pub reassemble: bool,
    /// Most memory for that in MiB; without room, the datagram that began first is given up.
    #[toggle(name = "REASSEMBLE_MEM", default = 16, min = 1, max = 1e6)]
    pub reassemble_mem: u64,
    /// Seconds from the first fragment that came after which a datagram is given up (RFC 8200, section 4.5).
    #[toggle(name = "REASSEMBLE_TIMEOUT", default = 60, min = 1, max = 86400)]
    pub reassemble_timeout: u32,
    /// Where fragments of IPv4 overlap: 0 the bytes that came first, 1 those that came last, 2 those of the fragment that begins
    /// earlier (BSD). Fragments of IPv6 must not overlap (RFC 5722).
    #[toggle(name = "REASSEMBLE_POLICY", default = 0, min = 0, max = 2)]
    pub reassemble_policy: u32,
    /// Most memory of TCP streams in MiB, for bytes that wait for others or for more of their message (`--stream-mem`).
    #[toggle(name = "STREAM_MEM", default = 256, min = 1, max = 1e6)]
    pub stream_mem: u32,
    /// Most KiB that wait in one direction for bytes that are missing; without room the first gap is given up.
    #[toggle(name = "STREAM_BUFFER", default = 1024, min = 1, max = 1e6)]
    pub stream_buffer: u32,
    /// Most KiB of a direction that are kept until they are acknowledged, to be compared with bytes that come again.
    #[toggle(name = "STREAM_HISTORY", default = 16, min = 0, max = 65536)]
    pub stream_history: u32,
    /// Most KiB that a plugin may leave unread in one direction until its message is complete.
    #[toggle(name = "STREAM_MESSAGE", default = 64, min = 1, max = 65536)]
    pub stream_message: u32,
    /// A gap that the receiver has acknowledged is given up when so many packets more of its direction have come, and ...
    #[toggle(name = "STREAM_PATIENCE_PACKETS", default = 2, min = 0, max = 10000)]
    pub stream_patience_packets: u32,
    /// ... so many microseconds have passed; after a hundred times as many it is given up without such packets.
    #[toggle(name = "STREAM_PATIENCE", default = 5000, min = 0, max = 60_000_000)]
    pub stream_patience: u32,
    /// Streams are read in the order of the conversation: bytes behind those of the other direction that their sender had
    /// got. 0: each direction on its own.
    #[toggle(name = "STREAM_ORDER", default = true)]
    pub stream_order: bool,
    /// Where TCP segments overlap that wait: 0 the bytes that came first, 1 those that came last, 2 as BSD, 3 as Linux,
    /// 4 as Windows, 5 as Solaris decide.
    #[toggle(name = "STREAM_POLICY", default = 0, min = 0, max = 5)]
    pub stream_policy: u8,
    /// Streams are only read from packets whose outermost VLAN tag has this identifier (`--tap-vlan`; 0: those without a tag; 4096:
    /// from all).
    #[toggle(name = "STREAM_TAP_VLAN", default = 4096, min = 0, max = 4096)]
    pub stream_tap_vlan: u16,
    /// Times begin with 0 at the first packet of the capture; durations are not concerned.
    #[toggle(name = "RELTIME", default = false)]
    pub reltime: bool,
    /// Times are in nanoseconds; 0: microseconds, what is finer is cut off.
    #[toggle(name = "TSTAMP_PREC", default = true)]
    pub tstamp_prec: bool,
    /// Report: the lines of plugins; 0 leaves them out.
    #[toggle(name = "PLUGIN_REPORT", default = true)]
    pub plugin_report: bool,
    /// Report: largest and smallest packet load and bandwidth of intervals of a tenth of a second or more.
    #[toggle(name = "MIN_MAX_ESTIMATE", default = false)]
    pub min_max_estimate: bool,
    /// Reports of a running program (SIGUSR1, SIGUSR2) are one line with tabs; 0: they are for people.
    #[toggle(name = "MACHINE_REPORT", default = false)]
    pub machine_report: bool,
    /// They tell what was counted since the last one; 0: since the beginning.
    #[toggle(name = "DIFF_REPORT", default = false)]
    pub diff_report: bool,
    /// Seconds from one of them to the next, once SIGUSR2 has asked for them (`--mon-interval` is stronger).
    #[toggle(name = "MONINTV", default = 1.0, min = 0.01, max = 1e6)]
    pub monintv: f64,
    /// These seconds are those of the packets' times; 0: those of the clock.
    #[toggle(name = "MONINTTMPCP", default = false)]
    pub moninttmpcp: bool,
    /// Show where addresses belong: columns of basicFlow (`--geo`). Here they are off by default.
    #[toggle(name = "SUBNET_ON", default = false)]
    pub subnet_on: bool,
    /// Files that tell where addresses belong, between commas: databases in MaxMind's format and lists of prefixes; empty: the
    /// databases that `flowz geo-setup` has installed; none: only special ranges are known.
    #[toggle(name = "GEO_FILES", default = "")]
    pub geo_files: String,
    /// Leaves IP addresses out of tables and report; payload stays as it is.
    #[toggle(name = "ANONYM_IP", default = false)]
    pub anonym_ip: bool,
    /// What the keys of flows leave out, as a sum: 1 protocol, 2 destination port, 4 source port,
    /// 8 destination address, 16 source address, 32 VLAN.
    #[toggle(name = "AGGREGATIONFLAG", default = 0, min = 0, max = 63)]
    pub aggregationflag: u8,
    /// Bits of IPv4 source addresses that stay, if they are aggregated.
    #[toggle(name = "SRCIP4CMSK", default = 24, min = 0, max = 32)]
    pub srcip4cmsk: u8,
    /// Bits of IPv4 destination addresses that stay, if they are aggregated.
    #[toggle(name = "DSTIP4CMSK", default = 24, min = 0, max = 32)]
    pub dstip4cmsk: u8,
    /// Bits of IPv6 source addresses that stay, if they are aggregated.
    #[toggle(name = "SRCIP6CMSK", default = 120, min = 0, max = 128)]
    pub srcip6cmsk: u8,
    /// Bits of IPv6 destination addresses that stay, if they are aggregated.
    #[toggle(name = "DSTIP6CMSK", default = 120, min = 0, max = 128)]
    pub dstip6cmsk: u8,
    /// Aggregated source ports from here to `SRCPORTHW` become 1, others 0; a single port stays.
    #[toggle(name = "SRCPORTLW", default = 1)]
    pub srcportlw: u16,
    /// Last source port that becomes 1.
    #[toggle(name = "SRCPORTHW", default = 1024)]
    pub srcporthw: u16,
    /// Aggregated destination ports from here to `DSTPORTHW` become 1, others 0; a single port stays.
    #[toggle(name = "DSTPORTLW", default = 1)]
    pub dstportlw: u16,
    /// Last destination port that becomes 1.
    #[toggle(name = "DSTPORTHW", default = 1024)]
    pub dstporthw: u16,
    /// Packet file: begin with the number of the packet.
    #[toggle(name = "SPKTMD_PKTNO", default = true)]
    pub spktmd_pktno: bool,
    /// Packet file: end with the packet's bytes as text.
    #[toggle(name = "SPKTMD_PCNTC", default = true)]
    pub spktmd_pcntc: bool,
    /// Packet file: the packet's bytes in hexadecimal, in front of the text.
    #[toggle(name = "SPKTMD_PCNTH", default = false)]
    pub spktmd_pcnth: bool,
    /// The layer from which on these bytes are shown: 0 all of the packet, 1 layer 2 (without padding), 2 layer 3,
    /// 3 layer 4, 4 layer 7. Column names tell it. A later part of an SCTP packet (`SCTP_ACTIVATE`) shows its own
    /// bytes only.
    #[toggle(name = "SPKTMD_PCNTL", default = 4, min = 0, max = 4)]
    pub spktmd_pcntl: u8,
    /// In front of each byte in hexadecimal.
    #[toggle(name = "SPKTMD_PCNTH_PREF", default = "0x")]
    pub spktmd_pcnth_pref: String,
    /// Between bytes in hexadecimal, a blank by default.
    #[toggle(name = "SPKTMD_PCNTH_SEP", default = " ")]
    pub spktmd_pcnth_sep: String,
    /// What is done with the bits of these bytes, from the sixth byte on: 1 those of each byte reversed, 2 the halves of
    /// each byte exchanged, 3 both; 0x10 all shifted to the right by two, 0x30 the same with one byte more at the end. Sums
    /// are allowed.
    #[toggle(name = "SPKTMD_BOPS", default = 0, min = 0, max = 51)]
    pub spktmd_bops: u8,
    /// Most files that plugins write with contents of flows.
    #[toggle(name = "FILES_MAX", default = 100_000, min = 1, max = 10_000_000)]
    pub files_max: u32,
    /// Most mebibytes of all these files together.
    #[toggle(name = "FILES_MAX_MB", default = 10_000, min = 1, max = 100_000_000)]
    pub files_max_mb: u32,
}

impl CoreToggles {
    /// The layer from which lengths of packets are counted: 2, 3, 4 or 7.
    #[inline]
    pub fn layer(&self) -> u8 {
        const LAYERS: [u8; 4] = [2, 3, 4, 7];
        LAYERS[usize::from(self.packetlength.min(3))]
    }

    /// Whether lengths of packets are those of their payload.
    #[inline]
    pub fn counts_payload(&self) -> bool {
        self.packetlength >= 3
    }

    /// A column's name with the layer from which lengths are counted in place of `#`.
    pub fn layer_name(&self, name: &str) -> String {
        name.replace('#', &self.layer().to_string())
    }

    /// What the keys of flows leave out.
    #[inline]
    pub fn aggregate(&self) -> Aggregate {
        Aggregate::from_bits_truncate(self.aggregationflag)
    }

    /// The encapsulations that are to be unpacked.
    pub fn encapsulations(&self) -> Encapsulations {
        let table = [
            (self.ayiya, Encapsulations::AYIYA),
            (self.geneve, Encapsulations::GENEVE),
            (self.teredo, Encapsulations::TEREDO),
            (self.l2tp, Encapsulations::L2TP),
            (self.gre, Encapsulations::GRE),
            (self.gtp, Encapsulations::GTP),
            (self.vxlan, Encapsulations::VXLAN),
            (self.ipip, Encapsulations::IPIP),
            (self.ethip, Encapsulations::ETHERIP),
            (self.capwap, Encapsulations::CAPWAP),
            (self.lwapp, Encapsulations::LWAPP),
            (self.mpls, Encapsulations::MPLS),
            (self.pppoe, Encapsulations::PPPOE),
            (self.erspan, Encapsulations::ERSPAN),
            (self.pbb, Encapsulations::PBB),
            (self.nsh, Encapsulations::NSH),
            (self.trill, Encapsulations::TRILL),
            (self.macsec, Encapsulations::MACSEC),
            (self.dsa, Encapsulations::DSA),
            (self.fabricpath, Encapsulations::FABRICPATH),
            (self.switch_tags, Encapsulations::SWITCH_TAGS),
            (self.lisp, Encapsulations::LISP),
        ];
        table.into_iter().filter(|(on, _)| *on).map(|(_, bit)| bit).collect()
    }
}

/// How this run works.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The engine's toggles.
    pub core: CoreToggles,
    /// A packet file is written (`-s`).
    pub packet_mode: bool,
    /// Values as the reference gives them also where it is provably wrong (`--compat`).
    pub compat: bool,
    /// Number of the sensor (`-x`).
    pub sensor: u32,
    /// Another run will go on with this one's state ([`checkpoint`](crate::checkpoint)).
    pub continues: bool,
    /// Most bytes of memory for what grows with the input (`--max-mem`); the engine notes it when the run starts.
    pub max_mem: Option<u64>,
    /// Names of the plugins that take part, in the order of their calls; the engine notes them when the run starts.
    pub plugins: Vec<&'static str>,
    /// Tables that sinks ask for ([`SinkInfo::requests`](crate::sink::SinkInfo::requests)); the engine notes them when the run
    /// starts.
    pub requested: Vec<&'static str>,
    /// Time of the capture's first packet; the engine notes it when that comes.
    pub start: Timestamp,
}

impl Run {
    /// Whether a sink asks for the table of this name.
    pub fn requests(&self, table: &str) -> bool {
        self.requested.contains(&table)
    }

    /// Bytes that a plugin may keep for the whole run, besides what it keeps for each flow
    /// ([`Plugin::bytes_of_run`](crate::plugin::Plugin::bytes_of_run)): one part of 16 of the memory.
    pub fn share(&self) -> usize {
        self.max_mem.map_or(usize::MAX, |most| usize::try_from(most / 16).unwrap_or(usize::MAX))
    }

    /// Nanoseconds as the reference reckons with them, in single precision and with wrong borrows.
    /// Microseconds are free of that.
    #[inline]
    pub fn rough_nanoseconds(&self) -> bool {
        self.compat && self.core.tstamp_prec
    }

    /// A moment as a column shows it.
    pub fn moment(&self, t: Timestamp) -> Time {
        if !self.core.reltime {
            return t.into();
        }
        let since = Timestamp(t - self.start);
        let stamp = Time::from(Timestamp(since.0.max(0)));
        // The reference shows a moment before the first packet as unsigned.
        if self.compat {
            Time { seconds: (since.seconds() as u32).into(), nanos: since.subsec_nanos() }
        } else {
            stamp
        }
    }

    /// The time of a packet as a column shows it.
    pub fn packet_time(&self, t: Timestamp) -> Time {
        let stamp = self.moment(t);
        // The reference leaves the seconds as they are.
        let absolute = self.core.reltime && self.compat;
        if absolute { Time { seconds: t.seconds() as u64, ..stamp } } else { stamp }
    }
}
