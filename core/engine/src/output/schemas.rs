//! The tables of a run: that of flows, that of packets, and those of plugins.

use flowz_api::column::{Column, Schema, Type};
use flowz_api::host::{Description, PluginInstance};
use flowz_api::settings::CoreToggles;
use flowz_api::table::{OwnTable, Table, TableId, TableKind};

use crate::packet_bytes;

/// All tables.
#[derive(Debug)]
pub struct Tables {
    /// In the order of their numbers.
    pub tables: Vec<Table>,
    /// The one of packets.
    pub packets: Option<TableId>,
    /// Numbers of the tables of each plugin.
    pub ids: Vec<Vec<TableId>>,
    /// So many, the first ones, go to every sink; the others were made on request.
    pub common: usize,
    /// Names of the plugins.
    pub plugins: Vec<&'static str>,
    /// Suffixes of the files about the run that plugins write at its end.
    pub files: Vec<String>,
    /// Rows of all plugins may be text from the beginning.
    pub writes_text: bool,
}

/// Names of columns or tables that cannot be told apart, or that are none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClashingNames {
    /// Two plugins have the same name.
    #[error("{one} and {other} both have a {what} '{name}': leave one of them out")]
    Two {
        /// `column` or `table`.
        what: &'static str,
        /// The name.
        name: String,
        /// Who has it.
        one: String,
        /// Who has it too.
        other: String,
    },
    /// A plugin has a name twice.
    #[error("{one} has two {what}s '{name}'")]
    Twice {
        /// `column` or `table`.
        what: &'static str,
        /// The name.
        name: String,
        /// Who has it.
        one: String,
    },
    /// A column without a name, or with one that would break the tables.
    #[error("{one} has a column '{}', which is no name", name.escape_debug())]
    NoName {
        /// What it is called.
        name: String,
        /// Whose it is.
        one: String,
    },
}

/// The tables that plugins, given in the order of their calls, fill; with or without that of packets.
pub fn tables(
    toggles: &CoreToggles,
    plugins: &[Box<dyn PluginInstance>],
    packet_mode: bool,
) -> Result<Tables, ClashingNames> {
    let descriptions: Vec<_> = plugins.iter().map(|plugin| plugin.description()).collect();
    let mut tables = vec![Table {
        name: "flows",
        kind: TableKind::Flows,
        doc: "One record per direction of a flow.",
        schema: flows(&descriptions),
    }];
    let packets = packet_mode.then(|| {
        tables.push(Table {
            name: "packets",
            kind: TableKind::Packets,
            doc: "One record per packet of a flow.",
            schema: packets(toggles, &descriptions),
        });
        TableId(1)
    });
    let mut owners = vec![CORE; tables.len()];
    let mut ids: Vec<_> = descriptions.iter().map(|d| vec![TableId(0); d.tables.len()]).collect();
    let mut common = 0;
    // Those on request come last, so that others have the same numbers for all sinks.
    for on_request in [false, true] {
        for (description, ids) in descriptions.iter().zip(&mut ids) {
            for (own, id) in description.tables.iter().zip(ids) {
                if own.on_request == on_request {
                    *id = TableId(tables.len() as u16);
                    owners.push(description.info.name);
                    tables.push(table(own));
                }
            }
        }
        common = if on_request { common } else { tables.len() };
    }
    check(&tables, &owners)?;
    let plugins = descriptions.iter().map(|description| description.info.name).collect();
    let files = descriptions.iter().flat_map(|description| description.files.clone()).collect();
    let writes_text = descriptions.iter().all(|description| description.writes_text);
    Ok(Tables { tables, packets, ids, common, plugins, files, writes_text })
}

/// A plugin's own table.
fn table(own: &OwnTable) -> Table {
    Table {
        name: own.name,
        kind: if own.on_request { TableKind::Requested } else { TableKind::Plugin },
        doc: own.doc,
        schema: Schema { columns: own.columns.clone() },
    }
}

/// Names must be told apart: of tables, given with their plugins, and of the columns of each table.
fn check(tables: &[Table], owners: &[&str]) -> Result<(), ClashingNames> {
    for (n, (table, owner)) in tables.iter().zip(owners).enumerate() {
        if let Some(earlier) = tables[..n].iter().position(|earlier| earlier.name == table.name) {
            return Err(clash("table", table.name, owners[earlier], owner));
        }
        let columns = &table.schema.columns;
        for (n, Column { name, plugin, .. }) in columns.iter().enumerate() {
            if name.is_empty() || name.contains(char::is_control) {
                return Err(ClashingNames::NoName { name: name.clone(), one: words(plugin) });
            }
            if let Some(earlier) = columns[..n].iter().find(|earlier| earlier.name == *name) {
                return Err(clash("column", name, earlier.plugin, plugin));
            }
        }
    }
    Ok(())
}

fn clash(what: &'static str, name: &str, one: &str, other: &str) -> ClashingNames {
    let (name, is_one) = (name.to_owned(), one == other);
    let (one, other) = (words(one), words(other));
    if is_one {
        ClashingNames::Twice { what, name, one }
    } else {
        ClashingNames::Two { what, name, one, other }
    }
}

fn words(plugin: &str) -> String {
    if plugin == CORE { "flowz itself".to_owned() } else { format!("plugin {plugin}") }
}

/// Who fills the columns that no plugin fills.
const CORE: &str = "core";

fn flows(plugins: &[&Description]) -> Schema {
    let mut columns = vec![
        core("dir", Type::Char, "Direction: A towards the server, B towards the client."),
        core("flowInd", Type::U64, "Flow number, shared by both directions of a conversation."),
    ];
    columns.extend(plugins.iter().flat_map(|p| p.columns.iter().cloned()));
    Schema { columns }
}

fn packets(toggles: &CoreToggles, plugins: &[&Description]) -> Schema {
    let number = core("pktNo", Type::U64, "Number of the packet in the capture.");
    let mut columns: Vec<_> = toggles.spktmd_pktno.then_some(number).into_iter().collect();
    columns.push(core("flowInd", Type::U64, "Flow number."));
    columns.extend(plugins.iter().flat_map(|p| p.packet_columns.iter().cloned()));
    columns.extend(packet_bytes::columns(toggles));
    Schema { columns }
}

fn core(name: &str, ty: Type, doc: &'static str) -> Column {
    Column { name: name.to_owned(), ty, doc, unit: "", plugin: CORE, counter: false }
}

#[cfg(test)]
mod tests {
    use super::{CORE, check, core};
    use flowz_api::column::{Column, Schema, Type};
    use flowz_api::table::{Table, TableKind};

    fn table(name: &'static str, columns: &[(&str, &'static str)]) -> Table {
        let column =
            |(name, plugin): &(&str, &'static str)| Column { plugin, ..core(name, Type::U8, "") };
        let schema = Schema { columns: columns.iter().map(column).collect() };
        let kind = if name == "flows" { TableKind::Flows } else { TableKind::Plugin };
        Table { name, kind, doc: "", schema }
    }

    #[test]
    fn names_are_told_apart() {
        let good = [table("flows", &[("dir", CORE), ("x", "a")]), table("t", &[("x", "a")])];
        let owners = [CORE, "a", "b"];
        assert_eq!(check(&good, &owners), Ok(()));
        let told = |tables: &[Table]| check(tables, &owners).unwrap_err().to_string();
        let sentence = told(&[table("flows", &[("x", "a"), ("y", "b"), ("x", "b")])]);
        assert_eq!(sentence, "plugin a and plugin b both have a column 'x': leave one of them out");
        let sentence = told(&[table("flows", &[("dir", CORE), ("dir", "b")])]);
        assert!(sentence.starts_with("flowz itself and plugin b both"), "{sentence}");
        let sentence = told(&[table("flows", &[]), table("t", &[]), table("t", &[("x", "b")])]);
        assert!(sentence.starts_with("plugin a and plugin b both have a table 't'"), "{sentence}");
        let sentence = check(&[table("t", &[]), table("t", &[])], &["a", "a"]).unwrap_err();
        assert_eq!(sentence.to_string(), "plugin a has two tables 't'");
        assert_eq!(told(&[table("t", &[("x", "a"), ("x", "a")])]), "plugin a has two columns 'x'");
        let sentence = told(&[table("t", &[("x\ty", "a")])]);
        assert_eq!(sentence, "plugin a has a column 'x\\ty', which is no name");
        assert!(told(&[table("t", &[("", "a")])]).contains("''"));
    }
}
