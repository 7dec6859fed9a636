//! The sinks that come with flowz: one folder and one line each.
//!
//! A sink sees `flowz_api` and nothing else of the program. What several sinks need is in
//! [`common`].
#![forbid(unsafe_code)]

mod absent;
#[cfg(feature = "arrow")]
mod arrow;
mod call_log;
#[cfg(feature = "clickhouse")]
mod clickhouse;
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub mod columnar;
mod common;
mod csv;
mod http_log;
mod ipfix;
mod json;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "parquet")]
mod parquet;
#[doc(hidden)]
pub mod parsers;
#[cfg(feature = "postgres")]
mod postgres;
mod preset;
mod socket;
#[cfg(feature = "sqlite")]
mod sqlite;
mod tcptrace_list;
mod txt;
mod wav;

#[cfg(test)]
mod test_support;

/// Makes the linker keep this crate: registration happens before `main`, in code that nobody calls.
/// Yields the number of sinks known to the program.
pub fn link() -> usize {
    flowz_api::registry::sinks().len()
}

#[cfg(test)]
mod tests {
    use flowz_api::registry::sinks;

    #[test]
    fn all_are_registered() {
        let all: Vec<_> = sinks().iter().map(|e| (e.info.number, e.info.name)).collect();
        // Number, name, and whether this build has it.
        let expected = [
            (901, "txt", true),
            (902, "csv", true),
            (903, "json", true),
            (904, "ipfix", true),
            (905, "httpLog", true),
            (906, "callLog", true),
            (907, "wav", true),
            (908, "parquet", cfg!(feature = "parquet")),
            (909, "tcptraceList", true),
            (910, "arrow", cfg!(feature = "arrow")),
            (911, "netmate", true),
            (912, "tcptrace", true),
            (913, "cic", true),
            (914, "cic-short", true),
            (915, "cic-original", true),
            (916, "lycos", true),
            (917, "nfstream", true),
            (919, "socket", true),
            (920, "tstat", true),
            (923, "postgres", cfg!(feature = "postgres")),
            (924, "sqlite", cfg!(feature = "sqlite")),
            (927, "clickhouse", cfg!(feature = "clickhouse")),
            (928, "kafka", cfg!(feature = "kafka")),
            (929, "nats", cfg!(feature = "nats")),
        ];
        let is_here = expected.iter().filter(|(_, _, is_here)| *is_here);
        let expected: Vec<_> = is_here.map(|(number, name, _)| (*number, *name)).collect();
        assert_eq!(all, expected);
        assert_eq!(super::link(), expected.len());
    }
}
