use kernel::ComponentId;

use crate::Part;
use crate::flow::Network;

/// The components that can serve some parts, numbered in the order of their ids.
pub(crate) struct Pool {
    pub(crate) components: Vec<ComponentId>,
}

impl Pool {
    pub(crate) fn of(parts: &[Part]) -> Self {
        let mut components: Vec<ComponentId> = parts.iter().flat_map(Part::options).collect();
        components.sort_unstable();
        components.dedup();
        Self { components }
    }

    pub(crate) const fn len(&self) -> usize {
        self.components.len()
    }

    /// The number of a component that is one of ours.
    fn number(&self, component: ComponentId) -> usize {
        let found = self.components.binary_search(&component);
        found.expect("made of the same parts")
    }

    /// The numbers of a part's options, in order of preference.
    pub(crate) fn numbers(&self, part: &Part) -> Vec<usize> {
        part.options().map(|component| self.number(component)).collect()
    }

    /// A network in which every component is a bin, and all choices cost the same.
    pub(crate) fn indifferent(&self, parts: &[Part]) -> Network {
        let options = |part: &Part| {
            let bins: Vec<(usize, i64)> = part.options().map(|c| (self.number(c), 0)).collect();
            bins
        };
        Network::new(self.len(), parts.iter().map(options))
    }

    /// A network that prefers what is preferred: as few pieces as possible are of substitutes, and of those as many as
    /// possible of earlier ones. Component `c` has two bins: `c` for pieces held already, which go before everything
    /// else, and [`Pool::len`]` + c` for the others.
    pub(crate) fn choosy(&self, parts: &[Part]) -> Network {
        // A way visits each part once at most, so no sum of ranks reaches `REPLACED`, nor one of those `FETCHED`.
        const REPLACED: i64 = 1 << 30;
        const FETCHED: i64 = 1 << 46;
        let options = |part: &Part| {
            let mut bins = Vec::with_capacity(2 + 2 * part.substitutes.len());
            for (rank, component) in (0_i64..).zip(part.options()) {
                let cost = if rank == 0 { 0 } else { REPLACED + rank };
                let bin = self.number(component);
                bins.push((bin, cost));
                bins.push((self.len() + bin, FETCHED + cost));
            }
            bins
        };
        Network::new(2 * self.len(), parts.iter().map(options))
    }
}
