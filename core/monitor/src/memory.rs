//! How much memory the program has.

use std::fs;

/// Memory of the process in bytes; nothing where the system does not tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// What is in memory now.
    pub resident: Option<u64>,
    /// The most that was there at once.
    pub peak: Option<u64>,
}

impl Memory {
    /// Asks the system.
    pub fn of_process() -> Self {
        Self::parse(&fs::read_to_string("/proc/self/status").unwrap_or_default())
    }

    /// Reads lines such as `VmRSS: 1234 kB`.
    fn parse(status: &str) -> Self {
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
            Some(kilobytes * 1024)
        };
        Self { resident: bytes("VmRSS:"), peak: bytes("VmHWM:") }
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn lines_of_the_system() {
        let status = "Name:\tflowz\nVmHWM:\t    5160 kB\nVmRSS:\t    4096 kB\nThreads:\t1\n";
        let expected = Memory { resident: Some(4096 * 1024), peak: Some(5160 * 1024) };
        assert_eq!(Memory::parse(status), expected);
        assert_eq!(Memory::parse("VmRSS:\tmuch"), Memory::default());
    }

    #[test]
    fn this_process_has_some() {
        if !std::path::Path::new("/proc/self/status").exists() {
            return;
        }
        let memory = Memory::of_process();
        assert!(memory.resident.is_some_and(|bytes| bytes > 100_000), "{memory:?}");
        assert!(memory.peak >= memory.resident);
    }
}
