//! Sets as customers see them and as employees edit them (CAT-8). The rules are those of the domain; here is what they
//! are applied to.

mod build;
mod check;
mod edit;
mod entry;
mod fit;
mod get;
mod list;
mod row;
mod sheets;
mod standing;

use uuid::Uuid;

pub use check::{CheckSetError, check_set};
pub use edit::{change_set, create_set, delete_set, restore_set};
pub(crate) use edit::{insert, write};
pub(crate) use entry::entries_called;
pub use entry::{set_entries, set_entry};
pub(crate) use fit::check as check_content;
pub use get::set;
pub use list::{SetFilter, list_sets};
pub use sheets::{SetSheet, set_availabilities, set_sheets};

/// How a set is named in an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SetRef {
    /// By its id.
    Id(Uuid),
    /// By what it is called elsewhere.
    External(String),
}

impl SetRef {
    /// A UUID is an id, everything else an external one (which never has the form of a UUID).
    pub fn parse(text: &str) -> Self {
        Uuid::parse_str(text).map_or_else(|_| Self::External(text.to_owned()), Self::Id)
    }

    /// Both as columns of a query: one of them is null and finds nothing.
    fn columns(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Id(id) => (Some(*id), None),
            Self::External(external) => (None, Some(external)),
        }
    }
}
