//! How TCP streams are read.

use super::bytes;

/// How TCP streams are read, by plugins that look at their bytes.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "TCP streams")]
pub(crate) struct StreamArgs {
    /// Most memory for bytes that wait for others or for more of their message (K, M, G), in steps of 1 MiB; the same
    /// as -o core.STREAM_MEM [default: 256 MiB]
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) stream_mem: Option<u64>,

    /// Read streams only from packets whose outermost VLAN tag has this identifier (0: those without a tag): one of
    /// several taps; the same as -o core.STREAM_TAP_VLAN
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(u16).range(0..4096))]
    pub(crate) tap_vlan: Option<u16>,
}

impl StreamArgs {
    /// The settings that they stand for.
    pub(crate) fn options(&self) -> Vec<String> {
        const MIB: u64 = 1 << 20;
        let memory = self.stream_mem.map(|bytes| (bytes / MIB).max(1));
        let memory = memory.map(|mib| format!("core.STREAM_MEM={mib}"));
        let tap = self.tap_vlan.map(|id| format!("core.STREAM_TAP_VLAN={id}"));
        memory.into_iter().chain(tap).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::StreamArgs;

    #[test]
    fn memory_in_whole_steps() {
        let options =
            |stream_mem| StreamArgs { stream_mem: Some(stream_mem), tap_vlan: None }.options();
        assert_eq!(options(64_000_000), ["core.STREAM_MEM=61"]);
        assert_eq!(options(1), ["core.STREAM_MEM=1"]);
        let tap = StreamArgs { stream_mem: None, tap_vlan: Some(0) };
        assert_eq!(tap.options(), ["core.STREAM_TAP_VLAN=0"]);
    }
}
