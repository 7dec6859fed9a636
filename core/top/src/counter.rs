//! Counts the packets of all flows: a plugin that the command brings with it, and that no list shows.
//!
//! It is what the engine holds of a plugin, and not what authors write, because it shares its book with the command.

use std::any::Any;

use flowz_api::flow::Direction;
use flowz_api::host::{Description, DirectionFinder, Event, PluginInstance, PluginSettings};
use flowz_api::memory::Growth;
use flowz_api::plugin::{
    EndContext, Info, Interest, PacketContext, PluginError, Scope, SteerContext, Timeouts,
};
use flowz_api::record::Record;
use flowz_api::registry::PluginEntry;
use flowz_api::report::{Report, Totals};
use flowz_api::settings::Run;
use flowz_api::slab::{FlowIndex, Slab};
use flowz_api::toggles::{AnyToggles, NoToggles, ToggleError, ToggleInfo, Toggles};

use crate::book::SharedBook;
use crate::entry::{Counted, Entry};

/// Where the flags are in a header of TCP.
const TCP_FLAGS: usize = 13;

/// Name and place: behind all others.
pub const INFO: Info = Info::new("topCounter", 899, "Counts for flowz top").sees_all_flows();

/// The plugin that counts in a book. There is one for each run of the program.
pub fn counter(book: SharedBook) -> PluginEntry {
    let settings =
        Box::new(move || -> Box<dyn PluginSettings> { Box::new(Settings { book: book.clone() }) });
    PluginEntry { info: &INFO, settings: Box::leak(settings) }
}

/// It has no toggles.
struct Settings {
    book: SharedBook,
}

impl AnyToggles for Settings {
    fn table(&self) -> &'static [ToggleInfo] {
        NoToggles::TABLE
    }

    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError> {
        Toggles::set(&mut NoToggles, index, value)
    }

    fn get(&self, index: usize) -> String {
        Toggles::get(&NoToggles, index)
    }
}

impl PluginSettings for Settings {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn steers(&self) -> bool {
        false
    }

    fn scope(&self, _: &Run) -> Scope {
        INFO.scope
    }

    fn start(&self, _: &Run, _: &mut Timeouts) -> Result<Box<dyn PluginInstance>, PluginError> {
        let description = Description {
            info: &INFO,
            steers: false,
            // Half of an entry for each of two directions, and as much again where the list of them is made longer.
            flow_size: size_of::<Place>() + size_of::<Entry>(),
            growth: Growth::default(),
            run_size: 0,
            columns: Vec::new(),
            packet_columns: Vec::new(),
            tables: Vec::new(),
            files: Vec::new(),
            continues: false,
            writes_text: false,
        };
        Ok(Box::new(Instance { book: self.book.clone(), places: Slab::default(), description }))
    }

    fn direction_finder(&self) -> Option<Box<dyn DirectionFinder>> {
        None
    }
}

/// Where a flow's conversation is in the book, once it has a packet.
#[derive(Clone, Copy, Default, Debug)]
struct Place(Option<u32>);

struct Instance {
    book: SharedBook,
    places: Slab<Place>,
    description: Description,
}

impl PluginInstance for Instance {
    fn description(&self) -> &Description {
        &self.description
    }

    fn new_flow(&mut self, _: &mut PacketContext<'_>, own: FlowIndex) -> Interest {
        *self.places.reset(own) = Place(None);
        Interest::Packets
    }

    fn packet(&mut self, cx: &mut SteerContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let mut book = self.book.open();
        let is_b = cx.flow.direction() == Direction::B;
        let (place, peer) = self.places.pair(own, peer);
        let at = match place.0 {
            Some(at) => at,
            None => {
                let key = if is_b { cx.key.reversed() } else { *cx.key };
                let of_peer = peer.and_then(|peer| peer.0);
                let at = of_peer.unwrap_or_else(|| book.begin(cx.flow.id, key, cx.packet.ts));
                book.join(at);
                *place.0.insert(at)
            }
        };
        let header = if cx.layers.is_tcp() && cx.layers.is_first_fragment() {
            cx.layers.layer4(cx.packet.data)
        } else {
            &[]
        };
        book.packet(
            at,
            Counted {
                at: cx.packet.ts,
                bytes: cx.packet.wire_len,
                tcp_flags: header.get(TCP_FLAGS).copied().unwrap_or(0),
                direction: usize::from(is_b),
            },
        );
    }

    fn flow_end(
        &mut self,
        _: &mut EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        _: &mut Record,
    ) {
        let (place, _) = self.places.pair(own, peer);
        if let Some(at) = place.0.take() {
            self.book.open().leave(at);
        }
    }

    fn event(&mut self, _: Event<'_, '_>) {}

    fn report(&self, _: &Totals, _: &mut Report) {}

    fn merge(&mut self, _: Box<dyn PluginInstance>) {}

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
