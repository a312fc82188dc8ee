//! How an order's way is told.

use contracts::orders::{NotDeliveredReason, OrderStatus, StatusStep};
use time::OffsetDateTime;
use web::key;

/// A step on an order's way: one taken, or one ahead.
pub struct Step {
    /// Text that names the status.
    pub key: &'static str,
    /// When it was taken.
    pub at: Option<OffsetDateTime>,
    /// Whether the order stands here.
    pub current: bool,
}

/// The steps an order has taken and those that normally follow.
pub fn way(history: &[StatusStep], status: OrderStatus) -> Vec<Step> {
    let last = history.len().saturating_sub(1);
    let taken = history.iter().enumerate().map(|(index, step)| Step {
        key: status_key(step.status),
        at: Some(step.at),
        current: index == last,
    });
    let ahead = ahead(status).iter().map(|status| Step {
        key: status_key(*status),
        at: None,
        current: false,
    });
    taken.chain(ahead).collect()
}

fn ahead(status: OrderStatus) -> &'static [OrderStatus] {
    use OrderStatus::{Delivered, InDelivery, Paid, ReadyToShip};
    match status {
        OrderStatus::Created => &[Paid, ReadyToShip, InDelivery, Delivered],
        Paid | OrderStatus::NeedsChange => &[ReadyToShip, InDelivery, Delivered],
        ReadyToShip => &[InDelivery, Delivered],
        InDelivery => &[Delivered],
        Delivered | OrderStatus::NotDelivered | OrderStatus::Cancelled => &[],
    }
}

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

/// A status as the services write it, for scripts that compare.
pub const fn status_code(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Created => "created",
        OrderStatus::Paid => "paid",
        OrderStatus::ReadyToShip => "ready_to_ship",
        OrderStatus::NeedsChange => "needs_change",
        OrderStatus::InDelivery => "in_delivery",
        OrderStatus::Delivered => "delivered",
        OrderStatus::NotDelivered => "not_delivered",
        OrderStatus::Cancelled => "cancelled",
    }
}

/// The badge's look: good, bad, waiting or on its way.
pub const fn status_tone(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Created => "badge--warn",
        OrderStatus::Delivered => "badge--good",
        OrderStatus::NotDelivered | OrderStatus::Cancelled => "badge--bad",
        _ => "badge--accent",
    }
}

/// The text that explains a status to the customer.
pub const fn story_key(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Created => key("order-story-created"),
        OrderStatus::Paid => key("order-story-paid"),
        OrderStatus::ReadyToShip => key("order-story-ready-to-ship"),
        OrderStatus::NeedsChange => key("order-story-needs-change"),
        OrderStatus::InDelivery => key("order-story-in-delivery"),
        OrderStatus::Delivered => key("order-story-delivered"),
        OrderStatus::NotDelivered => key("order-story-not-delivered"),
        OrderStatus::Cancelled => key("order-story-cancelled"),
    }
}

/// The text of a reason for not handing an order over.
pub const fn reason_key(reason: NotDeliveredReason) -> &'static str {
    match reason {
        NotDeliveredReason::NobodyHome => key("reason-nobody-home"),
        NotDeliveredReason::WrongAddress => key("reason-wrong-address"),
        NotDeliveredReason::Refused => key("reason-refused"),
        NotDeliveredReason::Damaged => key("reason-damaged"),
        NotDeliveredReason::TooLate => key("reason-too-late"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_compare_with_what_the_services_write() {
        for status in [
            OrderStatus::Created,
            OrderStatus::Paid,
            OrderStatus::ReadyToShip,
            OrderStatus::NeedsChange,
            OrderStatus::InDelivery,
            OrderStatus::Delivered,
            OrderStatus::NotDelivered,
            OrderStatus::Cancelled,
        ] {
            assert_eq!(serde_json::to_value(status).unwrap(), status_code(status));
        }
    }
}
