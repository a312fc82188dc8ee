//! How many statements an operation costs, `BEGIN` and `COMMIT` included, counted on the wire.

use catalog_store::assortment::{change_unit, create_unit, delete_unit};
use catalog_store::{BillOwner, ProductFilter, ProductRef, Sort};
use contracts::catalog::{StockReceipt, StockReceiptLine};
use kernel::{ComponentId, PageSize};
use pg::Pg;

use crate::assortment::{editor, line, table};
use crate::counter::Counter;
use crate::support::Shop;

/// What customers read of sets.
async fn sets(shop: &Shop, edge: &Counter, pg: &Pg) {
    let size = PageSize::default();
    let check = contracts::catalog::SetCheck {
        kind: "dining".to_owned(),
        color: "oak".to_owned(),
        material: "wood".to_owned(),
        units: Vec::new(),
    };
    sqlx::raw_sql(
        "INSERT INTO set_kind (code, name_ru, name_en, position, same_color, same_material, max_discount_bp)
         VALUES ('dining', 'd', 'd', 1, true, true, 0);
         INSERT INTO product_set (id, external_id, kind, name_ru, name_en, description_ru, description_en, color, material,
                                  created_at)
         VALUES (gen_random_uuid(), 'D-1', 'dining', 'd', 'd', 'd', 'd', 'oak', 'wood', now());
         INSERT INTO product_set_unit (set_id, product_id, quantity, position)
         SELECT s.id, p.id, 1, 0 FROM product_set s, product p",
    )
    .execute(shop.db.admin())
    .await
    .expect("a set");
    let sets = catalog_store::list_sets(pg, &catalog_store::SetFilter::default(), None, size).await;
    assert_eq!((sets.expect("a page").items.len(), edge.take()), (1, 3), "sets");
    catalog_store::set(pg, &catalog_store::SetRef::External("D-1".to_owned()))
        .await
        .expect("read")
        .expect("there");
    assert_eq!(edge.take(), 5, "a set");
    catalog_store::check_set(pg, &check).await.expect("known");
    assert_eq!(edge.take(), 3, "the check of a set");
}

/// What is read of many products at once.
async fn gathered(shop: &Shop, edge: &Counter, pg: &Pg) {
    let ids: Vec<_> = shop.products().await.into_values().collect();
    let owners: Vec<_> = ids.iter().copied().map(BillOwner::Product).collect();
    catalog_store::product_sheets(pg, &ids, &["table".to_owned()])
        .await
        .expect("read");
    assert_eq!(edge.take(), 1, "sheets");
    catalog_store::bills(pg, &owners, 0, 50).await.expect("read");
    assert_eq!(edge.take(), 1, "bills without substitutes");
    catalog_store::availabilities(pg, &ids).await.expect("read");
    assert_eq!(edge.take(), 3, "availabilities");
    catalog_store::listed_availability(pg, &ids).await.expect("read");
    assert_eq!(edge.take(), 1, "listed availability");
    catalog_store::categories(pg).await.expect("read");
    assert_eq!(edge.take(), 1, "categories");
}

/// What employees write; `big_unit` says that bills of any length take as many.
async fn edits(shop: &Shop, staff: &Counter, pg: &Pg) {
    let (seat, leg) = (shop.component("SEAT").await, shop.component("LEG").await);
    let receipt = |lines: &[ComponentId]| StockReceipt {
        warehouse: "MSK".to_owned(),
        document: "TN-1".to_owned(),
        lines: lines
            .iter()
            .map(|&component_id| StockReceiptLine {
                component_id,
                quantity: 1,
            })
            .collect(),
    };
    for (key, lines) in [("one", &[seat][..]), ("two", &[seat, leg, seat])] {
        catalog_store::receive_stock(pg, &shop.clock, "ivanov", key, &receipt(lines))
            .await
            .expect("entered");
        assert_eq!(staff.take(), 7, "a receipt of {} lines", lines.len());
    }
    catalog_store::receive_stock(pg, &shop.clock, "ivanov", "one", &receipt(&[seat]))
        .await
        .expect("the same");
    assert_eq!(staff.take(), 5, "the same receipt again");
    let (editor, content) = (editor(shop), table("desk", &[line(leg, 4), line(seat, 1)]));
    let made = create_unit(pg, &editor, "desk", &content).await.expect("sound");
    let creation = staff.take();
    let saved = change_unit(pg, &editor, made.unit.id, 1, &content)
        .await
        .expect("sound");
    assert_eq!((creation, staff.take()), (20, 20), "making a unit and saving it");
    delete_unit(pg, &editor, saved.unit.id, saved.unit.version)
        .await
        .expect("unused");
    staff.take();
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a list of all operations")]
async fn operations_cost_what_the_documentation_says() {
    let shop = Shop::with(
        &[("stool", &[("SEAT", 1), ("LEG", 3)]), ("table", &[("LEG", 4)])],
        &[("SEAT", &[9, 9]), ("LEG", &[90, 90])],
    )
    .await;
    shop.relist().await;
    let table = shop.products().await["table"];
    let request = shop.request(&[("stool", 10), ("table", 2)]).await;

    let edge = Counter::before(&shop.db.url_for("catalog_edge")).await;
    let pg = edge.pg();
    let size = PageSize::default();
    let words = catalog_store::listing_words(&pg).await.expect("words");
    assert_eq!(edge.take(), 2, "vocabulary and counts");
    let narrow = ProductFilter {
        category: Some("tables".to_owned()),
        max_price: Some(1_000_000),
        ..ProductFilter::default()
    };
    let searched = ProductFilter {
        q: Some("stool".to_owned()),
        ..ProductFilter::default()
    };
    for sort in [Sort::Newest, Sort::Price, Sort::PriceDown] {
        for filter in [ProductFilter::default(), narrow.clone(), searched.clone()] {
            catalog_store::list_products(&pg, &words, &filter, sort, None, size)
                .await
                .expect("a page");
            let taken = edge.take();
            if filter == ProductFilter::default() {
                assert_eq!(taken, 1, "a list with its cards");
            } else {
                assert!((2..=3).contains(&taken), "list: {taken} for {filter:?}");
            }
        }
    }
    catalog_store::suggestions(&pg, &words, "sto")
        .await
        .expect("read");
    assert!(edge.take() <= 4, "suggestions");
    catalog_store::product(&pg, &ProductRef::Id(table))
        .await
        .expect("read")
        .expect("there");
    assert_eq!(edge.take(), 3, "product");
    catalog_store::recommendations(&pg, &ProductRef::Id(table))
        .await
        .expect("read")
        .expect("there");
    assert_eq!(edge.take(), 4, "recommendations");
    sets(&shop, &edge, &pg).await;
    gathered(&shop, &edge, &pg).await;

    let internal = Counter::before(&shop.db.url_for("catalog_internal")).await;
    let pg = internal.pg();
    catalog_store::lookup(&pg, &[table]).await.expect("read");
    assert_eq!(internal.take(), 1, "look up");
    let order = shop.order();
    catalog_store::reserve(&pg, shop.now(), order, &request)
        .await
        .expect("enough");
    assert_eq!(internal.take(), 3, "reserve");
    catalog_store::reserve(&pg, shop.now(), order, &request)
        .await
        .expect("the same");
    assert_eq!(internal.take(), 2, "reserve again");
    catalog_store::reservation(&pg, order)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(internal.take(), 1, "reservation");
    let edit = contracts::catalog::ReplaceRequest {
        lines: request.lines[..1].to_vec(),
        sets: Vec::new(),
        near: None,
        revision: 1,
    };
    catalog_store::replace(&pg, shop.now(), order, &edit)
        .await
        .expect("less");
    assert_eq!(internal.take(), 8, "replace");
    catalog_store::replace(&pg, shop.now(), order, &edit)
        .await
        .expect("the same");
    assert_eq!(internal.take(), 4, "replace again");
    catalog_store::confirm(&pg, shop.now(), order)
        .await
        .expect("reserved");
    assert_eq!(internal.take(), 4, "confirm");
    catalog_store::confirm(&pg, shop.now(), order)
        .await
        .expect("confirmed");
    assert_eq!(internal.take(), 3, "confirm again");
    catalog_store::release(&pg, shop.now(), order)
        .await
        .expect("confirmed");
    assert_eq!(internal.take(), 4, "release");
    let wish = contracts::catalog::WishRequest {
        product_id: table,
        quantity: 999,
    };
    catalog_store::put_wish(&pg, shop.now(), shop.order().uuid(), &wish)
        .await
        .expect("kept");
    assert_eq!(internal.take(), 4, "wish");

    let staff = Counter::before(&shop.db.url_for("catalog_staff")).await;
    let pg = staff.pg();
    let missing = catalog_store::report_missing(&pg, None, size)
        .await
        .expect("a page");
    assert_eq!((missing.items.len(), staff.take()), (1, 2), "what is missing");
    edits(&shop, &staff, &pg).await;
    let tomorrow = shop.now() + time::Duration::days(1);
    let unsold = catalog_store::report_unsold(&pg, tomorrow, None, size)
        .await
        .expect("a page");
    assert_eq!((unsold.items.len(), staff.take()), (2, 2), "what does not sell");
}
