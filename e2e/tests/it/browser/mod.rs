//! The main job in a real browser, with the real pages.

mod driver;

use contracts::orders::OrderStatus;
use e2e::{Customer, InOneProcess, PASSWORD};

use driver::{Browser, Device};

/// A customer finds something, orders and pays it; answers the order's number.
async fn buy(browser: &Browser, prefix: &str) -> String {
    browser.goto("/").await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-home")).await;
    browser.goto("/catalogue?available=true").await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-catalogue")).await;
    browser.click(".card a[href^='/products/']").await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-product")).await;
    browser.click("form.buy button[type=submit]").await;
    // The page that a form leads to is there before one goes on: going elsewhere meanwhile would cut the form short.
    browser.find(".notice--good").await;
    assert_eq!(browser.path().await, "/cart");
    browser.check_page().await;
    browser.picture(&format!("{prefix}-cart")).await;
    browser.click("a[href='/delivery']").await;

    // First wrong, then right: what was entered stays.
    browser.type_into("name", "Анна Смирнова").await;
    browser.type_into("phone", "12").await;
    browser.click("form#delivery button[type=submit]").await;
    browser.find("[name=phone][aria-invalid]").await;
    let kept = browser.find("[name=name]").await.value().await.unwrap();
    assert_eq!(kept.as_deref(), Some("Анна Смирнова"));
    browser.check_page().await;
    browser.type_into("phone", "+79991234567").await;
    browser.type_into("postcode", "101000").await;
    browser.type_into("city", "Москва").await;
    browser.type_into("street", "Мясницкая ул., 1").await;
    browser.picture(&format!("{prefix}-delivery")).await;
    browser.click("form#delivery button[type=submit]").await;
    browser.click("label.slot").await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-slot")).await;
    browser
        .click("form[action='/delivery/slot'] button[type=submit]")
        .await;

    let number = browser.text_of(".order__number").await;
    assert!(
        browser.text().await.contains("Анна Смирнова"),
        "whoever placed the order sees all of it (CHK-2)"
    );
    browser.find("[role=timer]").await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-order")).await;
    browser.click("section.pay button").await;

    browser.type_into("number", "4111 1111 1111 1111").await;
    browser.type_into("expiry", "12/40").await;
    browser.type_into("code", "123").await;
    browser.picture(&format!("{prefix}-payment")).await;
    browser.click("button[value=pay]").await;
    browser.find(".order__number").await;
    browser.wait_for_text("Оплачен").await;
    browser.picture(&format!("{prefix}-paid")).await;
    number
}

async fn pack(portal: &Browser, number: &str) {
    portal.goto("/").await;
    portal.type_into("login", "sklad.sidorov").await;
    portal.type_into("password", PASSWORD).await;
    portal.picture("portal-sign-in").await;
    portal.click("button[type=submit]").await;
    portal.find(&format!("a[href='/orders/{number}']")).await;
    portal.check_page().await;
    portal.picture("portal-orders").await;
    portal.click(&format!("a[href='/orders/{number}']")).await;
    portal.check_page().await;
    portal.picture("portal-order").await;
    portal.click("button[value=ready]").await;
    portal.wait_for_text("Собран").await;
}

async fn deliver(phone: &Browser, number: &str) {
    phone.goto("/courier/").await;
    phone.type_into("login", "courier.petrov").await;
    phone.type_into("password", PASSWORD).await;
    phone.check_page().await;
    phone
        .click("form[action='/courier/sign-in'] button[type=submit]")
        .await;
    phone.click("nav.tabs a[href='/courier/free']").await;
    let job = |path: &str| format!("article[aria-labelledby='job-{number}'] form[action='{path}']");
    phone.find(&job("/courier/free")).await;
    phone.check_page().await;
    phone.picture("courier-free").await;
    phone
        .click(&format!("{} button[value=claim]", job("/courier/free")))
        .await;
    phone.find(&job("/courier/")).await;
    phone.wait_for_text("Анна Смирнова").await;
    phone.check_page().await;
    phone.picture("courier-mine").await;
    phone
        .click(&format!("{} button[value=delivered]", job("/courier/")))
        .await;
    phone.find(".notice--good").await;
}

async fn main_job(device: Device, prefix: &str) {
    let shop = InOneProcess::shared();
    let (site, portal) = (shop.wiring().customers_url(), shop.wiring().portal_url());
    let browser = Browser::open(&site, device).await;
    let number = buy(&browser, prefix).await;

    let employee = Browser::open(&portal, device).await;
    pack(&employee, &number).await;
    employee.close().await;
    let courier = Browser::open(&site, Device::PhoneWithoutScripts).await;
    deliver(&courier, &number).await;
    courier.close().await;

    browser.goto(&format!("/orders/{number}")).await;
    browser.wait_for_text("Доставлен").await;
    browser.picture(&format!("{prefix}-delivered")).await;
    browser.close().await;
    assert_eq!(
        Customer::new(&site).track(&number).await.status,
        OrderStatus::Delivered
    );

    // A stranger with the number sees the order, not the customer (ORD-1).
    let stranger = Browser::open(&site, device).await;
    stranger.goto(&format!("/orders/{number}")).await;
    let text = stranger.text().await;
    assert!(
        text.contains(&number) && !text.contains("Смирнова") && !text.contains("Мясницкая"),
        "{text}"
    );
    stranger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_desktop() {
    main_job(Device::Desktop, "desktop").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_without_scripts() {
    main_job(Device::PhoneWithoutScripts, "phone").await;
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
