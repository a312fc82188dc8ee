//! Counts of facets are kept in memory and brought up to date.

use catalog_store::{ListingWords, ProductFilter, Sort, listing_words};
use contracts::catalog::Facets;
use kernel::PageSize;

use crate::counter::Counter;
use crate::support::Shop;

async fn shop() -> Shop {
    let shop = Shop::with(
        &[
            ("stool", &[("LEG", 3)]),
            ("table", &[("LEG", 4)]),
            ("bench", &[("LEG", 5)]),
        ],
        &[("LEG", &[9])],
    )
    .await;
    shop.relist().await;
    shop
}

async fn facets(shop: &Shop, words: &ListingWords) -> Facets {
    facets_of(shop, words, Some("tables"), false).await
}

async fn facets_of(shop: &Shop, words: &ListingWords, category: Option<&str>, available: bool) -> Facets {
    let filter = ProductFilter {
        category: category.map(str::to_owned),
        available,
        ..ProductFilter::default()
    };
    catalog_store::list_products(
        &shop.edge,
        words,
        &filter,
        Sort::Newest,
        None,
        PageSize::default(),
    )
    .await
    .expect("a page")
    .facets
}

async fn renewed(shop: &Shop, words: &ListingWords) -> ListingWords {
    words.renewed(&shop.edge).await.expect("words")
}

/// Words that were renewed say what words that are read anew say.
pub(super) async fn assert_up_to_date(shop: &Shop, words: &ListingWords) {
    let anew = listing_words(&shop.edge).await.expect("words");
    for category in [None, Some("tables"), Some("chairs"), Some("stools")] {
        for available in [false, true] {
            let ours = facets_of(shop, words, category, available).await;
            let fresh = facets_of(shop, &anew, category, available).await;
            assert_eq!(ours, fresh, "{category:?}");
        }
    }
}

#[tokio::test]
async fn only_what_has_changed_is_read_anew_and_nothing_is_missed() {
    let shop = shop().await;
    let words = listing_words(&shop.edge).await.expect("words");
    assert_eq!(facets(&shop, &words).await.total, 3);

    // More, fewer, moved, and none left of a colour.
    shop.alter("UPDATE product SET deleted_at = now() WHERE slug = 'stool'")
        .await;
    assert_eq!(facets(&shop, &words).await.total, 3, "as it was when it was read");
    let words = renewed(&shop, &words).await;
    assert_eq!(facets(&shop, &words).await.total, 2);
    assert_up_to_date(&shop, &words).await;
    shop.alter("UPDATE product SET deleted_at = now()").await;
    let words = renewed(&shop, &words).await;
    assert_eq!(facets(&shop, &words).await.colors, []);
    assert_up_to_date(&shop, &words).await;
    shop.alter("UPDATE product SET deleted_at = NULL").await;
    let words = renewed(&shop, &words).await;
    assert_eq!(facets(&shop, &words).await.total, 3);
    assert_up_to_date(&shop, &words).await;

    let edge = Counter::before(&shop.db.url_for("catalog_edge")).await;
    words.renewed(&edge.pg()).await.expect("words");
    assert_eq!(edge.take(), 2, "words and counts");
}

#[tokio::test]
async fn a_change_that_ends_after_later_ones_is_not_missed() {
    let shop = shop().await;
    let words = listing_words(&shop.edge).await.expect("words");
    let mut slow = shop.db.admin().begin().await.expect("a transaction");
    sqlx::raw_sql("UPDATE facet_cell SET units = units + 10 WHERE available")
        .execute(&mut *slow)
        .await
        .expect("written");
    // Later transactions end before it, and the counts are read in between.
    sqlx::raw_sql("UPDATE facet_cell SET units = units + 100 WHERE NOT available")
        .execute(shop.db.admin())
        .await
        .expect("written");
    let words = renewed(&shop, &words).await;
    let words = renewed(&shop, &words).await;
    let before = facets(&shop, &words).await;
    assert_eq!((before.available, before.total), (3, 103), "what has ended");
    slow.commit().await.expect("committed");
    let words = renewed(&shop, &words).await;
    let after = facets(&shop, &words).await;
    assert_eq!((after.available, after.total), (13, 103));
}

#[tokio::test]
async fn what_leaves_no_trace_is_noticed_in_the_end() {
    let shop = shop().await;
    let mut words = listing_words(&shop.edge).await.expect("words");
    sqlx::raw_sql("DELETE FROM facet_cell")
        .execute(shop.db.admin())
        .await
        .expect("deleted");
    words = renewed(&shop, &words).await;
    assert_eq!(facets(&shop, &words).await.total, 3);
    for _ in 0..60 {
        words = renewed(&shop, &words).await;
    }
    assert_eq!(facets(&shop, &words).await.total, 0);
}

/// Whoever has listed a category once knows its prices until they may be others.
#[tokio::test]
async fn known_prices_are_looked_for_again_when_they_may_be_others() {
    let shop = shop().await;
    for change in [
        "UPDATE product SET price_amount = CASE slug WHEN 'stool' THEN 100 WHEN 'table' THEN 200 ELSE 300 END",
        "UPDATE product_availability a SET available = (p.slug <> 'table')::integer FROM product p
         WHERE p.id = a.product_id",
    ] {
        shop.alter(change).await;
    }
    let mut words = listing_words(&shop.edge).await.expect("words");
    let prices = async |words: &ListingWords, available| {
        let facets = facets_of(&shop, words, Some("tables"), available).await;
        facets.min_price.zip(facets.max_price)
    };
    for _ in 0..3 {
        assert_eq!(prices(&words, false).await, Some((100, 300)));
        assert_eq!(prices(&words, true).await, Some((100, 300)));
        words = renewed(&shop, &words).await;
    }
    for (change, all, bought) in [
        (
            "UPDATE product SET price_amount = 50 WHERE slug = 'stool'",
            Some((50, 300)),
            Some((50, 300)),
        ),
        (
            // One comes as the other goes, so that there are as many as before.
            "UPDATE product_availability a SET available = (p.slug <> 'stool')::integer FROM product p
             WHERE p.id = a.product_id",
            Some((50, 300)),
            Some((200, 300)),
        ),
        (
            "UPDATE product SET deleted_at = now() WHERE slug = 'bench'",
            Some((50, 200)),
            Some((200, 200)),
        ),
        (
            "UPDATE product SET price_amount = NULL, price_currency = NULL WHERE slug = 'table'",
            Some((50, 50)),
            None,
        ),
    ] {
        shop.alter(change).await;
        words = renewed(&shop, &words).await;
        assert_eq!(prices(&words, false).await, all, "{change}");
        assert_eq!(prices(&words, true).await, bought, "{change}");
        assert_up_to_date(&shop, &words).await;
    }
}

/// The counts say how to look, not what there is: they may be two seconds old.
#[tokio::test]
async fn what_is_counted_as_empty_is_looked_for_all_the_same() {
    let shop = shop().await;
    for change in [
        "INSERT INTO color (code, name_ru, name_en, hex, position) VALUES ('white', 'б', 'w', '#ffffff', 2)",
        "INSERT INTO category (code, name_ru, name_en, position) VALUES ('chairs', 'с', 'c', 2)",
        // White is known, but of no table.
        "UPDATE product SET color = 'white', category = 'chairs' WHERE slug = 'stool'",
    ] {
        shop.alter(change).await;
    }
    let words = listing_words(&shop.edge).await.expect("words");
    let filter = ProductFilter {
        category: Some("tables".to_owned()),
        color: Some("white".to_owned()),
        ..ProductFilter::default()
    };
    let slugs = async || {
        let size = PageSize::default();
        let page = catalog_store::list_products(&shop.edge, &words, &filter, Sort::Newest, None, size).await;
        let items = page.expect("a page").items;
        items.into_iter().map(|card| card.slug).collect::<Vec<_>>()
    };
    assert_eq!(slugs().await, [""; 0]);
    shop.alter("UPDATE product SET color = 'white' WHERE slug = 'bench'")
        .await;
    assert_eq!(slugs().await, ["bench"]);
}
