//! Reads for many products at once say what those for one say.

use catalog_store::{BillOwner, ProductRef};
use kernel::{ComponentId, ProductId};

use crate::support::Shop;

async fn shop() -> Shop {
    let shop = Shop::with(
        &[
            ("stool", &[("SEAT", 1), ("LEG", 3)]),
            ("table", &[("LEG", 4)]),
            ("idea", &[]),
        ],
        &[
            ("SEAT", &[9, 0, 1]),
            ("LEG", &[7, 5, 0]),
            ("PEG", &[0, 4, 0]),
            ("FRAME", &[]),
        ],
    )
    .await;
    shop.reserve(&[("stool", 1)]).await;
    shop
}

async fn sql(shop: &Shop, statement: &'static str) {
    sqlx::query(statement)
        .execute(shop.db.admin())
        .await
        .expect("it fits");
}

#[tokio::test]
async fn products_are_the_same_one_by_one_and_together() {
    let shop = shop().await;
    shop.refresh().await;
    let products = shop.products().await;
    let ids: Vec<ProductId> = products.values().copied().collect();
    let unknown = ProductId::new(&shop.clock);
    let asked = [ids.clone(), vec![unknown]].concat();
    let sheets = catalog_store::product_sheets(&shop.edge, &asked, &["no-such".to_owned()])
        .await
        .expect("read");
    let stock = catalog_store::availabilities(&shop.edge, &ids)
        .await
        .expect("read");
    let listed = catalog_store::listed_availability(&shop.edge, &asked)
        .await
        .expect("read");
    assert_eq!((sheets.len(), stock.len(), listed.len()), (3, 3, 3));
    for sheet in sheets {
        let one = catalog_store::product(&shop.edge, &ProductRef::Id(sheet.card.id)).await;
        let one = one.expect("read").expect("there");
        assert_eq!(sheet.card, one.card);
        assert_eq!(
            (&sheet.description, sheet.weight_g, &sheet.images),
            (&one.description, one.weight_g, &one.images)
        );
        assert_eq!(stock[&sheet.card.id], one.availability);
        assert_eq!(listed[&sheet.card.id], one.card.available);
    }
    let by_slug = catalog_store::product_sheets(&shop.edge, &[], &["table".to_owned()])
        .await
        .expect("read");
    assert_eq!(by_slug[0].card.id, products["table"]);

    sql(
        &shop,
        "UPDATE product SET deleted_at = now() WHERE slug = 'table'",
    )
    .await;
    assert_eq!(
        catalog_store::product_sheets(&shop.edge, &ids, &[])
            .await
            .expect("read")
            .len(),
        2
    );
    assert!(
        !catalog_store::listed_availability(&shop.edge, &ids)
            .await
            .expect("read")
            .contains_key(&products["table"])
    );
}

#[tokio::test]
async fn substitutes_count_towards_what_is_available() {
    let shop = shop().await;
    let table = shop.products().await["table"];
    // Legs: 4 are left in the first warehouse and 5 in the second, where 4 pegs may take their place.
    sql(
        &shop,
        "UPDATE product_part SET substitutes = ARRAY(SELECT id FROM component WHERE sku = 'PEG')
         WHERE product_id = (SELECT id FROM product WHERE slug = 'table')",
    )
    .await;
    let stock = catalog_store::availabilities(&shop.edge, &[table])
        .await
        .expect("read");
    let each: Vec<i64> = stock[&table].warehouses.iter().map(|at| at.available).collect();
    assert_eq!((stock[&table].total, each), (3, vec![1, 2, 0]));
}

#[tokio::test]
async fn bills_come_in_windows_with_substitutes_and_of_assemblies() {
    let shop = shop().await;
    sql(&shop, "UPDATE component SET assembly = true WHERE sku = 'FRAME'").await;
    sql(
        &shop,
        "INSERT INTO assembly_line (assembly_id, component_id, quantity, required, position, substitutes)
         SELECT f.id, l.id, 2, false, 0, ARRAY[p.id, s.id]
         FROM component f, component l, component p, component s
         WHERE f.sku = 'FRAME' AND l.sku = 'LEG' AND p.sku = 'PEG' AND s.sku = 'SEAT'",
    )
    .await;
    let products = shop.products().await;
    let frame: uuid::Uuid = sqlx::query_scalar("SELECT id FROM component WHERE sku = 'FRAME'")
        .fetch_one(shop.db.admin())
        .await
        .expect("there");
    let frame = BillOwner::Assembly(ComponentId::from(frame));
    let [stool, table, idea] = ["stool", "table", "idea"].map(|slug| BillOwner::Product(products[slug]));
    let owners = [stool, table, idea, frame];
    let skus = |lines: &[catalog_store::NamedLine]| -> Vec<(String, i32)> {
        lines
            .iter()
            .map(|line| (line.component.sku.clone(), line.quantity))
            .collect()
    };
    let all = catalog_store::bills(&shop.edge, &owners, 0, 9)
        .await
        .expect("read");
    assert_eq!(all.len(), 3, "one has no lines");
    assert_eq!(
        skus(&all[&stool]),
        [("SEAT".to_owned(), 1), ("LEG".to_owned(), 3)]
    );
    assert_eq!(skus(&all[&table]), [("LEG".to_owned(), 4)]);
    let line = &all[&frame][0];
    let substitutes: Vec<&str> = line
        .substitutes
        .iter()
        .map(|component| component.sku.as_str())
        .collect();
    assert_eq!(
        (line.component.sku.as_str(), line.required, substitutes),
        ("LEG", false, vec!["PEG", "SEAT"])
    );

    let first = catalog_store::bills(&shop.edge, &owners, 0, 1)
        .await
        .expect("read");
    assert_eq!(skus(&first[&stool]), [("SEAT".to_owned(), 1)]);
    let second = catalog_store::bills(&shop.edge, &owners, 1, 1)
        .await
        .expect("read");
    assert_eq!(
        (second.len(), skus(&second[&stool])),
        (1, vec![("LEG".to_owned(), 3)])
    );
}
