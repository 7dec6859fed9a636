//! The sinks that come with flowz: one folder and one line each.
//!
//! A sink sees `flowz_api` and nothing else of the program. What several sinks need is in
//! [`common`].
#![forbid(unsafe_code)]

mod absent;
mod call_log;
mod common;
mod csv;
mod http_log;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(feature = "nats")]
mod nats;
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

    /// Those of every build, and those whose feature is on.
    fn expected() -> Vec<(u16, &'static str)> {
        let mut all = vec![
            (901, "txt"),
            (902, "csv"),
            (905, "httpLog"),
            (906, "callLog"),
            (907, "wav"),
            (909, "tcptraceList"),
            (911, "netmate"),
            (912, "tcptrace"),
            (913, "cic"),
            (914, "cic-short"),
            (915, "cic-original"),
            (916, "lycos"),
            (917, "nfstream"),
            (920, "tstat"),
        ];
        all.extend(cfg!(feature = "kafka").then_some((928, "kafka")));
        all.extend(cfg!(feature = "nats").then_some((929, "nats")));
        all
    }

    #[test]
    fn all_are_registered() {
        let all: Vec<_> = sinks().iter().map(|e| (e.info.number, e.info.name)).collect();
        assert_eq!(all, expected());
        assert_eq!(super::link(), expected().len());
    }
}
