use std::collections::HashSet;

use contracts::catalog::{AssortmentKind, SetCheckUnit, SetContent};
use sqlx::PgConnection;

use super::components::found;
use super::products::product_ids;
use super::{ImportError, ProductSetEntry};
use crate::edit::Editor;
use crate::sets;

/// Writes sets, those that are new or have changed, checked as an employee's are. Answers how many.
pub(super) async fn write(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    entries: &[ProductSetEntry],
) -> Result<u64, ImportError> {
    let called: Vec<&str> = entries.iter().map(|e| &*e.external_id).collect();
    let present = sets::entries_called(&mut *conn, &called).await?;
    let edited = edited(&mut *conn).await?;
    let units = entries.iter().flat_map(|entry| &entry.units);
    let products = product_ids(conn, units.map(|unit| &*unit.slug)).await?;
    let mut written = 0;
    for entry in entries
        .iter()
        .filter(|entry| !edited.contains(&entry.external_id))
    {
        let mut content = content(entry);
        for unit in &entry.units {
            let by = || entry.external_id.clone();
            content.units.push(SetCheckUnit {
                product_id: found(&products, "product", &unit.slug, by)?.into(),
                quantity: unit.quantity,
            });
        }
        let before = present
            .iter()
            .find(|set| set.content.external_id == entry.external_id);
        if before.is_some_and(|set| set.content == content) {
            continue;
        }
        let unfit = |error| ImportError::unfit(AssortmentKind::Set, &entry.external_id, error);
        sets::check_content(&mut *conn, &content).await.map_err(unfit)?;
        let kept = match before {
            Some(set) => sets::write(&mut *conn, editor, set.id, &content, set.version).await,
            None => sets::insert(&mut *conn, editor, &content).await.map(drop),
        };
        kept.map_err(unfit)?;
        written += 1;
    }
    Ok(written)
}

/// What the sets that employees have made, changed or deleted are or were called.
async fn edited(conn: &mut PgConnection) -> Result<HashSet<String>, sqlx::Error> {
    let called = sqlx::query_scalar!(
        r#"SELECT DISTINCT entity ->> 'external_id' AS "called!" FROM assortment_change WHERE kind = 'set'"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(called.into_iter().collect())
}

/// Without its units.
fn content(entry: &ProductSetEntry) -> SetContent {
    SetContent {
        external_id: entry.external_id.clone(),
        kind: entry.kind.clone(),
        name: entry.name.clone(),
        description: entry.description.clone(),
        color: entry.color.clone(),
        material: entry.material.clone(),
        units: Vec::with_capacity(entry.units.len()),
    }
}
