//! Running other programs; a failure becomes one sentence.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a program with our standard output; fails if it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", words(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", words(command));
    }
    Ok(())
}

/// Runs a program and yields what it writes to standard output; fails if it does.
pub(crate) fn text_of(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", words(command)))?;
    if !output.status.success() {
        bail!("{} failed ({})", words(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started and succeeds; its output goes nowhere.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|s| s.success())
}

/// The command line, for messages.
fn words(command: &Command) -> String {
    let all = std::iter::once(command.get_program()).chain(command.get_args());
    format!("'{}'", all.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{run, succeeds, text_of};
    use std::process::Command;

    #[test]
    fn outcomes() {
        assert_eq!(text_of(Command::new("echo").arg("a b")).unwrap(), "a b\n");
        assert!(succeeds(&mut Command::new("true")));
        let error = run(Command::new("false").arg("x")).unwrap_err();
        assert_eq!(error.to_string(), "'false x' failed (exit status: 1)");
    }
}
