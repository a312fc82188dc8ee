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

/// The same of the bits that say which units have a word.
#[tokio::test]
async fn bits_say_who_has_a_word_whoever_writes_it() {
    let shop = Shop::with(
        &[("stool", &[("LEG", 3)]), ("table", &[("LEG", 4)])],
        &[("LEG", &[9])],
    )
    .await;
    shop.relist().await;
    assert!(shop.count("SELECT count(*) FROM search_chunk").await > 4);
    let astray = async || {
        let violations = catalog_store::listing_invariants(&shop.owner).await;
        let violations = violations.expect("the database answers");
        violations
            .into_iter()
            .filter(|found| found.rule == "chunk")
            .count()
    };
    assert_eq!(astray().await, 0);
    let has = "SELECT count(*) FROM search_chunk WHERE lexeme = 'новое' AND bit_count(units) = 2";
    for (before, with_it) in [
        ("UPDATE listing_text SET step = 1, packed = NULL", 0),
        ("UPDATE listing_text SET search = array_to_tsvector('{новое}')", 1),
        ("UPDATE listing_text SET places = places || '#k9'::text", 1),
        (
            "UPDATE listing_text SET search = array_to_tsvector('{старое}') WHERE slug = 'table'",
            0,
        ),
        (
            "UPDATE listing_text SET search = array_to_tsvector(CASE slug WHEN 'table' THEN '{новое}' ELSE '{старое}' END::text[])",
            0,
        ),
        // Two chunks further on, in rows that have bits already.
        (
            "INSERT INTO listing_text (product_id, serial, slug, name_ru, name_en, search, places)
             OVERRIDING SYSTEM VALUE
             SELECT gen_random_uuid(), n, 'n-' || n, 'x', 'x', array_to_tsvector('{новое}'), '{#k9}'
             FROM unnest(ARRAY[3999, 4000, 5999, 6000]) n",
            1,
        ),
        ("DELETE FROM listing_text WHERE serial IN (4000, 6000)", 0),
        ("DELETE FROM listing_text", 0),
    ] {
        sqlx::raw_sql(before)
            .execute(shop.db.admin())
            .await
            .expect("written");
        assert_eq!(astray().await, 0, "{before}");
        assert_eq!(shop.count(has).await, with_it, "{before}");
    }
    // The rule that says so sees what is astray.
    sqlx::query("INSERT INTO search_chunk VALUES ('новое', 7, set_bit(repeat('0', 2000)::bit(2000), 3, 1))")
        .execute(shop.db.admin())
        .await
        .expect("written");
    assert_eq!(astray().await, 1);
}
