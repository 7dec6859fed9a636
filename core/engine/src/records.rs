//! Records that are put together and written at once, on the engine's own thread.

use flowz_api::plugin::{
    Emission, EndContext, PacketContext, PacketView, Services, SteerContext, TimeoutId,
};
use flowz_api::record::Record;
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;
use flowz_host::plugin_set::PluginSet;

use crate::output::{Output, RowStyles};
use crate::packet_bytes::PacketBytes;
use crate::recording::{begin_flow, begin_packet};

/// The record at hand, and what it needs beside the rows of plugins.
pub(crate) struct Records {
    pub(crate) output: Output,
    record: Record,
    packet_bytes: PacketBytes,
    styles: RowStyles,
}

impl Records {
    /// Records for an output.
    pub(crate) fn new(packet_bytes: PacketBytes, output: Output) -> Self {
        let styles = output.styles();
        Self { output, record: Record::new(), packet_bytes, styles }
    }

    /// What it was made from.
    pub(crate) fn into_parts(self) -> (PacketBytes, Output) {
        (self.packet_bytes, self.output)
    }

    /// Shows a packet to plugins and makes its record; yields the timeouts that they leave. Not inlined: without a
    /// packet file the way of a packet would pay for it.
    #[inline(never)]
    pub(crate) fn packet(
        &mut self,
        (set, services): (&mut PluginSet, &mut Services),
        (view, timeouts): (PacketView<'_>, [TimeoutId; 2]),
        (own, peer): (FlowIndex, Option<FlowIndex>),
        list: u16,
    ) -> Result<[TimeoutId; 2], SinkError> {
        let number = view.run.core.spktmd_pktno.then_some(view.number);
        self.record.set_style(self.styles.packets);
        begin_packet(&mut self.record, number, view.flow.id);
        let mut cx = SteerContext::new(PacketContext::new(view, services), timeouts);
        set.packet_streams(list, &mut cx, own, peer);
        set.packet_rows((list, set.all()), &mut cx, own, peer, &mut self.record);
        let left = cx.timeouts_now();
        if services.is_dirty() {
            if services.has_failed() {
                return Ok(left);
            }
            self.emitted(set, services)?;
        }
        self.packet_bytes.put(view.layers, view.packet.data, &mut self.record);
        self.output.packet(&self.record)?;
        Ok(left)
    }

    /// A flow ends, of letter A or B: makes its record.
    #[inline]
    pub(crate) fn flow_end(
        &mut self,
        set: &mut PluginSet,
        cx: &mut EndContext<'_>,
        letter: u8,
        (own, peer): (FlowIndex, Option<FlowIndex>),
    ) -> Result<(), SinkError> {
        self.record.set_style(self.styles.flows);
        begin_flow(&mut self.record, letter, cx.flow.id);
        set.end_streams(cx, own, peer);
        set.flow_end(set.all(), cx, own, peer, &mut self.record);
        if cx.services().is_dirty() {
            if cx.services().has_failed() {
                return Ok(());
            }
            self.emitted(set, cx.services())?;
        }
        let alarms = cx.services().alarms();
        self.output.flow(&mut self.record, (letter, cx.flow), alarms)
    }

    /// Hands on what plugins have emitted: plugin by plugin. Nothing if one of them cannot go on: with several
    /// threads nobody knows what those behind it would have emitted.
    #[cold]
    pub(crate) fn emitted(
        &mut self,
        set: &PluginSet,
        services: &mut Services,
    ) -> Result<(), SinkError> {
        if services.has_failed() {
            return Ok(());
        }
        let emissions = services.emissions();
        let mut all: Vec<(&Emission, &[u8])> = emissions.iter().collect();
        all.sort_by_key(|(emission, _)| emission.plugin);
        for (emission, bytes) in all {
            self.output.emit(set.position(emission.plugin), emission, bytes)?;
        }
        emissions.clear();
        Ok(())
    }
}
