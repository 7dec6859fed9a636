//! How records are put together and where they go.

use flowz_api::cell::{Cell, Dir};
use flowz_api::flow::FlowId;
use flowz_api::layers::Layers;
use flowz_api::plugin::PacketContext;
use flowz_api::record::Record;
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;

use crate::content::Contents;
use crate::crew::Crew;
use crate::output::Output;

/// The record at hand, and what it needs beside the rows of plugins.
pub(crate) struct Records {
    pub(crate) record: Record,
    contents: Contents,
    pub(crate) output: Output,
}

impl Records {
    /// Records for an output.
    pub(crate) fn new(contents: Contents, output: Output) -> Self {
        Self { record: Record::new(), contents, output }
    }

    /// Shows a packet to plugins and makes its record. Not inlined: without a packet file the way of a packet
    /// would pay for it.
    #[inline(never)]
    pub(crate) fn packet(
        &mut self,
        crew: &mut Crew,
        cx: &mut PacketContext<'_>,
        own: FlowIndex,
        other: Option<FlowIndex>,
    ) -> Result<(), SinkError> {
        self.begin_packet(cx);
        crew.packet_rows(crew.all(), cx, own, other, &mut self.record);
        self.end_packet(cx.layers, cx.packet.data)
    }

    /// A record of the packet table begins.
    pub(crate) fn begin_packet(&mut self, cx: &PacketContext<'_>) {
        self.record.clear();
        if cx.run.core.spktmd_pktno {
            cx.number.put(&mut self.record);
        }
        cx.flow.id.0.put(&mut self.record);
    }

    /// The rows of all plugins are there.
    pub(crate) fn end_packet(&mut self, layers: &Layers, data: &[u8]) -> Result<(), SinkError> {
        self.contents.put(layers, data, &mut self.record);
        self.output.packet(&self.record)
    }

    /// A record of the flow table begins: of flow A or B.
    #[inline]
    pub(crate) fn begin_flow(&mut self, letter: u8, id: FlowId) {
        self.record.clear();
        Dir(letter).put(&mut self.record);
        id.0.put(&mut self.record);
    }

    /// The rows of all plugins are there.
    #[inline]
    pub(crate) fn end_flow(&mut self) -> Result<(), SinkError> {
        self.output.flow(&self.record)
    }
}
