//! The main job in a real browser, over HTTPS with certificates that it checks.

use e2e::Compose;
use e2e::browser::{Device, main_job};

async fn in_containers(device: Device, prefix: &str) {
    let shop = Compose::running();
    main_job(&shop.site, &shop.portal, device, prefix).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the shop of make compose; make compose-test runs it"]
async fn on_a_desktop() {
    in_containers(Device::Desktop, "compose-desktop").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the shop of make compose; make compose-test runs it"]
async fn on_a_phone_without_scripts() {
    in_containers(Device::PhoneWithoutScripts, "compose-phone").await;
}
