use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Not reached.
const FAR: i64 = i64::MAX / 4;

/// A way to serve a part from a bin.
struct Edge {
    part: usize,
    bin: usize,
    cost: i64,
    flow: i64,
}

/// Parts that need pieces on one side, bins that have room for them on the other. [`Network::fill`] finds a maximum
/// flow of least cost: by distance to the nearest bin with room, and for each distance by blocking flows, so that
/// thousands of parts take a handful of passes. Distances are measured with potentials (Johnson), by which no way costs
/// less than nothing, so that a search ends where the nearest bin is. Everything happens in the order of parts and edges,
/// so the same question has the same answer.
pub(crate) struct Network {
    /// Pieces that each part still needs.
    need: Vec<i64>,
    /// Pieces that each bin can still give.
    room: Vec<i64>,
    edges: Vec<Edge>,
    /// The edges of part `p` are `of_part[p]..of_part[p + 1]`.
    of_part: Vec<usize>,
    /// The edges of bin `b` are those at `into[of_bin[b]..of_bin[b + 1]]`.
    of_bin: Vec<usize>,
    into: Vec<usize>,
    /// Least cost from a part in need, beyond what the potentials say; parts first, then bins.
    distance: Vec<i64>,
    /// Of each node: no arc that can be used costs less than what it leads up by.
    potential: Vec<i64>,
}

impl Network {
    /// A network of parts with `(bin, cost)` each; bins are numbered below `bins`. Nothing is needed and nothing has
    /// room yet.
    pub(crate) fn new(
        bins: usize,
        parts: impl IntoIterator<Item: IntoIterator<Item = (usize, i64)>>,
    ) -> Self {
        let (mut edges, mut of_part) = (Vec::new(), vec![0]);
        for (part, options) in parts.into_iter().enumerate() {
            edges.extend(options.into_iter().map(|(bin, cost)| Edge {
                part,
                bin,
                cost,
                flow: 0,
            }));
            of_part.push(edges.len());
        }
        let mut of_bin = vec![0; bins + 1];
        for edge in &edges {
            of_bin[edge.bin + 1] += 1;
        }
        for bin in 0..bins {
            of_bin[bin + 1] += of_bin[bin];
        }
        let mut into: Vec<usize> = (0..edges.len()).collect();
        into.sort_by_key(|&edge| edges[edge].bin);
        let parts = of_part.len() - 1;
        Self {
            need: vec![0; parts],
            room: vec![0; bins],
            edges,
            of_part,
            of_bin,
            into,
            distance: vec![FAR; parts + bins],
            potential: vec![0; parts + bins],
        }
    }

    /// Takes all flow back and states needs and rooms anew.
    pub(crate) fn reset(&mut self, need: impl Iterator<Item = i64>, room: impl Iterator<Item = i64>) {
        for edge in &mut self.edges {
            edge.flow = 0;
        }
        self.potential.fill(0);
        self.need.clear();
        self.need.extend(need);
        self.room.clear();
        self.room.extend(room);
    }

    /// Makes room in a bin; the next [`Network::fill`] goes on from what is placed already.
    pub(crate) fn widen(&mut self, bin: usize, more: i64) {
        self.room[bin] = self.room[bin].saturating_add(more);
    }

    /// Places as many pieces as possible, at the least cost of all ways to place so many. Answers whether no part
    /// needs any more.
    pub(crate) fn fill(&mut self) -> bool {
        while self.measure() {
            while let Some(mut level) = self.layers() {
                self.block(&mut level);
            }
        }
        self.need.iter().all(|&need| need == 0)
    }

    /// Pieces that each part still needs.
    pub(crate) fn needs(&self) -> &[i64] {
        &self.need
    }

    /// Pieces still needed together.
    pub(crate) fn open(&self) -> i128 {
        self.need.iter().map(|&need| i128::from(need)).sum()
    }

    /// Pieces taken from a bin.
    pub(crate) fn taken(&self, bin: usize) -> i64 {
        self.edges_into(bin).map(|edge| self.edges[edge].flow).sum()
    }

    /// After a [`Network::fill`] that left needs: the parts that compete, and all bins any of them can use, which
    /// together have less than they need.
    pub(crate) fn cut(&self) -> (Vec<usize>, Vec<usize>) {
        let near = |nodes: std::ops::Range<usize>| nodes.filter(|&node| self.distance[node] < FAR);
        let parts = self.need.len();
        let bins = near(parts..self.distance.len()).map(|node| node - parts);
        (near(0..parts).collect(), bins.collect())
    }

    fn edges_into(&self, bin: usize) -> impl Iterator<Item = usize> + '_ {
        self.into[self.of_bin[bin]..self.of_bin[bin + 1]].iter().copied()
    }

    /// Looks for the nearest bin with room; answers whether there is one, and adds the distances up to it to the
    /// potentials: then the shortest ways are those that cost nothing beyond them. Going back from a bin to a part takes
    /// the part's piece away and its cost with it; as every flow so far was one of least cost, no part in need is come to
    /// for less than nothing.
    fn measure(&mut self) -> bool {
        let parts = self.need.len();
        self.distance.fill(FAR);
        let mut here: Vec<usize> = (0..parts).filter(|&part| self.need[part] > 0).collect();
        for &part in &here {
            self.distance[part] = 0;
        }
        let mut farther = BinaryHeap::new();
        let mut from_need = 0;
        loop {
            while let Some(node) = here.pop() {
                if self.has_room(node) {
                    for (potential, &distance) in self.potential.iter_mut().zip(&self.distance) {
                        *potential += distance.min(from_need);
                    }
                    return true;
                }
                let (from, to) = self.arcs(node);
                for arc in from..to {
                    let Some((target, beyond)) = self.arc(node, arc) else {
                        continue;
                    };
                    debug_assert!(beyond >= 0, "the flow so far is not one of least cost");
                    let reached = from_need + beyond;
                    if reached < self.distance[target] {
                        self.distance[target] = reached;
                        if beyond == 0 {
                            here.push(target);
                        } else {
                            farther.push(Reverse((reached, target)));
                        }
                    }
                }
            }
            let Some(Reverse((distance, node))) = farther.pop() else {
                return false;
            };
            // A shorter way may have been found since.
            if distance == self.distance[node] {
                from_need = distance;
                here.push(node);
            }
        }
    }

    /// The numbers of a node's arcs.
    fn arcs(&self, node: usize) -> (usize, usize) {
        match node.checked_sub(self.need.len()) {
            None => (self.of_part[node], self.of_part[node + 1]),
            Some(bin) => (self.of_bin[bin], self.of_bin[bin + 1]),
        }
    }

    /// Where an arc leads, and what it costs beyond the potentials; `None` when it is a way back that nothing came by.
    fn arc(&self, node: usize, arc: usize) -> Option<(usize, i64)> {
        let parts = self.need.len();
        let (target, cost) = if node < parts {
            let edge = &self.edges[arc];
            (parts + edge.bin, edge.cost)
        } else {
            let edge = &self.edges[self.into[arc]];
            if edge.flow == 0 {
                return None;
            }
            (edge.part, -edge.cost)
        };
        Some((target, cost + self.potential[node] - self.potential[target]))
    }

    /// Steps from the parts in need along arcs of shortest ways; `None` when no bin with room is reached.
    fn layers(&self) -> Option<Vec<usize>> {
        let parts = self.need.len();
        let mut level = vec![usize::MAX; self.distance.len()];
        let mut queue: VecDeque<usize> = (0..parts).filter(|&part| self.need[part] > 0).collect();
        for &part in &queue {
            level[part] = 0;
        }
        let mut reached = false;
        while let Some(node) = queue.pop_front() {
            if self.has_room(node) {
                reached = true;
                continue;
            }
            let (from, to) = self.arcs(node);
            for arc in from..to {
                if let Some((target, 0)) = self.arc(node, arc)
                    && level[target] == usize::MAX
                {
                    level[target] = level[node] + 1;
                    queue.push_back(target);
                }
            }
        }
        reached.then_some(level)
    }

    /// Whether a node is a bin with room.
    fn has_room(&self, node: usize) -> bool {
        node.checked_sub(self.need.len())
            .is_some_and(|bin| self.room[bin] > 0)
    }

    /// Sends pieces down the layers until every way is blocked.
    fn block(&mut self, level: &mut [usize]) {
        let mut next: Vec<usize> = (0..self.distance.len()).map(|node| self.arcs(node).0).collect();
        let mut path: Vec<(usize, usize)> = Vec::new();
        for part in 0..self.need.len() {
            let mut node = part;
            while self.need[part] > 0 {
                if self.has_room(node) {
                    self.send(part, node, &path);
                    path.clear();
                    node = part;
                    continue;
                }
                let end = self.arcs(node).1;
                let step = (next[node]..end).find_map(|arc| {
                    let (target, beyond) = self.arc(node, arc)?;
                    let on = beyond == 0 && level[target] == level[node].saturating_add(1);
                    on.then_some((arc, target))
                });
                if let Some((arc, target)) = step {
                    next[node] = arc;
                    path.push((node, arc));
                    node = target;
                } else {
                    // A dead end: nobody needs to come here again in this pass.
                    level[node] = usize::MAX;
                    let Some((back, _)) = path.pop() else {
                        break;
                    };
                    node = back;
                }
            }
            path.clear();
        }
    }

    fn send(&mut self, part: usize, goal: usize, path: &[(usize, usize)]) {
        let parts = self.need.len();
        let bin = goal - parts;
        let back = path.iter().filter(|&&(node, _)| node >= parts);
        let most = back
            .map(|&(_, arc)| self.edges[self.into[arc]].flow)
            .fold(self.need[part].min(self.room[bin]), i64::min);
        for &(node, arc) in path {
            if node < parts {
                self.edges[arc].flow += most;
            } else {
                let edge = self.into[arc];
                self.edges[edge].flow -= most;
            }
        }
        self.need[part] -= most;
        self.room[bin] -= most;
    }
}
