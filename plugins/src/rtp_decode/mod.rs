//! Media of calls: sources of RTP (RFC 3550, RFC 3551), and what RTCP reports of them. On any ports of UDP, with or without signalling.
//!
//! A **source** is what has one SSRC in one direction of a flow. It is found as RFC 3550, appendix A.1, says: by two packets in a row; where the
//! media were announced for this address and port, one packet is enough. A flow may have several sources, RTCP on the same port (packet
//! types 192 to 223, RFC 5761), STUN and DTLS, which are counted. Ports below 1024 are looked at only if media were announced for them before.
//!
//! | `rtpStat` | what |
//! |---|---|
//! | 0001 | RTP |
//! | 0002 | RTCP |
//! | 0004 | DTLS (ours) |
//! | 0008 | STUN |
//! | 0010, 0020, 0080 | packets with a header extension, with padding, with the marker |
//! | 0040 | the media were announced in another flow |
//! | 0100 | they were announced as encrypted (ours) |
//! | 0200, 0400 | they were announced as audio, as video |
//! | 0800 | there were more sources, payload types or contributing sources than are kept |
//! | 1000 | packets are missing |
//! | 2000 | packets came out of order |
//! | 4000 | another sequence of numbers began (ours) |
//! | 8000 | a header of RTP that contradicts itself, RTCP whose lengths do not add up: encrypted, mostly |
//!
//! **Numbers**: up to 2999 ahead of the highest one is loss, as one gap; up to 99 behind it is late or came again; anything else is ignored, unless
//! the next packet follows it: then another sequence has begun. A packet came again if its number did. Packets on probation count.
//!
//! **Jitter** by RFC 3550 is that of all packets in the order in which they came, with fractions; its largest and mean value are of the running ones.
//! `jitterTicks` is made with whole numbers as in the RFC's code, to compare with what endpoints report. `wsJitter` are the values that
//! Wireshark shows.
//!
//! **Codecs** and clocks are those of RFC 3551 or, of dynamic types, those that signalling has announced: for the address and port to which the packets
//! go, or else from which they come. Without a clock there is no jitter. Digits (RFC 4733) are told where telephone-events were announced.
//!
//! **Quality**: R factor by the E-model (ITU-T G.107) with its default values, without delay, for loss at random, and the opinion score that follows from
//! it. Lost is what did not come to the place of the capture, and nothing else: what comes too late for the buffer of a device is not known here.
//! The codec is that of most packets with media: PCMU and PCMA (with concealment of loss, or without: `RTP_PLC`), G.729A, G.723.1 at 6.3 kbit/s and GSM-EFR have values in ITU-T G.113; others have
//! no quality.
//!
//! **Table of sources**, `rtp`: one row for each, at the end of the flow. Loss stands there twice: as seen here, and as the endpoint reports it. RTCP on
//! ports of its own is joined to sources by SSRC, addresses and ports without their lowest bit (RFC 3550, section 11).
//!
//! **Table of reports**, `rtcp`: one row for each report block, and for reports without any. `captureRTT` is the time from this place to who reports
//! and back: the report's time here, less that of the sender report that it answers, less the time that passed there. It needs no clock
//! but that of the capture. `endToEndRTT` is the sum of both sides; a row waits for the other side, as long as no more than eight do.
//!
//! **Pauses**: a source goes on behind any pause that its flow survives (`core.FLOW_TIMEOUT`), because a call on hold sends nothing. With `RTP_TIMEOUT` a
//! longer silence begins another source with the same SSRC; it never ends the flow.
//!
//! **Memory**: places of 16,384 announced media and what RTCP tells of 16,384 sources are kept; the oldest leave. One instance sees all flows. Flows
//! without a source are given up after `RTP_TRIES` datagrams of something else, TCP connections after some segments without a message of signalling.
//!
//! **Sound**: for the sink `wav` the plugin hands on the packets of sources, each with its place among the others, what its payload is, and keys. Nothing of that happens
//! in other runs. `RTP_SSRC` chooses sources, `RTP_FILE` makes the names of their files.
//!
//! Columns have the names that the reference's voipDetector has for the same things. **Not offered**: `voipSRCnt`; `VOIP_ANALEN`; what `VOIP_SAVE` writes, with all toggles
//! for it. `--compat` changes nothing: that plugin is another one.

mod bits;
mod book;
mod control;
mod counts;
mod end;
mod events;
pub(crate) mod fact;
mod formats;
mod impairment;
mod jitter;
mod learning;
mod packet_time;
mod packets;
mod quality;
mod report;
mod reported;
mod row;
mod sequence;
mod shown;
mod signalling;
mod sound;
mod source;
mod sources;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::fact::FactId;
use flowz_api::inventory;
use flowz_api::key::UDP;
use flowz_api::memory::Growth;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::table::{TableList, TableRow};

use book::Book;
use counts::Counts;
use end::Ended;
use fact::{RtpFound, RtpSources};
use report::ReportRow;
use reported::Reports;
use row::{FlowRow, PacketRow};
use sound::{PayloadRow, Sound, Voice};
use sources::Sources;
use state::{Live, State};
use table::SourceRow;
use toggles::Toggles;

use crate::voip::media::{H323Media, SipMedia};

/// Ports that are assigned to other services.
const SYSTEM_PORTS: std::ops::Range<u16> = 0..1024;

inventory::submit! { PluginEntry::new::<RtpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct RtpDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(nested)]
    counts: Counts,
    /// Media that were announced.
    #[merge(state)]
    book: Book,
    /// What RTCP told.
    #[merge(state)]
    reports: Reports,
    /// Bytes for these two.
    #[merge(keep)]
    share: usize,
    /// For sinks that write sound.
    #[merge(keep)]
    sound: Option<Sound>,
    /// Of the packet whose hook has just run.
    #[merge(keep)]
    latest: PacketRow,
    /// Of the flow that ends.
    #[merge(keep)]
    ended: Ended,
}

impl Plugin for RtpDecode {
    const INFO: Info = Info::new("rtpDecode", 413, "RTP and RTCP: sources, loss, jitter, quality")
        .reads(&[FactId::of::<SipMedia>(), FactId::of::<H323Media>()])
        .publishes(&[FactId::of::<RtpFound>(), FactId::of::<RtpSources>()])
        .on_request(&[PayloadRow::TABLE])
        .sees_all_flows();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let share = setup.run.share();
        Ok(Self {
            toggles: setup.toggles.clone(),
            counts: Counts::default(),
            book: Book::new(share / 2),
            reports: Reports::new(share / 2),
            share,
            sound: Sound::new(setup.toggles, setup.run)?,
            latest: PacketRow::default(),
            ended: Ended::default(),
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        Live::bytes()
    }

    fn growth(&self) -> Growth {
        let growth = Sources::growth(self.toggles.limits());
        let voice = if self.sound.is_some() { Voice::BYTES as u32 } else { 0 };
        Growth { bytes: growth.bytes + voice, ..growth }
    }

    fn bytes_of_run(&self) -> usize {
        let names = self.sound.as_ref().map_or(0, |_| Sound::BYTES);
        Book::bytes(self.share / 2) + Reports::bytes(self.share / 2) + names
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().sources_table {
            list.add::<SourceRow<'_>>();
        }
        if list.toggles().reports_table {
            list.add::<ReportRow<'_>>();
        }
        list.add_on_request::<PayloadRow<'_>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        let is_udp = !l.is_layer2() && l.l4_proto == UDP;
        let has_system_port =
            SYSTEM_PORTS.contains(&l.src_port) || SYSTEM_PORTS.contains(&l.dst_port);
        let may_have_media = is_udp && (!has_system_port || self.book.of(cx.key).is_some());
        flow.is_given_up = !may_have_media && !l.is_tcp();
        Interest::when(!flow.is_given_up)
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        self.latest = PacketRow::default();
        if flow.is_given_up {
            return;
        }
        if cx.layers.is_tcp() {
            self.segment(cx, flow);
        } else {
            self.datagram(cx, flow, peer);
            self.tell(cx, flow);
        }
        self.latest.stat = Hex16(flow.stat);
        if flow.is_given_up {
            cx.set_interest(Interest::None);
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> PacketRow {
        self.latest
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.stat == 0 && flow.live.is_none()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        self.end(cx, flow, peer.as_deref());
        self.ended.row(flow)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.counts.report(totals, out);
    }
}
