//! The checks of a save for many things at once: what an import writes.

use contracts::catalog::{BillItem, ComponentContent, UnitContent};
use kernel::ComponentId;
use sqlx::PgConnection;

use super::bill::Composition;
use super::book::Book;
use super::{component_save, unit_save};
use crate::edit::EditError;

/// The first of these components, written already, that may not be so, by its article number. Two statements.
pub(crate) async fn check_components(
    conn: &mut PgConnection,
    components: &[(ComponentId, ComponentContent)],
) -> Result<Option<(String, EditError)>, sqlx::Error> {
    let book = Book::load(&mut *conn).await?;
    let lines: Vec<BillItem> = components
        .iter()
        .flat_map(|(_, content)| content.lines.iter().cloned())
        .collect();
    let mut composition = Composition::load(conn, &book, &lines).await?;
    let judged = components.iter().map(|(id, content)| {
        let verdict = component_save::judge(&book, &mut composition, *id, content);
        (&content.sku, verdict.err())
    });
    Ok(first(judged))
}

/// The first of these units that may not be so, by its readable id. Two statements.
pub(crate) async fn check_units(
    conn: &mut PgConnection,
    units: &[UnitContent],
) -> Result<Option<(String, EditError)>, sqlx::Error> {
    let book = Book::load(&mut *conn).await?;
    let lines: Vec<BillItem> = units.iter().flat_map(|unit| unit.bill.iter().cloned()).collect();
    let composition = Composition::load(conn, &book, &lines).await?;
    let judged = units.iter().map(|unit| {
        let verdict = unit_save::judge(&book, &composition, unit);
        (&unit.slug, verdict.and_then(unit_save::Assessed::accepted).err())
    });
    Ok(first(judged))
}

fn first<'a>(
    mut judged: impl Iterator<Item = (&'a String, Option<EditError>)>,
) -> Option<(String, EditError)> {
    judged.find_map(|(key, error)| Some((key.clone(), error?)))
}
