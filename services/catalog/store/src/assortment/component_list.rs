use contracts::catalog::{ComponentCard, ComponentPage};
use kernel::{PageSize, Text, decode_cursor, encode_cursor};
use pg::Pg;

use crate::ListError;
use crate::rows::money;

/// What a list of components is narrowed to; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComponentFilter {
    /// Part of an article number or a name, whatever its case.
    pub q: Option<String>,
    /// Code of a type.
    pub kind: Option<String>,
    /// Whether deleted ones are listed instead of the others.
    pub deleted: bool,
}

/// One page of components by article number. One statement.
pub async fn list_components(
    pg: &Pg,
    filter: &ComponentFilter,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<ComponentPage, ListError> {
    let after: String = match cursor {
        Some(cursor) => decode_cursor(cursor)?,
        None => String::new(),
    };
    let limit = usize::from(size.get());
    pg.read("list_components", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT c.id, c.sku, c.name_ru, c.name_en, c.kind, c.color, c.material, c.cost_amount, c.cost_currency,
                      c.assembly, c.version, c.deleted_at,
                      (SELECT coalesce(sum(s.on_hand - s.reserved), 0)::bigint FROM stock s
                       WHERE s.component_id = c.id) AS "free!"
               FROM component c
               WHERE c.sku > $1 AND (c.deleted_at IS NOT NULL) = $4
                 AND ($2::text IS NULL OR strpos(lower(c.sku || chr(10) || c.name_ru || chr(10) || c.name_en),
                                                 lower($2)) > 0)
                 AND ($3::text IS NULL OR c.kind = $3)
               ORDER BY c.sku LIMIT $5"#,
            after,
            filter.q,
            filter.kind,
            filter.deleted,
            i64::from(size.get()) + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > limit;
        let items = rows.into_iter().take(limit).map(|row| {
            Ok(ComponentCard {
                id: row.id.into(),
                sku: row.sku,
                name: Text::new(row.name_ru, row.name_en),
                kind: row.kind,
                color: row.color,
                material: row.material,
                cost: money(row.cost_amount, row.cost_currency.as_deref())?,
                assembly: row.assembly,
                free: row.free,
                version: row.version,
                deleted_at: row.deleted_at,
            })
        });
        let items: Vec<ComponentCard> = items.collect::<Result<_, sqlx::Error>>()?;
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|last| encode_cursor(&last.sku));
        Ok(ComponentPage { items, next_cursor })
    })
    .await
}
