use contracts::catalog::{AssortmentChange, AssortmentChangePage, AssortmentKind, ChangeAction};
use kernel::{PageSize, decode_cursor, encode_cursor};
use pg::Pg;

use super::compare::changes;
use crate::ListError;
use crate::rows::unexpected;

/// One page of a thing's versions, the newest first; empty for what was never edited. One statement.
pub async fn assortment_history(
    pg: &Pg,
    kind: AssortmentKind,
    code: &str,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<AssortmentChangePage, ListError> {
    let below: i64 = match cursor {
        Some(cursor) => decode_cursor(cursor)?,
        None => i64::MAX,
    };
    let limit = usize::from(size.get());
    pg.read("assortment_history", async |mut tx: pg::Tx| {
        // One more than the page: what its last version is compared with.
        let rows = sqlx::query!(
            "SELECT version, action, actor, at, entity FROM assortment_change
             WHERE kind = $1 AND code = $2 AND version < $3
             ORDER BY version DESC LIMIT $4",
            kind.code(),
            code,
            below,
            i64::from(size.get()) + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > limit;
        let mut items = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().take(limit).enumerate() {
            let before = rows.get(place + 1);
            items.push(AssortmentChange {
                version: row.version,
                action: action(&row.action)?,
                actor: row.actor.clone(),
                at: row.at,
                changed: before.map_or_else(Vec::new, |before| changes(&before.entity, &row.entity)),
            });
        }
        let next_cursor = items
            .last()
            .filter(|_| more)
            .map(|last| encode_cursor(&last.version));
        Ok(AssortmentChangePage { items, next_cursor })
    })
    .await
}

fn action(code: &str) -> Result<ChangeAction, sqlx::Error> {
    use ChangeAction::{Change, Create, Delete, Import, Restore};
    [Import, Create, Change, Delete, Restore]
        .into_iter()
        .find(|action| action.code() == code)
        .ok_or_else(|| unexpected("assortment_change.action", code))
}
