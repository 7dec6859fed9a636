//! Plugins in C (`core/api/include/flowz.h`): what such a plugin says of itself, checked, and a
//! [`PluginInstance`] that calls it.

mod instance;
mod kind;
pub(crate) mod layout;
#[allow(unsafe_code, reason = "calls functions of C")]
pub(crate) mod raw;
mod states;
mod toggles;

use flowz_api::host::{DirectionFinder, PluginInstance, PluginSettings};
use flowz_api::plugin::{Info, PluginError, Scope, Timeouts};
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;
use flowz_api::toggles::{AnyToggles, ToggleError, ToggleInfo};

use instance::Instance;
use kind::Kind;
use raw::{Raw, RawColumn, VERSION};
use toggles::Value;

/// Most bytes of a flow's state.
const MOST_BYTES: u32 = 1 << 16;
/// Most bytes of a name: it becomes that of a folder.
const MOST_OF_NAME: usize = 100;
/// Numbers from here on are for sinks.
pub(crate) const FIRST_SINK: u32 = 900;

/// A plugin that was looked at closely.
#[derive(Debug)]
struct Checked {
    info: Info,
    raw: Raw,
    /// Types of its columns in the flow table, and in the packet table.
    kinds: Vec<Kind>,
    packet_kinds: Vec<Kind>,
    /// What is said of its toggles.
    table: &'static [ToggleInfo],
    /// Their values if nobody sets others.
    standards: Vec<Value>,
}

/// The entry of a plugin in C, or why it is refused.
pub(crate) fn entry(raw: Raw) -> Result<PluginEntry, String> {
    let plugin: &'static Checked = Box::leak(Box::new(check(raw)?));
    let settings = Box::leak(Box::new(move || -> Box<dyn PluginSettings> {
        Box::new(Settings::with_standards(plugin))
    }));
    Ok(PluginEntry { info: &plugin.info, settings })
}

/// Whether something is a name: ASCII letters and digits and some signs, a letter in front.
pub(crate) fn is_name(name: &str, signs: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || signs.contains(c);
    let is_short = name.len() <= MOST_OF_NAME;
    is_short && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(good)
}

fn check(raw: Raw) -> Result<Checked, String> {
    if raw.version > VERSION {
        let theirs = raw.version;
        return Err(format!(
            "it needs version {theirs} of the C interface, this flowz has {VERSION}"
        ));
    }
    if raw.version == 0 {
        return Err("it does not say which version of the C interface it needs".to_owned());
    }
    if let Some(text) = raw.texts().find(|text| text.contains(char::is_control)) {
        return Err(format!("'{}' is no text of one line", text.escape_debug()));
    }
    if !is_name(raw.name, "") {
        return Err(format!("'{}' is no name for a plugin", raw.name));
    }
    let number = u16::try_from(raw.number).ok().filter(|n| u32::from(*n) < FIRST_SINK);
    let number = number.ok_or(format!("its number {} is not below {FIRST_SINK}", raw.number))?;
    if raw.flow_bytes > MOST_BYTES {
        return Err(format!("{} bytes per flow: {MOST_BYTES} are the most", raw.flow_bytes));
    }
    let flow_kinds = kinds(&raw.columns, |name| is_name(name, "_"))?;
    let packet_kinds = kinds(&raw.packet_columns, |name| is_name(name, "_"))?;
    let (table, standards) = toggles::check(&raw.toggles, |name| is_name(name, "_"))?;
    // There is one instance of a plugin in C: its variables live as long as the process.
    let info = Info::new(raw.name, number, raw.summary).sees_all_flows();
    let info = if raw.on_by_default { info.on_by_default() } else { info };
    Ok(Checked { info, raw, kinds: flow_kinds, packet_kinds, table: table.leak(), standards })
}

/// The types of a table's columns, or why they make no sense.
fn kinds(columns: &[RawColumn], is_name: impl Fn(&str) -> bool) -> Result<Vec<Kind>, String> {
    let kind = |RawColumn { name, ty, .. }: &RawColumn| {
        if !is_name(name) {
            return Err(format!("'{name}' is no name for a column"));
        }
        Kind::from_number(*ty).ok_or(format!("column {name} has type {ty}, which is none"))
    };
    columns.iter().map(kind).collect()
}

/// The toggles of a plugin in C with their values.
struct Settings {
    plugin: &'static Checked,
    values: Vec<Value>,
}

impl Settings {
    fn with_standards(plugin: &'static Checked) -> Self {
        Self { plugin, values: plugin.standards.clone() }
    }
}

impl AnyToggles for Settings {
    fn table(&self) -> &'static [ToggleInfo] {
        self.plugin.table
    }

    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError> {
        self.values[index].set(&self.plugin.table[index], value)
    }

    fn get(&self, index: usize) -> String {
        self.values[index].show()
    }
}

impl PluginSettings for Settings {
    fn info(&self) -> &'static Info {
        &self.plugin.info
    }

    fn steers(&self) -> bool {
        self.plugin.raw.steers
    }

    fn scope(&self, _: &Run) -> Scope {
        self.plugin.info.scope
    }

    fn start(
        &self,
        _: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Box<dyn PluginInstance>, PluginError> {
        Ok(Box::new(Instance::start(self.plugin, &self.values, timeouts)?))
    }

    fn direction_finder(&self) -> Option<Box<dyn DirectionFinder>> {
        None
    }
}
