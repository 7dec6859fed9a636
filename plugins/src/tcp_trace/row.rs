//! The table of tcptrace.

use flowz_api::Row;
use flowz_api::cell::{IpText, Label, Time};
use flowz_api::key::FlowKey;

use super::derived::{Derived, How, yes};
use super::toggles::Toggles;
use crate::biflow::Side;
use crate::connections::connection::Connection;
use crate::connections::way::Way;

/// Columns of both directions: their names there, their common name, type, unit, what they are, and their value of one direction.
macro_rules! both {
    ($($a:ident $b:ident: $ty:ty, $name:tt, $unit:tt, $what:tt, $of:expr;)*) => {
        /// One TCP connection: 9 fields of both directions and 66 of each; a is who sent its first packet.
        #[derive(Row, Debug)]
        #[row(toggles = Toggles, table = "tcptrace")]
        pub(crate) struct ConnectionRow<'a> {
            /// Its place in the order of first packets, from 1.
            #[col(name = "conn")]
            number: u64,
            /// Address of a.
            #[col(name = "host_a")]
            host_a: IpText,
            /// Address of b.
            #[col(name = "host_b")]
            host_b: IpText,
            /// Port of a.
            #[col(name = "port_a")]
            port_a: u16,
            /// Port of b.
            #[col(name = "port_b")]
            port_b: u16,
            /// Time of its first packet.
            #[col(name = "first_packet")]
            first: Time,
            /// Time of its last packet.
            #[col(name = "last_packet")]
            last: Time,
            /// Sides that have sent a SYN.
            #[col(name = "syn_sides")]
            syn_sides: u8,
            /// Sides that have sent a FIN; the connection is complete with both and two SYN.
            #[col(name = "fin_sides")]
            fin_sides: u8,
            $(
                #[doc = $what]
                #[doc = "; from a to b."]
                #[col(name = concat!($name, "_a2b"), unit = $unit)]
                $a: $ty,
                #[doc = $what]
                #[doc = "; from b to a."]
                #[col(name = concat!($name, "_b2a"), unit = $unit)]
                $b: $ty,
            )*
        }

        impl<'a> ConnectionRow<'a> {
            fn new(ends: &FlowKey, of: &Connection, sides: [&Derived<'a>; 2]) -> Self {
                $(
                    let value: fn(&Derived<'a>) -> $ty = $of;
                    let [$a, $b] = sides.map(value);
                )*
                Self {
                    number: of.number,
                    host_a: ends.src_ip(),
                    host_b: ends.dst_ip(),
                    port_a: ends.src_port,
                    port_b: ends.dst_port,
                    first: of.first.into(),
                    last: of.last.into(),
                    syn_sides: sides_with(of, |way| way.syns),
                    fin_sides: sides_with(of, |way| way.fins),
                    $($a, $b,)*
                }
            }
        }
    };
}

both! {
    a_packets b_packets: u64, "total_packets", "packets", "Segments", |w| w.packets;
    a_resets b_resets: u64, "resets_sent", "packets", "Segments with RST", |w| w.resets;
    a_acks b_acks: u64, "ack_pkts_sent", "packets", "Segments with ACK", |w| w.acks;
    a_pure_acks b_pure_acks: u64, "pure_acks_sent", "packets", "Segments with ACK, without data, SYN, FIN and RST", |w| w.pure_acks;
    a_sack_packets b_sack_packets: u64, "sack_pkts_sent", "packets", "Segments with selective acknowledgements (RFC 2018)", |w| w.sack_packets;
    a_dsack_packets b_dsack_packets: u64, "dsack_pkts_sent", "packets", "Segments that report bytes that came twice (RFC 2883)", |w| w.dsack_packets;
    a_most_blocks b_most_blocks: u64, "max_sack_blks_ack", "", "Most blocks of a selective acknowledgement", |w| w.most_blocks;
    a_unique_bytes b_unique_bytes: u64, "unique_bytes_sent", "bytes", "Bytes of data without those that were sent before and those of window probes", |w| w.unique_bytes();
    a_data_packets b_data_packets: u64, "actual_data_pkts", "packets", "Segments with data", |w| w.data_packets;
    a_data_bytes b_data_bytes: u64, "actual_data_bytes", "bytes", "Bytes of data, repeated ones too", |w| w.data_bytes;
    a_repeated_packets b_repeated_packets: u64, "rexmt_data_pkts", "packets", "Segments with data that was sent before", |w| w.repeated_packets;
    a_repeated_bytes b_repeated_bytes: u64, "rexmt_data_bytes", "bytes", "Bytes that were sent before", |w| w.repeated_bytes;
    a_probe_packets b_probe_packets: u64, "zwnd_probe_pkts", "packets", "Segments with data into a closed window", |w| w.probe_packets;
    a_probe_bytes b_probe_bytes: u64, "zwnd_probe_bytes", "bytes", "Bytes of data into a closed window", |w| w.probe_bytes;
    a_late_packets b_late_packets: u64, "outoforder_pkts", "packets", "Segments with new data below the highest sequence number", |w| w.late_packets;
    a_pushes b_pushes: u64, "pushed_data_pkts", "packets", "Segments with data and PSH", |w| w.pushes;
    a_ends b_ends: Label<'a>, "SYN_FIN_pkts_sent", "packets", "Segments with SYN, and those with FIN", |w| Label(w.ends);
    a_rfc1323 b_rfc1323: Label<'a>, "req_1323_ws_ts", "", "Whether SYN segments ask for window scaling, and for timestamps (RFC 7323)", |w| Label(w.rfc1323());
    a_scale b_scale: u64, "adv_wind_scale", "bits", "Shift of the windows that SYN segments announce; 0 if the SYN of the other side announces none", |w| w.scale();
    a_sack b_sack: Label<'a>, "req_sack", "", "Whether SYN segments permit selective acknowledgements", |w| Label(yes(w.sack_permitted));
    a_blocks b_blocks: u64, "sacks_sent", "", "Segments with selective acknowledgements, as sack_pkts_sent", |w| w.sack_packets;
    a_urgent_packets b_urgent_packets: u64, "urgent_data_pkts", "packets", "Segments with data and URG", |w| w.urgent_packets;
    a_urgent_bytes b_urgent_bytes: u64, "urgent_data_bytes", "bytes", "Bytes of these", |w| w.urgent_bytes();
    a_mss b_mss: u64, "mss_requested", "bytes", "Largest segment that a SYN segment asks for", |w| w.mss();
    a_largest b_largest: u64, "max_segm_size", "bytes", "Data of the largest segment", |w| w.largest;
    a_smallest b_smallest: u64, "min_segm_size", "bytes", "Data of the smallest segment with data", |w| w.smallest.unwrap_or(0);
    a_mean_size b_mean_size: f64, "avg_segm_size", "bytes", "Mean data of segments with data", |w| w.mean_size();
    a_window_max b_window_max: u64, "max_win_adv", "bytes", "Largest window announced", |w| w.window_max;
    a_window_min b_window_min: u64, "min_win_adv", "bytes", "Smallest window announced", |w| w.window_min();
    a_windows_zero b_windows_zero: u64, "zero_win_adv", "packets", "Segments that close the window", |w| w.windows_zero;
    a_window_mean b_window_mean: f64, "avg_win_adv", "bytes", "Mean window", |w| w.window_mean();
    a_initial_bytes b_initial_bytes: u64, "initial_window_bytes", "bytes", "Data sent before the first acknowledgement of data", |w| w.initial_bytes;
    a_initial_packets b_initial_packets: u64, "initial_window_pkts", "packets", "Segments of these", |w| w.initial_packets;
    a_stream b_stream: Option<i64>, "ttl_stream_length", "bytes", "Bytes between SYN and FIN; empty unless both were seen", |w| w.stream_length();
    a_missed b_missed: Option<i64>, "missed_data", "bytes", "Bytes of these that were not seen", |w| w.missed();
    a_cut_bytes b_cut_bytes: u64, "truncated_data", "bytes", "Bytes of data that were not captured", |w| w.cut_bytes;
    a_cut_packets b_cut_packets: u64, "truncated_packets", "packets", "Segments of these", |w| w.cut_packets;
    a_transmission b_transmission: f64, "data_xmit_time", "s", "From the first to the last segment with data", |w| w.transmission();
    a_idle b_idle: Option<f64>, "idletime_max", "ms", "Longest time between two segments", |w| w.idle();
    a_hardware_duplicates b_hardware_duplicates: u64, "hardware_dups", "packets", "Segments with sequence number and IP identification of the one before", |w| w.hardware_duplicates;
    a_throughput b_throughput: Option<f64>, "throughput", "bytes/s", "Unique bytes by the time from the connection's first to its last segment", |w| w.throughput();
    a_trips b_trips: u64, "RTT_samples", "", "Round trips", |w| w.round_trips.all.count();
    a_trip_min b_trip_min: Option<f64>, "RTT_min", "ms", "The shortest round trip", |w| w.round_trips.all.min(w.original);
    a_trip_max b_trip_max: Option<f64>, "RTT_max", "ms", "The longest one", |w| w.round_trips.all.max(w.original);
    a_trip_mean b_trip_mean: Option<f64>, "RTT_avg", "ms", "Their mean", |w| w.round_trips.all.mean(w.original);
    a_trip_deviation b_trip_deviation: Option<f64>, "RTT_stdev", "ms", "Their standard deviation, by n - 1", |w| w.round_trips.all.deviation(w.original);
    a_handshake b_handshake: Option<f64>, "RTT_from_3WHS", "ms", "The round trip of the SYN segment", |w| w.handshake();
    a_full_trips b_full_trips: u64, "RTT_full_sz_smpls", "", "Round trips of segments as large as the largest with one", |w| w.round_trips.full.count();
    a_full_min b_full_min: Option<f64>, "RTT_full_sz_min", "ms", "The shortest of these", |w| w.round_trips.full.min(w.original);
    a_full_max b_full_max: Option<f64>, "RTT_full_sz_max", "ms", "The longest of these", |w| w.round_trips.full.max(w.original);
    a_full_mean b_full_mean: Option<f64>, "RTT_full_sz_avg", "ms", "Their mean", |w| w.round_trips.full.mean(w.original);
    a_full_deviation b_full_deviation: Option<f64>, "RTT_full_sz_stdev", "ms", "Their standard deviation, by n - 1", |w| w.round_trips.full.deviation(w.original);
    a_post_loss b_post_loss: u64, "post_loss_acks", "", "Acknowledgements of segments that waited for a lower one that was sent later", |w| w.round_trips.post_loss;
    a_ambiguous b_ambiguous: u64, "ambiguous_acks", "", "Acknowledgements of segments that were sent more than once", |w| w.round_trips.ambiguous;
    a_last_min b_last_min: Option<f64>, "RTT_min_last", "ms", "Of these the shortest time from the last transmission", |w| w.round_trips.last.min(w.original);
    a_last_max b_last_max: Option<f64>, "RTT_max_last", "ms", "The longest one", |w| w.round_trips.last.max(w.original);
    a_last_mean b_last_mean: Option<f64>, "RTT_avg_last", "ms", "Their mean", |w| w.round_trips.last.mean(w.original);
    a_last_deviation b_last_deviation: Option<f64>, "RTT_sdv_last", "ms", "Their standard deviation, by n - 1", |w| w.round_trips.last.deviation(w.original);
    a_beyond b_beyond: u64, "segs_cum_acked", "", "Segments that were acknowledged with one behind them", |w| w.round_trips.beyond;
    a_duplicates b_duplicates: u64, "duplicate_acks", "", "Duplicate acknowledgements (RFC 5681, section 2)", |w| w.round_trips.duplicates;
    a_triples b_triples: u64, "triple_dupacks", "", "Times that an acknowledgement came for the fourth time", |w| w.round_trips.triples;
    a_most_again b_most_again: u64, "max_retrans", "", "Most times that a segment was sent again", |w| w.round_trips.most_again;
    a_again_min b_again_min: Option<f64>, "min_retr_time", "ms", "Shortest time between two transmissions of a segment", |w| w.round_trips.again.min(w.original);
    a_again_max b_again_max: Option<f64>, "max_retr_time", "ms", "The longest one", |w| w.round_trips.again.max(w.original);
    a_again_mean b_again_mean: Option<f64>, "avg_retr_time", "ms", "Their mean", |w| w.round_trips.again.mean(w.original);
    a_again_deviation b_again_deviation: Option<f64>, "sdv_retr_time", "ms", "Their standard deviation, by n - 1", |w| w.round_trips.again.deviation(w.original);
}

/// How many sides have sent segments of a kind.
fn sides_with(of: &Connection, count: impl Fn(&Way) -> u64) -> u8 {
    of.ways.iter().map(|way| u8::from(count(way) > 0)).sum()
}

impl ConnectionRow<'_> {
    /// Makes the row of a connection; the key is that of packets of a flow whose side is `side`.
    pub(super) fn with(
        key: &FlowKey,
        side: Side,
        of: &Connection,
        how: How,
        then: impl FnOnce(&ConnectionRow<'_>),
    ) {
        let ends = if side == of.first_side { *key } else { key.reversed() };
        let texts = [0, 1].map(|n| {
            let way: &Way = &of.ways[n];
            format!("{}/{}", way.syns, way.fins)
        });
        let derived = [0, 1].map(|n| Derived::new(of, n, texts[n].as_bytes(), how));
        then(&ConnectionRow::new(&ends, of, [&derived[0], &derived[1]]));
    }
}
