//! What does not sell (CAT-11).

use catalog_store::{count_sales, report_unsold};
use contracts::catalog::UnsoldPage;
use kernel::{Money, PageSize};
use time::Duration;

use crate::support::Shop;

async fn page(shop: &Shop, days: i64, cursor: Option<&str>, size: u16) -> UnsoldPage {
    let since = shop.now() - Duration::days(days);
    let size = PageSize::new(size).expect("a size");
    report_unsold(&shop.staff, since, cursor, size)
        .await
        .expect("a page")
}

fn slugs(page: &UnsoldPage) -> Vec<&str> {
    page.items.iter().map(|item| item.slug.as_str()).collect()
}

async fn sell(shop: &Shop, slug: &str) {
    let order = shop.reserve(&[(slug, 1)]).await.order_id;
    shop.confirm(order).await.expect("reserved");
    count_sales(&shop.internal, 100).await.expect("counted");
}

#[tokio::test]
async fn units_without_a_paid_order_in_the_window_are_named_with_what_they_tie_up() {
    let shop = Shop::with(
        &[
            ("stool", &[("SEAT", 2)]),
            ("table", &[("TOP", 1)]),
            ("lamp", &[("BULB", 1)]),
        ],
        &[("SEAT", &[8]), ("TOP", &[5]), ("BULB", &[0])],
    )
    .await;
    assert_eq!(page(&shop, 90, None, 30).await.items, [], "all are new");
    shop.clock.advance(Duration::days(100));
    sell(&shop, "stool").await;
    shop.clock.advance(Duration::days(50));
    sell(&shop, "table").await;
    shop.refresh().await;
    let all = page(&shop, 30, None, 30).await;
    let mut told: Vec<_> = all
        .items
        .iter()
        .map(|item| {
            let sold = item.last_sold_at.map(|at| (shop.now() - at).whole_days());
            (&*item.slug, item.available, sold, item.stock_value)
        })
        .collect();
    told.sort_unstable_by_key(|(slug, ..)| *slug);
    // Three stools of two seats at 100 each.
    assert_eq!(
        told,
        [
            ("lamp", 0, None, Some(Money::rub(0))),
            ("stool", 3, Some(50), Some(Money::rub(600_00))),
        ]
    );
    assert_eq!(slugs(&page(&shop, 90, None, 30).await), ["lamp"]);
    assert_eq!(page(&shop, 200, None, 30).await.items, [], "nothing is that old");
    let admin = shop.db.admin();
    sqlx::query("UPDATE product SET deleted_at = now() WHERE slug = 'lamp'")
        .execute(admin)
        .await
        .expect("deleted");
    assert_eq!(page(&shop, 90, None, 30).await.items, [], "it is not on sale");
    sqlx::query("UPDATE component SET cost_amount = NULL, cost_currency = NULL")
        .execute(admin)
        .await
        .expect("forgotten");
    assert_eq!(page(&shop, 30, None, 30).await.items[0].stock_value, None);
}

#[tokio::test]
async fn pages_follow_each_other_and_look_at_a_bounded_number() {
    let shop = Shop::with(&[("first", &[("SEAT", 1)])], &[("SEAT", &[8])]).await;
    // 4,500 units more, of which every hundredth does not sell.
    sqlx::raw_sql(
        "INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
                              height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency, created_at)
         SELECT gen_random_uuid(), 'p-' || n, n, n, 'd', 'd', 'tables', 'oak', 'wood', 1, 1, 1, 1, 1000, 'RUB',
                '2026-03-01 10:00Z'::timestamptz + n * interval '1 s'
         FROM generate_series(1, 4500) n;
         INSERT INTO sale_line (order_id, product_id, sold_at, paired)
         SELECT gen_random_uuid(), id, '2026-06-01Z', true FROM product
         WHERE slug LIKE 'p-%' AND substr(slug, 3)::int % 100 <> 0",
    )
    .execute(shop.db.admin())
    .await
    .expect("products");
    shop.clock.advance(Duration::days(120));
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = page(&shop, 60, cursor.as_deref(), 30).await;
        seen.extend(slugs(&page).into_iter().map(str::to_owned));
        pages += 1;
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let expected = (1..=45).map(|n| format!("p-{}", n * 100));
    let expected: Vec<String> = std::iter::once("first".to_owned()).chain(expected).collect();
    assert_eq!(seen, expected, "the oldest first, each once");
    assert_eq!(pages, 3, "each looks at 2,000 units, of which 20 do not sell");
    let none_left = page(&shop, 1, None, 30).await;
    assert_eq!(none_left.items.len(), 30);
}
