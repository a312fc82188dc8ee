use std::collections::{BTreeSet, HashMap, HashSet};

use contracts::catalog::ComponentTypeContent;
use kernel::Text;
use sqlx::PgConnection;

use super::{Assortment, ImportError};
use crate::edit::Editor;
use crate::vocabulary::Vocabulary;

/// Writes what the rest refers to, each after what it needs. Answers how many entries are new or have changed.
pub(super) async fn write(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    assortment: &Assortment,
) -> Result<u64, ImportError> {
    let mut types = assortment.component_types.clone();
    types.extend(undescribed(conn, assortment).await?);
    let written = [
        entries(conn, editor, &assortment.colors).await?,
        entries(conn, editor, &assortment.materials).await?,
        entries(conn, editor, &assortment.properties).await?,
        entries(conn, editor, &assortment.categories).await?,
        entries(conn, editor, &types).await?,
        entries(conn, editor, &assortment.margins).await?,
        entries(conn, editor, &assortment.rules).await?,
        entries(conn, editor, &assortment.set_kinds).await?,
        entries(conn, editor, &assortment.warehouses).await?,
    ];
    Ok(written.into_iter().sum())
}

/// Makes and changes entries of one kind as an employee would, checks included, but without noting it: a journal begins
/// with the first edit. Two statements while nothing is new.
async fn entries<C: Vocabulary>(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    entries: &[C],
) -> Result<u64, ImportError> {
    if entries.is_empty() {
        return Ok(0);
    }
    let present = C::load(&mut *conn, None).await?;
    let present: HashMap<&str, &C> = present
        .iter()
        .map(|entry| (entry.content.code(), &entry.content))
        .collect();
    let edited = edited::<C>(conn).await?;
    let mut written = 0;
    for entry in entries {
        let before = present.get(entry.code()).copied();
        if edited.contains(entry.code()) || before.is_some_and(|before| before.is_same(entry)) {
            continue;
        }
        let unfit = |error| ImportError::unfit(C::KIND, entry.code(), error);
        entry.check(&mut *conn, before).await.map_err(unfit)?;
        entry.write(&mut *conn, editor, 1).await?;
        C::queue(&mut *conn, before, Some(entry)).await?;
        written += 1;
    }
    Ok(written)
}

/// Entries that employees have made, changed or deleted. Margins leave no other trace when they are deleted.
async fn edited<C: Vocabulary>(conn: &mut PgConnection) -> Result<HashSet<String>, sqlx::Error> {
    let codes = sqlx::query_scalar!(
        "SELECT DISTINCT code FROM assortment_change WHERE kind = $1",
        C::KIND.code(),
    )
    .fetch_all(conn)
    .await?;
    Ok(codes.into_iter().collect())
}

/// Types that components name and nobody has described yet; they are called by their codes.
async fn undescribed(
    conn: &mut PgConnection,
    assortment: &Assortment,
) -> Result<Vec<ComponentTypeContent>, sqlx::Error> {
    let described: HashSet<&str> = assortment.component_types.iter().map(|e| &*e.code).collect();
    let named: BTreeSet<&str> = assortment.components.iter().map(|e| &*e.kind).collect();
    let known = sqlx::query_scalar!("SELECT code FROM component_type")
        .fetch_all(conn)
        .await?;
    Ok((0..)
        .zip(named)
        .filter(|(_, code)| !described.contains(code) && !known.iter().any(|known| known == code))
        .map(|(position, code)| ComponentTypeContent {
            code: code.to_owned(),
            name: Text::new(code, code),
            position,
            properties: Vec::new(),
        })
        .collect())
}
