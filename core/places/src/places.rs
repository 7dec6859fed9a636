//! All sources of a run together.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::place::{Origin, Place};
use crate::{Database, PlacesError, PrefixTable, installed, list, special};

/// The word in the place of files that stands for none, not even what is installed.
pub const NO_FILES: &str = "none";

/// Where addresses belong.
#[derive(Debug, Default)]
pub struct Places {
    lists: Vec<(PathBuf, PrefixTable<Place>)>,
    special: PrefixTable<Place>,
    databases: Vec<Database>,
}

/// What was opened, as long as somebody uses it.
static SHARED: Mutex<Vec<(Vec<PathBuf>, Weak<Places>)>> = Mutex::new(Vec::new());

impl Places {
    /// Opens files: each is a database or a list, which its bytes tell. Files in front are asked first, within lists and
    /// within databases.
    pub fn open(files: &[PathBuf]) -> Result<Self, PlacesError> {
        let mut places = Self { special: special::table(), ..Self::default() };
        for file in files {
            let bytes = PlacesError::or_bytes(file)?;
            let is_named = file.extension().is_some_and(|e| e.eq_ignore_ascii_case("mmdb"));
            if is_named || Database::is_one(&bytes) {
                places.databases.push(Database::new(file, bytes)?);
            } else {
                places.lists.push((file.clone(), list::parse(file, &bytes)?));
            }
        }
        Ok(places)
    }

    /// The files that a setting names, between commas; empty: the databases that are installed; `none`: no files.
    pub fn files(setting: &str) -> Vec<PathBuf> {
        match setting {
            "" => installed(),
            NO_FILES => Vec::new(),
            names => names
                .split(',')
                .map(str::trim)
                .filter(|n| !n.is_empty())
                .map(PathBuf::from)
                .collect(),
        }
    }

    /// Opens the [files](Self::files) of a setting, or takes what another one has opened and still uses.
    pub fn shared(setting: &str) -> Result<Arc<Self>, PlacesError> {
        let files = Self::files(setting);
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.retain(|(_, places)| places.strong_count() > 0);
        let same = shared.iter().find(|(known, _)| *known == files);
        if let Some(places) = same.and_then(|(_, places)| places.upgrade()) {
            return Ok(places);
        }
        let places = Arc::new(Self::open(&files)?);
        shared.push((files, Arc::downgrade(&places)));
        Ok(places)
    }

    /// The databases.
    pub fn databases(&self) -> &[Database] {
        &self.databases
    }

    /// The lists with the number of their prefixes.
    pub fn lists(&self) -> impl Iterator<Item = (&Path, usize)> {
        self.lists.iter().map(|(file, table)| (file.as_path(), table.len()))
    }

    /// Whether only special ranges are known.
    pub fn has_no_source(&self) -> bool {
        self.lists.is_empty() && self.databases.is_empty()
    }

    /// Where an address belongs.
    pub fn find(&self, address: IpAddr) -> Place {
        let origin = if self.has_no_source() { Origin::NoSource } else { Origin::Unknown };
        let mut place = Place { origin, ..Place::default() };
        for (_, table) in &self.lists {
            if let Some(found) = table.longest(address) {
                place.complete(found);
            }
        }
        if let Some(found) = self.special.longest(address) {
            place.complete(found);
            return place;
        }
        for found in self.databases.iter().filter_map(|database| database.find(address)) {
            place.complete(&found);
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Path, PathBuf, Places, special};
    use crate::{Database, list, sample};

    fn database(entries: &[(&str, sample::Value)]) -> Database {
        Database::new(Path::new("x.mmdb"), sample::database("Sample", entries)).unwrap()
    }

    #[test]
    fn lists_then_special_ranges_then_databases() {
        let own =
            list::parse(Path::new("own.csv"), b"10.7.0.0/16,,Laboratory\n8.8.8.0/24,XX\n").unwrap();
        let places = Places {
            lists: vec![(PathBuf::from("own.csv"), own)],
            special: special::table(),
            databases: vec![
                database(&[
                    ("8.0.0.0/7", sample::country("US")),
                    ("10.0.0.0/8", sample::country("ZZ")),
                ]),
                database(&[("8.8.8.0/24", sample::system(15169, "Search"))]),
            ],
        };
        let find = |text: &str| {
            let p = places.find(text.parse().unwrap());
            (p.country, p.organisation, p.system, p.origin)
        };
        let shown = |c: &str, o: &str, s, from| (c.to_owned(), o.to_owned(), s, from);
        assert_eq!(find("10.7.1.1"), shown("07", "Laboratory", 0, Origin::List));
        assert_eq!(find("10.8.1.1"), shown("07", "Private-Use", 0, Origin::Special));
        assert_eq!(find("8.8.8.8"), shown("XX", "Search", 15169, Origin::List));
        assert_eq!(find("9.1.1.1"), shown("US", "", 0, Origin::Database));
        assert_eq!(find("1.1.1.1"), shown("", "", 0, Origin::Unknown));
    }

    #[test]
    fn without_files() {
        let places = Places::shared("none").unwrap();
        assert!(places.has_no_source());
        assert_eq!(places.find("8.8.8.8".parse().unwrap()).origin, Origin::NoSource);
        assert_eq!(places.find("127.0.0.1".parse().unwrap()).organisation, "Loopback");
        assert_eq!(Places::files(" a.mmdb , b.csv,"), ["a.mmdb", "b.csv"].map(PathBuf::from));
    }

    #[test]
    fn files_that_are_none() {
        let error = Places::open(&[PathBuf::from("/nowhere/x.mmdb")]).unwrap_err().to_string();
        assert!(error.starts_with("cannot read /nowhere/x.mmdb: "), "{error}");
        let error = Places::open(&[PathBuf::from("/dev/null")]).unwrap_err().to_string();
        assert!(error.starts_with("/dev/null is no plain file"), "{error}");
    }
}
