//! Faults while twenty customers order and pay. What each of them costs is printed.

use std::time::{Duration, Instant};

use contracts::orders::OrderStatus;
use e2e::{Compose, Customer, Employee};

use crate::shoppers::Shoppers;

/// How long each fault lasts, and how long it is waited for things to be as before.
const LASTS: Duration = Duration::from_secs(8);

const SITE_1: [&str; 3] = ["storefront-1", "catalog-1", "orders-1"];
const SITE_2: [&str; 3] = ["storefront-2", "catalog-2", "orders-2"];
const DATA_2: [&str; 2] = ["catalog-2", "orders-2"];
const REPLICAS_A: [&str; 3] = ["catalog-a", "orders-a", "backoffice-a"];

/// What is done, and how it is undone.
struct Fault {
    name: &'static str,
    begin: fn(),
    end: fn(),
}

const FAULTS: [Fault; 9] = [
    // What a busy machine costs without any.
    Fault {
        name: "none",
        begin: || {},
        end: || {},
    },
    Fault {
        name: "site 1 is killed",
        begin: || Compose::docker(&["kill"], &SITE_1),
        end: || Compose::docker(&["start"], &SITE_1),
    },
    Fault {
        name: "site 2 falls silent",
        begin: || Compose::silence(&SITE_2),
        end: || Compose::wake(&SITE_2),
    },
    Fault {
        name: "site 2 is cut off from its databases",
        begin: || Compose::cut("base-2", &DATA_2),
        end: || Compose::join("base-2", &DATA_2),
    },
    Fault {
        name: "the directory falls silent",
        begin: || Compose::silence(&["directory"]),
        end: || Compose::wake(&["directory"]),
    },
    Fault {
        name: "the file server starts anew",
        begin: || Compose::docker(&["restart", "-t", "5"], &["files"]),
        end: || {},
    },
    Fault {
        name: "the event server starts anew",
        begin: || Compose::docker(&["restart", "-t", "5"], &["events"]),
        end: || {},
    },
    Fault {
        name: "one replica of each service of server 3 is killed",
        begin: || Compose::docker(&["kill"], &REPLICAS_A),
        end: || Compose::docker(&["start"], &REPLICAS_A),
    },
    Fault {
        name: "certificates are renewed",
        begin: || {
            Compose::call(&["certificates", "all"]);
        },
        end: || {},
    },
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the shop of make compose; make compose-test runs it"]
async fn faults_cost_time_and_no_order() {
    let shop = Compose::running();
    let warehouse = Employee::sign_in(&shop.portal, "sklad.sidorov").await;
    // Enough for all faults: what is sold out is not ordered.
    warehouse.fill_shelves(100_000).await;
    let shoppers = Shoppers::enter(&shop.site, 20);
    tokio::time::sleep(LASTS).await;
    println!("| fault | requests | failed | longest gap | orders so far |\n|---|--:|---|--:|--:|");
    let mut orders_before = 0;
    for fault in &FAULTS {
        let from = Instant::now();
        tokio::task::spawn_blocking(fault.begin)
            .await
            .expect("the fault begins");
        tokio::time::sleep(LASTS).await;
        tokio::task::spawn_blocking(fault.end)
            .await
            .expect("the fault ends");
        tokio::time::sleep(LASTS).await;
        let stretch = shoppers.log().since(from);
        let failed: usize = stretch.failed.values().sum();
        let orders = shoppers.log().orders();
        assert!(orders > orders_before, "nobody has ordered while {}", fault.name);
        orders_before = orders;
        println!(
            "| {} | {} | {failed} {:?} | {:.1} s | {} |",
            fault.name,
            stretch.requests,
            stretch.failed,
            stretch.gap.as_secs_f64(),
            orders,
        );
        // The employees' side has gone on, or goes on now. Signed in anew, since a token may end before all faults have.
        let warehouse = Employee::sign_in(&shop.portal, "sklad.sidorov").await;
        warehouse
            .api()
            .get("/api/staff/v1/orders?page_size=1")
            .await
            .expect_status(200);
    }
    let orders = shoppers.leave().await;

    // None is lost, none is charged and forgotten, and nothing is sold twice.
    let customer = Customer::new(&shop.site);
    for (number, paid) in &orders {
        let status = customer.track(number).await.status;
        assert!(!paid || status == OrderStatus::Paid, "{number} is {status:?}");
    }
    Compose::operator().expect_peace().await;
    println!("{} orders, none lost, nothing oversold", orders.len());
}
