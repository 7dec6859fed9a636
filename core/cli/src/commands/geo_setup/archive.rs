//! Databases in a package: a tar file that gzip has compressed. Of it only plain files whose names end in `.mmdb` are
//! taken, by their names without folders.

use std::io::Read;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use tar::Archive;

use super::install::Found;

/// Most bytes that a package unpacks to.
const MOST: u64 = 4 << 30;
/// Most entries.
const ENTRIES: usize = 10_000;

/// The databases in a package; `name` is its name in errors.
pub(super) fn databases(name: &str, bytes: &[u8]) -> Result<Vec<Found>> {
    let damaged = || format!("{name} is no package (.tgz), or it is damaged: get it again");
    let mut archive = Archive::new(GzDecoder::new(bytes).take(MOST));
    let mut found: Vec<Found> = Vec::new();
    for (n, entry) in archive.entries().with_context(damaged)?.enumerate() {
        if n >= ENTRIES {
            bail!("{name} has more than {ENTRIES} entries: that is no package of databases");
        }
        let mut entry = entry.with_context(damaged)?;
        let path = entry.path().with_context(damaged)?.into_owned();
        let Some(file) = file_name(name, &path)? else { continue };
        if !entry.header().entry_type().is_file() {
            bail!(
                "{name}: '{}' is a link or a device and no plain file: nothing is installed",
                path.display()
            );
        }
        if found.iter().any(|other| other.name == file) {
            bail!("{name}: there are two files '{file}': nothing is installed");
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).with_context(damaged)?;
        found.push(Found::check(&file, &path, bytes)?);
    }
    if found.is_empty() {
        bail!("{name} has no database: no file whose name ends in .mmdb");
    }
    Ok(found)
}

/// The name of a database without its folders, if it is one; paths that lead out of the package are refused.
fn file_name(name: &str, path: &Path) -> Result<Option<String>> {
    let inside = |c: Component<'_>| matches!(c, Component::Normal(_) | Component::CurDir);
    if !path.components().all(inside) {
        bail!(
            "{name}: the path '{}' leads out of the package: nothing is installed",
            path.display()
        );
    }
    if path.extension().is_none_or(|e| e != "mmdb") {
        return Ok(None);
    }
    let file = path.file_name().and_then(|file| file.to_str());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match file.filter(|file| file.chars().all(plain) && !file.starts_with('.')) {
        Some(file) => Ok(Some(file.to_owned())),
        None => {
            bail!("{name}: '{}' is an odd name for a file: nothing is installed", path.display())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::databases;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use flowz_places::sample;
    use tar::{Builder, EntryType, Header};

    /// Path, kind and contents.
    type Entry<'a> = (&'a str, EntryType, &'a [u8]);

    fn package(entries: &[Entry<'_>]) -> Vec<u8> {
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, kind, bytes) in entries {
            let mut header = Header::new_old();
            // Names that the library would refuse to write.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn wrong(bytes: &[u8]) -> String {
        format!("{:#}", databases("p.tgz", bytes).unwrap_err())
    }

    #[test]
    fn only_databases_are_taken() {
        let db = sample::database("Sample", &[("9.0.0.0/8", sample::country("US"))]);
        let file = EntryType::Regular;
        let bytes = package(&[
            ("package/package.json", file, b"{}"),
            ("package/a.mmdb", file, &db),
            ("package/run.sh", EntryType::Symlink, b""),
        ]);
        let found = databases("p.tgz", &bytes).unwrap();
        assert_eq!(found.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["a.mmdb"]);
        assert_eq!(found[0].bytes, db);
        for cut in [0, 1, 10, bytes.len() / 2] {
            assert!(wrong(&bytes[..cut]).starts_with("p.tgz"), "{cut}");
        }
    }

    #[test]
    fn what_is_refused() {
        let db = sample::database("Sample", &[("9.0.0.0/8", sample::country("US"))]);
        let (file, link) = (EntryType::Regular, EntryType::Symlink);
        let refused = |entries: &[Entry<'_>]| wrong(&package(entries));
        assert!(refused(&[("package/a.mmdb", link, b"")]).contains("is a link or a device"));
        assert!(refused(&[("../a.mmdb", file, &db)]).contains("leads out of the package"));
        assert!(refused(&[("/etc/a.mmdb", file, &db)]).contains("leads out of the package"));
        assert!(refused(&[("p/../../x.txt", file, b"")]).contains("leads out of the package"));
        assert!(refused(&[("p/.a.mmdb", file, &db)]).contains("odd name"));
        assert!(refused(&[("p/a b.mmdb", file, &db)]).contains("odd name"));
        assert!(refused(&[("p/a.mmdb", file, &db), ("q/a.mmdb", file, &db)]).contains("two files"));
        assert!(refused(&[("p/a.mmdb", file, &db[..100])]).contains("cut or corrupt"));
        assert!(refused(&[("p/readme", file, b"x")]).contains("has no database"));
    }
}
