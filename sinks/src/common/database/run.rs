//! What a database keeps of the run whose rows it has.

/// What is known of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct RunFacts {
    /// The program and its version.
    pub(crate) program: String,
    /// The command line, without passwords.
    pub(crate) command: String,
    /// Settings and their fingerprint.
    pub(crate) settings: String,
    /// The number of the sensor.
    pub(crate) sensor: String,
}

impl RunFacts {
    /// From the lines about the run that headers have.
    pub(crate) fn new(preamble: &[String]) -> Self {
        let behind = |word: &str| {
            let line = preamble.iter().find_map(|line| line.strip_prefix(word));
            line.unwrap_or_default().trim().to_owned()
        };
        // The program stands behind the date.
        let program = preamble.get(1).cloned().unwrap_or_default();
        Self {
            program,
            command: behind("Command line:"),
            settings: behind("Settings:"),
            sensor: behind("SensorID:"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RunFacts;

    #[test]
    fn lines_of_headers() {
        let lines = [
            "Date: now",
            "flowz 1",
            "SensorID: 7",
            "PID: 1",
            "Command line: flowz -r x",
            "",
            "Settings: 0, fingerprint 0x1",
        ];
        let facts = RunFacts::new(&lines.map(str::to_owned));
        assert_eq!(facts.program, "flowz 1");
        assert_eq!((&*facts.command, &*facts.sensor), ("flowz -r x", "7"));
        assert_eq!(facts.settings, "0, fingerprint 0x1");
        assert_eq!(RunFacts::new(&[]), RunFacts::default());
    }
}
