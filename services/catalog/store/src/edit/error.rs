use contracts::catalog::{FieldChange, UsedBy};
use kernel::Text;

use super::Refusal;

/// A field that does not fit the rest of the assortment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, from the body's root: `bill[0].component`.
    pub field: String,
    /// What is wrong with it; stable.
    pub code: &'static str,
    /// The same for people.
    pub message: Text,
}

impl Fault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, code: &'static str, message: Text) -> Self {
        Self {
            field: field.into(),
            code,
            message,
        }
    }

    /// The field names something that does not exist or is deleted.
    pub fn unknown(field: impl Into<String>) -> Self {
        let message = Text::new("такого нет", "there is none such");
        Self::new(field, "unknown", message)
    }

    /// The field's value names something else already.
    pub fn taken(field: impl Into<String>) -> Self {
        let message = Text::new("уже занято", "is taken already");
        Self::new(field, "taken", message)
    }
}

/// Why an edit was refused. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such thing.
    #[error("no such thing")]
    NotFound,
    /// It was changed since the version that the caller knows.
    #[error("version {version} is the current one")]
    Stale {
        /// Its version now.
        version: i64,
        /// What is different since then; `None` when the caller's version is not one that was kept.
        changed: Option<Vec<FieldChange>>,
    },
    /// It is marked as deleted, and such things are not changed.
    #[error("it is deleted")]
    Deleted,
    /// It cannot be deleted, because others need it.
    #[error("{total} others need it")]
    InUse {
        /// The first of them.
        users: Vec<UsedBy>,
        /// How many there are.
        total: i64,
    },
    /// The employee used the key for another creation.
    #[error("the key was used for another request")]
    KeyReused,
    /// Fields do not fit the rest of the assortment.
    #[error("{} fields are wrong", .0.len())]
    Invalid(Vec<Fault>),
    /// A rule of the assortment speaks against it.
    #[error("a rule of the assortment is broken")]
    Refused(Box<Refusal>),
    /// The database failed.
    #[error(transparent)]
    Database(sqlx::Error),
}
pg::transaction_error!(EditError);

impl From<sqlx::Error> for EditError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Refusal> for EditError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Fault> for EditError {
    fn from(fault: Fault) -> Self {
        Self::Invalid(vec![fault])
    }
}
