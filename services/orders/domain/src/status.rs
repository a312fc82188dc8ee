use std::fmt;

/// Where an order stands (ORD-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Placed, waiting for payment.
    Created,
    /// Paid.
    Paid,
    /// Packed, waiting for a courier.
    ReadyToShip,
    /// Packed, but the customer has changed it since (ORD-4).
    NeedsChange,
    /// With a courier.
    InDelivery,
    /// Handed over. Final.
    Delivered,
    /// The courier could not hand it over.
    NotDelivered,
    /// Cancelled. Final.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Paid,
        Self::ReadyToShip,
        Self::NeedsChange,
        Self::InDelivery,
        Self::Delivered,
        Self::NotDelivered,
        Self::Cancelled,
    ];

    /// The name that is stored and sent, such as `ready_to_ship`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Paid => "paid",
            Self::ReadyToShip => "ready_to_ship",
            Self::NeedsChange => "needs_change",
            Self::InDelivery => "in_delivery",
            Self::Delivered => "delivered",
            Self::NotDelivered => "not_delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status a code names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether nothing can follow.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Cancelled)
    }

    /// Whether the customer's money is with us while an order stands here.
    pub const fn is_paid_for(self) -> bool {
        !matches!(self, Self::Created | Self::Cancelled)
    }

    /// The status after `step` by `actor`. There is no other way for an order to get a status.
    ///
    /// # Errors
    /// [`Refused::Status`] when the step cannot be taken from here, [`Refused::Actor`] when it can, but not by
    /// this kind of actor.
    pub fn after(self, step: Move, actor: Actor) -> Result<Self, Refused> {
        use Actor::{Courier, Customer, Employee, Payment, System};
        let (next, allowed): (Self, &[Actor]) = match (self, step) {
            (Self::Created, Move::Pay) => (Self::Paid, &[Payment]),
            (Self::Paid | Self::NeedsChange, Move::Pack) => (Self::ReadyToShip, &[Employee]),
            (Self::ReadyToShip, Move::Change) => (Self::NeedsChange, &[Customer]),
            (Self::ReadyToShip, Move::Claim) => (Self::InDelivery, &[Courier]),
            (Self::InDelivery, Move::GiveBack) => (Self::ReadyToShip, &[Courier]),
            (Self::InDelivery, Move::Deliver) => (Self::Delivered, &[Courier]),
            (Self::InDelivery, Move::FailToDeliver) => (Self::NotDelivered, &[Courier]),
            // The system cancels what was not paid in time (STK-3) and what cannot be supplied.
            (Self::Created | Self::Paid, Move::Cancel) => (Self::Cancelled, &[Customer, System]),
            (Self::ReadyToShip | Self::NeedsChange | Self::InDelivery | Self::NotDelivered, Move::Cancel) => {
                (Self::Cancelled, &[Customer])
            }
            _ => return Err(Refused::Status { from: self, step }),
        };
        if allowed.contains(&actor) {
            Ok(next)
        } else {
            Err(Refused::Actor { step, actor })
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Move {
    /// The payment provider has the money.
    Pay,
    /// The warehouse has packed it (WH-2).
    Pack,
    /// The customer changed what was packed already (ORD-4).
    Change,
    /// A courier takes it (COU-1).
    Claim,
    /// The courier gives it back to the list (COU-3).
    GiveBack,
    /// The courier handed it over (COU-3).
    Deliver,
    /// The courier could not hand it over (COU-3).
    FailToDeliver,
    /// It is cancelled (ORD-8, STK-3).
    Cancel,
}

impl Move {
    /// Every move.
    pub const ALL: [Self; 8] = [
        Self::Pay,
        Self::Pack,
        Self::Change,
        Self::Claim,
        Self::GiveBack,
        Self::Deliver,
        Self::FailToDeliver,
        Self::Cancel,
    ];

    /// Whether only the courier who has the order may make it (COU-1, COU-2).
    pub const fn is_holders(self) -> bool {
        matches!(self, Self::GiveBack | Self::Deliver | Self::FailToDeliver)
    }
}

/// What kind of actor moves an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The customer.
    Customer,
    /// A warehouse employee.
    Employee,
    /// A courier.
    Courier,
    /// The payment provider.
    Payment,
    /// The system itself.
    System,
}

impl Actor {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Customer,
        Self::Employee,
        Self::Courier,
        Self::Payment,
        Self::System,
    ];

    /// The name that is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Employee => "employee",
            Self::Courier => "courier",
            Self::Payment => "payment",
            Self::System => "system",
        }
    }

    /// The kind a code names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|actor| actor.code() == code)
    }
}

/// Why an order stays where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The step does not exist from this status.
    #[error("an order that is {from} cannot take the step {step:?}")]
    Status {
        /// Where the order stands.
        from: Status,
        /// What was tried.
        step: Move,
    },
    /// The step exists, but this kind of actor may not take it.
    #[error("{actor:?} may not take the step {step:?}")]
    Actor {
        /// What was tried.
        step: Move,
        /// Who tried.
        actor: Actor,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORD-2 … ORD-8 and COU-1, COU-3, written out by hand: from, step, who may, to.
    const TABLE: &[(Status, Move, &[Actor], Status)] = &[
        (Status::Created, Move::Pay, &[Actor::Payment], Status::Paid),
        (
            Status::Created,
            Move::Cancel,
            &[Actor::Customer, Actor::System],
            Status::Cancelled,
        ),
        (Status::Paid, Move::Pack, &[Actor::Employee], Status::ReadyToShip),
        (
            Status::Paid,
            Move::Cancel,
            &[Actor::Customer, Actor::System],
            Status::Cancelled,
        ),
        (
            Status::ReadyToShip,
            Move::Change,
            &[Actor::Customer],
            Status::NeedsChange,
        ),
        (
            Status::ReadyToShip,
            Move::Claim,
            &[Actor::Courier],
            Status::InDelivery,
        ),
        (
            Status::ReadyToShip,
            Move::Cancel,
            &[Actor::Customer],
            Status::Cancelled,
        ),
        (
            Status::NeedsChange,
            Move::Pack,
            &[Actor::Employee],
            Status::ReadyToShip,
        ),
        (
            Status::NeedsChange,
            Move::Cancel,
            &[Actor::Customer],
            Status::Cancelled,
        ),
        (
            Status::InDelivery,
            Move::GiveBack,
            &[Actor::Courier],
            Status::ReadyToShip,
        ),
        (
            Status::InDelivery,
            Move::Deliver,
            &[Actor::Courier],
            Status::Delivered,
        ),
        (
            Status::InDelivery,
            Move::FailToDeliver,
            &[Actor::Courier],
            Status::NotDelivered,
        ),
        (
            Status::InDelivery,
            Move::Cancel,
            &[Actor::Customer],
            Status::Cancelled,
        ),
        (
            Status::NotDelivered,
            Move::Cancel,
            &[Actor::Customer],
            Status::Cancelled,
        ),
    ];

    #[test]
    fn every_move_by_every_actor_is_as_in_the_table() {
        for from in Status::ALL {
            for step in Move::ALL {
                let row = TABLE.iter().find(|row| row.0 == from && row.1 == step);
                for actor in Actor::ALL {
                    let want = match row {
                        None => Err(Refused::Status { from, step }),
                        Some((_, _, who, to)) if who.contains(&actor) => Ok(*to),
                        Some(_) => Err(Refused::Actor { step, actor }),
                    };
                    assert_eq!(from.after(step, actor), want, "{from} {step:?} by {actor:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_follows_a_final_status() {
        for status in Status::ALL {
            let leads_on = TABLE.iter().any(|row| row.0 == status);
            assert_eq!(status.is_final(), !leads_on, "{status}");
        }
    }

    #[test]
    fn codes_come_back() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
        for actor in Actor::ALL {
            assert_eq!(Actor::from_code(actor.code()), Some(actor));
        }
        assert_eq!(Status::from_code("lost"), None);
    }
}
