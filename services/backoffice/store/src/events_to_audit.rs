use backoffice_domain::{ActorKind, Happening, Record};
use contracts::events::{
    COURIER_SIGN_IN, CourierSignIn, ORDER_STATUS, OrderStatusChanged, STOCK_CORRECTED, StockCorrected,
};
use contracts::orders;
use events::{CloudEvent, Handler, HandlerError};
use sqlx::PgConnection;

use crate::append_audit::append_records;

/// Writes the events of the other services into the audit (AUD-1), each once, also when it comes again after the
/// inbox has forgotten it.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventsToAudit;

impl Handler for EventsToAudit {
    async fn handle(&self, conn: &mut PgConnection, event: &CloudEvent) -> Result<(), HandlerError> {
        self.handle_batch(conn, &[event]).await
    }

    /// One walk to the chain's end for the whole batch.
    async fn handle_batch(
        &self,
        conn: &mut PgConnection,
        events: &[&CloudEvent],
    ) -> Result<(), HandlerError> {
        let mut records = Vec::with_capacity(events.len());
        for event in events {
            records.extend(record(event)?);
        }
        append_records(conn, &records).await?;
        Ok(())
    }
}

/// What the audit keeps of an event; `None` when it is of no type that the audit knows.
fn record(event: &CloudEvent) -> Result<Option<Record>, HandlerError> {
    let source = event
        .source
        .strip_prefix("urn:garnitur:")
        .unwrap_or(&event.source);
    Ok(Some(match event.type_.as_str() {
        STOCK_CORRECTED => {
            let told: StockCorrected = event.payload()?;
            let happening = Happening::StockCorrected {
                component: &told.component_id.to_string(),
                warehouse: &told.warehouse,
                delta: told.delta,
                reason: &told.reason,
                login: &told.actor,
            };
            happening.record(event.id, told.at, source)
        }
        COURIER_SIGN_IN => {
            let told: CourierSignIn = event.payload()?;
            let happening = Happening::CourierSignIn {
                typed: &told.login,
                accepted: told.accepted,
            };
            happening.record(event.id, told.at, source)
        }
        type_ if type_.starts_with(ORDER_STATUS) => {
            let told: OrderStatusChanged = event.payload()?;
            let (from, to) = (told.from.map(status), status(told.to));
            let happening = Happening::OrderStatus {
                number: &told.number,
                from: from.as_deref(),
                to: &to,
                by: actor(told.by),
                login: told.actor.as_deref(),
            };
            happening.record(event.id, told.at, source)
        }
        _ => return Ok(None),
    }))
}

/// A status by its name in contracts.
fn status(status: orders::OrderStatus) -> String {
    let name = serde_json::to_value(status).ok();
    name.as_ref()
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned)
        .expect("a status is written as its name")
}

const fn actor(kind: orders::ActorKind) -> ActorKind {
    match kind {
        orders::ActorKind::Customer => ActorKind::Customer,
        orders::ActorKind::Employee => ActorKind::Employee,
        orders::ActorKind::Courier => ActorKind::Courier,
        orders::ActorKind::Payment => ActorKind::Payment,
        orders::ActorKind::System => ActorKind::System,
    }
}
