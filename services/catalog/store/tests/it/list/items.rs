//! Units in memory, and the same in the database.

use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::support::Shop;

/// Names in both languages; looked for in other forms of the words.
const NAMES: [(&str, &str); 4] = [
    ("шкаф", "wardrobe"),
    ("стол", "table"),
    ("кровать", "bed"),
    ("полка", "shelf"),
];
pub(super) const LOOKED_FOR: [(&str, Option<usize>); 7] = [
    ("шкафы", Some(0)),
    ("СТОЛОВ", Some(1)),
    ("tables", Some(1)),
    ("beds", Some(2)),
    ("полками", Some(3)),
    ("самолёт", None),
    ("\"'(&|!:*", None),
];

#[derive(Debug, Clone)]
pub(super) struct Item {
    pub id: Uuid,
    pub name: usize,
    pub category: usize,
    pub color: usize,
    pub material: usize,
    pub price: Option<i64>,
    pub available: i64,
    pub created_at: OffsetDateTime,
    pub finish: usize,
    pub depth: i64,
}

/// Products with many equal prices and moments, and some without a price or stock.
pub(super) fn items(products: usize) -> Vec<Item> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |n: u64| {
        // xorshift: the same products in every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % n).expect("small")
    };
    (0..products)
        .map(|_| Item {
            id: Uuid::from_u64_pair(below(u64::MAX) as u64, below(u64::MAX) as u64),
            name: below(4),
            category: below(4),
            color: below(3),
            material: below(3),
            price: (below(7) > 0).then(|| i64::try_from(below(9)).expect("small") * 1_000),
            available: i64::try_from(below(4)).expect("small").saturating_sub(1).max(0),
            created_at: datetime!(2026-01-01 00:00 UTC)
                + Duration::hours(i64::try_from(below(12)).expect("small")),
            finish: below(3),
            depth: i64::try_from(below(50)).expect("small") * 10,
        })
        .collect()
}

pub(super) async fn fill(shop: &Shop, items: &[Item]) {
    let column = |f: fn(&Item) -> i64| items.iter().map(f).collect::<Vec<i64>>();
    let index = |n: usize| i64::try_from(n).expect("small");
    sqlx::raw_sql(
        "INSERT INTO category SELECT 'c' || n, 'к' || n, 'c' || n, 9 - n FROM generate_series(0, 3) n;
         UPDATE category SET parent = 'c1' WHERE code IN ('c2', 'c3');
         INSERT INTO property VALUES ('finish', 'отделка', 'finish', 'choice', NULL, true, 1),
                                     ('depth', 'глубина', 'depth', 'number', 'mm', true, 2),
                                     ('secret', 'тайна', 'secret', 'flag', NULL, false, 3);
         INSERT INTO property_choice SELECT 'finish', 'f' || n, 'о' || n, 'f' || n, n FROM generate_series(0, 2) n;
         INSERT INTO category_property VALUES ('c1', 'finish', true, 1), ('c1', 'depth', false, 2);
         INSERT INTO color SELECT 'k' || n, 'ц' || n, 'k' || n, '#00000' || n, n FROM generate_series(0, 2) n;
         INSERT INTO material SELECT 'm' || n, 'м' || n, 'm' || n, n FROM generate_series(0, 2) n",
    )
    .execute(shop.db.admin())
    .await
    .expect("terms");
    sqlx::query(
        "WITH e AS (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                                  $7::bigint[], $8::bigint[], $9::timestamptz[], $10::bigint[], $11::bigint[])
                  AS e (id, ru, en, category, color, material, price, available, created_at, finish, depth)
         ), made AS (
             INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color,
                                  material, height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency,
                                  created_at, properties)
             SELECT id, 'p-' || id, ru, en, '', '', 'c' || category, 'k' || color, 'm' || material, 1, 1, 1, 1, price,
                    CASE WHEN price IS NULL THEN NULL ELSE 'RUB' END, created_at,
                    jsonb_build_object('finish', 'f' || finish, 'depth', depth, 'secret', true)
             FROM e
         )
         INSERT INTO product_availability SELECT id, available FROM e WHERE available > 0",
    )
    .bind(items.iter().map(|i| i.id).collect::<Vec<_>>())
    .bind(items.iter().map(|i| NAMES[i.name].0).collect::<Vec<_>>())
    .bind(items.iter().map(|i| NAMES[i.name].1).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.category)).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.color)).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.material)).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.price).collect::<Vec<_>>())
    .bind(column(|i| i.available))
    .bind(items.iter().map(|i| i.created_at).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.finish)).collect::<Vec<_>>())
    .bind(column(|i| i.depth))
    .execute(shop.db.admin())
    .await
    .expect("products");
    // As they were added.
    sqlx::query("INSERT INTO stale_product (product_id) SELECT id FROM product ORDER BY created_at, id")
        .execute(shop.db.admin())
        .await
        .expect("queued");
    shop.relist().await;
    shop.assert_listed().await;
}

/// What units are, as SQL says it by their number `n`.
pub(super) struct Kinds {
    pub category: &'static str,
    pub color: &'static str,
    pub material: &'static str,
    pub properties: &'static str,
}

impl Kinds {
    /// Puts so many units on the lists: `u-1`, `u-2` and so on, each a second newer and a kopeck dearer than the one before.
    pub(super) async fn fill(&self, shop: &Shop, units: i64) {
        let Self {
            category,
            color,
            material,
            properties,
        } = self;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
                                  height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency, created_at,
                                  properties)
             SELECT gen_random_uuid(), 'u-' || n, 'стол', 'table', '', '', {category}, {color}, {material},
                    1, 1, 1, 1, 100000 + n, 'RUB', timestamptz '2026-01-01Z' + n * interval '1 second', {properties}
             FROM generate_series(1, {units}) n"
        )))
        .execute(shop.db.admin())
        .await
        .expect("units");
        catalog_store::rebuild_listings(&shop.owner)
            .await
            .expect("rebuilt");
    }
}
