//! A unit of 1,800 bill lines, five levels deep: totals are right, and no operation takes more statements than for a
//! small one. The times are printed; those that count are the benchmark's.

use std::time::Instant;

use catalog_store::assortment::{change_unit, create_unit};
use catalog_store::{ProductRef, availability, price, product, refresh_availability};
use contracts::catalog::{BillItem, UnitContent, UnitView};
use kernel::{ComponentId, Money};
use pg::Pg;
use uuid::Uuid;

use crate::assortment::{editor, line, table};
use crate::counter::Counter;
use crate::support::Shop;

/// Triples of components that replace each other, and a line for each of the three.
const TRIPLES: usize = 500;
/// Chains of assemblies, each in the one before, and a line for each of the five.
const CHAINS: usize = 60;
const LEVELS: usize = 5;
const LINES: usize = 3 * TRIPLES + LEVELS * CHAINS;
/// Units there are of the scarcest triple: in both warehouses, in the first, in the second.
const UNITS: [i64; 3] = [37, 20, 17];

/// Makes a unit of [`LINES`] lines and all it is built from. Every piece costs 100 roubles. Of each triple there is least
/// of the component that one line prefers, so that no unit is built without substitutes.
pub(crate) async fn big_unit(shop: &Shop) -> UnitView {
    let content = table("big", &bill(shop).await);
    create_unit(&shop.staff, &editor(shop), "big", &content)
        .await
        .expect("a sound unit")
}

async fn bill(shop: &Shop) -> Vec<BillItem> {
    // P-n are the pieces of triples, Q-n those of chains: A-k-i is the next one down and a piece.
    for sql in [
        "INSERT INTO component (id, sku, name_ru, name_en, kind, height_mm, width_mm, depth_mm, cost_amount, cost_currency)
         SELECT gen_random_uuid(), sku, sku, sku, 'panel', 10, 10, 10, 10000, 'RUB'
         FROM (SELECT 'P-' || n FROM generate_series(0, 1499) n UNION ALL SELECT 'Q-' || n FROM generate_series(0, 299) n)
              AS c (sku)",
        "INSERT INTO component (id, sku, name_ru, name_en, kind, height_mm, width_mm, depth_mm, assembly)
         SELECT gen_random_uuid(), 'A-' || n, 'A', 'A', 'panel', 10, 10, 10, true FROM generate_series(0, 299) n",
        "INSERT INTO assembly_line (assembly_id, component_id, quantity, required, position)
         SELECT a.id, c.id, 1, true, p.position
         FROM generate_series(0, 299) n
         CROSS JOIN LATERAL (VALUES (0, 'Q-' || n), (1, CASE WHEN n % 5 < 4 THEN 'A-' || n + 1 END)) p (position, sku)
         JOIN component a ON a.sku = 'A-' || n JOIN component c ON c.sku = p.sku",
        // One unit takes three pieces of a triple. Of the scarcest there are 60 and 53, of which 1 and 0 of the first.
        "WITH lies AS (
             INSERT INTO stock (component_id, warehouse_id, on_hand, reserved)
             SELECT c.id, w.id, CASE
                 WHEN c.sku IN ('P-0', 'P-1', 'P-2') THEN
                     (CASE w.code WHEN 'MSK' THEN '{1,29,30}' ELSE '{0,20,33}' END::bigint[])[right(c.sku, 1)::integer + 1]
                 WHEN c.sku LIKE 'P-%' THEN ('{3,150,147}'::bigint[])[split_part(c.sku, '-', 2)::integer % 3 + 1]
                 ELSE 500 END, 0
             FROM component c CROSS JOIN warehouse w WHERE c.sku ~ '^[PQ]-' AND w.code IN ('MSK', 'SPB')
             RETURNING component_id, warehouse_id, on_hand
         )
         INSERT INTO stock_movement (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, at)
         SELECT component_id, warehouse_id, 'import', on_hand, 0, now() FROM lies WHERE on_hand > 0",
    ] {
        sqlx::raw_sql(sql).execute(shop.db.admin()).await.expect("components");
    }
    let rows: Vec<(String, Uuid)> = sqlx::query_as("SELECT sku, id FROM component")
        .fetch_all(shop.db.admin())
        .await
        .expect("components");
    let id = |sku: String| -> ComponentId {
        let found = rows.iter().find(|row| row.0 == sku);
        found.expect("one of ours").1.into()
    };
    let triples = (0..3 * TRIPLES).map(|n| BillItem {
        substitutes: (1..3)
            .map(|k| id(format!("P-{}", n / 3 * 3 + (n + k) % 3)))
            .collect(),
        ..line(id(format!("P-{n}")), 1)
    });
    let chains = (0..LEVELS * CHAINS).map(|n| line(id(format!("A-{n}")), 1));
    triples.chain(chains).collect()
}

/// What is asked of a unit, and how many statements each takes.
async fn ask(shop: &Shop, unit: UnitView) -> Vec<(&'static str, usize)> {
    let edge = Counter::before(&shop.db.url_for("catalog_edge")).await;
    let internal = Counter::before(&shop.db.url_for("catalog_internal")).await;
    let staff = Counter::before(&shop.db.url_for("catalog_staff")).await;
    let (reads, jobs, edits) = (edge.pg(), internal.pg(), staff.pg());
    warm(&[&reads, &jobs, &edits]).await;
    let by_id = ProductRef::Id(unit.unit.id);
    let (mut unit, mut taken) = (unit, Vec::new());
    // Twice: the first time, statements are prepared.
    for round in 0..2 {
        shop.refresh().await;
        for counter in [&edge, &internal, &staff] {
            counter.take();
        }
        taken.clear();
        let mut note = |what: &'static str, begun: Instant, counter: &Counter| {
            if round == 1 {
                println!("{}: {what} {:?}", unit.unit.content.slug, begun.elapsed());
            }
            taken.push((what, counter.take()));
        };

        let begun = Instant::now();
        let detail = product(&reads, &by_id).await.expect("read").expect("there");
        note("detail", begun, &edge);
        assert_eq!(detail.components.len(), unit.unit.content.bill.len());
        let begun = Instant::now();
        let counted = availability(&reads, &by_id).await.expect("read").expect("there");
        note("availability", begun, &edge);
        assert_eq!(detail.availability, counted);
        let begun = Instant::now();
        let shown = price(&reads, &by_id).await.expect("read").expect("there");
        note("price", begun, &edge);
        assert_eq!(shown.1, unit.pricing.price);
        sqlx::query("INSERT INTO stale_unit (product_id) VALUES ($1)")
            .bind(unit.unit.id.uuid())
            .execute(shop.db.admin())
            .await
            .expect("queued");
        let begun = Instant::now();
        let refreshed = refresh_availability(&jobs, 100).await.expect("written");
        note("refresh", begun, &internal);
        assert_eq!(refreshed.units, 1);
        let heavier = UnitContent {
            weight_g: unit.unit.content.weight_g + 1,
            ..unit.unit.content.clone()
        };
        let (begun, version) = (Instant::now(), unit.unit.version);
        let saved = change_unit(&edits, &editor(shop), unit.unit.id, version, &heavier)
            .await
            .expect("saved");
        note("save", begun, &staff);
        assert_eq!((saved.available, &saved.pricing), (unit.available, &unit.pricing));
        unit = saved;
    }
    taken
}

/// A first statement opens the connection.
async fn warm(pools: &[&Pg]) {
    for pg in pools {
        pg.ready().await.expect("the database answers");
    }
}

#[tokio::test]
async fn a_unit_of_1800_lines_is_right_and_takes_no_more_statements_than_a_small_one() {
    let shop = Shop::with(&[], &[("LEG", &[9]), ("SCREW", &[90])]).await;
    let begun = Instant::now();
    let big = big_unit(&shop).await;
    println!("made in {:?}", begun.elapsed());
    assert_eq!(big.unit.content.bill.len(), LINES);
    let (leg, screw) = (shop.component("LEG").await, shop.component("SCREW").await);
    let small = crate::assortment::make_unit(&shop, &table("small", &[line(leg, 4), line(screw, 2)])).await;
    shop.refresh().await;

    // Of A-k-0 there is one, of A-k-1 one more for it, and so on: 1 + 2 + 3 + 4 + 5 pieces a chain.
    let pieces = i64::try_from(3 * TRIPLES + 15 * CHAINS).expect("small");
    assert_eq!(big.pricing.cost, Some(Money::rub(pieces * 100_00)));
    assert_eq!(big.pricing.price, Some(Money::rub(pieces * 160_00)));
    assert_eq!(big.pricing.parts.len(), LINES);
    assert_eq!(big.available, UNITS[0]);
    let counted = availability(&shop.edge, &ProductRef::Id(big.unit.id))
        .await
        .expect("read")
        .expect("there");
    let at: Vec<i64> = counted.warehouses.iter().map(|at| at.available).collect();
    assert_eq!((counted.total, at), (UNITS[0], vec![UNITS[1], UNITS[2], 0]));
    assert_eq!(small.available, 2);
    shop.assert_sound().await;

    let of_small = ask(&shop, small).await;
    assert_eq!(ask(&shop, big).await, of_small);
    let begun = Instant::now();
    let held = shop.reserve(&[("big", UNITS[0])]).await;
    println!("big: reserve all {:?}", begun.elapsed());
    let taken: i64 = held.picks.iter().map(|pick| pick.quantity).sum();
    assert_eq!(taken, UNITS[0] * pieces);
    shop.assert_sound().await;
    assert_eq!(shop.count_where("SELECT a.available FROM product_availability a JOIN product p ON p.id = a.product_id WHERE slug = $1", "big").await, 0);
}
