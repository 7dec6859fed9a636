//! Plugins from shared objects. One of two modules with unsafe code; the other is `ffi/raw`.
//!
//! An object is a foreign program part: the moment it is loaded, its initialisers run. What can be
//! checked is whether it was made for this program. `flowz_api::abi` says what has to be the same; the
//! stamp that an object carries is compared before anything else of it is used.
//!
//! Objects stay loaded until the process ends. Their plugins, names and columns are referred to from
//! everywhere as `'static`; unloading one would make all of that dangle.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use flowz_api::abi::{self, Slice};
use flowz_api::plugin::Info;
use flowz_api::registry::{self, PluginEntry};
use flowz_registry::settings::CORE;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use crate::elf::{self, Defect};
use crate::ffi::{self, layout, raw};

/// Why plugins cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The directory.
    #[error("cannot read the plugin folder '{}'", .folder.display())]
    Folder {
        /// Which one.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file.
    #[error("cannot read '{}'", .file.display())]
    File {
        /// Which one.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its bytes are not those of an object.
    #[error("'{}' {defect}", .file.display())]
    Defect {
        /// Which one.
        file: PathBuf,
        /// What is wrong.
        defect: String,
    },
    /// The system refuses it.
    #[error("cannot load '{}': {why}", .file.display())]
    Refused {
        /// Which one.
        file: PathBuf,
        /// What the system says.
        why: String,
    },
    /// An object of something else.
    #[error("'{}' is not a flowz plugin: it has no function {symbol}", .file.display())]
    NotAPlugin {
        /// Which one.
        file: PathBuf,
        /// What is missing.
        symbol: &'static str,
    },
    /// Made for another program.
    #[error(
        "'{}' does not fit this flowz: {differences}; build the plugin again with the same compiler \
         and the same flowz-api",
        .file.display()
    )]
    Stamp {
        /// Which one.
        file: PathBuf,
        /// Part by part.
        differences: String,
    },
    /// What a plugin says of itself makes no sense.
    #[error("'{}' cannot be used: {why}", .file.display())]
    Unfit {
        /// Which one.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// A name is taken.
    #[error("there are two plugins '{name}': one in {one}, one in '{}'", .other.display())]
    Clash {
        /// The name.
        name: &'static str,
        /// Where the first is.
        one: String,
        /// Where the second is.
        other: PathBuf,
    },
}

/// Loads all `*.so` of a folder, in the order of their names, and yields their plugins.
pub fn load_dir(folder: &Path) -> Result<Vec<PluginEntry>, LoadError> {
    let failed = |source| LoadError::Folder { folder: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "so"));
    files.sort();
    let mut loaded: Vec<(PathBuf, PluginEntry)> = Vec::new();
    for file in files {
        for entry in load_file(&file)?.plugins {
            check_name(&loaded, entry, &file)?;
            loaded.push((file.clone(), entry));
        }
    }
    Ok(loaded.into_iter().map(|(_, entry)| entry).collect())
}

/// A name must be nobody else's.
fn check_name(
    loaded: &[(PathBuf, PluginEntry)],
    entry: PluginEntry,
    file: &Path,
) -> Result<(), LoadError> {
    let name = entry.info.name;
    let in_file = loaded.iter().find(|(_, e)| e.info.name == name);
    let sinks = registry::sinks().into_iter().map(|e| e.info.toggles);
    let plugins = registry::plugins().into_iter().map(|e| e.info.name);
    let own = [CORE].into_iter().chain(plugins).chain(sinks).any(|own| own == name);
    let one = match in_file {
        Some((file, _)) => format!("'{}'", file.display()),
        None if own => "flowz itself".to_owned(),
        None => return Ok(()),
    };
    Err(LoadError::Clash { name, one, other: file.to_owned() })
}

/// What is in an object.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it was built with, by parts.
    pub built_with: Vec<String>,
    /// Its plugins.
    pub plugins: Vec<PluginEntry>,
}

/// The plugins of one object.
pub fn load_file(file: &Path) -> Result<Object, LoadError> {
    check_bytes(file)?;
    // All symbols are resolved now: what is missing is found here and not in the middle of a run. None of
    // them is seen by other objects.
    // SAFETY: the object's initialisers run. They are the code of somebody whom the user trusts, as
    // the rest of the object is; an object of Rust has none but those of `inventory`, which append to
    // a list of its own.
    let library = unsafe { Library::open(Some(at_place(file)), RTLD_NOW | RTLD_LOCAL) };
    let library = library.map_err(|error| refused(file, &error))?;
    // Never unloaded, see the module's doc. What is not used stays too: it may have left something in
    // the process.
    let library: &'static Library = Box::leak(Box::new(library));
    // SAFETY: nothing is called here.
    if let Ok(entry) = unsafe { library.get::<layout::Entry>(raw::SYMBOL) } {
        return of_c(file, *entry);
    }
    check_stamp(file, &stamp(library, file)?)?;
    let get = function::<PluginEntry>(library, file, abi::PLUGINS_SYMBOL)?;
    // SAFETY: the stamp is ours, so the object was made by `export_plugins!` of the same sources with
    // the same compiler: the function has this type and yields a slice that lives as long as the
    // object, which is never unloaded.
    let plugins = unsafe { whole(&get()) }.to_vec();
    for PluginEntry { info, .. } in &plugins {
        let checked = check_info(info);
        checked.map_err(|why| LoadError::Unfit { file: file.to_owned(), why })?;
    }
    let built_with = abi::STAMP.split(abi::SEPARATOR).map(str::to_owned).collect();
    Ok(Object { built_with, plugins })
}

/// What a plugin says of itself must be what users can type and folders can be called.
fn check_info(info: &Info) -> Result<(), String> {
    let Info { name, number, summary, .. } = *info;
    if !ffi::is_name(name, "") {
        return Err(format!("'{}' is no name for a plugin", name.escape_debug()));
    }
    if u32::from(number) >= ffi::FIRST_SINK {
        return Err(format!("the number {number} of {name} is not below {}", ffi::FIRST_SINK));
    }
    if summary.contains(char::is_control) {
        return Err(format!("'{}' is no text of one line", summary.escape_debug()));
    }
    Ok(())
}

/// The plugin of an object in C.
fn of_c(file: &Path, entry: layout::Entry) -> Result<Object, LoadError> {
    // SAFETY: a function of this name is the one of `flowz.h`, and the object stays loaded.
    let read = unsafe { raw::read(entry) };
    let version = read.as_ref().map_or(0, |raw| raw.version);
    let plugin = read.and_then(ffi::entry);
    let plugin = plugin.map_err(|why| LoadError::Unfit { file: file.to_owned(), why })?;
    let built_with = vec![format!("flowz.h, version {version}")];
    Ok(Object { built_with, plugins: vec![plugin] })
}

/// A name without a slash would be looked for among the system's libraries.
fn at_place(file: &Path) -> PathBuf {
    let is_bare = file.parent().is_some_and(|folder| folder.as_os_str().is_empty());
    if is_bare { Path::new(".").join(file) } else { file.to_owned() }
}

/// The stamp of an object.
fn stamp(library: &'static Library, file: &Path) -> Result<String, LoadError> {
    let get = function::<u8>(library, file, abi::STAMP_SYMBOL)?;
    // SAFETY: a function of this name yields pointer and length of a static text in C's form. This
    // much is the same for all versions, compilers and languages.
    let stamp = unsafe { whole(&get()) };
    Ok(String::from_utf8_lossy(stamp).into_owned())
}

/// What objects export.
type Export<T> = unsafe extern "C" fn() -> Slice<T>;

/// A function of an object, by its name.
fn function<T>(
    library: &'static Library,
    file: &Path,
    symbol: &'static str,
) -> Result<Export<T>, LoadError> {
    // SAFETY: nothing is called here; whoever calls the function has to know its type.
    let found = unsafe { library.get::<Export<T>>(symbol) };
    found.map(|f| *f).map_err(|_| LoadError::NotAPlugin { file: file.to_owned(), symbol })
}

/// A slice, put together again.
///
/// # Safety
///
/// It must be one that [`Slice::of`] took apart in an object that stays loaded, or have no start.
unsafe fn whole<T>(slice: &Slice<T>) -> &'static [T] {
    if slice.start.is_null() {
        return &[];
    }
    // SAFETY: start and length are those of a static slice, as the caller promises.
    unsafe { std::slice::from_raw_parts(slice.start, slice.len) }
}

/// Reads the file once before the system maps it.
fn check_bytes(file: &Path) -> Result<(), LoadError> {
    let bytes =
        fs::read(file).map_err(|source| LoadError::File { file: file.to_owned(), source })?;
    elf::check(&bytes).map_err(|defect: Defect| LoadError::Defect {
        file: file.to_owned(),
        defect: defect.to_string(),
    })
}

fn refused(file: &Path, error: &libloading::Error) -> LoadError {
    let why = match error {
        libloading::Error::DlOpen { source } => source.to_string(),
        other => other.to_string(),
    };
    let place = format!("{}: ", at_place(file).display());
    let why = why.strip_prefix(&place).unwrap_or(&why).to_owned();
    LoadError::Refused { file: file.to_owned(), why }
}

/// The object's stamp must be ours.
fn check_stamp(file: &Path, stamp: &str) -> Result<(), LoadError> {
    let differences = differences(stamp, abi::STAMP);
    if differences.is_empty() {
        return Ok(());
    }
    Err(LoadError::Stamp { file: file.to_owned(), differences })
}

/// What differs between two stamps; empty if nothing does.
fn differences(theirs: &str, ours: &str) -> String {
    let parts =
        |stamp: &str| -> Vec<String> { stamp.split(abi::SEPARATOR).map(str::to_owned).collect() };
    let (theirs_in_parts, ours_in_parts) = (parts(theirs), parts(ours));
    if theirs_in_parts.len() != ours_in_parts.len() {
        return format!("it was built for '{theirs}', this is '{ours}'");
    }
    let pairs = theirs_in_parts.iter().zip(&ours_in_parts).filter(|(t, o)| t != o);
    let texts = pairs.map(|(t, o)| format!("it was built with {t}, this is {o}"));
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{LoadError, check_info, check_name, differences, load_dir};
    use flowz_api::host::PluginSettings;
    use flowz_api::plugin::Info;
    use flowz_api::registry::PluginEntry;
    use std::path::{Path, PathBuf};

    fn settings() -> Box<dyn PluginSettings> {
        panic!("nobody starts it")
    }

    const fn info(name: &'static str) -> Info {
        Info::new(name, 1, "")
    }

    #[test]
    fn names_are_unique() {
        const A: Info = info("a");
        const CORE: Info = info("core");
        let entry = |info| PluginEntry { info, settings: &settings };
        let loaded = [(PathBuf::from("1.so"), entry(&A))];
        let clash = |info| check_name(&loaded, entry(info), Path::new("2.so")).unwrap_err();
        assert!(check_name(&[], entry(&A), Path::new("2.so")).is_ok());
        let text = clash(&A).to_string();
        assert_eq!(text, "there are two plugins 'a': one in '1.so', one in '2.so'");
        let text = clash(&CORE).to_string();
        assert_eq!(text, "there are two plugins 'core': one in flowz itself, one in '2.so'");
    }

    #[test]
    fn names_numbers_and_summaries() {
        let told = |name, number, summary| check_info(&Info::new(name, number, summary));
        assert_eq!(told("myPlugin2", 899, "Counts"), Ok(()));
        for name in ["", "../a", "a b", "a,b", "2a", "a\n", "größe"] {
            assert!(told(name, 1, "").unwrap_err().ends_with("is no name for a plugin"), "{name}");
        }
        assert_eq!(told("a", 900, ""), Err("the number 900 of a is not below 900".to_owned()));
        assert!(told("a", 1, "x\ty").is_err());
    }

    #[test]
    fn stamps_part_by_part() {
        let ours = "flowz-api 1; rustc 2; linux";
        assert_eq!(differences(ours, ours), "");
        let text = differences("flowz-api 1; rustc 3; linux", ours);
        assert_eq!(text, "it was built with rustc 3, this is rustc 2");
        let text = differences("flowz-api 0; rustc 2; bsd", ours);
        let both = "it was built with flowz-api 0, this is flowz-api 1, it was built with bsd, this \
                    is linux";
        assert_eq!(text, both);
        assert_eq!(differences("", ours), format!("it was built for '', this is '{ours}'"));
    }

    #[test]
    fn folders() {
        let nowhere = load_dir(Path::new("there is no such folder"));
        assert!(matches!(nowhere, Err(LoadError::Folder { .. })));
        let without = load_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        assert!(without.is_ok_and(|plugins| plugins.is_empty()));
    }
}
