//! Files that settings name and that are read whole. A device may have no end, and a pipe would be waited for.

use std::fs;

/// Bytes of a list, at most.
const MOST: u64 = 16 << 20;

/// All bytes of a plain file, or why there are none.
pub(crate) fn read(file: &str) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let metadata = fs::metadata(file).map_err(failed)?;
    if !metadata.is_file() || metadata.len() > MOST {
        return Err(format!("a plain file of at most {} MiB is needed", MOST >> 20));
    }
    fs::read(file).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::read;
    use std::fs::{self, File};

    #[test]
    fn only_plain_files_of_a_bounded_size() {
        for file in ["/dev/zero", "/dev/null", "/"] {
            assert_eq!(read(file).unwrap_err(), "a plain file of at most 16 MiB is needed");
        }
        let path = std::env::temp_dir().join(format!("flowz-plain-file-{}", std::process::id()));
        let name = path.to_str().unwrap();
        assert!(read(name).unwrap_err().contains("No such file"));
        fs::write(&path, "80\ttcp\tweb\n").unwrap();
        assert_eq!(read(name).unwrap(), b"80\ttcp\tweb\n");
        File::options().write(true).open(&path).unwrap().set_len((16 << 20) + 1).unwrap();
        assert!(read(name).is_err());
        fs::remove_file(path).unwrap();
    }
}
