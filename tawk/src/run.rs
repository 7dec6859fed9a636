//! Which awk there is, and how it is run: in the place of this program.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};

use crate::check::{self, command};
use crate::program::Program;

/// Programs to look for. gawk splits a row only as far as a program needs it, so on the wide rows of flow files it takes half of
/// mawk's time, and its whole numbers are exact up to 2^53 everywhere.
const NAMES: [&str; 4] = ["gawk", "mawk", "awk", "busybox"];

/// An awk that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Awk(PathBuf);

/// The awk for a program: the one that is asked for, or one of those in the folders of `path`.
pub(crate) fn choose(asked: Option<&Path>, program: &Program, path: Option<&OsStr>) -> Result<Awk> {
    if let Some(asked) = asked {
        return Ok(Awk(asked.to_owned()));
    }
    let find = |name: &str| {
        let folders =
            path.map(|p| std::env::split_paths(p).collect::<Vec<_>>()).unwrap_or_default();
        folders.into_iter().map(|folder| folder.join(name)).find(|p| p.is_file())
    };
    if let Some(reason) = &program.needs_gawk {
        return find("gawk").map(Awk).ok_or_else(|| {
            anyhow!("the program has {reason}, for which gawk is needed: apt-get install gawk, or name it with --awk")
        });
    }
    match NAMES.iter().find_map(|name| find(name)) {
        Some(path) => Ok(Awk(path)),
        None => bail!("there is no awk: apt-get install mawk, or name one with --awk"),
    }
}

impl Awk {
    /// What is wrong with a program as this awk sees it, in the lines of its source.
    pub(crate) fn check(&self, program: &str, source: &str) -> Result<Option<String>> {
        check::wrong(&self.0, program, source)
    }

    /// Runs a program in the place of this one; comes back only with an error.
    pub(crate) fn replace(
        &self,
        program: &str,
        assign: &[String],
        operands: &[OsString],
    ) -> anyhow::Error {
        let mut command = command(&self.0);
        for pair in assign {
            command.arg("-v").arg(pair);
        }
        command.arg("--").arg(program).args(operands);
        let error = command.exec();
        anyhow!("cannot run {}: {error}", self.0.display())
    }
}

#[cfg(test)]
mod tests {
    use super::{Awk, choose};
    use crate::program::Program;
    use std::path::{Path, PathBuf};

    #[test]
    fn the_right_awk() {
        let folder = std::env::temp_dir().join(format!("tawk-choose-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = Some(folder.as_os_str());
        let mut program = Program { text: String::new(), needs_gawk: None };
        let chosen = |program: &Program| choose(None, program, path);
        let is =
            |awk: anyhow::Result<Awk>, name: &str| assert_eq!(awk.unwrap(), Awk(folder.join(name)));
        assert!(chosen(&program).unwrap_err().to_string().contains("there is no awk"));
        std::fs::write(folder.join("busybox"), "").unwrap();
        is(chosen(&program), "busybox");
        std::fs::write(folder.join("mawk"), "").unwrap();
        is(chosen(&program), "mawk");
        program.needs_gawk = Some("gensub()".to_owned());
        assert!(chosen(&program).unwrap_err().to_string().contains("has gensub(), for which gawk"));
        std::fs::write(folder.join("gawk"), "").unwrap();
        is(chosen(&program), "gawk");
        program.needs_gawk = None;
        is(chosen(&program), "gawk");
        let asked = choose(Some(Path::new("my awk")), &program, path).unwrap();
        assert_eq!(asked, Awk(PathBuf::from("my awk")));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
