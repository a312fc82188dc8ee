use contracts::catalog::SetPage;
use kernel::{BadCursor, PageSize, decode_cursor, encode_cursor};
use pg::Pg;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::row::{SetRow, select_sets};
use super::standing::Frame;
use crate::ListError;
use crate::cards::cards;

/// What a list of sets is narrowed to; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SetFilter {
    /// Code of a kind of sets.
    pub kind: Option<String>,
    /// Code of a colour.
    pub color: Option<String>,
    /// Code of a material.
    pub material: Option<String>,
}

/// When the page's last set was added, in microseconds, and its id.
#[derive(Serialize, Deserialize)]
struct Cursor(i64, Uuid);

impl Cursor {
    /// Before everything: the last microsecond of the year 9999.
    const START: Self = Self(253_402_300_799_999_999, Uuid::max());

    fn of(row: &SetRow) -> Self {
        let micros = row.created_at.unix_timestamp_nanos() / 1_000;
        Self(i64::try_from(micros).unwrap_or(i64::MAX), row.id)
    }

    fn time(&self) -> Result<OffsetDateTime, BadCursor> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).map_err(|_| BadCursor)
    }
}

/// One page of sets, last added first, each with how it stands (CAT-8). Three statements.
pub async fn list_sets(
    pg: &Pg,
    filter: &SetFilter,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<SetPage, ListError> {
    let cursor: Cursor = cursor.map_or(Ok(Cursor::START), decode_cursor)?;
    let before = cursor.time()?;
    let limit = usize::from(size.get());
    pg.read("list_sets", async |mut tx: pg::Tx| {
        let mut rows = select_sets!(
            "(s.created_at, s.id) < ($1, $2)
             AND ($3::text IS NULL OR s.kind = $3)
             AND ($4::text IS NULL OR s.color = $4)
             AND ($5::text IS NULL OR s.material = $5)
             ORDER BY s.created_at DESC, s.id DESC LIMIT $6",
            before,
            cursor.1,
            filter.kind,
            filter.color,
            filter.material,
            i64::from(size.get()) + 1
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let products: Vec<Uuid> = rows.iter().flat_map(|row| row.products.iter().copied()).collect();
        let cards = cards(&mut tx, &products).await?;
        let frame = Frame::load(&mut tx).await?;
        let items = rows.iter().map(|row| row.card(&row.contents(&cards), &frame));
        Ok(SetPage {
            items: items.collect::<Result<_, _>>()?,
            next_cursor: rows
                .last()
                .filter(|_| more)
                .map(|row| encode_cursor(&Cursor::of(row))),
        })
    })
    .await
}
