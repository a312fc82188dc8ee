use kernel::{Personal, Text};
use orders_domain::Status;
use time::OffsetDateTime;

use contracts::events::{COURIER_SIGN_IN, CourierSignIn};
use events::NewEvent;
use pg::Tx;

use crate::change_status::status_from_db;
use crate::{Recipient, Slot, Store};

/// Who a courier's session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourierSession {
    /// Login.
    pub login: String,
    /// Name to greet.
    pub name: String,
}

/// An order as a courier sees it.
#[derive(Debug, Clone)]
pub struct CourierOrder {
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Name of the zone.
    pub zone: Text,
    /// Delivery window.
    pub slot: Slot,
    /// Weight in grams.
    pub weight_g: i64,
    /// Volume in litres.
    pub volume_l: i64,
    /// Pieces of furniture.
    pub pieces: i64,
    /// Who receives it; only read for orders the courier has (COU-2).
    pub recipient: Option<Recipient>,
}

impl Store {
    /// Opens a courier's session, which ends at `expires_at`, and tells of it. Only the token's hash is stored.
    pub async fn open_courier_session(
        &self,
        token_hash: &[u8; 32],
        session: &CourierSession,
        expires_at: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        let event = self.sign_in_event(&session.login, true);
        let event = std::slice::from_ref(&event);
        self.pg
            .run("open_courier_session", |mut tx: Tx| async move {
                sqlx::query!(
                    "INSERT INTO courier_session (token_hash, login, name, created_at, expires_at)
                     VALUES ($1, $2, $3, $4, $5)",
                    token_hash,
                    session.login,
                    session.name,
                    now,
                    expires_at,
                )
                .execute(&mut *tx)
                .await?;
                events::emit(&mut tx, event, &self.subscriptions).await
            })
            .await?;
        self.wake.wake();
        Ok(())
    }

    /// Tells of a refused attempt to sign in (CUS-3), with a login that may be told
    /// ([`told_login`](orders_domain::told_login)).
    pub async fn courier_refused(&self, login: &str) -> Result<(), sqlx::Error> {
        let event = self.sign_in_event(login, false);
        let event = std::slice::from_ref(&event);
        self.pg
            .statement("courier_refused", |mut tx: Tx| async move {
                events::emit(&mut tx, event, &self.subscriptions).await
            })
            .await?;
        self.wake.wake();
        Ok(())
    }

    fn sign_in_event(&self, login: &str, accepted: bool) -> NewEvent {
        let told = CourierSignIn {
            login: login.to_owned(),
            accepted,
            at: self.clock.now(),
        };
        NewEvent::new(&*self.clock, COURIER_SIGN_IN, &told)
    }

    /// Whose session a token belongs to; `None` when it is unknown or over.
    pub async fn courier_session(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<CourierSession>, sqlx::Error> {
        sqlx::query_as!(
            CourierSession,
            "SELECT login, name FROM courier_session WHERE token_hash = $1 AND expires_at > $2",
            token_hash,
            self.clock.now(),
        )
        .fetch_optional(&mut *self.pg.connection().await?)
        .await
    }

    /// Ends a session; nothing happens when there is none.
    pub async fn close_courier_session(&self, token_hash: &[u8; 32]) -> Result<(), sqlx::Error> {
        sqlx::query!("DELETE FROM courier_session WHERE token_hash = $1", token_hash)
            .execute(&mut *self.pg.connection().await?)
            .await?;
        Ok(())
    }

    /// Packed orders that no courier has, by delivery window, at most 100. Reads no personal data (COU-1, COU-2).
    pub async fn free_orders(&self) -> Result<Vec<CourierOrder>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT o.number, o.status, z.name_ru, z.name_en, o.slot_id, s.starts_at, s.ends_at, o.weight_g,
                      o.volume_l, o.pieces
               FROM orders o JOIN delivery_slot s ON s.id = o.slot_id JOIN delivery_zone z ON z.code = o.zone
               WHERE o.status = 'ready_to_ship'
               ORDER BY s.starts_at, o.id LIMIT 100"#,
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(CourierOrder {
                    number: row.number,
                    status: status_from_db(&row.status)?,
                    zone: Text::new(row.name_ru, row.name_en),
                    slot: Slot {
                        id: row.slot_id.into(),
                        starts_at: row.starts_at,
                        ends_at: row.ends_at,
                        free: 0,
                    },
                    weight_g: row.weight_g,
                    volume_l: row.volume_l,
                    pieces: row.pieces,
                    recipient: None,
                })
            })
            .collect()
    }

    /// The orders a courier has on the way, with whom and where to, by delivery window, at most 100 (COU-2).
    pub async fn orders_of_courier(&self, login: &str) -> Result<Vec<CourierOrder>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT o.number, o.status, z.name_ru, z.name_en, o.slot_id, s.starts_at, s.ends_at, o.weight_g,
                      o.volume_l, o.pieces, o.recipient_name, o.recipient_phone, o.postcode, o.city, o.street, o.flat
               FROM orders o JOIN delivery_slot s ON s.id = o.slot_id JOIN delivery_zone z ON z.code = o.zone
               WHERE o.courier = $1 AND o.status = 'in_delivery'
               ORDER BY s.starts_at, o.id LIMIT 100"#,
            login,
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(CourierOrder {
                    number: row.number,
                    status: status_from_db(&row.status)?,
                    zone: Text::new(row.name_ru, row.name_en),
                    slot: Slot {
                        id: row.slot_id.into(),
                        starts_at: row.starts_at,
                        ends_at: row.ends_at,
                        free: 0,
                    },
                    weight_g: row.weight_g,
                    volume_l: row.volume_l,
                    pieces: row.pieces,
                    recipient: Some(Recipient {
                        name: Personal::new(row.recipient_name),
                        phone: Personal::new(row.recipient_phone),
                        postcode: Personal::new(row.postcode),
                        city: Personal::new(row.city),
                        street: Personal::new(row.street),
                        flat: row.flat.map(Personal::new),
                    }),
                })
            })
            .collect()
    }
}
