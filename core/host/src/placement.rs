//! Where plugins run when there are several threads.
//!
//! Those that steer run in front, with the flow table. Those that record run behind it: in lanes, each of which has
//! some of the flows, or, if they need all flows, in one place. A plugin that reads facts must be where they
//! are published or behind; plugins that mark flows and show marks must be in one place. So some are moved to a
//! place that is further in front than they need. Where a plugin runs changes nothing that it sees.

use flowz_api::plugin::{Info, Scope};

/// A place, the one furthest in front first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// With the flow table.
    Front,
    /// Behind it, with all flows.
    Whole,
    /// Behind it, with some of the flows.
    Lane,
}

impl Place {
    /// The place of a plugin on its own account.
    pub fn new(steers: bool, scope: Scope) -> Self {
        match scope {
            _ if steers => Self::Front,
            Scope::Run => Self::Whole,
            Scope::Flow => Self::Lane,
        }
    }
}

/// The places of plugins, given in the order of their calls with the places that they need.
pub fn place(plugins: &[(&'static Info, Place)]) -> Vec<Place> {
    let mut places: Vec<_> = plugins.iter().map(|(_, place)| *place).collect();
    loop {
        let before = places.clone();
        together(plugins, &mut places);
        readers_and_publishers(plugins, &mut places);
        if places == before {
            return places;
        }
    }
}

/// Plugins that mark flows are all where the one furthest in front is.
fn together(plugins: &[(&'static Info, Place)], places: &mut [Place]) {
    let marking = |n: &usize| plugins[*n].0.marks;
    let front = (0..plugins.len()).filter(marking).map(|n| places[n]).min();
    for n in (0..plugins.len()).filter(marking) {
        places[n] = front.unwrap_or(places[n]);
    }
}

/// Facts go from the front to everywhere, and stay where they are in all other places.
fn readers_and_publishers(plugins: &[(&'static Info, Place)], places: &mut [Place]) {
    for reader in 0..plugins.len() {
        for fact in plugins[reader].0.reads {
            let Some(publisher) = plugins.iter().position(|(info, _)| info.name == fact.plugin)
            else {
                continue;
            };
            let (read, published) = (places[reader], places[publisher]);
            if published != Place::Front {
                let both = read.min(published);
                (places[reader], places[publisher]) = (both, both);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place::{Front, Lane, Whole};
    use super::place;
    use flowz_api::fact::FactId;
    use flowz_api::plugin::Info;

    const fn fact(plugin: &'static str) -> FactId {
        FactId { plugin, name: "x", version: 1 }
    }

    const A: &Info = &Info::new("a", 1, "").publishes(&[fact("a")]);
    const READS_A: &Info = &Info::new("r", 2, "").reads(&[fact("a")]);
    const WHOLE: &Info = &Info::new("w", 3, "").sees_all_flows().reads(&[fact("r")]);
    const MARKS: &Info = &Info::new("m", 4, "").marks();

    #[test]
    fn alone() {
        assert_eq!(place(&[(A, Lane), (MARKS, Lane), (MARKS, Front)]), [Lane, Front, Front]);
        assert_eq!(place(&[(A, Front), (READS_A, Lane)]), [Front, Lane]);
    }

    #[test]
    fn those_that_read_go_with_those_that_publish() {
        assert_eq!(place(&[(A, Lane), (READS_A, Lane), (WHOLE, Whole)]), [Whole; 3]);
        assert_eq!(place(&[(A, Lane), (READS_A, Front), (WHOLE, Whole)]), [Front, Front, Whole]);
        assert_eq!(place(&[(READS_A, Lane), (WHOLE, Whole)]), [Whole, Whole]);
        assert_eq!(place(&[(READS_A, Lane), (MARKS, Lane)]), [Lane, Lane]);
    }
}
