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

/// Places of the two addresses of a flow, for another run that goes on with it.
pub(crate) mod kept {
    use std::sync::Arc;

    use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
    use flowz_places::{Origin, Place};

    /// All origins.
    const ORIGINS: [Origin; 6] = [
        Origin::NoAddress,
        Origin::NoSource,
        Origin::Unknown,
        Origin::List,
        Origin::Special,
        Origin::Database,
    ];

    #[expect(clippy::ref_option, reason = "the derive hands over fields as they are")]
    pub(crate) fn save(places: &Option<[Arc<Place>; 2]>, out: &mut Writer<'_>) {
        places.is_some().save(out);
        for place in places.iter().flatten() {
            let Place { country, organisation, continent, region, city, postcode, .. } = &**place;
            for text in [country, organisation, continent, region, city, postcode] {
                text.save(out);
            }
            (place.position, place.system).save(out);
            ORIGINS.iter().position(|origin| *origin == place.origin).save(out);
        }
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Option<[Arc<Place>; 2]>, LoadError> {
        if !bool::load(from)? {
            return Ok(None);
        }
        Ok(Some([place(from)?, place(from)?]))
    }

    fn place(from: &mut Reader<'_>) -> Result<Arc<Place>, LoadError> {
        let [country, organisation, continent, region, city, postcode] = Checkpoint::load(from)?;
        let (position, system, origin) = <(_, _, Option<usize>)>::load(from)?;
        let origin =
            origin.and_then(|at| ORIGINS.get(at)).copied().ok_or(LoadError::Value("place"))?;
        Ok(Arc::new(Place {
            country,
            organisation,
            continent,
            region,
            city,
            postcode,
            position,
            system,
            origin,
        }))
    }
}
