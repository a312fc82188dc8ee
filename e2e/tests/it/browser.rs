//! The main job in a real browser.

use e2e::InOneProcess;
use e2e::browser::{Device, main_job};

async fn in_one_process(device: Device, prefix: &str) {
    let shop = InOneProcess::shared();
    let parts = shop.wiring();
    main_job(&parts.customers_url(), &parts.portal_url(), device, prefix).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_desktop() {
    in_one_process(Device::Desktop, "desktop").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_without_scripts() {
    in_one_process(Device::PhoneWithoutScripts, "phone").await;
}
