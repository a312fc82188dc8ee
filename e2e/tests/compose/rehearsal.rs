//! How a rollout begins and is taken back, while customers order: a new version of site 1 beside the one that serves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use contracts::orders::OrderStatus;
use e2e::{Api, Compose, Customer, Employee};
use test_support::wait_for;

use crate::keepsakes::Keepsakes;
use crate::served::Served;
use crate::shoppers::Shoppers;

/// So few that a small machine answers them all in time: whoever is not answered here counts.
const SHOPPERS: usize = 2;
/// After so many of their requests the keepsakes are looked at.
const BETWEEN_LOOKS: usize = 15;
const PATIENCE: Duration = Duration::from_mins(2);
/// Percent.
const SHARE: u8 = 10;
const SERVICES: [&str; 3] = ["storefront", "catalog", "orders"];
const NEXT: [&str; 3] = ["storefront-1-next", "catalog-1-next", "orders-1-next"];
/// Besides what the new version's own migrations do: columns on what is written most.
const EXPANDED: [(&str, &[&str]); 2] = [
    ("orders", &["cart", "orders", "courier_session"]),
    ("catalog", &["product", "reservation"]),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the shop of make compose, and changes it; make rehearsal runs it"]
async fn a_rollback_loses_no_cart_no_order_and_no_session() {
    let shop = Compose::running();
    // A balancer with a place for the new version, which is not there yet.
    Compose::call(&["up", "--no-deps", "geo"]);
    let warehouse = Employee::sign_in(&shop.portal, "sklad.sidorov").await;
    warehouse.fill_shelves(100_000).await;
    let mut scene = Scene {
        balancer: Compose::balancer(),
        keepsakes: Keepsakes::begin(&shop).await,
        shoppers: Shoppers::enter(&shop.site, SHOPPERS),
    };
    let (log, opened) = (Arc::clone(scene.shoppers.log()), Instant::now());
    println!(
        "| stretch | shoppers' requests | failed | longest gap | orders so far | then by the new version |"
    );
    println!("|---|--:|---|--:|--:|--:|");
    let alone = scene.pass("one version", 200, || ()).await;
    assert_eq!(alone.all_of("next"), 0);
    scene.pass("its schema is expanded", 200, expand).await;
    let started = scene.pass("a new version starts", 200, start).await;
    assert_eq!(started.all_of("next"), 0, "it has no share yet");
    let shared = scene
        .pass("a tenth goes to it", 1_500, || Compose::share(SHARE))
        .await;
    let rolled_back = scene.pass("it is rolled back", 400, roll_back).await;
    assert_eq!(rolled_back.all_of("next"), 0, "it is gone");

    let Scene {
        keepsakes, shoppers, ..
    } = scene;
    let orders = shoppers.leave().await;
    let carts = keepsakes.end().await;
    let failed = log.since(opened).failed;
    assert!(failed.is_empty(), "nobody is told of a failure: {failed:?}");
    expect_share(&shared);
    let customer = Customer::new(&shop.site);
    for (number, paid) in &orders {
        assert!(paid, "{number}");
        let status = customer.track(number).await.status;
        assert_eq!(status, OrderStatus::Paid, "{number}");
    }
    assert!(orders.len() > 50, "{}", orders.len());
    Compose::operator().expect_peace().await;
    contract();
    println!(
        "{} orders, all paid; {carts} carts and every session kept; revisions {} and {}",
        orders.len(),
        revision("orders-1"),
        revision("orders-1-next"),
    );
}

struct Scene {
    balancer: Api,
    keepsakes: Keepsakes,
    shoppers: Shoppers,
}

impl Scene {
    /// Does something, waits for so many requests after it, and shows what it cost; who has served after it.
    async fn pass(&mut self, name: &str, requests: usize, begin: fn()) -> Served {
        let from = Instant::now();
        tokio::task::spawn_blocking(begin).await.expect("it is done");
        let before = Served::by(&self.balancer).await;
        let log = self.shoppers.log();
        let wanted = log.requests() + requests;
        while log.requests() < wanted {
            self.keepsakes.look().await;
            let some = log.requests() + BETWEEN_LOOKS;
            wait_for("the shoppers", PATIENCE, async || {
                (log.requests() >= some).then_some(())
            })
            .await;
        }
        let served = Served::by(&self.balancer).await.since(&before);
        let stretch = self.shoppers.log().since(from);
        println!(
            "| {name} | {} | {:?} | {:.1} s | {} | {} of {} |",
            stretch.requests,
            stretch.failed,
            stretch.gap.as_secs_f64(),
            self.shoppers.log().orders(),
            served.all_of("next"),
            served.all_of("next") + served.all_of("site1"),
        );
        served
    }
}

/// The new version's own migrations, and columns that nobody knows.
fn expand() {
    Compose::call(&["up", "--no-deps", "catalog-migrate-next", "orders-migrate-next"]);
    alter("ADD COLUMN IF NOT EXISTS rehearsal text NOT NULL DEFAULT ''");
}

/// Takes the columns away again, as a later release would.
fn contract() {
    alter("DROP COLUMN rehearsal");
}

/// Whoever waits for a table holds up those that come after, so it is waited for shortly and often.
fn alter(how: &str) {
    for (database, tables) in EXPANDED {
        let statement = |table: &&str| {
            format!(
                "DO $$ BEGIN SET LOCAL lock_timeout = '100ms'; FOR try IN 1..100 LOOP BEGIN ALTER TABLE {table} {how}; RETURN; \
                 EXCEPTION WHEN lock_not_available THEN NULL; END; END LOOP; RAISE 'no lock'; END $$"
            )
        };
        let statements: Vec<String> = tables.iter().map(statement).collect();
        Compose::sql(database, &statements);
    }
}

fn start() {
    Compose::call(&[&["up", "--no-deps"][..], &NEXT].concat());
}

/// No new requests first, then a stop that lets those at hand end.
fn roll_back() {
    Compose::share(0);
    Compose::docker(&["stop", "--time", "30"], &NEXT);
    for service in NEXT {
        assert_eq!(Compose::inspect(service, "{{.State.ExitCode}}"), "0", "{service}");
    }
}

/// Each request was dealt by itself, so how many came to the new version is binomial: four deviations to either side
/// are missed once in 16,000 times.
fn expect_share(shared: &Served) {
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let count = |server| shared.all_of(server) as f64;
    let (next, all) = (count("next"), count("next") + count("site1"));
    let share = f64::from(SHARE) / 100.0;
    let deviation = (share * (1.0 - share) / all).sqrt();
    let found = next / all;
    println!(
        "share of the new version: {:.2} % of {all} requests; expected {SHARE} % ± {:.2} %",
        found * 100.0,
        deviation * 400.0
    );
    assert!((found - share).abs() < 4.0 * deviation, "{found}");
    assert!((0.05..0.15).contains(&found), "{found}");
    for service in SERVICES {
        for version in ["site1", "next"] {
            let count = shared.of(service, version);
            assert!(count > 0, "{service} of {version} was not asked");
        }
    }
}

/// What an image was built from.
fn revision(service: &str) -> String {
    Compose::inspect(
        service,
        r#"{{index .Config.Labels "org.opencontainers.image.revision"}}"#,
    )
}
