//! The problems of catalog, and what failures of the parts below mean to a caller.

use axum::http::header::ETAG;
use catalog_store::edit::{EditError, Refusal};
use catalog_store::{ListError, NotForSale, PropertyFault, SettleError};
use contracts::catalog::{FieldChange, Shortage};
use kernel::{OrderId, Text};
use problem::{Kind, Problem, kinds, version_tag};

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
/// A later edit of the order was carried out; `revision` says which.
pub const RESERVATION_OUTDATED: Kind = Kind {
    slug: "reservation-outdated",
    status: 409,
    title: ("Правка устарела", "A later edit was carried out"),
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

/// A file has faults; `faults` has the first of them, `total` says how many there are. Nothing was changed.
pub const IMPORT_REFUSED: Kind = Kind {
    slug: "import-refused",
    status: 422,
    title: ("Файл не принят", "The file was refused"),
};
/// Something else needs the thing; `users` names the first of them, `total` says how many there are.
pub const IN_USE: Kind = Kind {
    slug: "in-use",
    status: 409,
    title: ("Используется", "It is in use"),
};
/// The thing is marked as deleted; it has to be restored before it is changed.
pub const DELETED: Kind = Kind {
    slug: "deleted",
    status: 409,
    title: ("Удалено", "It is deleted"),
};

/// An assembly would contain itself; `cycle` names the components, each containing the next one (CAT-3).
pub const ASSEMBLY_CYCLE: Kind = Kind {
    slug: "assembly-cycle",
    status: 409,
    title: ("Сборка содержит саму себя", "The assembly contains itself"),
};
/// An assembly lies on no shelf; `pieces` says how many of the component do (ADR 0007).
pub const ASSEMBLY_IN_STOCK: Kind = Kind {
    slug: "assembly-in-stock",
    status: 409,
    title: (
        "Деталь лежит на складе, поэтому не может стать сборкой",
        "The component lies on shelves, so it cannot become an assembly",
    ),
};
/// A line of an assembly has no substitutes; `component` names the assembly (ADR 0007).
pub const ASSEMBLY_REPLACED: Kind = Kind {
    slug: "assembly-replaced",
    status: 409,
    title: ("Сборку нельзя заменить", "An assembly cannot be replaced"),
};
/// An assembly is no substitute; `component` names it (ADR 0007).
pub const ASSEMBLY_REPLACING: Kind = Kind {
    slug: "assembly-replacing",
    status: 409,
    title: (
        "Сборка не может быть заменой",
        "An assembly cannot be a substitute",
    ),
};
/// A component that is a substitute, or has some, becomes no assembly; `users` names the bills (ADR 0007).
pub const ASSEMBLY_IN_SUBSTITUTION: Kind = Kind {
    slug: "assembly-in-substitution",
    status: 409,
    title: (
        "Деталь участвует в заменах, поэтому не может стать сборкой",
        "The component is a substitute or has some, so it cannot become an assembly",
    ),
};
/// The pieces of `component` are more than can be counted.
pub const BILL_TOO_LARGE: Kind = Kind {
    slug: "bill-too-large",
    status: 409,
    title: ("Деталей слишком много", "There are too many pieces"),
};
/// Rules keep components out of the unit; `refusals` says which and why (CAT-4).
pub const INCOMPATIBLE: Kind = Kind {
    slug: "incompatible",
    status: 409,
    title: (
        "Детали не подходят к изделию",
        "Components do not go into the unit",
    ),
};
/// A picture has too few pixels (CAT-9); `width` and `height` say how many.
pub const IMAGE_TOO_SMALL: Kind = Kind {
    slug: "image-too-small",
    status: 422,
    title: ("Изображение слишком маленькое", "The image is too small"),
};
/// A picture has more pixels than are taken; `width` and `height` say how many.
pub const IMAGE_TOO_LARGE: Kind = Kind {
    slug: "image-too-large",
    status: 422,
    title: ("Изображение слишком большое", "The image is too large"),
};
/// A picture cannot be read to its end.
pub const IMAGE_DAMAGED: Kind = Kind {
    slug: "image-damaged",
    status: 422,
    title: ("Изображение повреждено", "The image is damaged"),
};
/// There is no room for files.
pub const STORAGE_FULL: Kind = Kind {
    slug: "storage-full",
    status: 507,
    title: ("В хранилище файлов нет места", "The file storage is full"),
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

/// Some of what is wanted is not in the assortment or has no price; `products` and `sets` say what.
pub fn not_for_sale(order: OrderId, what: &NotForSale) -> Problem {
    tracing::warn!(%order, ?what, "look-up failed: not in the assortment or without a price");
    Problem::new(&NOT_FOR_SALE)
        .ext("products", &what.products)
        .ext("sets", &what.sets)
}

/// There is no list: the cursor is not one of its own, or the database failed.
pub fn list(error: ListError) -> Problem {
    match error {
        ListError::Cursor(bad) => bad.into(),
        ListError::Property { name, reason } => {
            let (code, message) = property_fault(reason);
            Problem::new(&kinds::VALIDATION).field(format!("prop.{name}"), code, message)
        }
        ListError::Database(error) => database(error),
    }
}

/// What is wrong with a filter by a property, as a code and in words.
pub fn property_fault(reason: PropertyFault) -> (&'static str, Text) {
    match reason {
        PropertyFault::Unknown => (
            "unknown",
            Text::new(
                "нет такого свойства для отбора",
                "there is no such property to narrow by",
            ),
        ),
        PropertyFault::NoSuchValue => (
            "invalid",
            Text::new("у свойства нет такого значения", "the property has no such value"),
        ),
        PropertyFault::NotANumber => ("invalid", Text::new("нужно число", "must be a number")),
        PropertyFault::NeedsRange => (
            "invalid",
            Text::new(
                "числа отбираются через .min и .max",
                "numbers are narrowed with .min and .max",
            ),
        ),
    }
}

/// An edit of the assortment was refused.
pub fn edit(error: EditError) -> Problem {
    match error {
        EditError::NotFound => Problem::new(&kinds::NOT_FOUND),
        EditError::Stale { version, changed } => {
            let problem = Problem::new(&kinds::PRECONDITION_FAILED)
                .ext("version", &version)
                .header(ETAG, version_tag(version));
            match changed {
                Some(changed) => problem.detail(what_changed(&changed)).ext("changed", &changed),
                None => problem,
            }
        }
        EditError::Deleted => {
            Problem::new(&DELETED).detail(Text::new("Сначала восстановите.", "It has to be restored first."))
        }
        EditError::InUse { users, total } => Problem::new(&IN_USE)
            .detail(Text::new(
                format!("Сначала уберите отовсюду, где используется: {total}."),
                format!("It has to be taken out of everything that uses it first: {total}."),
            ))
            .ext("users", &users)
            .ext("total", &total),
        EditError::KeyReused => Problem::new(&kinds::IDEMPOTENCY_REUSED),
        EditError::Invalid(faults) => {
            let problem = Problem::new(&kinds::VALIDATION);
            faults.into_iter().fold(problem, |problem, fault| {
                problem.field(fault.field, fault.code, fault.message)
            })
        }
        EditError::Refused(refusal) => refused(*refusal),
        EditError::Database(error) => database(error),
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Cycle(cycle) => {
            let skus: Vec<&str> = cycle.iter().map(|named| named.sku.as_str()).collect();
            let way = skus.join(" → ");
            Problem::new(&ASSEMBLY_CYCLE)
                .detail(Text::new(way.clone(), way))
                .ext("cycle", &cycle)
        }
        Refusal::InStock { pieces } => Problem::new(&ASSEMBLY_IN_STOCK).ext("pieces", &pieces),
        Refusal::Replaced(named) => Problem::new(&ASSEMBLY_REPLACED).ext("component", &named),
        Refusal::Replacing(named) => Problem::new(&ASSEMBLY_REPLACING).ext("component", &named),
        Refusal::InSubstitution { users, total } => Problem::new(&ASSEMBLY_IN_SUBSTITUTION)
            .ext("users", &users)
            .ext("total", &total),
        Refusal::TooMuch(named) => Problem::new(&BILL_TOO_LARGE).ext("component", &named),
        Refusal::Incompatible(refusals) => Problem::new(&INCOMPATIBLE).ext("refusals", &refusals),
    }
}

fn what_changed(changed: &[FieldChange]) -> Text {
    let fields: Vec<&str> = changed.iter().map(|change| change.field.as_str()).collect();
    let fields = fields.join(", ");
    Text::new(format!("Изменилось: {fields}."), format!("Changed: {fields}."))
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
