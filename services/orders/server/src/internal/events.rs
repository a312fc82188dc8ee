use contracts::events::{RESERVATION_EXPIRED, ReservationExpired, TOGGLES_CHANGED, TogglesChanged};
use events::{CloudEvent, Handler, HandlerError};
use orders_store::{ChangeError, Store};
use pg::sqlx::PgConnection;

/// What orders do with catalog's events, and with backoffice's about toggles.
pub struct CatalogEvents {
    store: Store,
}

impl CatalogEvents {
    /// Applies events to `store`.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }
}

impl Handler for CatalogEvents {
    async fn handle(&self, conn: &mut PgConnection, event: &CloudEvent) -> Result<(), HandlerError> {
        if event.type_ == TOGGLES_CHANGED {
            let told: TogglesChanged = event.payload()?;
            return Ok(self.store.keep_toggles(conn, &told).await?);
        }
        if event.type_ != RESERVATION_EXPIRED {
            return Ok(());
        }
        let expired: ReservationExpired = event.payload()?;
        match self.store.reservation_expired(conn, expired.order_id).await {
            Ok(_) => Ok(()),
            Err(ChangeError::Database(error)) => Err(error.into()),
            // The order is locked and was seen to wait for payment, which the system may cancel.
            Err(error) => Err(HandlerError::failed("status", error)),
        }
    }
}
