//! Where addresses belong, for plugins that show it.

use std::net::IpAddr;

use flowz_api::cell::IpText;
use flowz_api::plugin::PluginError;
use flowz_api::report::{Part, Report, Severity};
use flowz_api::settings::Run;
use flowz_places::{Finder, Places};

/// Searches the files that `core.GEO_FILES` names.
pub(crate) fn finder(run: &Run) -> Result<Finder, PluginError> {
    Finder::new(&run.core.geo_files)
        .map_err(|error| PluginError::Other(format!("core.GEO_FILES: {error}")))
}

/// The address of a key, if the flow has one.
pub(crate) fn address(ip: IpText) -> Option<IpAddr> {
    match ip {
        IpText::None => None,
        IpText::V4(bytes) => Some(bytes.into()),
        IpText::V6(bytes) => Some(bytes.into()),
    }
}

/// Lines of the report about what was searched.
pub(crate) fn report(places: &Places, out: &mut Report) {
    for (file, prefixes) in places.lists() {
        let text = format!("Places: list of prefixes {}", file.display());
        out.line(text, [Part::Count(prefixes as u64)]);
    }
    for database in places.databases() {
        let facts = database.facts();
        let text =
            format!("{} of {} ({})", facts.kind, date(facts.built), database.file().display());
        out.line("Places: database", [Part::Text(text)]);
    }
    if places.has_no_source() {
        let text = "Places: no database, only special ranges are known; flowz geo-setup installs one, --geo=FILE names one";
        out.remark(Severity::Info, text);
    }
}

/// Seconds since 1970 as a date.
fn date(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|s| jiff::Timestamp::from_second(s).ok());
    moment.map_or_else(|| "?".to_owned(), |moment| moment.strftime("%F").to_string())
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates() {
        assert_eq!(
            [date(0), date(1_700_000_000), date(u64::MAX)],
            ["1970-01-01", "2023-11-14", "?"]
        );
    }
}
