//! Pictures and documents of units.

use catalog_store::assortment::{set_unit_documents, set_unit_images};
use catalog_store::edit::{EditError, Editor};
use catalog_store::{MediaEntry, ProductRef};
use contracts::catalog::{DocumentKind, GivenDocument, ProductDetail};
use kernel::{ProductId, Text};

use crate::support::Shop;

fn image(digit: char) -> String {
    format!("{}.png", digit.to_string().repeat(64))
}

fn document(digit: char, kind: DocumentKind) -> GivenDocument {
    GivenDocument {
        kind,
        title: Text::new("Чертёж", "Drawing"),
        key: format!("{}.pdf", digit.to_string().repeat(64)),
    }
}

async fn shop() -> (Shop, ProductId) {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3])]).await;
    for digit in ['a', 'b', 'c'] {
        let entry = MediaEntry {
            key: image(digit),
            content_type: "image/png".to_owned(),
            bytes: 12_345,
            width: 800,
            height: 900,
        };
        catalog_store::register_media(&shop.staff, shop.now(), &entry)
            .await
            .expect("a sound picture");
        let document = document(digit, DocumentKind::Drawing);
        for _ in 0..2 {
            catalog_store::register_document(&shop.staff, shop.now(), &document.key, 5_000)
                .await
                .expect("a sound document");
        }
    }
    let id = shop.products().await["stool"];
    (shop, id)
}

impl Shop {
    async fn unit(&self, id: ProductId) -> ProductDetail {
        catalog_store::product(&self.edge, &ProductRef::Id(id))
            .await
            .expect("read")
            .expect("there")
    }

    fn by_somebody(&self) -> Editor<'_> {
        Editor {
            clock: &self.clock,
            subscriptions: &self.subscriptions,
            actor: "assort.petrova",
        }
    }

    async fn give(&self, id: ProductId, base: i64, images: &[String]) -> Result<i64, EditError> {
        let unit = set_unit_images(&self.staff, &self.by_somebody(), id, base, images).await?;
        Ok(unit.version)
    }

    async fn give_documents(
        &self,
        id: ProductId,
        base: i64,
        documents: &[GivenDocument],
    ) -> Result<i64, EditError> {
        let unit = set_unit_documents(&self.staff, &self.by_somebody(), id, base, documents).await?;
        Ok(unit.version)
    }

    /// How often lists have to look at the unit.
    async fn queued_for_lists(&self, id: ProductId) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM stale_product WHERE product_id = $1")
            .bind(id.uuid())
            .fetch_one(self.db.admin())
            .await
            .expect("a queue")
    }

    /// Versions and actions that the journal has.
    async fn journal(&self, id: ProductId) -> Vec<(i64, String)> {
        sqlx::query_as("SELECT version, action FROM assortment_change WHERE code = $1 ORDER BY version")
            .bind(id.to_string())
            .fetch_all(self.db.admin())
            .await
            .expect("a journal")
    }
}

fn keys(detail: &ProductDetail) -> Vec<&str> {
    detail.images.iter().map(|image| &*image.key).collect()
}

#[tokio::test]
async fn pictures_are_shown_in_the_order_they_were_given_in() {
    let (shop, id) = shop().await;
    let queued = shop.queued_for_lists(id).await;
    let second = shop.give(id, 1, &[image('b'), image('a')]).await.expect("given");
    assert_eq!(second, 2);
    let detail = shop.unit(id).await;
    assert_eq!(keys(&detail), [image('b'), image('a')]);
    assert_eq!(detail.card.image.expect("the first").key, image('b'));

    let third = shop
        .give(id, second, &[image('c'), image('b'), image('a')])
        .await
        .expect("given");
    assert_eq!(keys(&shop.unit(id).await), ['c', 'b', 'a'].map(image));
    shop.give(id, third, &[]).await.expect("taken away");
    let detail = shop.unit(id).await;
    assert_eq!((detail.images, detail.card.image), (Vec::new(), None));
    let journal: Vec<_> = [(1, "import"), (2, "change"), (3, "change"), (4, "change")]
        .map(|(version, action)| (version, action.to_owned()))
        .to_vec();
    assert_eq!(shop.journal(id).await, journal);
    assert_eq!(shop.queued_for_lists(id).await, queued + 3);
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let (shop, id) = shop().await;
    let version = shop.give(id, 1, &[image('a')]).await.expect("given");
    let stale = shop.give(id, 1, &[image('b')]).await;
    assert!(
        matches!(stale, Err(EditError::Stale { version: 2, .. })),
        "{stale:?}"
    );
    let unknown = shop.give(id, version, &[image('b'), image('d')]).await;
    assert!(
        matches!(&unknown, Err(EditError::Invalid(faults)) if faults.len() == 1),
        "{unknown:?}"
    );
    let nobody = shop
        .give(ProductId::new(&shop.clock), version, &[image('b')])
        .await;
    assert!(matches!(nobody, Err(EditError::NotFound)), "{nobody:?}");
    let documents = [
        document('a', DocumentKind::Drawing),
        document('e', DocumentKind::Drawing),
    ];
    let unknown = shop.give_documents(id, version, &documents).await;
    assert!(
        matches!(&unknown, Err(EditError::Invalid(faults)) if faults.len() == 1),
        "{unknown:?}"
    );
    let detail = shop.unit(id).await;
    assert_eq!(
        (keys(&detail), &detail.documents[..]),
        (vec![&*image('a')], &[][..])
    );
    assert_eq!(
        shop.give(id, version, &[])
            .await
            .expect("its version is the same"),
        3
    );
}

#[tokio::test]
async fn of_two_that_change_the_same_version_one_is_told() {
    let (shop, id) = shop().await;
    let (first, second) = ([image('a')], [image('b')]);
    let (one, other) = tokio::join!(shop.give(id, 1, &first), shop.give(id, 1, &second));
    let (won, lost) = if one.is_ok() {
        (&first, other)
    } else {
        (&second, one)
    };
    assert!(
        matches!(lost, Err(EditError::Stale { version: 2, .. })),
        "{lost:?}"
    );
    assert_eq!(keys(&shop.unit(id).await), won.each_ref());
}

#[tokio::test]
async fn documents_are_told_with_size_and_title_and_may_be_of_many_units() {
    let (shop, id) = shop().await;
    let given = [
        document('b', DocumentKind::Instruction),
        document('a', DocumentKind::Drawing),
        // The same file may be both.
        document('a', DocumentKind::Instruction),
    ];
    let version = shop.give_documents(id, 1, &given).await.expect("given");
    let told = shop.unit(id).await.documents;
    let same = told.iter().zip(&given).all(|(told, given)| {
        (told.kind, &told.title, &told.key, told.bytes) == (given.kind, &given.title, &given.key, 5_000)
    });
    assert!(same && told.len() == 3, "{told:?}");
    shop.give_documents(id, version, &given[1..2])
        .await
        .expect("given");
    assert_eq!(shop.unit(id).await.documents, told[1..2]);
}
