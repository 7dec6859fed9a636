//! Labels of flows.

/// Labels of flows.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Labels")]
pub(crate) struct LabelArgs {
    /// Add a column with a label for each flow, by a file with a row for each kind: a window of time, addresses or prefixes, ports,
    /// protocol and the label; CSV or TOML (docs/labels.md). The same as --plugins +flowLabel -o flowLabel.LABEL_FILE=FILE
    #[arg(long, value_name = "FILE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) labels: Option<String>,

    /// Label of flows that no row matches [default: none]
    #[arg(long, value_name = "LABEL", requires = "labels")]
    pub(crate) labels_default: Option<String>,

    /// Time zone of times in the file that have none: a name such as America/Halifax, or -03:00
    #[arg(long, value_name = "ZONE", requires = "labels", allow_hyphen_values = true)]
    pub(crate) labels_zone: Option<String>,
}

impl LabelArgs {
    /// The plugin.
    const PLUGIN: &str = "flowLabel";

    /// The settings that they stand for.
    pub(crate) fn options(&self) -> Vec<String> {
        let pairs = [
            ("LABEL_FILE", &self.labels),
            ("LABEL_DEFAULT", &self.labels_default),
            ("LABEL_ZONE", &self.labels_zone),
        ];
        let given = pairs.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        given.map(|(name, value)| format!("{}.{name}={value}", Self::PLUGIN)).collect()
    }

    /// The plugins that take part, with the one that labels if it is asked for; `named` are those of the command line.
    pub(crate) fn plugins(&self, named: Option<Vec<String>>) -> Option<Vec<String>> {
        if self.labels.is_none() {
            return named;
        }
        // One more than files and environment say, or than the list says.
        let Some(mut names) = named else { return Some(vec![format!("+{}", Self::PLUGIN)]) };
        names.push(Self::PLUGIN.to_owned());
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::LabelArgs;

    #[test]
    fn settings_and_plugin() {
        let text = |t: &str| Some(t.to_owned());
        let args =
            LabelArgs { labels: text("a.csv"), labels_default: text("benign"), labels_zone: None };
        assert_eq!(
            args.options(),
            ["flowLabel.LABEL_FILE=a.csv", "flowLabel.LABEL_DEFAULT=benign"]
        );
        assert_eq!(args.plugins(None), Some(vec!["+flowLabel".to_owned()]));
        assert_eq!(args.plugins(Some(vec![])), Some(vec!["flowLabel".to_owned()]));
        let none = LabelArgs { labels: None, labels_default: None, labels_zone: None };
        assert!(none.options().is_empty() && none.plugins(None).is_none());
    }
}
