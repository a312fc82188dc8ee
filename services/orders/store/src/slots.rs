use kernel::SlotId;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Store;

/// A delivery window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// Start.
    pub starts_at: OffsetDateTime,
    /// End.
    pub ends_at: OffsetDateTime,
    /// Places left.
    pub free: i32,
}

impl Store {
    /// Windows of a zone that start after `after` and have `places` left, soonest first, at most 30. One statement.
    pub async fn free_slots(
        &self,
        zone: &str,
        after: OffsetDateTime,
        places: i32,
    ) -> Result<Vec<Slot>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT id, starts_at, ends_at, capacity - taken AS "free!"
               FROM delivery_slot
               WHERE zone = $1 AND starts_at > $2 AND taken + $3 <= capacity
               ORDER BY starts_at LIMIT 30"#,
            zone,
            after,
            places,
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        let slots = rows.into_iter().map(|row| Slot {
            id: row.id.into(),
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            free: row.free,
        });
        Ok(slots.collect())
    }

    /// Opens windows of `capacity` places in a zone; windows that exist stay as they are. `slots` holds id, start
    /// and end. Returns how many are new.
    pub async fn open_slots(
        &self,
        zone: &str,
        capacity: i32,
        slots: &[(SlotId, OffsetDateTime, OffsetDateTime)],
    ) -> Result<u64, sqlx::Error> {
        let ids: Vec<Uuid> = slots.iter().map(|slot| slot.0.uuid()).collect();
        let starts: Vec<OffsetDateTime> = slots.iter().map(|slot| slot.1).collect();
        let ends: Vec<OffsetDateTime> = slots.iter().map(|slot| slot.2).collect();
        let done = sqlx::query!(
            "INSERT INTO delivery_slot (id, zone, starts_at, ends_at, capacity)
             SELECT id, $1, starts_at, ends_at, $2
             FROM unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) AS s (id, starts_at, ends_at)
             ON CONFLICT (zone, starts_at) DO NOTHING",
            zone,
            capacity,
            &ids,
            &starts,
            &ends,
        )
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(done.rows_affected())
    }
}
