//! Bringing the assortment into a database.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use catalog_domain::available_in_total;
use catalog_store::{ImportReport, ProductRef, SetFilter, import, list_sets, reserve};
use contracts::catalog::{ReservationLine, ReserveRequest, SetState};
use files::{FileError, FileStore, Key, StoredFile, Upload};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use kernel::{OrderId, PageSize};
use pg::{DatabaseSpec, Pg, RoleSpec};
use test_support::{ManualClock, TestDb};
use time::Duration;
use time::macros::datetime;

use super::Shop;
use crate::demo::assortment::units;
use crate::demo::entries::entries;
use crate::demo::import::show_availability;
use crate::demo::seed::{SeedReport, seed_units};

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

/// A database with the whole assortment, without pictures.
async fn imported() -> (TestDb, ManualClock, ImportReport) {
    let db = TestDb::new(&SPEC, catalog_store::migrate).await;
    let clock = ManualClock::at(datetime!(2026-03-02 09:00 UTC));
    let owner = db.pg("catalog_owner");
    let report = import(&owner, &clock, &entries(&units())).await;
    show_availability(&owner).await.expect("the database answers");
    (
        db,
        clock,
        report.expect("every entry is what an employee may save"),
    )
}

#[tokio::test]
async fn the_whole_assortment_is_imported_once() {
    let (db, clock, report) = imported().await;
    let owner = db.pg("catalog_owner");
    let shop = Shop::open();
    let count = |entries: usize| u64::try_from(entries).expect("few");
    assert_eq!(report.components, count(shop.assortment.components.len()));
    assert_eq!(report.products, count(shop.assortment.products.len()));
    // One has no price (CAT-10).
    assert_eq!(report.prices, report.products - 1);
    assert_eq!(report.shelves, count(shop.assortment.stock.len()));
    assert_eq!(report.sets, count(shop.assortment.sets.len()));
    assert!(report.vocabulary > 100, "{report:?}");

    let again = import(&owner, &clock, &entries(&units())).await;
    assert_eq!(again.expect("it is the same"), ImportReport::default());
    let lag = Duration::ZERO;
    let violations = catalog_store::invariants(&owner, kernel::Clock::now(&clock), lag).await;
    assert_eq!(violations.expect("the database answers"), []);
    let violations = catalog_store::listing_invariants(&owner).await;
    assert_eq!(violations.expect("the database answers"), []);
}

#[tokio::test]
async fn customers_see_prices_and_availability_as_the_domain_computes_them() {
    let (db, ..) = imported().await;
    let edge = db.pg("catalog_edge");
    let shop = Shop::open();
    for product in &shop.assortment.products {
        let seen = detail(&edge, &product.slug).await;
        let slug = &product.slug;
        assert_eq!(seen.card.price, shop.price(product), "{slug}");
        assert_eq!(seen.card.available, shop.available(product), "{slug}");
        assert_eq!(
            seen.availability.total,
            available_in_total(&shop.bill(product), &shop.stock),
            "{slug}"
        );
    }
}

#[tokio::test]
async fn sets_stand_as_they_are_meant_to() {
    use SetState::{Complete, CompleteWithExtras, Empty, Incomplete};
    let (db, ..) = imported().await;
    let size = PageSize::new(30).expect("a size");
    let page = list_sets(&db.pg("catalog_edge"), &SetFilter::default(), None, size).await;
    let sets = page.expect("the database answers").items;
    let standing: BTreeMap<&str, SetState> = sets
        .iter()
        .map(|set| (&*set.external_id, set.standing.state))
        .collect();
    let meant = BTreeMap::from([
        ("BEDROOM-VUOKSA-WALNUT", Complete),
        ("BEDROOM-VUOKSA-WHITE", CompleteWithExtras),
        ("BEDROOM-VUOKSA-OAK", Incomplete),
        ("KITCHEN-VOLGA-WHITE", Complete),
        ("KITCHEN-VOLGA-GRAPHITE", CompleteWithExtras),
        ("KITCHEN-VOLGA-SAGE", Incomplete),
        ("DINING-BAIKAL-OAK", Complete),
        ("DINING-BAIKAL-ASH", CompleteWithExtras),
        ("DINING-ILMEN-WHITE", Empty),
        ("LOUNGE-YENISEI-TERRACOTTA", Complete),
        ("LOUNGE-YENISEI-BEIGE", CompleteWithExtras),
        ("LIVING-TULOMA-OAK", Complete),
        ("LIVING-TULOMA-GRAPHITE", Incomplete),
        ("STUDY-PAKHRA-OAK", Complete),
        ("NURSERY-KAMA-WHITE", Complete),
    ]);
    assert_eq!(standing, meant);
    for set in &sets {
        let standing = &set.standing;
        let discount = standing.discount.expect("every unit has a price").amount;
        let complete = matches!(standing.state, Complete | CompleteWithExtras);
        assert_eq!(discount > 0, complete, "{}", set.external_id);
    }
}

#[tokio::test]
async fn an_order_takes_the_parts_of_nested_assemblies() {
    let (db, clock, _) = imported().await;
    let shop = Shop::open();
    let slug = "dresser-selenga-oak";
    let dresser = shop.product(slug);
    let id = detail(&db.pg("catalog_edge"), slug).await.card.id;
    let now = kernel::Clock::now(&clock);
    let request = ReserveRequest {
        lines: vec![ReservationLine {
            product_id: id,
            quantity: 2,
        }],
        sets: Vec::new(),
        near: None,
        expires_at: now + Duration::minutes(20),
    };
    let order = OrderId::new(&clock);
    let held = reserve(&db.pg("catalog_internal"), now, order, &request).await;
    let mut taken: BTreeMap<String, i64> = BTreeMap::new();
    for pick in held.expect("there are enough").picks {
        *taken.entry(pick.sku).or_default() += pick.quantity;
    }
    let bill = shop.bill(dresser);
    let wanted = bill.parts().iter().map(|part| {
        let sku = shop.sku(part.component).to_owned();
        (sku, 2 * part.quantity)
    });
    assert_eq!(taken, wanted.collect());
    // Two levels down: a box for each of the four drawers has two sides.
    let sides = taken.iter().find(|(sku, _)| sku.starts_with("DBS-"));
    assert_eq!(sides.map(|(_, pieces)| *pieces), Some(2 * 4 * 2));
}

async fn detail(edge: &Pg, slug: &str) -> contracts::catalog::ProductDetail {
    catalog_store::product(edge, &ProductRef::Slug(slug.to_owned()))
        .await
        .expect("reads")
        .expect("is there")
}

#[tokio::test]
async fn seeding_twice_draws_once_and_changes_nothing() {
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
            import: ImportReport::default()
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
    let product = detail(&edge, &unit.slug).await;
    assert_eq!(product.images.len(), 2);
    assert!(product.card.price.is_some());
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
