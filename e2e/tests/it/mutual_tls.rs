//! The real services with mutual TLS between them and no token anywhere (INF-8, SEC-1).

use std::time::Duration;

use e2e::{Customer, Fleet, ServiceName};
use kernel::ProductId;
use pg::sqlx::{self, PgConnection};
use test_support::wait_for;

const SOON: Duration = Duration::from_secs(20);

/// Orders asks catalog, catalog and backoffice take orders' events: every way between services is used.
async fn an_order_is_placed_paid_and_audited(
    customer: &Customer,
    audit: &mut PgConnection,
    wanted: ProductId,
) {
    let before = customer.product(wanted).await.availability.total;
    let audited = entries(audit).await;
    let order = customer.order(&[(wanted, 1)]).await;
    customer.pay(&order.order.number).await;
    customer.wait_for_stock(wanted, before - 1).await;
    wait_for("the audit to have it", SOON, async || {
        (entries(&mut *audit).await >= audited + 2).then_some(())
    })
    .await;
}

async fn entries(audit: &mut PgConnection) -> i64 {
    let entries = sqlx::query_scalar("SELECT count(*) FROM audit_entry");
    entries.fetch_one(audit).await.expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn services_know_each_other_by_certificates_and_renewal_stops_nothing() {
    let mut fleet = Fleet::start_with_mutual_tls().await;
    let customer = fleet.customer();
    let mut audit = fleet.superuser("internal").await;
    let wanted = customer.product_in_stock(5).await.id;
    an_order_is_placed_paid_and_audited(&customer, &mut audit, wanted).await;

    // Nobody without a certificate of ours comes near the internal faces, not even to health or metrics.
    let ports = fleet.wiring().ports;
    for port in [
        ports.catalog_internal,
        ports.orders_internal,
        ports.backoffice_internal,
    ] {
        for path in ["/healthz", "/metrics", "/internal/v1/invariants"] {
            let plain = reqwest::get(format!("http://127.0.0.1:{port}{path}")).await;
            plain.expect_err("it speaks TLS alone");
        }
    }

    fleet.certificates().expect("they have some").renew();
    an_order_is_placed_paid_and_audited(&customer, &mut audit, wanted).await;
    // A service that starts anew shows the renewed certificate and makes the others connect anew.
    for service in [ServiceName::Catalog, ServiceName::Orders] {
        assert_eq!(fleet.terminate(service).await, Some(0));
        fleet.start_service(service).await;
    }
    an_order_is_placed_paid_and_audited(&customer, &mut audit, wanted).await;
}
