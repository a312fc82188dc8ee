use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use catalog_domain::{Bill, MarginRule, Part, PriceError, StockAt, available_in_total, unit_price};
use catalog_store::{Assortment, ProductEntry, ProductRef};
use files::{FileError, FileStore, Key, StoredFile, Upload};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use kernel::{ComponentId, Money};
use pg::{DatabaseSpec, RoleSpec};
use test_support::{ManualClock, TestDb};
use time::macros::datetime;
use uuid::Uuid;

use super::assortment::units;
use super::entries::entries;
use super::picture::{Drawing, SIDE, pictures, render};
use super::seed::{SeedReport, seed_units};
use super::stock::SCARCE;

/// What can be put together of a unit by the rules of the domain.
struct Shop {
    assortment: Assortment,
    ids: HashMap<String, ComponentId>,
    stock: Vec<StockAt>,
}

impl Shop {
    fn open() -> Self {
        let assortment = entries(&units());
        let ids: HashMap<String, ComponentId> = (1_u128..)
            .zip(&assortment.components)
            .map(|(number, component)| (component.sku.clone(), Uuid::from_u128(number).into()))
            .collect();
        let stock = (1_u128..)
            .zip(1..)
            .zip(&assortment.warehouses)
            .map(|((number, position), warehouse)| {
                let mut at = StockAt::new(Uuid::from_u128(number).into(), position);
                for shelf in assortment.stock.iter().filter(|s| s.warehouse == warehouse.code) {
                    at.set(ids[&shelf.sku], shelf.on_hand);
                }
                at
            })
            .collect();
        Self {
            assortment,
            ids,
            stock,
        }
    }

    fn bill(&self, product: &ProductEntry) -> Bill {
        let required = product.bill.iter().filter(|line| line.required);
        Bill::new(required.map(|line| Part::plain(self.ids[&line.sku], line.quantity.into())))
            .expect("quantities are positive")
    }

    fn available(&self, product: &ProductEntry) -> i64 {
        available_in_total(&self.bill(product), &self.stock)
    }

    fn price(&self, product: &ProductEntry) -> Option<Money> {
        let costs: HashMap<ComponentId, Option<Money>> = self
            .assortment
            .components
            .iter()
            .map(|component| (self.ids[&component.sku], component.cost))
            .collect();
        match unit_price(None, Some(MarginRule::default()), &self.bill(product), |id| {
            costs[&id]
        }) {
            Ok(price) => Some(price),
            Err(PriceError::Nothing | PriceError::NoCost(_)) => None,
            Err(error) => panic!("{}: {error}", product.slug),
        }
    }
}

#[test]
fn the_assortment_is_large_enough_and_varied() {
    let Assortment {
        categories,
        components,
        products,
        warehouses,
        ..
    } = entries(&units());
    assert_eq!(categories.len(), 8);
    assert_eq!(warehouses.len(), 3);
    assert!(products.len() >= 60, "{} units", products.len());
    assert!(components.len() >= 150, "{} components", components.len());
    for category in &categories {
        let of_it = products.iter().filter(|p| p.category == category.code).count();
        assert!(of_it >= 7, "{of_it} units of {}", category.code);
    }
    let optional = products
        .iter()
        .flat_map(|p| &p.bill)
        .filter(|line| !line.required)
        .count();
    assert!(optional > 60, "{optional} optional lines");
}

#[test]
fn every_key_is_unique_well_formed_and_refers_to_what_exists() {
    let assortment = entries(&units());
    let colors = unique(assortment.colors.iter().map(|e| &e.code));
    let materials = unique(assortment.materials.iter().map(|e| &e.code));
    let categories = unique(assortment.categories.iter().map(|e| &e.code));
    let skus = unique(assortment.components.iter().map(|e| &e.sku));
    unique(assortment.products.iter().map(|e| &e.slug));
    unique(assortment.products.iter().map(|e| &e.name.ru));
    unique(assortment.products.iter().map(|e| &e.name.en));
    unique(assortment.components.iter().map(|e| &e.name.ru));
    for component in &assortment.components {
        assert!(component.sku.len() <= 40, "{}", component.sku);
        assert!(
            component
                .sku
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            component.sku
        );
        assert!(
            component
                .color
                .as_deref()
                .is_none_or(|code| colors.contains(code))
        );
        assert!(
            component
                .material
                .as_deref()
                .is_none_or(|code| materials.contains(code))
        );
    }
    for product in &assortment.products {
        assert!(categories.contains(product.category.as_str()));
        assert!(colors.contains(product.color.as_str()) && materials.contains(product.material.as_str()));
        let lines = unique(product.bill.iter().map(|line| &line.sku));
        assert!(lines.is_subset(&skus), "{}", product.slug);
        assert!(product.bill.iter().any(|line| line.required), "{}", product.slug);
    }
    // Every component lies on a shelf of every warehouse, even if there are no pieces.
    assert_eq!(assortment.stock.len(), 3 * skus.len());
    assert!(
        assortment
            .stock
            .iter()
            .all(|s| s.on_hand >= 0 && skus.contains(s.sku.as_str()))
    );
}

#[test]
fn sizes_weights_prices_and_texts_are_plausible() {
    let shop = Shop::open();
    for product in &shop.assortment.products {
        let size = product.dimensions;
        let (slug, kilograms) = (&product.slug, product.weight_g / 1000);
        assert!((350..=2400).contains(&size.height_mm), "{slug}");
        assert!((400..=2800).contains(&size.width_mm), "{slug}");
        assert!((300..=2200).contains(&size.depth_mm), "{slug}");
        assert!((4..=220).contains(&kilograms), "{slug} weighs {kilograms} kg");
        if let Some(price) = shop.price(product) {
            let roubles = price.amount / 100;
            assert!((4_000..=220_000).contains(&roubles), "{slug} costs {roubles}");
        }
        for text in [&product.description.ru, &product.description.en] {
            assert!((120..=600).contains(&text.chars().count()), "{slug}: {text}");
        }
    }
    let unpriced: Vec<&str> = shop
        .assortment
        .products
        .iter()
        .filter(|product| shop.price(product).is_none())
        .map(|product| product.slug.as_str())
        .collect();
    assert_eq!(unpriced, ["table-alatyr-white"]);
}

#[test]
fn some_units_are_scarce_some_are_out_of_stock_and_most_are_there() {
    let shop = Shop::open();
    let available: BTreeMap<&str, i64> = shop
        .assortment
        .products
        .iter()
        .map(|product| (product.slug.as_str(), shop.available(product)))
        .collect();
    for (slug, units) in SCARCE {
        assert_eq!(available[slug], *units, "{slug}");
    }
    for (slug, units) in &available {
        let scarce = SCARCE.iter().any(|(name, _)| name == slug);
        assert!(scarce || *units >= 5, "{slug}: {units}");
    }
    assert!(SCARCE.iter().any(|(_, units)| *units == 1));
}

#[test]
fn every_unit_is_drawn_and_no_two_look_the_same() {
    let drawings: BTreeSet<Drawing> = units().iter().flat_map(pictures).collect();
    // Units of a family differ by colour alone, so their measured drawings are the same.
    assert!(drawings.len() > units().len());
    let first = units().into_iter().next().expect("there are units");
    for drawing in pictures(&first) {
        let png = render(&drawing).expect("it can be drawn");
        assert!(png.starts_with(b"\x89PNG"));
        assert!(png.len() < 600_000, "{} bytes", png.len());
    }
    const { assert!(SIDE >= 800) };
}

#[tokio::test]
async fn seeding_twice_draws_once_and_changes_nothing() {
    const SPEC: DatabaseSpec<'static> = DatabaseSpec {
        name: "catalog",
        owner: RoleSpec {
            name: "catalog_owner",
            password: "catalog_owner",
        },
        roles: &[
            RoleSpec {
                name: "catalog_edge",
                password: "catalog_edge",
            },
            RoleSpec {
                name: "catalog_staff",
                password: "catalog_staff",
            },
            RoleSpec {
                name: "catalog_internal",
                password: "catalog_internal",
            },
        ],
    };
    let db = TestDb::new(&SPEC, catalog_store::migrate).await;
    let (owner, edge) = (db.pg("catalog_owner"), db.pg("catalog_edge"));
    let clock = ManualClock::at(datetime!(2026-03-02 09:00 UTC));
    let files = Shelf::default();
    let folder = tempfile::tempdir().expect("a folder");
    let memory: PathBuf = folder.path().join("drawn");
    let some = || units().into_iter().step_by(17).collect::<Vec<_>>();

    let first = seed_units(&owner, &clock, &files, &memory, some())
        .await
        .expect("seeds");
    assert_eq!(first.drawn, 2 * first.units);
    assert_eq!(files.count(), 2 * first.units);
    let second = seed_units(&owner, &clock, &files, &memory, some())
        .await
        .expect("seeds again");
    assert_eq!(
        second,
        SeedReport {
            units: first.units,
            drawn: 0,
            import: catalog_store::ImportReport::default()
        }
    );

    // A file that was lost is drawn again, the same.
    let lost = files.lose_one();
    let third = seed_units(&owner, &clock, &files, &memory, some())
        .await
        .expect("repairs");
    assert_eq!(third.drawn, 1);
    assert!(files.exists(lost).await.expect("answers"));

    let unit = &some()[0];
    let product = catalog_store::product(&edge, &ProductRef::Slug(unit.slug.clone()))
        .await
        .expect("reads")
        .expect("is there");
    assert_eq!(product.images.len(), 2);
    assert!(product.card.price.is_some());
}

fn unique<'a>(keys: impl IntoIterator<Item = &'a String>) -> BTreeSet<&'a str> {
    let mut set = BTreeSet::new();
    for key in keys {
        assert!(set.insert(key.as_str()), "{key} twice");
    }
    set
}

/// A file storage in memory.
#[derive(Debug, Default)]
struct Shelf(Mutex<HashMap<Key, Bytes>>);

impl Shelf {
    fn files(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self) -> usize {
        self.files().len()
    }

    fn lose_one(&self) -> Key {
        let key = *self.files().keys().next().expect("there are files");
        self.files().remove(&key);
        key
    }
}

impl FileStore for Shelf {
    fn put(&self, key: Key, content: Bytes) -> BoxFuture<'_, Result<(), FileError>> {
        self.files().insert(key, content);
        async { Ok(()) }.boxed()
    }

    fn upload(&self) -> BoxFuture<'_, Result<Upload, FileError>> {
        async { Err(FileError::Denied("the demonstration uploads nothing".to_owned())) }.boxed()
    }

    fn open(&self, _: Key) -> BoxFuture<'_, Result<StoredFile, FileError>> {
        async { Err(FileError::NotFound) }.boxed()
    }

    fn size(&self, key: Key) -> BoxFuture<'_, Result<u64, FileError>> {
        let size = self.files().get(&key).map(|content| content.len() as u64);
        async move { size.ok_or(FileError::NotFound) }.boxed()
    }

    fn delete(&self, key: Key) -> BoxFuture<'_, Result<(), FileError>> {
        self.files().remove(&key);
        async { Ok(()) }.boxed()
    }

    fn sweep(&self, _: time::OffsetDateTime) -> BoxFuture<'_, Result<usize, FileError>> {
        async { Ok(0) }.boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), FileError>> {
        async { Ok(()) }.boxed()
    }
}
