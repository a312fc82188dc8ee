mod components;
mod entries;
mod products;
mod terms;

use std::collections::HashSet;

use catalog_domain::MarginRule;
use kernel::{Clock, MoneyError};
use pg::Pg;
use sqlx::PgConnection;

pub use entries::{
    Assortment, BillEntry, CategoryEntry, ColorEntry, ComponentEntry, MaterialEntry, ProductEntry,
    StockEntry, WarehouseEntry,
};

/// Two imports at once would change the same rows in different orders. The number is arbitrary but fixed.
const LOCK: i64 = 0x6361_7461_6c6f_6702;

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// Components that are new or have changed.
    pub components: u64,
    /// Furniture units that are new or have changed, their prices, bills and pictures apart.
    pub products: u64,
    /// Prices that were set or have changed.
    pub prices: u64,
    /// Shelves that are new.
    pub shelves: u64,
}

/// Why an assortment was not imported. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A key is used twice.
    #[error("the {kind} {key:?} is listed twice")]
    Duplicate {
        /// Kind of entry.
        kind: &'static str,
        /// Its key.
        key: String,
    },
    /// Something is named that does not exist.
    #[error("{by:?} names the {kind} {key:?}, which does not exist")]
    Unknown {
        /// The entry that names it.
        by: String,
        /// Kind of what is named.
        kind: &'static str,
        /// Its key.
        key: String,
    },
    /// The price of a unit cannot be computed.
    #[error("the price of {slug:?} cannot be computed")]
    Price {
        /// The unit.
        slug: String,
        /// Why.
        source: MoneyError,
    },
    /// A value breaks a rule of the database.
    #[error("the database refuses a value: {rule}")]
    Refused {
        /// Name of the constraint.
        rule: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Database(sqlx::Error),
}
pg::transaction_error!(ImportError);

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        match pg::constraint(&error) {
            Some(rule) => Self::Refused {
                rule: rule.to_owned(),
                source: error,
            },
            None => Self::Database(error),
        }
    }
}

/// Brings an assortment in, all or nothing, as the owner. Things are known by their codes, article numbers and
/// slugs: what is there is updated, what is not is made, what is not named stays. Stock is set only where a shelf is
/// new, since from then on it is what was sold and corrected. Prices are computed anew for all units that use one of
/// the components (CAT-5). Importing the same again changes nothing.
pub async fn import(
    pg: &Pg,
    clock: &dyn Clock,
    margin: MarginRule,
    assortment: &Assortment,
) -> Result<ImportReport, ImportError> {
    check_keys(assortment)?;
    pg.run("import", |mut tx: pg::Tx| async move {
        sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK)
            .fetch_one(&mut *tx)
            .await?;
        terms::write(&mut tx, clock, assortment).await?;
        let components = components::write(&mut tx, clock, &assortment.components).await?;
        let shelves = components::stock(&mut tx, clock.now(), &assortment.stock).await?;
        let products = products::write(&mut tx, clock, &assortment.products).await?;
        let prices = products::prices(&mut tx, margin, assortment).await?;
        availability(&mut tx, assortment).await?;
        listings(&mut tx, assortment).await?;
        Ok(ImportReport {
            components,
            products,
            prices,
            shelves,
        })
    })
    .await
}

fn check_keys(assortment: &Assortment) -> Result<(), ImportError> {
    let terms = |kind, keys: Vec<&str>| once(kind, keys.into_iter().map(str::to_owned));
    terms(
        "category",
        assortment.categories.iter().map(|e| &*e.code).collect(),
    )?;
    terms("colour", assortment.colors.iter().map(|e| &*e.code).collect())?;
    terms(
        "material",
        assortment.materials.iter().map(|e| &*e.code).collect(),
    )?;
    terms(
        "warehouse",
        assortment.warehouses.iter().map(|e| &*e.code).collect(),
    )?;
    terms(
        "component",
        assortment.components.iter().map(|e| &*e.sku).collect(),
    )?;
    terms("product", assortment.products.iter().map(|e| &*e.slug).collect())?;
    for product in &assortment.products {
        let lines = product.bill.iter();
        once(
            "line",
            lines.map(|line| format!("{} of {}", line.sku, product.slug)),
        )?;
    }
    let shelves = assortment.stock.iter();
    once("shelf", shelves.map(|e| format!("{} in {}", e.sku, e.warehouse)))
}

fn once(kind: &'static str, keys: impl Iterator<Item = String>) -> Result<(), ImportError> {
    let mut seen = HashSet::new();
    for key in keys {
        if let Some(key) = seen.replace(key) {
            return Err(ImportError::Duplicate { kind, key });
        }
    }
    Ok(())
}

/// Has availability computed anew where bills or stock may be new.
async fn availability(conn: &mut PgConnection, assortment: &Assortment) -> Result<(), sqlx::Error> {
    let slugs: Vec<&str> = assortment.products.iter().map(|entry| &*entry.slug).collect();
    let skus: Vec<&str> = assortment.stock.iter().map(|entry| &*entry.sku).collect();
    sqlx::query!(
        "WITH nothing AS (
             UPDATE product_availability a SET available = 0
             FROM product p
             WHERE p.id = a.product_id AND p.slug = ANY($1) AND a.available <> 0
               AND NOT EXISTS (SELECT FROM bill_line l WHERE l.product_id = p.id AND l.required)
         )
         INSERT INTO stale_component (component_id)
         SELECT id FROM component WHERE sku = ANY($2)
         UNION
         SELECT l.component_id FROM product p JOIN bill_line l ON l.product_id = p.id WHERE p.slug = ANY($1)",
        &slugs as &[&str],
        &skus as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has list entries written anew of the units imported and of those whose prices may have changed.
async fn listings(conn: &mut PgConnection, assortment: &Assortment) -> Result<(), sqlx::Error> {
    let slugs: Vec<&str> = assortment.products.iter().map(|entry| &*entry.slug).collect();
    let skus: Vec<&str> = assortment.components.iter().map(|entry| &*entry.sku).collect();
    sqlx::query!(
        "INSERT INTO stale_product (product_id)
         SELECT id FROM product WHERE slug = ANY($1)
         UNION
         SELECT t.product_id FROM product_part t JOIN component c ON c.id = t.component_id WHERE c.sku = ANY($2)",
        &slugs as &[&str],
        &skus as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}
