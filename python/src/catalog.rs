//! Which plugins, tables and columns there are.

use flowz_api::plugin::Timeouts;
use flowz_api::settings::Run;
use flowz_api::table::Table;
use flowz_engine::output;
use flowz_host::start;
use flowz_registry::catalog::Catalog;
use pyo3::prelude::*;

use crate::error::Failure;
use crate::job::Setup;

/// Name, type, unit, description and plugin of a column.
type Column = (String, String, &'static str, &'static str, &'static str);

/// All tables that a run with these plugins and settings can give.
fn all(setup: &Setup) -> Result<Vec<Table>, Failure> {
    let selection = setup.selection()?;
    let run = Run { core: selection.settings.core.clone(), ..Run::default() };
    let plugins = start::start(&selection, &run, &mut Timeouts::default(), 1)?;
    Ok(output::tables(&run.core, &plugins.instances, true)?.tables)
}

/// The columns of a table.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "made of what Python gives")]
pub(crate) fn columns(py: Python<'_>, setup: Setup, table: &str) -> PyResult<Vec<Column>> {
    let tables = all(&setup).map_err(|failure| failure.exception(py))?;
    let Some(found) = tables.iter().find(|found| found.name == table) else {
        let names: Vec<_> = tables.iter().map(|table| table.name).collect();
        let names = names.join(", ");
        let text = format!(
            "there is no table '{table}': with these plugins and settings there are {names}"
        );
        return Err(Failure::Usage(text).exception(py));
    };
    let columns = found.schema.columns.iter();
    Ok(columns.map(|c| (c.name.clone(), c.ty.to_string(), c.unit, c.doc, c.plugin)).collect())
}

/// Name and description of each table.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "made of what Python gives")]
pub(crate) fn tables(py: Python<'_>, setup: Setup) -> PyResult<Vec<(&'static str, &'static str)>> {
    let tables = all(&setup).map_err(|failure| failure.exception(py))?;
    Ok(tables.iter().map(|table| (table.name, table.doc)).collect())
}

/// Name, number, summary, and whether it is on by default, of each plugin.
#[pyfunction]
pub(crate) fn plugins() -> Vec<(&'static str, u16, &'static str, bool)> {
    let catalog = Catalog::default();
    let infos = catalog.plugins().iter().map(|entry| entry.info);
    infos.map(|info| (info.name, info.number, info.summary, info.default)).collect()
}
