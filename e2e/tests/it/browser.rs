//! The main job in a real browser.

use e2e::browser::{Browser, Device, main_job};
use e2e::{InOneProcess, PASSWORD};

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

/// An administrator adds a toggle and gives it to a cohort (CFG-1); a name for each device, since both use one shop.
async fn switch(device: Device, key: &str) {
    let shop = InOneProcess::shared();
    let portal = Browser::open(&shop.wiring().portal_url(), device).await;
    portal.goto("/settings/toggles").await;
    portal.type_into("login", "admin.smirnov").await;
    portal.type_into("password", PASSWORD).await;
    portal.click("button[type=submit]").await;
    portal.click("details.card summary").await;
    portal.check_page().await;
    // The first form on the page is another toggle's once there is one.
    let form = "details[open] ";
    portal
        .find(&format!("{form}[name=key]:not([type=hidden])"))
        .await
        .send_keys(key)
        .await
        .unwrap();
    portal
        .find(&format!("{form}[name=reason]"))
        .await
        .send_keys("Проба")
        .await
        .unwrap();
    portal.click(&format!("{form}button[value=add]")).await;
    portal.find(".notice--good").await;

    let row = format!("tr:has([name=key][value={key}])");
    portal.click(&format!("{row} summary")).await;
    let field = |name: &str| format!("{row} [name={name}]");
    portal
        .find(&field("cohorts-1"))
        .await
        .send_keys("pilot")
        .await
        .unwrap();
    portal
        .find(&field("reason"))
        .await
        .send_keys("Пилоту")
        .await
        .unwrap();
    portal.check_page().await;
    portal.picture(&format!("portal-toggle-{key}")).await;
    portal.click(&format!("{row} button[value=set]")).await;
    portal.find(&format!("{row} .tag")).await;
    portal.check_page().await;
    portal.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_switches_on_a_desktop_and_on_a_phone_without_scripts() {
    // One after the other: whoever is slower is told, which others try.
    switch(Device::Desktop, "desktop").await;
    switch(Device::PhoneWithoutScripts, "phone").await;
}
