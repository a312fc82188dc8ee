use contracts::catalog::{ReservationState, ReservationStatus};
use orders_domain::Status;
use orders_store::OrderState;
use time::{Duration, OffsetDateTime};

/// What can be wrong between an order and its reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Stock is held for an order that was never stored.
    OrphanReservation,
    /// Stock has left for an order that is not stored.
    ConfirmedWithoutOrder,
    /// An unpaid order whose stock is not held.
    OrderWithoutReservation,
    /// A paid order whose stock is not held.
    PaidWithoutReservation,
    /// A paid order whose stock is only held for a time.
    PaidUnconfirmed,
    /// Stock is kept for a cancelled order.
    CancelledWithReservation,
}

impl Rule {
    /// The rule's name in answers and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrphanReservation => "orphan_reservation",
            Self::ConfirmedWithoutOrder => "confirmed_without_order",
            Self::OrderWithoutReservation => "order_without_reservation",
            Self::PaidWithoutReservation => "paid_without_reservation",
            Self::PaidUnconfirmed => "paid_unconfirmed",
            Self::CancelledWithReservation => "cancelled_with_reservation",
        }
    }
}

/// How long things may look wrong because they are still under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For news between services.
    pub news: Duration,
    /// For a request that has reserved stock and not stored its order yet.
    pub placing: Duration,
}

/// What is wrong between an order and its reservation, if anything.
pub fn judge(
    order: Option<&OrderState>,
    reservation: Option<&ReservationState>,
    patience: Patience,
    now: OffsetDateTime,
) -> Option<Rule> {
    use ReservationStatus::{Confirmed, Expired, Released, Reserved};
    let settled = |since: OffsetDateTime, for_: Duration| since + for_ <= now;
    let Some(order) = order else {
        let reservation = reservation.filter(|one| settled(one.created_at, patience.placing))?;
        return match reservation.status {
            Reserved => Some(Rule::OrphanReservation),
            Confirmed => Some(Rule::ConfirmedWithoutOrder),
            Released | Expired => None,
        };
    };
    if !settled(order.since, patience.news) {
        return None;
    }
    let expired_lately =
        |one: &ReservationState| one.status == Expired && !settled(one.expires_at, patience.news);
    match (order.status, reservation.map(|one| one.status)) {
        (Status::Created, None | Some(Released | Expired)) => {
            (!reservation.is_some_and(expired_lately)).then_some(Rule::OrderWithoutReservation)
        }
        (Status::Cancelled, Some(Reserved | Confirmed)) => Some(Rule::CancelledWithReservation),
        // Unpaid and held; confirmed means paid a moment ago, since the reservations were read first.
        (Status::Created, Some(Reserved | Confirmed))
        | (Status::Cancelled, None | Some(Released | Expired))
        // What was handed over long ago may have been archived in catalog.
        | (Status::Delivered, None)
        | (_, Some(Confirmed)) => None,
        (_, Some(Reserved)) => Some(Rule::PaidUnconfirmed),
        (_, None | Some(Released | Expired)) => Some(Rule::PaidWithoutReservation),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{OrderId, uuid};
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
    const PATIENCE: Patience = Patience {
        news: Duration::seconds(30),
        placing: Duration::seconds(90),
    };

    fn order_at(status: Status, age_s: i64) -> OrderState {
        OrderState {
            id: OrderId::from(uuid::Uuid::nil()),
            status,
            since: NOW - Duration::seconds(age_s),
        }
    }

    fn reservation(status: ReservationStatus, age_s: i64) -> ReservationState {
        ReservationState {
            order_id: OrderId::from(uuid::Uuid::nil()),
            status,
            created_at: NOW - Duration::seconds(age_s),
            expires_at: NOW - Duration::seconds(age_s),
        }
    }

    fn verdict(order: Option<Status>, held: Option<ReservationStatus>, age_s: i64) -> Option<Rule> {
        let order = order.map(|status| order_at(status, age_s));
        let held = held.map(|status| reservation(status, age_s));
        judge(order.as_ref(), held.as_ref(), PATIENCE, NOW)
    }

    #[test]
    fn each_pair_is_right_or_breaks_one_rule() {
        use ReservationStatus::{Confirmed, Expired, Released, Reserved};
        for (order, held, want) in [
            (None, None, None),
            (None, Some(Reserved), Some(Rule::OrphanReservation)),
            (None, Some(Confirmed), Some(Rule::ConfirmedWithoutOrder)),
            (None, Some(Released), None),
            (None, Some(Expired), None),
            (Some(Status::Created), None, Some(Rule::OrderWithoutReservation)),
            (Some(Status::Created), Some(Reserved), None),
            (
                Some(Status::Created),
                Some(Released),
                Some(Rule::OrderWithoutReservation),
            ),
            (
                Some(Status::Created),
                Some(Expired),
                Some(Rule::OrderWithoutReservation),
            ),
            (Some(Status::Cancelled), None, None),
            (
                Some(Status::Cancelled),
                Some(Reserved),
                Some(Rule::CancelledWithReservation),
            ),
            (
                Some(Status::Cancelled),
                Some(Confirmed),
                Some(Rule::CancelledWithReservation),
            ),
            (Some(Status::Cancelled), Some(Released), None),
            (Some(Status::Delivered), None, None),
        ] {
            assert_eq!(verdict(order, held, 3_600), want, "{order:?} {held:?}");
        }
        for paid in Status::ALL.into_iter().filter(|status| status.is_paid_for()) {
            assert_eq!(
                verdict(Some(paid), Some(Reserved), 3_600),
                Some(Rule::PaidUnconfirmed),
                "{paid}"
            );
            assert_eq!(verdict(Some(paid), Some(Confirmed), 3_600), None, "{paid}");
            for gone in [Released, Expired] {
                let rule = verdict(Some(paid), Some(gone), 3_600);
                assert_eq!(rule, Some(Rule::PaidWithoutReservation), "{paid} {gone:?}");
            }
        }
    }

    #[test]
    fn what_is_under_way_is_left_alone() {
        use ReservationStatus::{Expired, Reserved};
        assert_eq!(verdict(None, Some(Reserved), 89), None);
        assert_eq!(verdict(Some(Status::Created), None, 29), None);
        assert_eq!(verdict(Some(Status::Paid), Some(Reserved), 29), None);
        assert_eq!(verdict(Some(Status::Cancelled), Some(Reserved), 29), None);
        // An old order whose reservation has only just run out: the event is on its way.
        let old = order_at(Status::Created, 3_600);
        let just = reservation(Expired, 5);
        assert_eq!(judge(Some(&old), Some(&just), PATIENCE, NOW), None);
    }
}
