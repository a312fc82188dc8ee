//! The shop of `make compose`, through its geo-balancer and its portal. `make compose-test` runs these, but for the
//! rehearsal of a rollout, which `make rehearsal` runs.

mod browser;
mod faults;
mod keepsakes;
mod rehearsal;
mod served;
mod shoppers;

use e2e::{Compose, journey};

#[tokio::test]
#[ignore = "needs the shop of make compose; make compose-test runs it"]
async fn an_order_goes_from_the_catalogue_to_the_doorstep() {
    let shop = Compose::running();
    journey(&shop.site, &shop.portal).await;
    Compose::operator().expect_peace().await;
}
