//! What a plugin must not do does not compile: what it would write to a flow counts with one thread and is lost with
//! two, what it did not announce has no place in the order of calls.

use crate::kit::compiler_says;

/// A plugin that compiles, with places to put something in.
fn plugin(info: &str, field: &str, on_packet: &str) -> String {
    format!(
        r#"
use flowz_api::prelude::*;
use flowz_api::Fact;
use flowz_api::fact::FactId;
use flowz_api::toggles::NoToggles;

flowz_api::export_plugins!(Mine);

#[derive(Fact, Debug)]
#[fact(plugin = "other", name = "found", version = 1)]
pub struct Found {{ packets: u64 }}

pub const FOUND: FactId = FactId::of::<Found>();

#[derive(Row, Debug)]
#[row(toggles = NoToggles)]
pub struct Columns {{
    /// One.
    one: u8,
    {field}
}}

#[derive(Merge, Debug)]
pub struct Mine {{
    #[merge(sum)]
    packets: u64,
}}

impl Plugin for Mine {{
    const INFO: Info = Info::new("mine", 700, "Mine"){info};
    type Toggles = NoToggles;
    type Flow = u64;
    type Row<'a> = Columns;
    type PacketRow<'a> = Columns;

    fn new(_: &mut PluginSetup<'_, NoToggles>) -> Result<Self, PluginError> {{
        Ok(Self {{ packets: 0 }})
    }}

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut u64, _: Option<&mut u64>) {{
        *flow += cx.number;
        self.packets += 1;
        {on_packet}
    }}

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a u64) -> Columns {{
        unimplemented()
    }}

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        _: &'a mut u64,
        _: Option<&'a mut u64>,
    ) -> Columns {{
        unimplemented()
    }}
}}

fn unimplemented() -> Columns {{
    std::process::abort()
}}
"#
    )
}

#[track_caller]
fn refused(source: &str, words: &str) {
    let said = compiler_says(source).unwrap_or_else(|| panic!("it compiles:\n{source}"));
    assert!(said.contains(words), "{words}:\n{said}");
}

#[test]
fn a_plugin_that_keeps_the_contract_compiles() {
    let asks =
        "cx.mark::<Self>(Mark::ALARM); cx.raise_alarm::<Self>(); let _ = cx.fact::<Self, Found>();";
    let source = plugin(".alarms().reads(&[FOUND])", "", asks);
    assert_eq!(compiler_says(&source), None);
}

#[test]
fn a_plugin_that_records_cannot_change_a_flow() {
    let sets_status = "cx.flow.status |= FlowStat::VLAN;";
    refused(
        &plugin("", "", sets_status),
        "cannot borrow data in dereference of `flowz_api::plugin::Context<'_, PacketView<'_>>",
    );
    let sets_first = "cx.flow.first = cx.packet.ts;";
    refused(
        &plugin("", "", sets_first),
        "cannot assign to data in dereference of `flowz_api::plugin::Context<'_, PacketView<'_>>",
    );
    let sets_peer = "if let Some(peer) = cx.peer.as_mut() { peer.status |= FlowStat::VLAN; }";
    refused(&plugin("", "", sets_peer), "cannot borrow");
    let sets_timeout = "cx.set_timeout(TimeoutId(1));";
    refused(&plugin("", "", sets_timeout), "no method named `set_timeout`");
}

#[test]
fn what_is_not_announced_does_not_compile() {
    let marks = "cx.mark::<Self>(Mark::ALARM);";
    refused(&plugin("", "", marks), "Info::marks() is missing");
    let raises = "cx.raise_alarm::<Self>();";
    refused(&plugin(".marks()", "", raises), "Info::alarms() is missing");
    let reads = "let _ = cx.fact::<Self, Found>();";
    refused(&plugin("", "", reads), "Info::reads() does not name the fact");
    let publishes = "cx.publish::<Self, Found>(&Found { packets: 1 });";
    refused(&plugin("", "", publishes), "Info::publishes() does not name the fact");
    let no_bit = "cx.mark::<Self>(Mark::INVERTED);";
    refused(&plugin(".marks()", "", no_bit), "no associated item named `INVERTED`");
}

#[test]
fn rows_and_merges() {
    let fields: Vec<_> = (0..127).map(|n| format!("/// Another.\n c{n}: u8,\n")).collect();
    let hidden = "/// One that can be hidden.\n #[col(show = false)]\n last: u8,\n";
    let fields = fields.concat() + hidden;
    refused(&plugin("", &fields, ""), "settings can hide the first 128 columns of a row only");
    let forgets = plugin("", "", "").replace("#[merge(sum)]", "");
    refused(&forgets, "how do two become one?");
}
