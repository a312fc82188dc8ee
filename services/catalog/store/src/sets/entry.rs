use contracts::catalog::{SetCheckUnit, SetContent, SetEntry, SetEntryPage};
use kernel::{PageSize, Text, decode_cursor, encode_cursor};
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ListError;

struct EntryRow {
    id: Uuid,
    external_id: String,
    kind: String,
    name_ru: String,
    name_en: String,
    description_ru: String,
    description_en: String,
    color: String,
    material: String,
    version: i64,
    deleted_at: Option<OffsetDateTime>,
    products: Vec<Uuid>,
    pieces: Vec<i32>,
}

impl From<EntryRow> for SetEntry {
    fn from(row: EntryRow) -> Self {
        let units = row.products.into_iter().zip(row.pieces);
        Self {
            id: row.id,
            content: SetContent {
                external_id: row.external_id,
                kind: row.kind,
                name: Text::new(row.name_ru, row.name_en),
                description: Text::new(row.description_ru, row.description_en),
                color: row.color,
                material: row.material,
                units: units
                    .map(|(product, quantity)| SetCheckUnit {
                        product_id: product.into(),
                        quantity: quantity.into(),
                    })
                    .collect(),
            },
            version: row.version,
            deleted_at: row.deleted_at,
        }
    }
}

macro_rules! select_entries {
    ($rest:literal, $($value:expr),+) => {
        sqlx::query_as!(
            EntryRow,
            r#"SELECT s.id, s.external_id, s.kind, s.name_ru, s.name_en, s.description_ru, s.description_en, s.color,
                      s.material, s.version, s.deleted_at,
                      ARRAY(SELECT u.product_id FROM product_set_unit u
                            WHERE u.set_id = s.id ORDER BY u.position, u.product_id) AS "products!",
                      ARRAY(SELECT u.quantity FROM product_set_unit u
                            WHERE u.set_id = s.id ORDER BY u.position, u.product_id) AS "pieces!"
               FROM product_set s "# + $rest,
            $($value),+
        )
    };
}

/// Sets as employees edit them, deleted ones among them, in the order of their external ids. One statement.
pub async fn set_entries(pg: &Pg, cursor: Option<&str>, size: PageSize) -> Result<SetEntryPage, ListError> {
    let after: String = cursor.map_or(Ok(String::new()), decode_cursor)?;
    let limit = usize::from(size.get());
    pg.read("set_entries", async |mut tx: pg::Tx| {
        let mut items: Vec<SetEntry> = select_entries!(
            "WHERE s.external_id > $1 ORDER BY s.external_id LIMIT $2",
            after,
            i64::from(size.get()) + 1
        )
        .fetch_all(&mut *tx)
        .await?
        .into_iter()
        .map(SetEntry::from)
        .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|last| encode_cursor(&last.content.external_id));
        Ok(SetEntryPage { items, next_cursor })
    })
    .await
}

/// A set as employees edit it, deleted or not. One statement.
pub async fn set_entry(pg: &Pg, id: Uuid) -> Result<Option<SetEntry>, sqlx::Error> {
    pg.read("set_entry", async |mut tx: pg::Tx| entry(&mut tx, id).await)
        .await
}

pub(super) async fn entry(conn: &mut PgConnection, id: Uuid) -> Result<Option<SetEntry>, sqlx::Error> {
    let row = select_entries!("WHERE s.id = $1", id)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(SetEntry::from))
}

/// The sets that are called so elsewhere, deleted or not. One statement.
pub(crate) async fn entries_called(
    conn: &mut PgConnection,
    external_ids: &[&str],
) -> Result<Vec<SetEntry>, sqlx::Error> {
    let rows = select_entries!("WHERE s.external_id = ANY($1)", external_ids as &[&str])
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(SetEntry::from).collect())
}

/// The set of a code in the journal.
pub(super) async fn entry_of(conn: &mut PgConnection, code: &str) -> Result<Option<SetEntry>, sqlx::Error> {
    match Uuid::parse_str(code) {
        Ok(id) => entry(conn, id).await,
        Err(_) => Ok(None),
    }
}
