//! Files of the command line: their header line, and how awk gets at them.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

use anyhow::{Context, Result, bail};
use rustix::io::{FdFlags, fcntl_setfd};

use crate::columns::{Columns, Format, Header, read_header};

/// What awk is to read.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Operands for awk.
    pub(crate) operands: Vec<OsString>,
    /// The columns of the first file.
    pub(crate) columns: Option<Columns>,
    /// Whether the header line is a file of its own, because the first file can be read only once.
    pub(crate) header_apart: bool,
    /// Whether a file begins with a byte order mark.
    pub(crate) marked: bool,
    /// Whether lines of a file end with a carriage return, as its header line does.
    pub(crate) returns: bool,
    /// What awk gets open.
    open: Vec<OwnedFd>,
}

/// Whether an operand sets a variable: `name=value`, and no file is called so. The name.
pub(crate) fn assigned(operand: &OsStr) -> Option<&str> {
    let (name, _) = operand.to_str()?.split_once('=')?;
    (is_name(name) && !Path::new(operand).exists()).then_some(name)
}

/// Whether a variable may be called so.
pub(crate) fn is_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(letter) && text.chars().all(|c| letter(c) || c.is_ascii_digit())
}

impl Inputs {
    /// Looks at the files among the operands; without any it is standard input.
    pub(crate) fn new(operands: &[OsString], format: &Format, rename: bool) -> Result<Self> {
        let mut inputs = Self::default();
        for operand in operands {
            if assigned(operand).is_some() {
                inputs.operands.push(operand.clone());
            } else {
                inputs.file(operand, format, rename)?;
            }
        }
        if inputs.columns.is_none() {
            inputs.file(OsStr::new("-"), format, rename)?;
        }
        Ok(inputs)
    }

    /// Operands of a program that reads no files.
    pub(crate) fn unread(operands: Vec<OsString>) -> Self {
        Self { operands, ..Self::default() }
    }

    fn file(&mut self, operand: &OsStr, format: &Format, rename: bool) -> Result<()> {
        let is_standard = operand == "-";
        let name = if is_standard {
            "standard input".to_owned()
        } else {
            format!("'{}'", operand.display())
        };
        let regular = !is_standard && std::fs::metadata(operand).is_ok_and(|m| m.is_file());
        if regular {
            let file = File::open(operand).with_context(|| format!("cannot read {name}"))?;
            self.names(
                read_header(io::BufReader::new(file), format, &name)?,
                format,
                &name,
                rename,
            )?;
            // A name such as a=b sets a variable, if it does not begin like a path.
            let with_sign =
                operand.as_encoded_bytes().contains(&b'=') && Path::new(operand).is_relative();
            let path = if with_sign {
                Path::new(".").join(operand).into_os_string()
            } else {
                operand.to_owned()
            };
            self.operands.push(path);
            return Ok(());
        }
        if self.columns.is_some() {
            if format.line.is_some() {
                bail!("{name} cannot be read twice: with -N and --csv it must be the only input");
            }
            if !is_standard {
                let cannot = || format!("cannot read {name}");
                if std::fs::metadata(operand).with_context(cannot)?.is_dir() {
                    bail!("cannot read {name}: it is a folder");
                }
            }
            self.operands.push(operand.to_owned());
            return Ok(());
        }
        if is_standard {
            self.names(
                read_header(
                    io::stdin().as_fd().try_clone_to_owned().map(File::from)?,
                    format,
                    &name,
                )?,
                format,
                &name,
                rename,
            )?;
            self.header()?;
            self.operands.push(operand.to_owned());
            return Ok(());
        }
        let file = File::open(operand).with_context(|| format!("cannot read {name}"))?;
        self.names(read_header(&file, format, &name)?, format, &name, rename)?;
        self.header()?;
        self.hand_over(file.into())
    }

    /// Remembers the columns of the first file; those of all others must be the same.
    fn names(
        &mut self,
        header: Option<Header>,
        format: &Format,
        name: &str,
        rename: bool,
    ) -> Result<()> {
        self.marked |= header.as_ref().is_some_and(|header| header.marked);
        let line = header.map(|header| header.line);
        self.returns |= line.as_ref().is_some_and(|line| line.ends_with('\r'));
        match (&self.columns, line) {
            (None, Some(line)) => self.columns = Some(Columns::new(&line, format, name, rename)),
            (None, None) => match format.line {
                Some(number) => bail!("{name} has no line {number}"),
                None => bail!(
                    "{name} has no header line: a first line that begins with '{}' and names the columns (-s and -N choose another one)",
                    format.sign
                ),
            },
            (Some(first), Some(line)) if first.line.trim_end() != line.trim_end() => {
                bail!("{name} has other columns than {}: run tawk on each of them", first.file)
            }
            _ => {}
        }
        Ok(())
    }

    /// The header line as a file of its own.
    fn header(&mut self) -> Result<()> {
        if !self.operands.is_empty() && self.operands.iter().any(|o| assigned(o).is_none()) {
            return Ok(());
        }
        let line = self.columns.as_ref().map(|c| format!("{}\n", c.line)).unwrap_or_default();
        let (reader, mut writer) = io::pipe().context("cannot make a pipe")?;
        // It fits into the pipe: longer ones are refused.
        writer.write_all(line.as_bytes()).context("cannot write into a pipe")?;
        self.header_apart = true;
        self.hand_over(reader.into())
    }

    /// Lets awk have what is open here.
    fn hand_over(&mut self, open: OwnedFd) -> Result<()> {
        fcntl_setfd(&open, FdFlags::empty()).context("cannot hand a file over")?;
        self.operands.push(format!("/dev/fd/{}", open.as_raw_fd()).into());
        self.open.push(open);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::assigned;
    use std::ffi::OsStr;

    #[test]
    fn operands_that_set_variables() {
        assert_eq!(assigned(OsStr::new("a_1=b=c")), Some("a_1"));
        for no in ["x_flows.txt", "1a=b", "a/b=c", "=b", "-"] {
            assert_eq!(assigned(OsStr::new(no)), None, "{no}");
        }
    }
}
