use sanitise::Action;

use crate::world::World;

/// The scan knows no rules: what a rule wrongly keeps, it finds.
#[tokio::test]
async fn an_original_in_a_column_that_is_kept_is_found() {
    let mut world = World::with_customers(50).await;
    world
        .execute(
            "UPDATE orders SET not_delivered = 'Дверь не открыли, звонил на ' || substr(recipient_phone, 3) || ' дважды'
             WHERE number = (SELECT max(number) FROM orders)",
        )
        .await;
    world.back_up();
    let orders = world.rules.columns.get_mut("public.orders").expect("orders");
    orders.insert("not_delivered".to_owned(), Action::Keep);
    let error = world.run().await.expect_err("found").to_string();
    assert!(
        error.contains("1 originals are still in the archive") && error.contains("a Phone"),
        "{error}"
    );
    assert!(!error.contains("79"), "the error tells nobody's number: {error}");
    assert_eq!(
        world.results(),
        Vec::<String>::new(),
        "what may hold people does not lie about"
    );
    assert_eq!(world.databases().await, [world.rules.database.as_str()]);
}

/// Nor does it know tables: a comment, a default and a function are in the archive like rows.
#[tokio::test]
async fn an_original_outside_every_row_is_found() {
    for statement in [
        "DO $$ BEGIN EXECUTE format('COMMENT ON TABLE orders IS %L',
             (SELECT 'as ' || recipient_name || ' asked' FROM orders LIMIT 1)); END $$",
        "DO $$ BEGIN EXECUTE format('ALTER TABLE orders ALTER city SET DEFAULT %L',
             (SELECT upper(street) FROM orders LIMIT 1)); END $$",
    ] {
        let world = World::with_customers(30).await;
        world.execute(statement).await;
        world.back_up();
        let error = world.run().await.expect_err("found").to_string();
        assert!(error.contains("originals are still in the archive"), "{error}");
    }
}

#[tokio::test]
async fn a_part_of_a_longer_word_is_not_an_original() {
    let world = World::with_customers(30).await;
    world
        .execute("UPDATE orders SET recipient_name = 'Моск' WHERE number = (SELECT min(number) FROM orders)")
        .await;
    world.back_up();
    world.run().await.expect("Москва is not Моск");
}
