//! The file: rows in CSV or TOML, each with its line.

use std::ops::Range;

use flowz_places::list::cells;
use jiff::tz::TimeZone;
use toml_edit::{Document, Item, Value};

use super::fields::{Fields, NAMES, Wrong};
use super::moment;
use super::rule::Rule;

/// What a file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The rows in their order.
    pub(crate) rules: Vec<Rule>,
    /// The labels, each once.
    pub(crate) labels: Vec<String>,
    /// Label of what no row matches, if the file says one.
    pub(crate) default: Option<String>,
}

/// Most rows: their numbers have 32 bits, and so many take some GiB.
const MOST: usize = 10_000_000;

/// Reads a file; `zone` is that of times without one, and stronger than the file's.
pub(crate) fn read(text: &str, is_toml: bool, zone: Option<TimeZone>) -> Result<Rules, Wrong> {
    if is_toml { toml(text, zone) } else { csv(text, zone.as_ref()) }
}

/// Labels are numbered in the order in which rows have them.
#[derive(Default)]
struct Numbers(std::collections::HashMap<String, u32>);

impl Numbers {
    fn add(
        &mut self,
        rules: &mut Rules,
        fields: &Fields,
        zone: Option<&TimeZone>,
    ) -> Result<(), Wrong> {
        if rules.rules.len() >= MOST {
            return Err((fields.line, format!("there are more than {MOST} rows")));
        }
        let (mut rule, label) = fields.rule(zone).map_err(|reason| (fields.line, reason))?;
        rule.label = *self.0.entry(label).or_insert_with_key(|label| {
            rules.labels.push(label.clone());
            rules.labels.len() as u32 - 1
        });
        rules.rules.push(rule);
        Ok(())
    }
}

/// Comma-separated values with the names of their columns in the first line.
fn csv(text: &str, zone: Option<&TimeZone>) -> Result<Rules, Wrong> {
    let (mut rules, mut numbers) = (Rules::default(), Numbers::default());
    let mut columns: Option<Vec<&'static str>> = None;
    for (line, row) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let cells = cells(row.as_bytes()).map_err(|reason| (line, reason))?;
        if cells.is_empty() {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(names(&cells).map_err(|reason| (line, reason))?);
            continue;
        };
        if cells.len() != columns.len() {
            let (found, most) = (cells.len(), columns.len());
            let reason = format!(
                "there are {found} values for {most} columns; a value with commas needs quotes around it"
            );
            return Err((line, reason));
        }
        let mut fields = Fields::of_line(line);
        for (name, cell) in columns.iter().zip(cells) {
            fields.set(name, cell);
        }
        numbers.add(&mut rules, &fields, zone)?;
    }
    if columns.is_none() {
        return Err((1, format!("the names of columns are missing: {}", NAMES.join(","))));
    }
    Ok(rules)
}

/// The columns of a first line.
fn names(cells: &[String]) -> Result<Vec<&'static str>, String> {
    let mut names = Vec::new();
    for cell in cells {
        let name = known(cell)?;
        if names.contains(&name) {
            return Err(format!("the column '{name}' is there twice"));
        }
        names.push(name);
    }
    if names.contains(&"label") {
        Ok(names)
    } else {
        Err("the first line names the columns, and one of them is 'label'".to_owned())
    }
}

fn known(name: &str) -> Result<&'static str, String> {
    let found = NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    found.ok_or_else(|| format!("there is no '{name}': there are {}", NAMES.join(", ")))
}

/// TOML: `zone`, `default`, and a table `[[rule]]` for each row.
fn toml(text: &str, zone: Option<TimeZone>) -> Result<Rules, Wrong> {
    let line = |span: Option<Range<usize>>| line_of(text, span);
    let document = Document::parse(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        (line(error.span()), message)
    })?;
    let (mut rules, mut numbers) = (Rules::default(), Numbers::default());
    let word = |name: &str| -> Result<Option<String>, Wrong> {
        let Some(item) = document.as_table().get(name) else { return Ok(None) };
        let wrong = || {
            (line(item.span()), format!("{name} is of type {}: a text is needed", item.type_name()))
        };
        item.as_str().map(|text| Some(text.to_owned())).ok_or_else(wrong)
    };
    rules.default = word("default")?;
    let zone = match (zone, word("zone")?) {
        (Some(zone), _) => Some(zone),
        (None, Some(name)) => {
            let at = line(document.as_table().get("zone").and_then(Item::span));
            Some(moment::zone(&name).map_err(|reason| (at, reason))?)
        }
        (None, None) => None,
    };
    for (name, item) in document.as_table() {
        if matches!(name, "default" | "zone") {
            continue;
        }
        let at = line(document.as_table().key(name).and_then(toml_edit::Key::span));
        let Some(tables) = item.as_array_of_tables().filter(|_| name == "rule") else {
            let reason =
                format!("'{name}' is nothing here: there are default, zone and tables [[rule]]");
            return Err((at, reason));
        };
        for table in tables {
            let mut fields = Fields::of_line(line(table.span()));
            for (name, item) in table {
                let at = line(table.key(name).and_then(toml_edit::Key::span));
                let name = known(name).map_err(|reason| (at, reason))?;
                let value = item.as_value().and_then(words);
                let wrong = || {
                    (
                        at,
                        format!(
                            "{name} is of type {}: a text, a number, a time or a list of them is needed",
                            item.type_name()
                        ),
                    )
                };
                fields.set(name, value.ok_or_else(wrong)?);
            }
            numbers.add(&mut rules, &fields, zone.as_ref())?;
        }
    }
    Ok(rules)
}

/// A value as it stands in CSV.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(number) => Some(number.value().to_string()),
        Value::Datetime(time) => Some(time.value().to_string()),
        Value::Array(list) => Some(list.iter().map(words).collect::<Option<Vec<_>>>()?.join(" ")),
        Value::Boolean(_) | Value::InlineTable(_) => None,
    }
}

/// The line in which something begins, from 1.
fn line_of(text: &str, span: Option<Range<usize>>) -> u32 {
    let end = text.floor_char_boundary(span.map_or(0, |span| span.start));
    text[..end].matches('\n').count() as u32 + 1
}
