//! The tables of a run: that of flows, that of packets, and those of plugins.

use flowz_api::column::{Column, Schema, Type};
use flowz_api::host::{Description, PluginInstance};
use flowz_api::settings::CoreToggles;
use flowz_api::table::{Table, TableId, TableKind};

use crate::packet_bytes;

/// All tables.
#[derive(Debug)]
pub struct Tables {
    /// In the order of their numbers.
    pub tables: Vec<Table>,
    /// The one of packets.
    pub packets: Option<TableId>,
    /// Number of the first table of each plugin.
    pub first: Vec<u16>,
    /// Names of the plugins.
    pub plugins: Vec<&'static str>,
}

/// Two plugins have columns or tables of the same name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{one} and {other} both have a {what} '{name}': leave one of them out")]
pub struct ClashingNames {
    what: &'static str,
    name: String,
    one: String,
    other: String,
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
    let mut first = Vec::new();
    for description in &descriptions {
        first.push(tables.len() as u16);
        tables.extend(description.tables.iter().map(|own| Table {
            name: own.name,
            kind: TableKind::Plugin,
            doc: own.doc,
            schema: Schema { columns: own.columns.clone() },
        }));
    }
    check(&tables)?;
    let plugins = descriptions.iter().map(|description| description.info.name).collect();
    Ok(Tables { tables, packets, first, plugins })
}

/// Names must be told apart: of tables, and of the columns of each table.
fn check(tables: &[Table]) -> Result<(), ClashingNames> {
    let plugin = |table: &Table| {
        let own = table.schema.columns.iter().find(|column| column.plugin != CORE);
        own.filter(|_| table.kind == TableKind::Plugin).map_or(CORE, |column| column.plugin)
    };
    for (n, table) in tables.iter().enumerate() {
        if let Some(earlier) = tables[..n].iter().find(|earlier| earlier.name == table.name) {
            return Err(clash("table", table.name, plugin(earlier), plugin(table)));
        }
        let columns = &table.schema.columns;
        for (n, column) in columns.iter().enumerate() {
            if let Some(earlier) = columns[..n].iter().find(|earlier| earlier.name == column.name) {
                return Err(clash("column", &column.name, earlier.plugin, column.plugin));
            }
        }
    }
    Ok(())
}

fn clash(what: &'static str, name: &str, one: &str, other: &str) -> ClashingNames {
    let words = |plugin: &str| {
        if plugin == CORE { "flowz itself".to_owned() } else { format!("plugin {plugin}") }
    };
    ClashingNames { what, name: name.to_owned(), one: words(one), other: words(other) }
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
    Column { name: name.to_owned(), ty, doc, unit: "", plugin: CORE }
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
        assert_eq!(check(&good), Ok(()));
        let told = |tables: &[Table]| check(tables).unwrap_err().to_string();
        let sentence = told(&[table("flows", &[("x", "a"), ("y", "b"), ("x", "b")])]);
        assert_eq!(sentence, "plugin a and plugin b both have a column 'x': leave one of them out");
        let sentence = told(&[table("flows", &[("dir", CORE), ("dir", "b")])]);
        assert!(sentence.starts_with("flowz itself and plugin b both"), "{sentence}");
        let sentence = told(&[table("t", &[("f", CORE), ("x", "a")]), table("t", &[("x", "b")])]);
        assert!(sentence.starts_with("plugin a and plugin b both have a table 't'"), "{sentence}");
    }
}
