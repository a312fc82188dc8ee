use catalog_store::{Assortment, ImportError, ImportReport, ProductRef};
use kernel::Money;

use crate::support::{Shop, assortment};

const PRODUCTS: &[(&str, &[(&str, i32)])] = &[("table", &[("LEG", 4), ("TOP", 1)]), ("stool", &[("LEG", 3)])];
const STOCK: &[(&str, &[i64])] = &[("LEG", &[9, 8]), ("TOP", &[2, 0, 7])];

async fn price(shop: &Shop, slug: &str) -> Option<i64> {
    let found = catalog_store::price(&shop.edge, &ProductRef::Slug(slug.to_owned())).await;
    found.expect("read").expect("there").1.map(|money| money.amount)
}

pub(crate) async fn refused(shop: &Shop, entries: &Assortment) -> ImportError {
    catalog_store::import(&shop.owner, &shop.clock, entries)
        .await
        .expect_err("not a sound assortment")
}

/// All that an import writes.
pub(crate) async fn everything(shop: &Shop) -> String {
    sqlx::query_scalar(
        "SELECT concat_ws(E'\n',
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM category t),
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM color t),
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM material t),
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM warehouse t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM property t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM property_choice t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM category_property t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM component_type t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM component_type_property t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM compatibility_rule t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM margin_rule t
              WHERE t.category IS NOT NULL),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM set_kind t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM set_kind_requirement t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM assembly_line t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM product_part t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM product_set t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM product_set_unit t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM component t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM product t),
             (SELECT string_agg(t::text || t.xmin, ' ' ORDER BY t::text) FROM bill_line t),
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM product_image t),
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM product_availability t),
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM stock t),
             (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM stock_movement t))",
    )
    .fetch_one(shop.db.admin())
    .await
    .expect("the tables")
}

#[tokio::test]
async fn importing_twice_is_the_same_as_once() {
    let shop = Shop::empty().await;
    let entries = assortment(PRODUCTS, STOCK);
    let report = shop.import(&entries).await;
    assert_eq!(
        report,
        ImportReport {
            // A category, a colour, a material, a type of components, three warehouses.
            vocabulary: 7,
            components: 2,
            products: 2,
            prices: 2,
            shelves: 5,
            sets: 0,
        }
    );
    shop.refresh().await;
    let before = everything(&shop).await;
    shop.clock.advance(time::Duration::days(1));
    assert_eq!(shop.import(&entries).await, ImportReport::default());
    shop.refresh().await;
    // Not a row was written anew, which `xmin` would show.
    assert_eq!(everything(&shop).await, before);
    shop.assert_sound().await;
}

#[tokio::test]
async fn stock_is_what_was_sold_from_the_first_import_on() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let order = shop.reserve(&[("stool", 2)]).await.order_id;
    shop.confirm(order).await.expect("reserved");
    let report = shop
        .import(&assortment(PRODUCTS, &[("LEG", &[500, 500, 5]), ("TOP", &[2])]))
        .await;
    assert_eq!(report.shelves, 1);
    assert_eq!(shop.stock("LEG").await, [(3, 0), (8, 0), (5, 0)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_cost_that_changes_reprices_every_unit_that_needs_it() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    assert_eq!(
        (price(&shop, "table").await, price(&shop, "stool").await),
        (Some(800_00), Some(480_00))
    );
    let mut entries = assortment(PRODUCTS, STOCK);
    entries.products.clear();
    entries.components[0].cost = Some(Money::rub(200_00));
    assert_eq!(shop.import(&entries).await.prices, 2);
    assert_eq!(
        (price(&shop, "table").await, price(&shop, "stool").await),
        (Some(1_440_00), Some(960_00))
    );
    entries.components[1].cost = None;
    shop.import(&entries).await;
    assert_eq!(
        (price(&shop, "table").await, price(&shop, "stool").await),
        (None, Some(960_00))
    );
}

#[tokio::test]
async fn bills_and_texts_are_replaced_and_the_rest_stays() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let ids = shop.products().await;
    let mut entries = assortment(&[("table", &[("TOP", 2)])], STOCK);
    entries.products[0].name.en = "A better table".to_owned();
    shop.import(&entries).await;
    assert_eq!(shop.products().await, ids);
    let detail = catalog_store::product(&shop.edge, &ProductRef::parse("table")).await;
    let detail = detail.expect("read").expect("there");
    assert_eq!(detail.card.name.en, "A better table");
    let bill: Vec<_> = detail.components.iter().map(|l| (&*l.sku, l.quantity)).collect();
    assert_eq!(bill, [("TOP", 2)]);
    assert_eq!(detail.card.price, Some(Money::rub(320_00)));
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_wrong_assortment_is_refused_by_name_and_leaves_nothing() {
    let shop = Shop::empty().await;
    let mut cases: Vec<(&str, Assortment)> = Vec::new();
    let mut case = |says, change: fn(&mut Assortment)| {
        let mut entries = assortment(PRODUCTS, STOCK);
        change(&mut entries);
        cases.push((says, entries));
    };
    case("the product \"table\" is listed twice", |a| {
        a.products.push(a.products[0].clone());
    });
    case("the line \"TOP of table\" is listed twice", |a| {
        let line = a.products[0].bill[1].clone();
        a.products[0].bill.push(line);
    });
    case("the shelf \"TOP in EKB\" is listed twice", |a| {
        a.stock.push(a.stock[4].clone());
    });
    case(
        "\"stool\" names the component \"ARM\", which does not exist",
        |a| {
            a.products[1].bill[0].sku = "ARM".to_owned();
        },
    );
    case(
        "\"the shelf of LEG in LED\" names the warehouse \"LED\", which does not exist",
        |a| {
            a.stock[0].warehouse = "LED".to_owned();
        },
    );
    case("the database refuses a value: product_category_fkey", |a| {
        a.products[0].category = "chairs".to_owned();
    });
    case("the database refuses a value: bill_line_quantity_positive", |a| {
        a.products[0].bill[0].quantity = 0;
    });
    case("the database refuses a value: product_slug_format", |a| {
        a.products[0].slug = "../table".to_owned();
    });
    case("the database refuses a value: stock_reserved_is_on_hand", |a| {
        a.stock[0].on_hand = -1;
    });
    case("the database refuses a value: product_image_media_fkey", |a| {
        a.products[0].images = vec!["nothing.png".to_owned()];
    });
    for (says, entries) in cases {
        assert_eq!(refused(&shop, &entries).await.to_string(), says);
        assert_eq!(everything(&shop).await, "", "{says}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_at_once_wait_for_each_other() {
    let shop = std::sync::Arc::new(Shop::empty().await);
    let imports = (0..4).map(|_| {
        let shop = std::sync::Arc::clone(&shop);
        tokio::spawn(async move { shop.import(&assortment(PRODUCTS, STOCK)).await })
    });
    let reports = futures_util::future::join_all(imports).await;
    let shelves: u64 = reports
        .into_iter()
        .map(|report| report.expect("no panic").shelves)
        .sum();
    assert_eq!(shelves, 5);
    shop.assert_sound().await;
}
