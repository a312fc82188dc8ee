//! From what the domain and the store say to what travels.

use contracts::catalog::ReservedLine;
use contracts::orders as wire;
use orders_domain::{Actor, Line, Status};
use orders_store as store;

/// A status on the wire.
pub const fn status(status: Status) -> wire::OrderStatus {
    match status {
        Status::Created => wire::OrderStatus::Created,
        Status::Paid => wire::OrderStatus::Paid,
        Status::ReadyToShip => wire::OrderStatus::ReadyToShip,
        Status::NeedsChange => wire::OrderStatus::NeedsChange,
        Status::InDelivery => wire::OrderStatus::InDelivery,
        Status::Delivered => wire::OrderStatus::Delivered,
        Status::NotDelivered => wire::OrderStatus::NotDelivered,
        Status::Cancelled => wire::OrderStatus::Cancelled,
    }
}

/// A status from the wire.
pub const fn domain_status(status: wire::OrderStatus) -> Status {
    match status {
        wire::OrderStatus::Created => Status::Created,
        wire::OrderStatus::Paid => Status::Paid,
        wire::OrderStatus::ReadyToShip => Status::ReadyToShip,
        wire::OrderStatus::NeedsChange => Status::NeedsChange,
        wire::OrderStatus::InDelivery => Status::InDelivery,
        wire::OrderStatus::Delivered => Status::Delivered,
        wire::OrderStatus::NotDelivered => Status::NotDelivered,
        wire::OrderStatus::Cancelled => Status::Cancelled,
    }
}

/// A kind of actor on the wire.
pub const fn actor(actor: Actor) -> wire::ActorKind {
    match actor {
        Actor::Customer => wire::ActorKind::Customer,
        Actor::Employee => wire::ActorKind::Employee,
        Actor::Courier => wire::ActorKind::Courier,
        Actor::Payment => wire::ActorKind::Payment,
        Actor::System => wire::ActorKind::System,
    }
}

/// The code under which a courier's reason is stored.
pub const fn reason_code(reason: wire::NotDeliveredReason) -> &'static str {
    match reason {
        wire::NotDeliveredReason::NobodyHome => "nobody_home",
        wire::NotDeliveredReason::WrongAddress => "wrong_address",
        wire::NotDeliveredReason::Refused => "refused",
        wire::NotDeliveredReason::Damaged => "damaged",
        wire::NotDeliveredReason::TooLate => "too_late",
    }
}

/// The courier's reason behind a stored code.
pub fn reason(code: &str) -> Option<wire::NotDeliveredReason> {
    serde_json::from_value(code.into()).ok()
}

/// An order's number as people type it: without case, and with the letters that Crockford's base 32 leaves out.
pub fn number(typed: &str) -> String {
    let number = typed.trim().to_ascii_uppercase();
    number.replace(['I', 'L'], "1").replace('O', "0")
}

/// A window as part of an order.
pub const fn booked_slot(slot: store::Slot) -> wire::Slot {
    wire::Slot {
        id: slot.id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        free: None,
    }
}

/// A window that can be chosen.
pub const fn free_slot(slot: store::Slot) -> wire::Slot {
    wire::Slot {
        id: slot.id,
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        free: Some(slot.free),
    }
}

/// A line of an order.
pub fn line(line: store::OrderLine) -> wire::OrderLine {
    wire::OrderLine {
        product_id: line.product_id,
        slug: line.slug,
        name: line.name,
        quantity: line.quantity,
        unit_price: line.unit_price,
        // It was computed when ordered and fitted then.
        total: line.unit_price.times(line.quantity).unwrap_or(line.unit_price),
    }
}

/// A reserved line as the domain sums it up.
pub const fn domain_line(line: &ReservedLine) -> Line {
    Line {
        quantity: line.quantity,
        unit_price: line.unit_price,
        dimensions: line.dimensions,
        weight_g: line.weight_g,
    }
}
