//! What people do in a real browser, with the real pages. Names of pictures begin with `prefix`.

mod driver;
mod trust;

use contracts::orders::OrderStatus;

use crate::{Customer, PASSWORD};

pub use driver::{Browser, Device};

/// A customer finds something and puts it into the cart.
pub async fn fill_cart(browser: &Browser, prefix: &str) {
    browser.goto("/").await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-home")).await;
    browser.goto("/catalogue?available=true").await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-catalogue")).await;
    // What has a price yet: the list also shows units that are not sold before they have one (CAT-10).
    browser
        .click(".card:has(.card__price.number) a[href^='/products/']")
        .await;
    browser.check_page().await;
    browser.picture(&format!("{prefix}-product")).await;
    browser.click("form.buy button[type=submit]").await;
    // The page that a form leads to is there before one goes on: going elsewhere meanwhile would cut the form short.
    browser.find(".notice--good").await;
    assert_eq!(browser.path().await, "/cart");
    browser.check_page().await;
    browser.picture(&format!("{prefix}-cart")).await;
}

/// A customer orders and pays what is in the cart, which is open; answers the order's number.
pub async fn check_out(browser: &Browser, prefix: &str) -> String {
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

/// A courier signs in.
pub async fn sign_in_courier(phone: &Browser) {
    phone.goto("/courier/").await;
    phone.type_into("login", "courier.petrov").await;
    phone.type_into("password", PASSWORD).await;
    phone.check_page().await;
    phone
        .click("form[action='/courier/sign-in'] button[type=submit]")
        .await;
    phone.find("nav.tabs").await;
}

async fn deliver(phone: &Browser, number: &str) {
    sign_in_courier(phone).await;
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

/// The main job, from the catalogue to the doorstep, in the shop whose customers come to `site` and whose employees
/// come to `portal`.
pub async fn main_job(site: &str, portal: &str, device: Device, prefix: &str) {
    let browser = Browser::open(site, device).await;
    fill_cart(&browser, prefix).await;
    let number = check_out(&browser, prefix).await;

    let employee = Browser::open(portal, device).await;
    pack(&employee, &number).await;
    employee.close().await;
    let courier = Browser::open(site, Device::PhoneWithoutScripts).await;
    deliver(&courier, &number).await;
    courier.close().await;

    browser.goto(&format!("/orders/{number}")).await;
    browser.wait_for_text("Доставлен").await;
    browser.picture(&format!("{prefix}-delivered")).await;
    browser.close().await;
    assert_eq!(
        Customer::new(site).track(&number).await.status,
        OrderStatus::Delivered
    );

    // A stranger with the number sees the order, not the customer (ORD-1).
    let stranger = Browser::open(site, device).await;
    stranger.goto(&format!("/orders/{number}")).await;
    let text = stranger.text().await;
    assert!(
        text.contains(&number) && !text.contains("Смирнова") && !text.contains("Мясницкая"),
        "{text}"
    );
    stranger.close().await;
}
