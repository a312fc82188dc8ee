use std::collections::HashSet;

use backoffice_domain::{ActorKind, Happening, Record, canonical};
use contracts::events::{
    ASSORTMENT_CHANGED, AssortmentChanged, COURIER_SIGN_IN, CourierSignIn, ORDER_STATUS, OrderStatusChanged,
    STOCK_CORRECTED, StockCorrected,
};
use contracts::orders;
use events::{CloudEvent, Handler, HandlerError};
use sqlx::PgConnection;

use crate::append_audit::append_records;
use crate::known_actors::known_actors;

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
        let told = events
            .iter()
            .map(|event| read(event))
            .collect::<Result<Vec<_>, _>>()?;
        let refused: Vec<String> = told
            .iter()
            .filter_map(Told::refused_login)
            .map(canonical)
            .collect();
        let known = match refused.as_slice() {
            [] => HashSet::new(),
            logins => known_actors(&mut *conn, logins).await?,
        };
        let records = events
            .iter()
            .zip(&told)
            .filter_map(|(event, told)| record(event, told, &known));
        append_records(conn, &records.collect::<Vec<_>>()).await?;
        Ok(())
    }
}

/// What an event tells.
enum Told {
    Order(OrderStatusChanged),
    Stock(StockCorrected),
    Assortment(AssortmentChanged),
    Courier(CourierSignIn),
    /// Nothing that the audit keeps.
    Other,
}

impl Told {
    fn refused_login(&self) -> Option<&str> {
        match self {
            Self::Courier(told) if !told.accepted => Some(&told.login),
            _ => None,
        }
    }
}

fn read(event: &CloudEvent) -> Result<Told, HandlerError> {
    Ok(match event.type_.as_str() {
        STOCK_CORRECTED => Told::Stock(event.payload()?),
        ASSORTMENT_CHANGED => Told::Assortment(event.payload()?),
        COURIER_SIGN_IN => Told::Courier(event.payload()?),
        type_ if type_.starts_with(ORDER_STATUS) => Told::Order(event.payload()?),
        _ => Told::Other,
    })
}

/// What the audit keeps of an event; of logins that were refused it keeps those in `known`, and what looks like one.
fn record(event: &CloudEvent, told: &Told, known: &HashSet<String>) -> Option<Record> {
    let source = event
        .source
        .strip_prefix("urn:garnitur:")
        .unwrap_or(&event.source);
    Some(match told {
        Told::Stock(told) => {
            let happening = Happening::StockCorrected {
                component: &told.component_id.to_string(),
                warehouse: &told.warehouse,
                delta: told.delta,
                reason: &told.reason,
                login: &told.actor,
            };
            happening.record(event.id, told.at, source)
        }
        Told::Assortment(told) => {
            let happening = Happening::AssortmentChanged {
                kind: told.kind.code(),
                code: &told.code,
                version: told.version,
                action: told.action.code(),
                fields: &told.fields,
                login: &told.actor,
            };
            happening.record(event.id, told.at, source)
        }
        Told::Courier(told) => {
            let happening = Happening::CourierSignIn {
                typed: &told.login,
                known: known.contains(&canonical(&told.login)),
                accepted: told.accepted,
            };
            happening.record(event.id, told.at, source)
        }
        Told::Order(told) => {
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
        Told::Other => return None,
    })
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
