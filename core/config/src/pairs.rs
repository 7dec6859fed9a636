//! Files of the reference: `NAME = value`, one a line, `yes` and `no` for switches, `#` for comments.
//!
//! A comment such as `# :basicStats.h:` tells of which file the following lines are; names that the plugin of
//! that name has are the plugin's. Else a name stands for all plugins that have it, unless it is written
//! as `PLUGIN.NAME`.

use crate::file::{Setting, Wrong};

/// The settings of a text.
pub(crate) fn read(text: &str) -> Result<Vec<Setting>, Wrong> {
    let mut settings = Vec::new();
    let mut section: Option<&str> = None;
    for (line, content) in text.lines().enumerate().map(|(n, l)| (n + 1, l.trim())) {
        if let Some(comment) = content.strip_prefix('#') {
            section = header(comment).or(section);
            continue;
        }
        if content.is_empty() {
            continue;
        }
        let wrong = || (line, format!("'{content}' is not a setting: NAME = value is needed"));
        let (path, value) = content.split_once('=').ok_or_else(wrong)?;
        let (owner, name) = match path.trim().split_once('.') {
            Some((owner, name)) => (Some(owner), name),
            None => (None, path.trim()),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let value = without_comment(value).trim();
        settings.push(Setting {
            owner: owner.map(str::to_owned),
            section: section.map(str::to_owned),
            name: name.to_owned(),
            value: value.to_owned(),
            line,
        });
    }
    Ok(settings)
}

/// `:basicStats.h:` without its ending.
fn header(comment: &str) -> Option<&str> {
    let name = comment.trim().strip_prefix(':')?.strip_suffix(':')?;
    let stem = name.split('.').next().unwrap_or(name);
    (!stem.is_empty() && !stem.contains(char::is_whitespace)).then_some(stem)
}

/// A value up to a comment that does not stand in quotes.
fn without_comment(value: &str) -> &str {
    let mut quoted = false;
    for (at, sign) in value.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            '#' if !quoted => return &value[..at],
            _ => {}
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::read;

    fn shown(text: &str) -> Vec<String> {
        let settings = read(text).unwrap();
        let show = |s: &crate::file::Setting| {
            let section = s.section.as_deref().unwrap_or("-");
            let owner = s.owner.as_deref().unwrap_or("*");
            format!("{} {section}: {owner}.{}={}", s.line, s.name, s.value)
        };
        settings.iter().map(show).collect()
    }

    #[test]
    fn lines() {
        let text = "# a comment\nA = yes\n\n  B=0x10 # hex\nC = \"a # b\"\nmy.D =\n";
        assert_eq!(
            shown(text),
            ["2 -: *.A=yes", "4 -: *.B=0x10", "5 -: *.C=\"a # b\"", "6 -: my.D="]
        );
    }

    #[test]
    fn sections() {
        let text = "A = 1\n# :main.h:\nB = 1\n# :my.h:\nC = 1\n# more\nD = 1\n";
        assert_eq!(shown(text), ["1 -: *.A=1", "3 main: *.B=1", "5 my: *.C=1", "7 my: *.D=1"]);
    }

    #[test]
    fn what_is_no_setting() {
        let text = "'A' is not a setting: NAME = value is needed";
        assert_eq!(read("\nA\n").unwrap_err(), (2, text.to_owned()));
        assert!(read("A B = 1").is_err() && read("= 1").is_err());
    }
}
