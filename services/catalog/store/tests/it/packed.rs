//! Rows of lists as they are packed beside the words, whoever writes them.

use crate::support::Shop;

/// Units whose words have the row otherwise than it is.
const APART: &str = "SELECT count(*) FROM listing l JOIN listing_text t USING (product_id)
                     WHERE t.packed IS DISTINCT FROM l.packed";

/// As a version writes that does not know of packed rows, which may run beside this one.
#[tokio::test]
async fn words_have_the_row_as_it_is_whoever_writes_it() {
    let shop = Shop::with(
        &[("stool", &[("LEG", 3)]), ("table", &[("LEG", 4)])],
        &[("LEG", &[9])],
    )
    .await;
    shop.relist().await;
    assert_eq!(shop.count("SELECT count(*) FROM listing_text").await, 2);
    assert_eq!(shop.count(APART).await, 0);
    for before in [
        "UPDATE listing SET available = NOT available, price = 7",
        "DELETE FROM listing_text; INSERT INTO listing_text (product_id, slug, name_ru, name_en, search, places)
         SELECT product_id, 'x', 'x', 'x', '', '{}' FROM listing",
        "INSERT INTO listing (product_id, path, root, category, color, material, available, price, created_at, props,
                              number_props, number_values)
         SELECT product_id, path, root, category, color, material, available, 8, created_at, props, number_props,
                number_values FROM listing
         ON CONFLICT (product_id) DO UPDATE SET price = EXCLUDED.price",
    ] {
        sqlx::raw_sql(before)
            .execute(shop.db.admin())
            .await
            .expect("written");
        assert_eq!(shop.count(APART).await, 0, "{before}");
    }
}
