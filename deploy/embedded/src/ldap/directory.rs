use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::domain::Domain;
use super::entry::Tree;

/// A domain with the entries made of it: anew after each change, which is nothing for a house of this size.
#[derive(Debug)]
pub(super) struct Directory {
    domain: Mutex<Domain>,
    tree: RwLock<Arc<Tree>>,
}

impl Directory {
    pub(super) fn new(domain: Domain) -> Self {
        Self {
            tree: RwLock::new(Arc::new(Tree::new(&domain))),
            domain: Mutex::new(domain),
        }
    }

    /// The entries as they are now.
    pub(super) fn tree(&self) -> Arc<Tree> {
        Arc::clone(&self.tree.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the domain, one change after the other.
    pub(super) fn change<E>(
        &self,
        change: impl FnOnce(&mut Domain, &Tree) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut domain = self.domain.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut domain, &self.tree())?;
        let tree = Arc::new(Tree::new(&domain));
        *self.tree.write().unwrap_or_else(PoisonError::into_inner) = tree;
        Ok(())
    }
}
