//! Sixty-four at once for what there is: exactly as much is sold as the domain says, the others are told true numbers,
//! and nothing is left that one of them could have had (STK-4).

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog_domain::{Bill, Demand, Part, Shortage, Sorting, StockAt, Wanted, available_in_total, fulfil};
use catalog_store::{ReserveError, ReserveQueue};
use contracts::catalog::{BillItem, Reservation, ReservationSet, ReserveRequest};
use futures_util::future::join_all;
use kernel::{ProductId, SetId};
use pg::{Metrics, Pg, PgConfig};
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::assortment::{line, make, make_unit, piece, table};
use crate::support::Shop;

const CROWD: usize = 64;

/// What a set has.
const SET: [(&str, i64); 2] = [("table", 1), ("stool", 2)];

/// A table of a frame of two pairs of legs, a stool of a pair, a bench of legs alone; feet, tops and seats have
/// substitutes. All need legs, and the frame's and the pair's screws are the same.
async fn shop() -> (Shop, SetId) {
    let shop = Shop::with(
        &[],
        &[
            ("LEG", &[70, 55, 58]),
            ("SCREW", &[90, 30, 44]),
            ("FOOT", &[20, 9]),
            ("FELT", &[3, 30]),
            ("TOP", &[7, 2, 4]),
            ("GLASS", &[3, 3, 2]),
            ("SEAT", &[10, 12, 8]),
            ("CUSHION", &[1, 1, 30]),
        ],
    )
    .await;
    let one = async |sku, quantity| line(shop.component(sku).await, quantity);
    let or = async |sku, other| BillItem {
        substitutes: vec![shop.component(other).await],
        ..one(sku, 1).await
    };
    let pair = [
        one("LEG", 2).await,
        one("SCREW", 1).await,
        or("FOOT", "FELT").await,
    ];
    let pair = make(&shop, &piece("PAIR", None, &pair)).await.id;
    let frame = [line(pair, 2), one("SCREW", 2).await];
    let frame = make(&shop, &piece("FRAME", None, &frame)).await.id;
    make_unit(
        &shop,
        &table("table", &[line(frame, 1), or("TOP", "GLASS").await]),
    )
    .await;
    make_unit(
        &shop,
        &table("stool", &[line(pair, 1), or("SEAT", "CUSHION").await]),
    )
    .await;
    make_unit(&shop, &table("bench", &[one("LEG", 3).await])).await;
    let set = shop.set(&SET).await;
    shop.refresh().await;
    (shop, set)
}

/// The bills of all units, as they are reserved by.
async fn bills(shop: &Shop) -> BTreeMap<ProductId, Bill> {
    let parts: Vec<(Uuid, Uuid, Vec<Uuid>, i64)> =
        sqlx::query_as("SELECT product_id, component_id, substitutes, quantity FROM product_part")
            .fetch_all(shop.db.admin())
            .await
            .expect("parts");
    let mut of_unit: BTreeMap<ProductId, Vec<Part>> = BTreeMap::new();
    for (unit, component, substitutes, quantity) in parts {
        of_unit.entry(unit.into()).or_default().push(Part {
            component: component.into(),
            substitutes: substitutes.into_iter().map(Into::into).collect(),
            quantity,
        });
    }
    let bills = of_unit
        .into_iter()
        .map(|(unit, parts)| (unit, Bill::new(parts).expect("sound")));
    bills.collect()
}

/// What is free, as if it were one warehouse: in total it makes no difference.
async fn free(shop: &Shop) -> [StockAt; 1] {
    let free: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT component_id, sum(on_hand - reserved)::bigint FROM stock GROUP BY component_id",
    )
    .fetch_all(shop.db.admin())
    .await
    .expect("stock");
    let mut everywhere = StockAt::new(Uuid::nil().into(), 0);
    for (component, free) in free {
        everywhere.set(component.into(), free);
    }
    [everywhere]
}

/// Units that a request is for, those of sets too.
async fn units(shop: &Shop, request: &ReserveRequest) -> Vec<(ProductId, i64)> {
    let products = shop.products().await;
    let alone = request.lines.iter().map(|line| (line.product_id, line.quantity));
    let sets = request.sets.iter();
    let in_sets = sets.flat_map(|set| SET.map(|(slug, each)| (products[slug], each * set.quantity)));
    alone.chain(in_sets).collect()
}

/// Asks for all of it at once.
async fn rush(
    shop: &Shop,
    requests: Vec<ReserveRequest>,
) -> Vec<(ReserveRequest, Result<Reservation, ReserveError>)> {
    let config = PgConfig {
        max_connections: u32::try_from(CROWD).expect("few"),
        acquire_timeout_ms: 120_000,
        statement_timeout_ms: 60_000,
        lock_timeout_ms: 50_000,
        ..PgConfig::new(shop.db.url_for("catalog_internal"))
    };
    let pg = Pg::connect(&config, Metrics::unregistered()).expect("the address is a URL");
    // As two replicas that serve those who wait together, and one that serves each alone.
    let replicas = [
        None,
        Some(ReserveQueue::new(pg.clone())),
        Some(ReserveQueue::new(pg.clone())),
    ];
    let start = Arc::new(Barrier::new(requests.len()));
    let asked = replicas.iter().cycle().zip(requests).map(|(replica, request)| {
        let (pg, now, order, start) = (pg.clone(), shop.now(), shop.order(), Arc::clone(&start));
        let replica = replica.clone();
        tokio::spawn(async move {
            let connection = pg.pool().acquire().await.expect("a connection");
            start.wait().await;
            drop(connection);
            let answer = match replica {
                Some(queue) => queue.reserve(now, order, request.clone()).await,
                None => catalog_store::reserve(&pg, now, order, &request).await,
            };
            (request, answer)
        })
    });
    let answers = join_all(asked).await;
    pg.close().await;
    answers
        .into_iter()
        .map(|answer| answer.expect("no panic"))
        .collect()
}

/// What a refusal says, as the domain does.
fn told(error: ReserveError) -> Vec<Shortage> {
    let ReserveError::Short(short) = error else {
        panic!("an unclear answer: {error:?}")
    };
    let short = short.into_iter().map(|short| Shortage {
        product: short.product_id,
        requested: short.requested,
        available: short.available,
    });
    short.collect()
}

/// What the domain says of a request now that all is over.
async fn refusal(shop: &Shop, request: &ReserveRequest) -> Vec<Shortage> {
    let (bills, free) = (bills(shop).await, free(shop).await);
    let units = units(shop, request).await;
    let wanted: Vec<Wanted<'_>> = units
        .iter()
        .map(|&(product, quantity)| Wanted {
            product,
            bill: &bills[&product],
            quantity,
        })
        .collect();
    fulfil(&wanted, &free, &[], Sorting::ByQuantity).expect_err("there is something left for it")
}

async fn assert_sold(shop: &Shop, answers: &[&Reservation]) {
    let picked: i64 = answers
        .iter()
        .flat_map(|held| &held.picks)
        .map(|pick| pick.quantity)
        .sum();
    let reserved = shop.count("SELECT sum(reserved)::bigint FROM stock").await;
    assert_eq!(reserved, picked);
    let made = shop.count("SELECT count(*) FROM reservation").await;
    assert_eq!(usize::try_from(made).expect("few"), answers.len());
    shop.assert_sound().await;
}

/// Everybody wants the same: nobody who is refused has seen anything but what is left in the end.
async fn the_same_for_all(shop: &Shop, request: ReserveRequest) {
    let (bills, before) = (bills(shop).await, free(shop).await);
    let units = units(shop, &request).await;
    let demand = Demand::of(units.iter().map(|(unit, quantity)| (&bills[unit], *quantity))).expect("small");
    let enough_for = available_in_total(demand.as_bill(), &before);
    assert!(
        (2..64).contains(&enough_for),
        "of {enough_for} not all are sold, and not one"
    );
    let (mut held, mut refused) = (Vec::new(), Vec::new());
    for (_, answer) in rush(shop, vec![request.clone(); CROWD]).await {
        match answer {
            Ok(reservation) => held.push(reservation),
            Err(error) => refused.push(told(error)),
        }
    }
    assert_eq!(i64::try_from(held.len()).expect("few"), enough_for);
    let expected = refusal(shop, &request).await;
    for short in refused {
        assert_eq!(short, expected);
    }
    assert_sold(shop, &held.iter().collect::<Vec<_>>()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_unit_of_nested_assemblies_is_sold_as_often_as_it_can_be_built() {
    let (shop, _) = shop().await;
    let request = shop.request(&[("table", 1)]).await;
    the_same_for_all(&shop, request).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn units_that_share_parts_are_sold_as_often_as_all_can_be_built() {
    let (shop, _) = shop().await;
    let request = shop
        .request(&[("stool", 2), ("bench", 1), ("table", 1), ("stool", 1)])
        .await;
    the_same_for_all(&shop, request).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_set_is_sold_as_often_as_all_its_units_can_be_built() {
    let (shop, set_id) = shop().await;
    let mut request = shop.request(&[]).await;
    request.sets.push(ReservationSet { set_id, quantity: 1 });
    the_same_for_all(&shop, request).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_refused_among_others_could_not_have_what_is_left() {
    let (shop, set_id) = shop().await;
    let mut requests = Vec::new();
    for n in 0..CROWD {
        let lines: &[(&str, i64)] = match n % 4 {
            0 => &[("table", 1)],
            1 => &[("bench", 1), ("stool", 2)],
            2 => &[("stool", 3)],
            _ => &[("bench", 2)],
        };
        let mut request = shop.request(lines).await;
        if n % 8 == 3 {
            request.lines.clear();
            request.sets.push(ReservationSet { set_id, quantity: 1 });
        }
        requests.push(request);
    }
    let mut held = Vec::new();
    let mut refused = Vec::new();
    for (request, answer) in rush(&shop, requests).await {
        match answer {
            Ok(reservation) => held.push(reservation),
            Err(error) => refused.push((request, told(error))),
        }
    }
    assert!(
        !held.is_empty() && !refused.is_empty(),
        "{} of all are held",
        held.len()
    );
    let (bills, left) = (bills(&shop).await, free(&shop).await);
    for (request, short) in refused {
        // Others only ever took: what there was then is still there, or less.
        let now = refusal(&shop, &request).await;
        assert!(!short.is_empty() && !now.is_empty());
        let asked = units(&shop, &request).await;
        for each in short {
            let of_unit = asked.iter().filter(|(unit, _)| *unit == each.product);
            let requested: i64 = of_unit.map(|(_, quantity)| quantity).sum();
            assert_eq!(each.requested, requested);
            assert!(each.available >= available_in_total(&bills[&each.product], &left));
            assert!(asked.len() > 1 || each.available < each.requested);
        }
    }
    assert_sold(&shop, &held.iter().collect::<Vec<_>>()).await;
}
