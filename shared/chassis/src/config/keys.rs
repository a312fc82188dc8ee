use confique::meta::{FieldKind, LeafKind, Meta};
use toml::Table;

use super::value;

/// The keys a configuration knows, as paths.
pub(super) struct Keys {
    leaves: Vec<(Vec<&'static str>, bool)>,
}

impl Keys {
    pub(super) fn of(meta: &Meta) -> Self {
        let mut leaves = Vec::new();
        walk(meta, &mut Vec::new(), &mut leaves);
        Self { leaves }
    }

    pub(super) fn is_leaf(&self, path: &[String]) -> bool {
        self.leaves.iter().any(|(leaf, _)| leaf == path)
    }

    /// Whether settings lie below `path`: it is a section.
    pub(super) fn is_section(&self, path: &[String]) -> bool {
        self.leaves
            .iter()
            .any(|(leaf, _)| leaf.len() > path.len() && leaf.iter().zip(path).all(|(a, b)| a == b))
    }

    /// What is known in the deepest known section of `path`.
    pub(super) fn beside(&self, path: &[String]) -> Vec<String> {
        let depth = (0..path.len())
            .rev()
            .find(|&depth| self.is_section(&path[..depth]))
            .unwrap_or(0);
        let mut names: Vec<String> = self
            .leaves
            .iter()
            .filter(|(leaf, _)| leaf.len() > depth && leaf.iter().zip(&path[..depth]).all(|(a, b)| a == b))
            .map(|(leaf, _)| leaf[depth].to_owned())
            .collect();
        names.dedup();
        names
    }

    /// Settings without a default that `table` has no value for.
    pub(super) fn missing<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = String> + 'a {
        self.leaves
            .iter()
            .filter(|(leaf, required)| *required && !value::has(table, leaf))
            .map(|(leaf, _)| leaf.join("."))
    }
}

fn walk(meta: &Meta, path: &mut Vec<&'static str>, leaves: &mut Vec<(Vec<&'static str>, bool)>) {
    for field in meta.fields {
        path.push(field.name);
        match field.kind {
            FieldKind::Nested { meta } => walk(meta, path, leaves),
            FieldKind::Leaf { kind, .. } => {
                leaves.push((path.clone(), matches!(kind, LeafKind::Required { default: None })));
            }
        }
        path.pop();
    }
}
