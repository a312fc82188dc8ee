//! Brings an assortment in.
//!
//! Only what is new or different is written, and only that is checked, as employees' saves are: what they have edited
//! since, and what they have defined, is no obstacle to importing the same again.

mod bills;
mod components;
mod entries;
mod products;
mod sets;
mod stock;
mod vocabulary;

use std::collections::{BTreeMap, HashSet};

use contracts::catalog::AssortmentKind;
use events::Subscriptions;
use kernel::Clock;
use pg::Pg;
use serde_json::Value;

pub use entries::{
    Assortment, BillEntry, ComponentEntry, ProductEntry, ProductSetEntry, SetUnitEntry, StockEntry,
};

use crate::assortment;
use crate::edit::{EditError, Editor, Refusal};

/// Two imports at once would change the same rows in different orders. The number is arbitrary but fixed.
const LOCK: i64 = 0x6361_7461_6c6f_6702;

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// Entries of the vocabulary (categories, properties, warehouses …) that are new or have changed.
    pub vocabulary: u64,
    /// Components that are new or have changed.
    pub components: u64,
    /// Furniture units that are new or have changed, their prices, bills and pictures apart.
    pub products: u64,
    /// Prices that were set or have changed.
    pub prices: u64,
    /// Shelves that are new.
    pub shelves: u64,
    /// Sets that are new or have changed.
    pub sets: u64,
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
    /// Something does not fit the rest of the assortment.
    #[error("the {kind} {key:?} does not fit: {why}")]
    Unfit {
        /// Kind of the entry.
        kind: &'static str,
        /// Its key.
        key: String,
        /// What is wrong with it.
        why: String,
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

impl ImportError {
    /// What a save of the entry would be refused with.
    fn unfit(kind: AssortmentKind, key: &str, error: EditError) -> Self {
        let why = match error {
            EditError::Database(error) => return error.into(),
            EditError::Invalid(faults) => {
                let faults = faults.iter().map(|f| format!("{} {}", f.field, f.message.en));
                faults.collect::<Vec<_>>().join("; ")
            }
            EditError::Refused(refusal) => match *refusal {
                Refusal::Incompatible(refused) => {
                    let refused = refused
                        .iter()
                        .map(|r| format!("{}, rule {}: {}", r.sku, r.rule, r.says.en));
                    refused.collect::<Vec<_>>().join("; ")
                }
                Refusal::Cycle(cycle) => {
                    let cycle: Vec<&str> = cycle.iter().map(|named| &*named.sku).collect();
                    format!("an assembly contains itself: {}", cycle.join(" → "))
                }
                refusal => format!("{refusal:?}"),
            },
            error => error.to_string(),
        };
        Self::Unfit {
            kind: kind.code(),
            key: key.to_owned(),
            why,
        }
    }
}

/// Brings an assortment in, all or nothing, as the owner. Things are known by their codes, article numbers and
/// slugs: what is there is updated, what is not is made, what is not named stays, and so does what employees have edited
/// or deleted. Stock is set only where a shelf is new, since from then on it is what was sold and corrected. Prices are
/// computed anew for all units that use one of the components (CAT-5). Importing the same again changes nothing.
pub async fn import(
    pg: &Pg,
    clock: &dyn Clock,
    assortment: &Assortment,
) -> Result<ImportReport, ImportError> {
    check_keys(assortment)?;
    check_shelves(assortment)?;
    // Nothing is recorded, so nobody is told.
    let subscriptions = Subscriptions::new();
    let editor = Editor {
        clock,
        subscriptions: &subscriptions,
        actor: "import",
    };
    pg.run("import", |mut tx: pg::Tx| async move {
        sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK)
            .fetch_one(&mut *tx)
            .await?;
        crate::vocabulary::hold(&mut tx).await?;
        assortment::hold(&mut tx).await?;
        let vocabulary = vocabulary::write(&mut tx, &editor, assortment).await?;
        let components = components::write(&mut tx, clock, &assortment.components).await?;
        let shelves = stock::write(&mut tx, clock.now(), &assortment.stock).await?;
        let products = products::write(&mut tx, clock, &assortment.products, &components.changed).await?;
        let sets = sets::write(&mut tx, &editor, &assortment.sets).await?;
        Ok(ImportReport {
            vocabulary,
            components: components.count,
            products: products.count,
            prices: products.prices,
            shelves,
            sets,
        })
    })
    .await
}

fn check_keys(assortment: &Assortment) -> Result<(), ImportError> {
    macro_rules! once {
        ($kind:literal, $entries:expr, $key:expr) => {
            once($kind, $entries.iter().map($key))?
        };
    }
    once!("colour", assortment.colors, |e| e.code.clone());
    once!("material", assortment.materials, |e| e.code.clone());
    once!("property", assortment.properties, |e| e.code.clone());
    once!("category", assortment.categories, |e| e.code.clone());
    once!("component type", assortment.component_types, |e| e.code.clone());
    once!("margin", assortment.margins, |e| e.code().to_owned());
    once!("rule", assortment.rules, |e| e.code.clone());
    once!("kind of sets", assortment.set_kinds, |e| e.code.clone());
    once!("warehouse", assortment.warehouses, |e| e.code.clone());
    once!("component", assortment.components, |e| e.sku.clone());
    once!("product", assortment.products, |e| e.slug.clone());
    once!("set", assortment.sets, |e| e.external_id.clone());
    once!("shelf", assortment.stock, |e| format!(
        "{} in {}",
        e.sku, e.warehouse
    ));
    let of_assemblies = assortment.components.iter().map(|e| (&e.sku, &e.lines));
    let of_units = assortment.products.iter().map(|e| (&e.slug, &e.bill));
    for (owner, lines) in of_assemblies.chain(of_units) {
        once!("line", lines, |line| format!("{} of {owner}", line.sku));
    }
    Ok(())
}

/// Assemblies lie on no shelf: they are put together when they are needed (ADR 0007).
fn check_shelves(assortment: &Assortment) -> Result<(), ImportError> {
    let assemblies = assortment.components.iter().filter(|e| !e.lines.is_empty());
    let assemblies: HashSet<&str> = assemblies.map(|e| &*e.sku).collect();
    match assortment.stock.iter().find(|e| assemblies.contains(&*e.sku)) {
        None => Ok(()),
        Some(shelf) => Err(ImportError::Unfit {
            kind: AssortmentKind::Component.code(),
            key: shelf.sku.clone(),
            why: "an assembly lies on no shelf".to_owned(),
        }),
    }
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

/// Values as they are kept: those that are not known are left out.
fn properties(values: &BTreeMap<String, Value>) -> Value {
    let known = values.iter().filter(|(_, value)| !value.is_null());
    known.map(|(code, value)| (code.clone(), value.clone())).collect()
}
