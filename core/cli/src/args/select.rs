//! Which plugins take part, and their settings.

use std::path::PathBuf;

/// Which plugins take part, and their settings.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Plugins and settings")]
pub(crate) struct SelectArgs {
    /// Use these plugins, whatever files and environment name; or all of them (`all`), or more and less than now
    /// (+NAME, -NAME); sinks may be among them
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) plugins: Option<Vec<String>>,

    /// Use the plugins that a text file names, one per line; `#` begins a comment
    #[arg(short = 'b', long, value_name = "FILE", conflicts_with = "plugins")]
    pub(crate) plugin_list: Option<PathBuf>,

    /// Load the plugins of all shared objects (*.so) in this folder; they take part like the others
    #[arg(short = 'p', long, value_name = "DIR")]
    pub(crate) plugin_folder: Option<PathBuf>,

    /// Set a toggle; may be given several times
    #[arg(short = 'o', long = "option", value_name = "PLUGIN.TOGGLE=VALUE")]
    pub(crate) options: Vec<String>,

    /// Read settings from this file, not from flowz.toml; may be given several times, the last one counts
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Vec<PathBuf>,

    /// Look for settings neither in files nor in the environment
    #[arg(long)]
    pub(crate) no_config: bool,

    /// Give the values of the reference, Tranalyzer2 0.9.3, also where it is provably wrong
    #[arg(long)]
    pub(crate) compat: bool,

    /// Number of this sensor
    #[arg(short = 'x', long, value_name = "N", default_value_t = Self::SENSOR)]
    pub(crate) sensor_id: u32,
}

impl SelectArgs {
    /// The number of a sensor that has none.
    const SENSOR: u32 = 666;

    /// Whether nothing was said.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { plugins, plugin_list, plugin_folder, options, config, .. } = self;
        let has_files = plugin_list.is_some() || plugin_folder.is_some() || !config.is_empty();
        let has_sensor = self.sensor_id != Self::SENSOR;
        !has_sensor
            && plugins.is_none()
            && options.is_empty()
            && !has_files
            && !self.no_config
            && !self.compat
    }
}
