//! The problems of catalog, and what failures of the parts below mean to a caller.

use catalog_store::{ListError, SettleError};
use contracts::catalog::Shortage;
use kernel::Text;
use problem::{Kind, Problem, kinds};

/// The product is known and has no price yet (CAT-10).
pub const NO_PRICE: Kind = Kind {
    slug: "no-price",
    status: 409,
    title: ("У товара пока нет цены", "The product has no price yet"),
};
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
/// The reservation was given back on request, which is final.
pub const RESERVATION_RELEASED: Kind = Kind {
    slug: "reservation-released",
    status: 409,
    title: ("Резерв уже снят", "The reservation was released"),
};
/// More would be taken from a shelf than is free there; `free` says how much is.
pub const NOT_ENOUGH_FREE: Kind = Kind {
    slug: "not-enough-free",
    status: 409,
    title: (
        "На складе меньше свободных деталей",
        "Fewer pieces are free in the warehouse",
    ),
};

/// The database failed: 503 when it cannot serve now, 500 when the fault is ours.
pub fn database(error: pg::sqlx::Error) -> Problem {
    if pg::is_unavailable(&error) {
        Problem::unavailable("postgres", error)
    } else {
        Problem::internal(error)
    }
}

/// There is not enough of some products.
pub fn insufficient_stock(shortages: &[Shortage]) -> Problem {
    let detail = match shortages {
        [one] => Text::new(
            format!("В наличии {} шт.", one.available),
            format!("{} available.", one.available),
        ),
        _ => Text::new(
            "Нескольких товаров не хватает.",
            "There is not enough of several products.",
        ),
    };
    Problem::new(&INSUFFICIENT_STOCK)
        .detail(detail)
        .ext("shortages", shortages)
}

/// There is no list: the cursor is not one of its own, or the database failed.
pub fn list(error: ListError) -> Problem {
    match error {
        ListError::Cursor(bad) => bad.into(),
        ListError::Database(error) => database(error),
    }
}

/// A reservation cannot be confirmed or released.
pub fn settle(error: SettleError) -> Problem {
    match error {
        SettleError::NotFound => no_reservation(),
        SettleError::Released => Problem::new(&RESERVATION_RELEASED),
        SettleError::Short(shortages) => insufficient_stock(&shortages),
        SettleError::Database(error) => database(error),
    }
}

/// Nothing was ever reserved for the order.
pub fn no_reservation() -> Problem {
    Problem::new(&kinds::NOT_FOUND).detail(Text::new(
        "Для этого заказа ничего не резервировали.",
        "Nothing was ever reserved for this order.",
    ))
}
