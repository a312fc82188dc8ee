//! Edits in versions: what every change of the assortment has in common.
//!
//! A change reads the thing under its row lock, compares versions ([`expect`]), writes it with the next version and
//! [records](Editor::record) the outcome. A creation asks first whether it [was made](Editor::created_before). All in
//! one transaction.
//!
//! ```ignore
//! pg.run("change_color", async |mut tx: pg::Tx| {
//!     let before = lock(&mut tx, code).await?.ok_or(EditError::NotFound)?;
//!     edit::expect(&mut tx, &before, base).await?;
//!     let after = update(&mut tx, &before, content).await?;
//!     editor.record(&mut tx, ChangeAction::Change, Some(&before), &after, Cause::Call).await?;
//!     Ok(after)
//! })
//! ```

mod compare;
mod error;
mod history;
mod record;
mod refusal;

use contracts::catalog::AssortmentKind;
use events::Subscriptions;
use kernel::Clock;
use serde::Serialize;

pub use compare::expect;
pub use error::{EditError, Fault};
pub use history::assortment_history;
pub use record::Cause;
pub use refusal::{Named, Refusal};

/// Something that is edited in versions, as callers see it.
pub trait Versioned: Serialize {
    /// What kind of thing it is.
    const KIND: AssortmentKind;

    /// Its code or id.
    fn code(&self) -> String;

    /// Its version.
    fn version(&self) -> i64;

    /// Whether it is marked as deleted.
    fn is_deleted(&self) -> bool;
}

/// Who edits, by which clock, and who is told of it.
#[derive(Clone, Copy)]
pub struct Editor<'a> {
    /// Where time comes from.
    pub clock: &'a dyn Clock,
    /// Who gets catalog's events.
    pub subscriptions: &'a Subscriptions,
    /// The employee's login.
    pub actor: &'a str,
}
