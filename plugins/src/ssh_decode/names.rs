//! Descriptions of HASSH values, from a list of the user.

use std::collections::HashMap;

use flowz_api::plugin::PluginError;

use crate::plain_file;

/// What programs are known by their HASSH.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<Vec<u8>, Vec<u8>>);

impl Names {
    /// Reads a list, if one is named: a HASSH, a tab and a description in each line; `#` begins a comment.
    pub(super) fn read(file: &str, longest: usize) -> Result<Self, PluginError> {
        if file.is_empty() {
            return Ok(Self::default());
        }
        let wrong = |why| format!("SSH_HASSH_NAME: '{file}' cannot be read: {why}");
        let text = plain_file::read(file).map_err(|why| PluginError::Other(wrong(why)))?;
        Ok(Self::parse(&text, longest))
    }

    fn parse(text: &[u8], longest: usize) -> Self {
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"#"));
        let pairs = lines.filter_map(|line| {
            let at = line.iter().position(|byte| *byte == b'\t')?;
            let name = line[at + 1..].trim_ascii();
            Some((
                line[..at].trim_ascii().to_ascii_lowercase(),
                name[..name.len().min(longest)].to_vec(),
            ))
        });
        Self(pairs.collect())
    }

    /// The description of a HASSH, if it is in the list.
    pub(super) fn of(&self, hassh: &[u8]) -> Option<Vec<u8>> {
        self.0.get(hassh).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn lists_of_the_user() {
        let names = Names::parse(b"# x\tno\n0AB1\tOpenSSH 9\r\nno tab\nff\tlonger than that", 9);
        assert_eq!(names.of(b"0ab1").as_deref(), Some(&b"OpenSSH 9"[..]));
        assert_eq!(names.of(b"ff").as_deref(), Some(&b"longer th"[..]));
        assert_eq!((names.of(b"# x"), names.of(b"no tab")), (None, None));
        assert!(Names::read("", 9).unwrap().of(b"ff").is_none());
        let missing = Names::read("/no/such/list", 9).unwrap_err().to_string();
        assert!(missing.starts_with("SSH_HASSH_NAME: '/no/such/list' cannot be read"), "{missing}");
        assert!(Names::read("/dev/null", 9).is_err());
    }
}
