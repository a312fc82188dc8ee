//! Components, units and drafts as employees edit them (CAT-1 to CAT-5, CAT-7).
//!
//! # Locks
//!
//! In this order: the vocabulary, shared (`vocabulary`'s own edits hold it alone); the bills, shared by whoever saves
//! a unit, alone by whoever changes a component – so two edits that together would make a cycle, or an assembly of
//! what another bill has just named as a substitute, come one after the other, and a unit is priced either by the
//! costs before a change or is among those that the change has computed anew; then the thing's own row.
//!
//! # Statements
//!
//! However many lines a bill has: see `tests/it/big_unit.rs`.

mod bill;
mod book;
mod check_all;
mod component_list;
mod component_save;
mod components;
mod drafts;
mod pricing;
mod publish;
mod refresh_bills;
mod unit_list;
mod unit_media;
mod unit_save;
mod units;

use sqlx::PgConnection;

pub(crate) use bill::bill_lines;
pub(crate) use check_all::{check_components, check_units};
pub use component_list::{ComponentFilter, list_components};
pub use component_save::{change_component, create_component};
pub use components::{component, delete_component, restore_component};
pub use drafts::{begin_draft, delete_draft, draft, list_drafts, save_draft};
pub(crate) use pricing::reprice;
pub use publish::{DraftPublication, publish_draft};
pub use refresh_bills::refresh_bills;
pub use unit_list::{UnitFilter, list_units};
pub use unit_media::{set_unit_documents, set_unit_images};
pub use unit_save::{change_unit, check_unit, create_unit};
pub use units::{delete_unit, restore_unit, unit};

/// The lock of the vocabulary: what saves refer to. The number is arbitrary but fixed.
const VOCABULARY: i64 = 0x6361_7461_6c6f_6703;
/// The lock of the bills.
const BILLS: i64 = 0x6361_7461_6c6f_6704;

/// Held until the transaction ends: nobody changes a component or the vocabulary.
async fn share(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock_shared($2)",
        VOCABULARY,
        BILLS,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Held until the transaction ends: nobody else changes a component or saves a bill.
pub(crate) async fn hold(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock($2)",
        VOCABULARY,
        BILLS,
    )
    .execute(conn)
    .await?;
    Ok(())
}
