//! How statuses and actors are told.

use contracts::orders::{ActorKind, OrderStatus};
use web::key;

/// All statuses in the order of the work: what is to be done first comes first.
pub const STATUSES: [OrderStatus; 8] = [
    OrderStatus::Paid,
    OrderStatus::NeedsChange,
    OrderStatus::ReadyToShip,
    OrderStatus::InDelivery,
    OrderStatus::Delivered,
    OrderStatus::NotDelivered,
    OrderStatus::Created,
    OrderStatus::Cancelled,
];

/// The text that names a status.
pub const fn status_key(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Created => key("order-status-created"),
        OrderStatus::Paid => key("order-status-paid"),
        OrderStatus::ReadyToShip => key("order-status-ready-to-ship"),
        OrderStatus::NeedsChange => key("order-status-needs-change"),
        OrderStatus::InDelivery => key("order-status-in-delivery"),
        OrderStatus::Delivered => key("order-status-delivered"),
        OrderStatus::NotDelivered => key("order-status-not-delivered"),
        OrderStatus::Cancelled => key("order-status-cancelled"),
    }
}

/// A status as the services write it.
pub fn status_code(status: OrderStatus) -> String {
    serde_json::to_value(status)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The status that a service writes like this.
pub fn status_of(code: &str) -> Option<OrderStatus> {
    serde_json::from_value(code.into()).ok()
}

/// The badge's look: work to do stands out, what is over is quiet.
pub const fn status_tone(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Paid => "badge--accent",
        OrderStatus::Created | OrderStatus::NeedsChange => "badge--warn",
        OrderStatus::Delivered => "badge--good",
        OrderStatus::NotDelivered => "badge--bad",
        OrderStatus::ReadyToShip | OrderStatus::InDelivery | OrderStatus::Cancelled => "",
    }
}

/// The text that names a kind of actor.
pub const fn actor_key(actor: ActorKind) -> &'static str {
    match actor {
        ActorKind::Customer => key("actor-customer"),
        ActorKind::Employee => key("actor-employee"),
        ActorKind::Courier => key("actor-courier"),
        ActorKind::Payment => key("actor-payment"),
        ActorKind::System => key("actor-system"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_tab_and_a_code() {
        for status in STATUSES {
            assert_eq!(status_of(&status_code(status)), Some(status));
        }
        assert_eq!(status_of("nonsense"), None);
    }
}
