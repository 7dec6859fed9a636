//! Where addresses belong.

/// Where addresses belong.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Places")]
pub(crate) struct PlaceArgs {
    /// Add columns with the countries and organisations of addresses, by the databases that flowz geo-setup has installed, or by
    /// these files, between commas: databases in MaxMind's format and lists of prefixes (docs/geo.md); the same as
    /// -o core.SUBNET_ON=1 -o core.GEO_FILES=FILES
    #[arg(
        long,
        value_name = "FILES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    pub(crate) geo: Option<String>,
}

impl PlaceArgs {
    /// The settings that they stand for.
    pub(crate) fn options(&self) -> Vec<String> {
        let Some(files) = &self.geo else { return Vec::new() };
        let mut options = vec!["core.SUBNET_ON=1".to_owned()];
        if !files.is_empty() {
            options.push(format!("core.GEO_FILES={files}"));
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::PlaceArgs;

    #[test]
    fn settings() {
        let options = |geo: Option<&str>| PlaceArgs { geo: geo.map(str::to_owned) }.options();
        assert!(options(None).is_empty());
        assert_eq!(options(Some("")), ["core.SUBNET_ON=1"]);
        assert_eq!(options(Some("a.mmdb,b")), ["core.SUBNET_ON=1", "core.GEO_FILES=a.mmdb,b"]);
    }
}
