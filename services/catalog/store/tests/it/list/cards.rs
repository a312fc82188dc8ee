//! What lists show of units, written once for all who read it.

use catalog_store::{ProductFilter, ProductRef, Sort, listing_words};
use contracts::catalog::ProductCard;
use kernel::PageSize;
use pg::Pg;

use crate::counter::Counter;
use crate::support::Shop;

async fn listed(pg: &Pg) -> Vec<ProductCard> {
    let words = listing_words(pg).await.expect("words");
    let all = ProductFilter::default();
    catalog_store::list_products(pg, &words, &all, Sort::Newest, None, PageSize::default())
        .await
        .expect("a page")
        .items
}

async fn shop() -> Shop {
    let shop = Shop::with(
        &[("stool", &[("LEG", 3)]), ("table", &[("LEG", 4)])],
        &[("LEG", &[9])],
    )
    .await;
    shop.assert_listed().await;
    shop
}

async fn carry_out(shop: &Shop, sql: &'static str) {
    sqlx::raw_sql(sql)
        .execute(shop.db.admin())
        .await
        .expect("statements that fit");
}

/// Every card of the list is what the unit's own page begins with, which is read from the assortment.
async fn assert_current(shop: &Shop) {
    shop.relist().await;
    shop.assert_listed().await;
    let words = listing_words(&shop.edge).await.expect("words");
    let all = ProductFilter::default();
    let (sort, size) = (Sort::Newest, PageSize::default());
    let page = catalog_store::list_products(&shop.edge, &words, &all, sort, None, size)
        .await
        .expect("a page");
    for card in &page.items {
        let detail = catalog_store::product(&shop.edge, &ProductRef::Id(card.id)).await;
        assert_eq!(*card, detail.expect("read").expect("there").card);
    }
    // For who passes it on, nothing is more or less or called otherwise.
    let written = catalog_store::list_written(&shop.edge, &words, &all, sort, None, size)
        .await
        .expect("a page");
    let json = |page: Result<serde_json::Value, _>| page.expect("JSON");
    assert_eq!(
        json(serde_json::to_value(&written)),
        json(serde_json::to_value(&page))
    );
}

#[tokio::test]
async fn whatever_a_card_shows_is_written_anew_when_it_changes() {
    let shop = shop().await;
    assert_current(&shop).await;
    // Nobody but the tables' own triggers says that the card is to be written anew.
    for change in [
        "UPDATE product SET name_en = 'Onega' WHERE slug = 'stool'",
        "UPDATE product SET width_mm = 1234 WHERE slug = 'stool'",
        "UPDATE product SET price_amount = 777700 WHERE slug = 'stool'",
        "INSERT INTO media (key, content_type, bytes, width, height, created_at)
         VALUES (repeat('a', 64) || '.png', 'image/png', 1, 600, 500, now()),
                (repeat('b', 64) || '.png', 'image/png', 1, 700, 500, now());
         INSERT INTO product_image (product_id, position, media_key)
         SELECT id, 0, repeat('a', 64) || '.png' FROM product WHERE slug = 'stool'",
        "INSERT INTO media_variant (media_key, format, width, height, bytes, key)
         VALUES (repeat('a', 64) || '.png', 'webp', 320, 240, 1, repeat('c', 64) || '.webp')",
        "UPDATE product_image SET media_key = repeat('b', 64) || '.png'",
        "DELETE FROM product_image",
    ] {
        let before = listed(&shop.edge).await;
        carry_out(&shop, change).await;
        assert_eq!(listed(&shop.edge).await, before, "as it was written: {change}");
        carry_out(
            &shop,
            "INSERT INTO stale_product (product_id) SELECT id FROM product",
        )
        .await;
        assert_current(&shop).await;
        assert_ne!(listed(&shop.edge).await, before, "{change}");
    }
}

#[tokio::test]
async fn what_nobody_has_written_yet_is_gathered_and_nothing_that_is_deleted() {
    let shop = shop().await;
    let written = listed(&shop.edge).await;
    assert_eq!(written.len(), 2);
    let edge = Counter::before(&shop.db.url_for("catalog_edge")).await;
    let pg = edge.pg();
    listed(&pg).await;
    let statements = edge.take();

    // By a version that does not know of cards, and by none at all.
    carry_out(&shop, "UPDATE product_availability SET card = NULL").await;
    assert_eq!(listed(&pg).await, written);
    assert_eq!(
        edge.take(),
        statements + 1,
        "all that is missing by one statement"
    );
    carry_out(
        &shop,
        "DELETE FROM product_availability a USING product p WHERE a.product_id = p.id AND p.slug = 'stool'",
    )
    .await;
    let there: Vec<(String, i64)> = listed(&pg)
        .await
        .into_iter()
        .map(|card| (card.slug, card.available))
        .collect();
    let expected: Vec<(String, i64)> = written
        .iter()
        .map(|card| {
            (
                card.slug.clone(),
                if card.slug == "stool" { 0 } else { card.available },
            )
        })
        .collect();
    assert_eq!(there, expected);

    // It is listed still, but it has no card, and what is deleted is not gathered.
    carry_out(
        &shop,
        "UPDATE product SET deleted_at = now() WHERE slug = 'stool'",
    )
    .await;
    let left: Vec<String> = listed(&pg).await.into_iter().map(|card| card.slug).collect();
    assert_eq!(left, ["table"]);
    carry_out(
        &shop,
        "INSERT INTO stale_product (product_id) SELECT id FROM product;
         INSERT INTO stale_card (product_id) SELECT id FROM product",
    )
    .await;
    assert_current(&shop).await;
}

#[tokio::test]
async fn rebuilding_mends_cards_that_nobody_has_queued() {
    let shop = shop().await;
    carry_out(
        &shop,
        "UPDATE product SET name_en = 'Onega', deleted_at = CASE slug WHEN 'stool' THEN now() END;
         TRUNCATE stale_card",
    )
    .await;
    catalog_store::rebuild_listings(&shop.owner)
        .await
        .expect("rebuilt");
    assert_current(&shop).await;
    let names: Vec<String> = listed(&shop.edge)
        .await
        .into_iter()
        .map(|card| card.name.en)
        .collect();
    assert_eq!(names, ["Onega"]);
}

/// Two jobs write rows of the same units, many at once; each has to come through.
#[tokio::test]
async fn cards_and_availability_are_written_side_by_side() {
    let shop = Shop::with(&[], &[("LEG", &[9_000])]).await;
    sqlx::raw_sql(
        "INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
                              height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency, created_at)
         SELECT gen_random_uuid(), 'u-' || n, 'стол', 'table', '', '', 'tables', 'oak', 'wood', 1, 1, 1, 1, 100, 'RUB',
                now()
         FROM generate_series(1, 400) n;
         INSERT INTO product_part (product_id, component_id, substitutes, quantity)
         SELECT p.id, c.id, '{}', 1 FROM product p, component c",
    )
    .execute(shop.db.admin())
    .await
    .expect("units");
    let turns = 0..20;
    let written = async {
        for _ in turns.clone() {
            carry_out(&shop, "UPDATE product SET width_mm = width_mm + 1").await;
            shop.relist().await;
        }
    };
    let counted = async {
        for _ in turns.clone() {
            carry_out(
                &shop,
                "UPDATE stock SET on_hand = on_hand - 1; INSERT INTO stale_unit (product_id) SELECT id FROM product",
            )
            .await;
            while catalog_store::refresh_availability(&shop.internal, 1_000)
                .await
                .expect("no deadlock")
                .more
            {}
        }
    };
    tokio::join!(written, counted);
    assert_current(&shop).await;
    let left = shop
        .count("SELECT max(available) FROM product_availability")
        .await;
    assert_eq!(left, 9_000 - 20);
}
