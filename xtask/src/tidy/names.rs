//! The foundation names no plugin and no sink: whoever adds one must not have to change it.
//!
//! Looked at is code, not comments and not tests. A plugin counts as named by its name, its folder or
//! its type as a whole word; a sink, whose name is short, only as a whole string.

use super::Finding;
use super::tree::Tree;
use flowz_scaffold::{pascal_case, snake_case};

/// Sources that must not name them.
const FOUNDATION: [&str; 4] =
    ["core/api/src/", "core/decode/src/", "core/engine/src/", "core/macros/src/"];

/// What must not be named.
#[derive(Clone, Debug, Default)]
pub(super) struct Components {
    pub(super) plugins: Vec<String>,
    pub(super) sinks: Vec<String>,
}

pub(super) fn check(tree: &Tree, components: &Components) -> Vec<Finding> {
    let foundation = tree.rust().filter(|(path, _)| FOUNDATION.iter().any(|f| path.starts_with(f)));
    let code = foundation.filter(|(path, _)| !path.ends_with("tests.rs"));
    code.flat_map(|(path, text)| in_source(path, text, components)).collect()
}

fn in_source(path: &str, text: &str, components: &Components) -> Vec<Finding> {
    let code = text.lines().take_while(|l| l.trim() != "#[cfg(test)]").enumerate();
    let mut found = Vec::new();
    for (n, line) in code.filter(|(_, l)| !l.trim_start().starts_with("//")) {
        let plugin = components.plugins.iter().find(|p| names_plugin(line, p));
        let sink = components.sinks.iter().find(|s| line.contains(&format!("\"{s}\"")));
        found.extend(plugin.map(|p| Finding::at(path, n, format!("names the plugin {p}"))));
        found.extend(sink.map(|s| Finding::at(path, n, format!("names the sink {s}"))));
    }
    found
}

fn names_plugin(line: &str, name: &str) -> bool {
    [name.to_owned(), snake_case(name), pascal_case(name)].iter().any(|n| has_word(line, n))
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word)
}

#[cfg(test)]
mod tests {
    use super::{Components, in_source};

    #[test]
    fn code_but_not_comments_and_tests() {
        let components =
            Components { plugins: vec!["tcpStates".into()], sinks: vec!["txt".into()] };
        let source = "/// As tcpStates does.\nlet a = b.tcp_states;\nlet s = \"_headers.txt\";\n\
                      if sink == \"txt\" {}\n#[cfg(test)]\nmod t { use TcpStates; }";
        let found = in_source("x.rs", source, &components);
        let found: Vec<_> = found.iter().map(|f| (f.line, f.text.as_str())).collect();
        assert_eq!(found, [(2, "names the plugin tcpStates"), (4, "names the sink txt")]);
    }
}
