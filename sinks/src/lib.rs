//! The sinks that come with flowz: one folder and one line each.
//!
//! A sink sees `flowz_api` and nothing else of the program. What several sinks need is in
//! [`common`].
#![forbid(unsafe_code)]

mod absent;
#[cfg(feature = "arrow")]
mod arrow;
mod call_log;
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub mod columnar;
mod common;
mod csv;
mod http_log;
#[cfg(feature = "parquet")]
mod parquet;
#[doc(hidden)]
pub mod parsers;
mod preset;
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
        assert_eq!(
            all,
            [
                (901, "txt"),
                (902, "csv"),
                (905, "httpLog"),
                (906, "callLog"),
                (907, "wav"),
                #[cfg(feature = "parquet")]
                (908, "parquet"),
                (909, "tcptraceList"),
                #[cfg(feature = "arrow")]
                (910, "arrow"),
                (911, "netmate"),
                (912, "tcptrace"),
                (913, "cic"),
                (914, "cic-short"),
                (915, "cic-original"),
                (916, "lycos"),
                (917, "nfstream"),
                (920, "tstat")
            ]
        );
        assert_eq!(super::link(), all.len());
    }
}
