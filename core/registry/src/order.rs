//! The order in which plugins are called: each behind those that it names, otherwise by number.

use flowz_api::fact::FactId;
use flowz_api::plugin::Info;

/// Plugins that wait for each other.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("these plugins each want to run behind another of them: {}", .0.join(", "))]
pub struct Cycle(pub Vec<&'static str>);

/// Puts plugins, given by number, in the order of their calls.
pub(crate) fn sort(by_number: Vec<&'static Info>) -> Result<Vec<&'static Info>, Cycle> {
    let selected: Vec<_> = by_number.iter().map(|info| info.name).collect();
    let (mut waiting, mut placed) = (by_number, Vec::<&'static Info>::new());
    while !waiting.is_empty() {
        let is_placed = |name: &str| placed.iter().any(|info| info.name == name);
        let is_ready = |info: &&'static Info| {
            info.earlier().all(|name| is_placed(name) || !selected.contains(&name))
        };
        let Some(next) = waiting.iter().position(is_ready) else {
            return Err(Cycle(waiting.iter().map(|info| info.name).collect()));
        };
        placed.push(waiting.remove(next));
    }
    Ok(placed)
}

/// Plugins that do not understand each other.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FactMismatch {
    /// A fact that one plugin reads and the other publishes in another version, or not at all.
    #[error(
        "plugin {reader} reads the fact {plugin}.{name}, version {wanted}; plugin {plugin} {has}"
    )]
    Version {
        /// Who reads it.
        reader: &'static str,
        /// Whose it is.
        plugin: &'static str,
        /// Its name.
        name: &'static str,
        /// The version that the reader knows.
        wanted: u32,
        /// What there is.
        has: String,
    },
    /// A fact in the name of another plugin: where a plugin runs follows from whose facts it reads.
    #[error("plugin {plugin} publishes the fact {owner}.{name}, which is one of plugin {owner}")]
    Foreign {
        /// Who publishes it.
        plugin: &'static str,
        /// Whose it is.
        owner: &'static str,
        /// Its name.
        name: &'static str,
    },
}

/// Whether what plugins read is what others publish, each in its own name.
pub(crate) fn check_facts(plugins: &[&'static Info]) -> Result<(), FactMismatch> {
    for info in plugins {
        if let Some(fact) = info.publishes.iter().find(|fact| fact.plugin != info.name) {
            let FactId { plugin: owner, name, .. } = *fact;
            return Err(FactMismatch::Foreign { plugin: info.name, owner, name });
        }
    }
    for reader in plugins {
        for fact in reader.reads {
            let publisher = plugins.iter().find(|info| info.name == fact.plugin);
            let Some(publisher) = publisher.filter(|info| !fact.is_in(info.publishes)) else {
                continue;
            };
            let FactId { plugin, name, version: wanted } = *fact;
            let has = match publisher.publishes.iter().find(|known| known.name == name) {
                Some(known) => {
                    format!("publishes version {}: one of them is too old", known.version)
                }
                None => "publishes no such fact".to_owned(),
            };
            return Err(FactMismatch::Version { reader: reader.name, plugin, name, wanted, has });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check_facts, sort};
    use flowz_api::fact::FactId;
    use flowz_api::plugin::Info;

    const FACT: FactId = FactId { plugin: "b", name: "x", version: 2 };
    const A: &Info = &Info::new("a", 1, "").after(&["c", "gone"]);
    const B: &Info = &Info::new("b", 2, "").publishes(&[FACT]);
    const C: &Info = &Info::new("c", 3, "").requires(&["b"]);
    const D: &Info = &Info::new("d", 0, "").reads(&[FACT]);

    fn names(plugins: Vec<&'static Info>) -> Vec<&'static str> {
        sort(plugins).unwrap().iter().map(|info| info.name).collect()
    }

    #[test]
    fn behind_those_that_they_name_else_by_number() {
        assert_eq!(names(vec![A, B, C]), ["b", "c", "a"]);
        assert_eq!(names(vec![A, B]), ["a", "b"]);
        assert_eq!(names(vec![D, A, B, C]), ["b", "d", "c", "a"]);
    }

    #[test]
    fn cycles() {
        const X: &Info = &Info::new("x", 1, "").after(&["y"]);
        const Y: &Info = &Info::new("y", 2, "").after(&["x"]);
        let sentence = sort(vec![X, Y, B]).unwrap_err().to_string();
        assert_eq!(sentence, "these plugins each want to run behind another of them: x, y");
    }

    #[test]
    fn facts() {
        const OLD: &Info =
            &Info::new("old", 5, "").reads(&[FactId { plugin: "b", name: "x", version: 1 }]);
        const WRONG: &Info =
            &Info::new("wrong", 5, "").reads(&[FactId { plugin: "b", name: "y", version: 1 }]);
        const THIEF: &Info = &Info::new("thief", 1, "").publishes(&[FACT]);
        assert_eq!(check_facts(&[B, D]), Ok(()));
        assert_eq!(
            check_facts(&[THIEF]).unwrap_err().to_string(),
            "plugin thief publishes the fact b.x, which is one of plugin b"
        );
        assert_eq!(check_facts(&[OLD]), Ok(()), "its publisher does not take part");
        let sentence = |info| check_facts(&[B, info]).unwrap_err().to_string();
        assert_eq!(
            sentence(OLD),
            "plugin old reads the fact b.x, version 1; plugin b publishes version 2: one of them is too old"
        );
        assert!(sentence(WRONG).ends_with("plugin b publishes no such fact"));
    }
}
