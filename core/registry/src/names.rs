//! Names that users type, and the nearest one where a name is wrong.

/// What the names of plugins stand for.
pub const PLUGIN: &str = "plugin";

/// There is nothing of this name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no {what} '{name}'{hint}")]
pub struct Unknown {
    /// `plugin`, `sink` or `toggle`.
    pub what: &'static str,
    /// What was given.
    pub name: String,
    /// `; did you mean ...?` or what else may help, or empty.
    pub hint: String,
}

impl Unknown {
    /// A name that is none of those known.
    pub fn new<'a>(
        what: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let hint = match nearest(known, name) {
            _ if absent(name).is_some() => absent(name).unwrap_or_default(),
            Some(near) => format!("; did you mean '{near}'?"),
            None if what == PLUGIN => {
                "; one in a shared object needs its folder: -p DIR".to_owned()
            }
            None => String::new(),
        };
        Self { what, name: name.to_owned(), hint }
    }
}

/// How to get the sink of this name, if the program was built without it.
fn absent(name: &str) -> Option<String> {
    let all = flowz_api::registry::absent_sinks();
    let sink = all.iter().find(|sink| sink.name == name || sink.toggles == name)?;
    let feature = sink.feature;
    Some(format!(
        " in this program: it was built without '{feature}'; build it with --features {feature}"
    ))
}

/// The place of a name among those known.
pub fn find<'a>(
    what: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Result<usize, Unknown> {
    known.clone().position(|k| k == name).ok_or_else(|| Unknown::new(what, name, known))
}

/// The known name that looks most like a wrong one, if any looks like it.
fn nearest<'a>(known: impl IntoIterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    let distance = |k: &str| strsim::osa_distance(&k.to_lowercase(), &name.to_lowercase());
    let best = known.into_iter().min_by_key(|k| distance(k))?;
    (distance(best) <= best.len() / 3).then_some(best)
}

/// Most names that are offered for a wrong one.
const MOST_NEAR: usize = 3;

/// Known names that look like a wrong one, the likeliest first: those that differ in few letters, then those that
/// have it in them or are in it.
pub fn near<'a>(known: impl IntoIterator<Item = &'a str>, name: &str) -> Vec<String> {
    let wanted = name.to_lowercase();
    let rank = |k: &str| {
        let lower = k.to_lowercase();
        let distance = strsim::osa_distance(&lower, &wanted);
        let is_part = wanted.len() > 2 && lower.contains(&wanted)
            || lower.len() > 3 && wanted.contains(&lower);
        let is_near = distance <= k.len() / 3;
        (is_near || is_part).then_some((!is_near, distance))
    };
    let mut near: Vec<_> = known.into_iter().filter_map(|k| Some((rank(k)?, k))).collect();
    near.sort_by_key(|(rank, _)| *rank);
    near.dedup_by_key(|(_, name)| *name);
    near.into_iter().take(MOST_NEAR).map(|(_, name)| name.to_owned()).collect()
}

/// `; did you mean 'a' or 'b'?`, or nothing if there are no such names.
pub fn alternatives(near: &[String]) -> String {
    let quoted: Vec<_> = near.iter().map(|name| format!("'{name}'")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => format!("; did you mean {last}?"),
        Some((last, others)) => format!("; did you mean {} or {last}?", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{alternatives, find, near};

    #[test]
    fn names_that_look_alike() {
        let known = ["srcIP", "dstIP", "ipMinTTL", "ipMaxTTL", "srcIP"];
        assert_eq!(near(known, "srcip"), ["srcIP"]);
        assert_eq!(near(known, "ttl"), ["ipMinTTL", "ipMaxTTL"]);
        assert_eq!(near(known, "theSrcIPAddress"), ["srcIP"]);
        assert_eq!(near(known, "xyzzy"), [""; 0]);
        let told = |names: &[&str]| {
            alternatives(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(told(&[]), "");
        assert_eq!(told(&["a"]), "; did you mean 'a'?");
        assert_eq!(told(&["a", "b", "c"]), "; did you mean 'a', 'b' or 'c'?");
    }

    #[test]
    fn nearest_names() {
        let find = |name| find("toggle", name, ["BS_PAD", "BS_STATS"].into_iter());
        assert_eq!(find("BS_STATS"), Ok(1));
        let text = |name| find(name).unwrap_err().to_string();
        assert_eq!(text("BS_PADS"), "there is no toggle 'BS_PADS'; did you mean 'BS_PAD'?");
        assert_eq!(text("bs_stats"), "there is no toggle 'bs_stats'; did you mean 'BS_STATS'?");
        assert_eq!(text("zzzzzzzz"), "there is no toggle 'zzzzzzzz'");
        let error = super::Unknown::new(super::PLUGIN, "counter", ["connStat"]).to_string();
        assert_eq!(
            error,
            "there is no plugin 'counter'; one in a shared object needs its folder: -p DIR"
        );
    }
}
