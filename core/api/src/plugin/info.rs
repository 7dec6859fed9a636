//! What is known of a plugin before it is made.

use crate::fact::FactId;

/// Name, place in the order, needs. Made by [`Info::new`] and refined by the methods, all of them constant:
///
/// ```
/// use flowz_api::plugin::Info;
///
/// const INFO: Info = Info::new("myPlugin", 705, "Counts what nobody else counts").after(&["basicStats"]);
/// assert!(!INFO.default && INFO.after == ["basicStats"]);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Info {
    /// Its name, as users type it.
    pub name: &'static str,
    /// Its place in the order of calls and columns (0 ..= 899).
    pub number: u16,
    /// One line for lists.
    pub summary: &'static str,
    /// Plugins that must be selected too; they run earlier.
    pub requires: &'static [&'static str],
    /// Plugins that run earlier if they are selected.
    pub after: &'static [&'static str],
    /// Facts that it publishes.
    pub publishes: &'static [FactId],
    /// Facts that it reads; their plugins run earlier.
    pub reads: &'static [FactId],
    /// Whether it is selected when the user names none.
    pub default: bool,
    /// Whether it sets marks on flows, or shows those of others.
    pub marks: bool,
    /// Whether it raises alarms.
    pub alarms: bool,
    /// Which flows one instance of it has to see.
    pub scope: Scope,
    /// Whether it announces flows that will come. Such a plugin sees all flows.
    pub expects: bool,
    /// Whether it reads the bytes of TCP connections.
    pub streams: bool,
    /// The only protocol above IP whose flows concern it. For others no hook is called, but in packet mode, and their row is made of the
    /// default state, once.
    pub only: Option<u8>,
    /// Tables that it makes only if a sink asks for them. A sink that does brings the plugin with it, and those that it requires or
    /// whose facts it reads.
    pub on_request: &'static [&'static str],
    /// Tables that it makes whenever it takes part, and for which a sink may ask: such a sink brings the plugin with it.
    pub tables: &'static [&'static str],
}

/// Which flows one instance of a plugin that records has to see.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scope {
    /// A flow and its peer: several instances share the flows of a run.
    #[default]
    Flow,
    /// All flows of the run: its columns depend on other flows. There is one instance.
    Run,
}

impl Info {
    /// A plugin that records, without needs, and off by default.
    pub const fn new(name: &'static str, number: u16, summary: &'static str) -> Self {
        Self {
            name,
            number,
            summary,
            requires: &[],
            after: &[],
            publishes: &[],
            reads: &[],
            default: false,
            marks: false,
            alarms: false,
            scope: Scope::Flow,
            expects: false,
            streams: false,
            only: None,
            on_request: &[],
            tables: &[],
        }
    }

    /// Selected when the user names no plugins.
    #[must_use]
    pub const fn on_by_default(self) -> Self {
        Self { default: true, ..self }
    }

    /// Needs these plugins; they run earlier.
    #[must_use]
    pub const fn requires(self, plugins: &'static [&'static str]) -> Self {
        Self { requires: plugins, ..self }
    }

    /// Runs behind these plugins, if they are selected.
    #[must_use]
    pub const fn after(self, plugins: &'static [&'static str]) -> Self {
        Self { after: plugins, ..self }
    }

    /// Publishes these facts.
    #[must_use]
    pub const fn publishes(self, facts: &'static [FactId]) -> Self {
        Self { publishes: facts, ..self }
    }

    /// Reads these facts, of plugins that need not be selected.
    #[must_use]
    pub const fn reads(self, facts: &'static [FactId]) -> Self {
        Self { reads: facts, ..self }
    }

    /// Sets marks on flows, or shows those of others.
    #[must_use]
    pub const fn marks(self) -> Self {
        Self { marks: true, ..self }
    }

    /// Raises alarms, and so sets marks. With `core.ALARM_AND` a flow counts only if all plugins that say this have done so.
    #[must_use]
    pub const fn alarms(self) -> Self {
        Self { alarms: true, ..self }.marks()
    }

    /// One instance sees all flows.
    #[must_use]
    pub const fn sees_all_flows(self) -> Self {
        Self { scope: Scope::Run, ..self }
    }

    /// Announces flows that will come.
    #[must_use]
    pub const fn expects(self) -> Self {
        Self { expects: true, ..self }.sees_all_flows()
    }

    /// Reads the bytes of TCP connections in order.
    #[must_use]
    pub const fn streams(self) -> Self {
        Self { streams: true, ..self }
    }

    /// Only flows of this protocol above IP concern it. What its hooks do with the default state at the end of a flow must not matter.
    #[must_use]
    pub const fn only(self, protocol: u8) -> Self {
        Self { only: Some(protocol), ..self }
    }

    /// Makes these tables if a sink asks for them.
    #[must_use]
    pub const fn on_request(self, tables: &'static [&'static str]) -> Self {
        Self { on_request: tables, ..self }
    }

    /// Makes these tables always: a sink that asks for one of them brings the plugin with it.
    #[must_use]
    pub const fn tables(self, tables: &'static [&'static str]) -> Self {
        Self { tables, ..self }
    }

    /// Whether it makes this table, always or on request.
    pub fn makes(&self, table: &str) -> bool {
        self.on_request.iter().chain(self.tables).any(|name| *name == table)
    }

    /// The plugins that take part with it if a sink asks for one of its tables.
    pub fn brings(&self) -> impl Iterator<Item = &'static str> {
        self.requires.iter().copied().chain(self.reads.iter().map(|fact| fact.plugin))
    }

    /// The plugins that run earlier if they are selected.
    pub fn earlier(&self) -> impl Iterator<Item = &'static str> {
        let named = self.requires.iter().chain(self.after).copied();
        named.chain(self.reads.iter().map(|fact| fact.plugin))
    }
}
