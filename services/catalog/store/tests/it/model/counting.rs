//! How much can be put together, by trying: piece after piece finds a place, others moving over for it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A part of a unit: the components that can serve, and how many pieces one unit takes.
pub(super) type Part = (Vec<usize>, i64);

/// The most units there are pieces for, placed one after the other.
pub(super) fn count(parts: &[Part], free: &BTreeMap<usize, i64>) -> i64 {
    let mut placing = Placing::new(parts, free);
    let mut units = 0;
    while !parts.is_empty() && (0..parts.len()).all(|part| placing.place(part) == 0) {
        units += 1;
    }
    units
}

/// The components there are too few of, whichever way the pieces are placed; none when all find a place.
pub(super) fn missing(parts: &[Part], free: &BTreeMap<usize, i64>) -> BTreeSet<usize> {
    let mut placing = Placing::new(parts, free);
    let open: Vec<i64> = (0..parts.len()).map(|part| placing.place(part)).collect();
    let needy = (0..parts.len()).filter(|&part| open[part] > 0);
    placing.search(needy).to_component.into_keys().collect()
}

struct Placing<'a> {
    parts: &'a [Part],
    /// Pieces of each component that nobody has taken.
    room: BTreeMap<usize, i64>,
    /// Pieces by part and component.
    placed: BTreeMap<(usize, usize), i64>,
}

/// What was found on the way to a component with room.
#[derive(Default)]
struct Search {
    /// The part that each component was come to from.
    to_component: BTreeMap<usize, usize>,
    /// The component, taken by it, that each part was come to from.
    to_part: BTreeMap<usize, usize>,
    end: Option<usize>,
}

impl<'a> Placing<'a> {
    fn new(parts: &'a [Part], free: &BTreeMap<usize, i64>) -> Self {
        Self {
            parts,
            room: free.clone(),
            placed: BTreeMap::new(),
        }
    }

    /// Places the pieces of a part once more, as many as possible; answers how many are left.
    fn place(&mut self, part: usize) -> i64 {
        for open in (1..=self.parts[part].1).rev() {
            let search = self.search([part].into_iter());
            let Some(mut component) = search.end else {
                return open;
            };
            *self.room.entry(component).or_default() -= 1;
            loop {
                let taker = search.to_component[&component];
                *self.placed.entry((taker, component)).or_default() += 1;
                let Some(&given) = search.to_part.get(&taker) else {
                    break;
                };
                *self.placed.entry((taker, given)).or_default() -= 1;
                component = given;
            }
        }
        0
    }

    fn search(&self, from: impl Iterator<Item = usize>) -> Search {
        let mut queue: VecDeque<usize> = from.collect();
        let mut seen: BTreeSet<usize> = queue.iter().copied().collect();
        let mut search = Search::default();
        while let Some(part) = queue.pop_front() {
            for &component in &self.parts[part].0 {
                if search.to_component.contains_key(&component) {
                    continue;
                }
                search.to_component.insert(component, part);
                if self.room.get(&component) > Some(&0) {
                    search.end = Some(component);
                    return search;
                }
                for other in 0..self.parts.len() {
                    if self.placed.get(&(other, component)) > Some(&0) && seen.insert(other) {
                        search.to_part.insert(other, component);
                        queue.push_back(other);
                    }
                }
            }
        }
        search
    }
}
