use std::collections::{BTreeMap, BTreeSet};

/// Categories below each other, roots included.
pub const MAX_DEPTH: usize = 8;

/// The tree of categories by their codes. Sound by construction: no cycles, no unknown parents, not too deep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    parents: BTreeMap<String, Option<String>>,
    children: BTreeMap<String, BTreeSet<String>>,
}

/// Why categories do not make a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// There are two categories of this code.
    #[error("category {0} is there twice")]
    Twice(String),
    /// A parent is no category.
    #[error("category {parent}, the parent of {code}, does not exist")]
    UnknownParent {
        /// The category.
        code: String,
        /// What it names as its parent.
        parent: String,
    },
    /// A category lies below itself: each of these has the next one as its parent, and the last one the first.
    #[error("category {} lies below itself", .0[0])]
    Cycle(Vec<String>),
    /// A category has too many above it.
    #[error("category {0} lies deeper than {MAX_DEPTH} levels")]
    TooDeep(String),
}

impl Tree {
    /// The tree of `(code, parent)`; roots have no parent.
    pub fn new(nodes: impl IntoIterator<Item = (String, Option<String>)>) -> Result<Self, TreeError> {
        let mut tree = Self::default();
        for (code, parent) in nodes {
            if tree.parents.contains_key(&code) {
                return Err(TreeError::Twice(code));
            }
            tree.insert(code, parent);
        }
        tree.checked()
    }

    /// The tree after a category was added or moved; refused when it would not be one.
    pub fn with(&self, code: &str, parent: Option<&str>) -> Result<Self, TreeError> {
        let mut tree = self.clone();
        if let Some(Some(before)) = tree.parents.get(code)
            && let Some(siblings) = tree.children.get_mut(before)
        {
            siblings.remove(code);
        }
        tree.insert(code.to_owned(), parent.map(str::to_owned));
        tree.checked()
    }

    fn insert(&mut self, code: String, parent: Option<String>) {
        if let Some(parent) = &parent {
            let siblings = self.children.entry(parent.clone()).or_default();
            siblings.insert(code.clone());
        }
        self.parents.insert(code, parent);
    }

    fn checked(self) -> Result<Self, TreeError> {
        // Whatever is not below a root is below itself, or below what is.
        let mut sound = BTreeSet::new();
        let mut level: Vec<&str> = self.roots().collect();
        let mut too_deep = None;
        for depth in 1.. {
            if level.is_empty() {
                break;
            }
            if depth > MAX_DEPTH {
                too_deep = too_deep.or(level.first().copied());
            }
            sound.extend(level.iter().copied());
            level = level
                .into_iter()
                .flat_map(|code| self.children_of(code))
                .collect();
        }
        for (code, parent) in &self.parents {
            if let Some(parent) = parent.as_ref().filter(|parent| !self.contains(parent)) {
                return Err(TreeError::UnknownParent {
                    code: code.clone(),
                    parent: parent.clone(),
                });
            }
        }
        if let Some(lost) = self.parents.keys().find(|code| !sound.contains(code.as_str())) {
            return Err(TreeError::Cycle(self.cycle_above(lost)));
        }
        match too_deep.map(str::to_owned) {
            Some(code) => Err(TreeError::TooDeep(code)),
            None => Ok(self),
        }
    }

    /// The cycle that a category without a root runs into.
    fn cycle_above(&self, code: &str) -> Vec<String> {
        let mut way: Vec<&str> = Vec::new();
        let mut next = Some(code);
        while let Some(code) = next {
            if let Some(start) = way.iter().position(|&seen| seen == code) {
                way.drain(..start);
                break;
            }
            way.push(code);
            next = self.parent(code);
        }
        way.into_iter().map(str::to_owned).collect()
    }

    /// Whether there is such a category.
    pub fn contains(&self, code: &str) -> bool {
        self.parents.contains_key(code)
    }

    /// The category above; none for roots and for what is no category.
    pub fn parent(&self, code: &str) -> Option<&str> {
        self.parents.get(code)?.as_deref()
    }

    /// The categories without a parent, in the order of their codes.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        let roots = self.parents.iter().filter(|(_, parent)| parent.is_none());
        roots.map(|(code, _)| code.as_str())
    }

    /// The categories right below, in the order of their codes.
    pub fn children_of(&self, code: &str) -> impl Iterator<Item = &str> {
        self.children.get(code).into_iter().flatten().map(String::as_str)
    }

    /// The category and those above it, up to the root. Nothing for what is no category.
    pub fn lineage<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a str> {
        let known = self.parents.get_key_value(code).map(|(code, _)| code.as_str());
        std::iter::successors(known, |code| self.parent(code))
    }

    /// The category and all below it, each before those below it. Nothing for what is no category.
    pub fn subtree<'a>(&'a self, code: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut open: Vec<&str> = self
            .parents
            .get_key_value(code)
            .map(|(code, _)| code.as_str())
            .into_iter()
            .collect();
        while let Some(code) = open.pop() {
            found.push(code);
            let below = open.len();
            open.extend(self.children_of(code));
            open[below..].reverse();
        }
        found
    }

    /// Whether a category is another one or lies below it.
    pub fn is_within(&self, code: &str, of: &str) -> bool {
        self.lineage(code).any(|above| above == of)
    }
}
