//! The problems of ordering, and what failures of the parts below mean to a caller.

use contracts::catalog::Shortage;
use kernel::Text;
use orders_domain::{Move, Refused, Status};
use orders_store::ChangeError;
use problem::{Kind, Problem, kinds};

use crate::payments::GatewayError;

/// There is not enough of a product; `shortages` says how much there is (STK-2).
pub const INSUFFICIENT_STOCK: Kind = Kind {
    slug: "insufficient-stock",
    status: 409,
    title: ("Недостаточно товара", "Not enough in stock"),
};
/// The product is not in the assortment or has no price.
pub const NOT_FOR_SALE: Kind = Kind {
    slug: "not-for-sale",
    status: 409,
    title: ("Товар не продаётся", "The product is not for sale"),
};
/// The cart holds as many lines as an order may have.
pub const CART_FULL: Kind = Kind {
    slug: "cart-full",
    status: 409,
    title: ("Корзина заполнена", "The cart is full"),
};
/// The cart is empty.
pub const CART_EMPTY: Kind = Kind {
    slug: "cart-empty",
    status: 409,
    title: ("Корзина пуста", "The cart is empty"),
};
/// The cart is not what it was when ordering began.
pub const CART_CHANGED: Kind = Kind {
    slug: "cart-changed",
    status: 409,
    title: ("Корзина изменилась", "The cart has changed"),
};
/// The shop does not deliver to the address.
pub const NO_DELIVERY: Kind = Kind {
    slug: "no-delivery",
    status: 422,
    title: (
        "Мы пока не доставляем по этому адресу",
        "We do not deliver to this address yet",
    ),
};
/// The delivery window is full, past or of another zone.
pub const SLOT_TAKEN: Kind = Kind {
    slug: "slot-taken",
    status: 409,
    title: ("Интервал доставки занят", "The delivery window is taken"),
};
/// The same request is being worked on.
pub const IN_PROGRESS: Kind = Kind {
    slug: "in-progress",
    status: 409,
    title: ("Запрос уже выполняется", "The request is in progress"),
};
/// The order is paid, cancelled or its time is over.
pub const NOT_PAYABLE: Kind = Kind {
    slug: "not-payable",
    status: 409,
    title: ("Заказ нельзя оплатить", "The order cannot be paid"),
};
/// The order's status does not allow the step.
pub const STATUS_CONFLICT: Kind = Kind {
    slug: "status-conflict",
    status: 409,
    title: (
        "Статус заказа не позволяет это сделать",
        "The order's status does not allow this",
    ),
};
/// Another courier has the order.
pub const NOT_YOURS: Kind = Kind {
    slug: "not-yours",
    status: 409,
    title: ("Заказ у другого курьера", "Another courier has the order"),
};
/// Login or password are wrong, or the account may not sign in.
pub const BAD_CREDENTIALS: Kind = Kind {
    slug: "bad-credentials",
    status: 401,
    title: ("Неверный логин или пароль", "Wrong login or password"),
};

/// The database failed: 503 when it cannot serve now, 500 when the fault is ours.
pub fn database(error: pg::sqlx::Error) -> Problem {
    if pg::is_unavailable(&error) {
        Problem::unavailable("postgres", error)
    } else {
        Problem::internal(error)
    }
}

/// An order's status was not changed.
pub fn not_changed(error: ChangeError) -> Problem {
    match error {
        ChangeError::NotFound => Problem::new(&kinds::NOT_FOUND),
        ChangeError::NotHolder
        | ChangeError::Refused(Refused::Status {
            from: Status::InDelivery,
            step: Move::Claim,
        }) => Problem::new(&NOT_YOURS),
        ChangeError::Refused(Refused::Status { from, .. }) => {
            Problem::new(&STATUS_CONFLICT).ext("order_status", from.code())
        }
        ChangeError::Refused(Refused::Actor { .. }) => Problem::new(&kinds::FORBIDDEN),
        ChangeError::Database(error) => database(error),
    }
}

/// The payment provider failed.
pub fn gateway(error: GatewayError) -> Problem {
    match error {
        GatewayError::Unavailable(_) => Problem::unavailable("the payment provider", error),
        _ => Problem::internal(error),
    }
}

/// There is not enough of some products.
pub fn insufficient_stock(shortages: &[Shortage]) -> Problem {
    let detail = match shortages {
        [one] => Text::new(
            format!(
                "В наличии {} шт. Остальное можно добавить в список желаний.",
                one.available
            ),
            format!("{} available. The rest can go on your wish list.", one.available),
        ),
        _ => Text::new(
            "Нескольких товаров не хватает. Измените количество.",
            "There is not enough of several products. Change the quantities.",
        ),
    };
    Problem::new(&INSUFFICIENT_STOCK)
        .detail(detail)
        .ext("shortages", shortages)
}
