//! Files that are read whole: filters and lists of names. Devices may have no end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes of such a file, at most.
const MOST: u64 = 1 << 20;

/// All bytes of a file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {MOST} bytes"),
        ));
    }
    Ok(bytes)
}
