//! The log of look-ups that found nothing (CAT-9).

use catalog_store::{ProductRef, SetRef};
use kernel::Text;
use problem::{Problem, kinds};

/// The product that an address names, before the database is asked: what cannot be a slug names none.
pub fn product_ref(text: &str) -> Result<ProductRef, Problem> {
    let product = ProductRef::parse(text);
    match &product {
        ProductRef::Slug(slug) if !is_slug(slug) => {
            // Whatever was typed may be about a person, so it is not repeated.
            tracing::warn!(product = "[malformed]", "look-up failed: no such product");
            Err(no_product())
        }
        _ => Ok(product),
    }
}

/// The answer for a product that does not exist; logs it.
pub fn product_missing(product: &ProductRef) -> Problem {
    match product {
        ProductRef::Id(id) => tracing::warn!(product = %id, "look-up failed: no such product"),
        ProductRef::Slug(slug) => tracing::warn!(product = slug, "look-up failed: no such product"),
    }
    no_product()
}

fn no_product() -> Problem {
    Problem::new(&kinds::NOT_FOUND).detail(Text::new("Такого товара нет.", "There is no such product."))
}

/// The answer for a set that does not exist; logs it.
pub fn set_missing(set: &SetRef) -> Problem {
    match set {
        SetRef::Id(id) => tracing::warn!(set = %id, "look-up failed: no such set"),
        SetRef::External(id) => tracing::warn!(set = id, "look-up failed: no such set"),
    }
    no_set()
}

/// The set that an address names, before the database is asked: what cannot be an external id names none.
pub fn set_ref(text: &str) -> Result<SetRef, Problem> {
    let set = SetRef::parse(text);
    match &set {
        SetRef::External(external) if !is_external_id(external) => {
            // Whatever was typed may be about a person, so it is not repeated.
            tracing::warn!(set = "[malformed]", "look-up failed: no such set");
            Err(no_set())
        }
        _ => Ok(set),
    }
}

fn no_set() -> Problem {
    Problem::new(&kinds::NOT_FOUND).detail(Text::new("Такого гарнитура нет.", "There is no such set."))
}

/// Letters, digits, `.`, `_` and `-`: what employees may call a set.
fn is_external_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn is_slug(text: &str) -> bool {
    (1..=80).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
