use contracts::orders::OrderStatus;
use http::StatusCode;

use crate::support::{House, location, set_cookies, text};

#[tokio::test]
async fn the_list_is_filtered_by_tabs_and_paged_by_cursors() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    let all = house.page("/", &cookie).await;
    assert!(all.contains("DEMO-0000-0001") && !all.contains("DEMO-0000-0007"));
    assert!(all.contains(r#"href="/?cursor=page-2""#), "a next page");
    assert!(!all.contains("К началу"));
    let second = house.page("/?cursor=page-2", &cookie).await;
    assert!(second.contains("DEMO-0000-0007") && !second.contains("DEMO-0000-0001"));
    assert!(second.contains("К началу") && !second.contains("Более ранние"));
    let paid = house.page("/?status=paid", &cookie).await;
    assert!(paid.contains("DEMO-0000-0002") && !paid.contains("DEMO-0000-0003"));
    assert!(paid.contains(r#"<a href="/?status=paid" aria-current="page">"#));

    house.fake.set_status("DEMO-0000-0003", OrderStatus::Paid);
    let none = house.page("/?status=needs_change", &cookie).await;
    assert!(none.contains("Здесь сейчас пусто"));
    for (path, status) in [
        ("/?status=nonsense", StatusCode::NOT_FOUND),
        ("/?cursor=nonsense", StatusCode::UNPROCESSABLE_ENTITY),
        ("/orders/NONE-0000-0000", StatusCode::NOT_FOUND),
        ("/orders/..%2F..%2Faudit", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(house.get(path, &cookie).await.status(), status, "{path}");
    }
    assert_eq!(location(&house.get("/orders", &cookie).await), "/");
}

#[tokio::test]
async fn the_pick_list_goes_warehouse_by_warehouse_and_shelf_by_shelf() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    let page = house.page("/orders/DEMO-0000-0001", &cookie).await;
    let place = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what} is missing"));
    let walk = [
        "Склад MSK",
        "A-04-2",
        "B-11-1",
        "F-02-4",
        "без места",
        "Склад SPB",
        "E-21-3",
        "F-09-1",
    ];
    assert!(walk.map(place).is_sorted(), "{walk:?}");
    // One shelf, two parts.
    assert!(page.contains(r#"rowspan="2""#));
    // The history names who did it; the customer stays unnamed.
    assert!(page.contains("платёжная система") && page.contains("покупатель"));
    // Without catalog the order is shown all the same.
    let page = house.page("/orders/DEMO-0000-0005", &cookie).await;
    assert!(page.contains("лист сборки не показан") && page.contains("courier.petrov"));
}

#[tokio::test]
async fn a_packed_order_is_ready_and_says_so_once() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    for number in ["DEMO-0000-0001", "DEMO-0000-0003"] {
        let path = format!("/orders/{number}");
        assert!(house.page(&path, &cookie).await.contains("Готов к отгрузке"));
        let response = house.post(&path, &cookie, "action=ready").await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&response), path);
        assert_eq!(house.fake.status(number), OrderStatus::ReadyToShip);

        let flash = set_cookies(&response).remove(0);
        let flash = flash.split(';').next().expect("a pair");
        let page = house.page(&path, &format!("{cookie}; {flash}")).await;
        assert!(page.contains(&format!("Заказ {number} готов к отгрузке.")));
        assert!(page.contains("sklad.sidorov"), "the author is in the history");
        assert!(!page.contains("Готов к отгрузке"), "no button any more");
    }
}

#[tokio::test]
async fn who_comes_second_is_told_where_the_order_stands() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    house.fake.set_status("DEMO-0000-0001", OrderStatus::Cancelled);
    let response = house
        .post("/orders/DEMO-0000-0001", &cookie, "action=ready")
        .await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let page = text(response).await;
    assert!(page.contains("заказ сейчас в статусе «Отменён»"), "{page}");
    assert!(page.contains("DEMO-0000-0001"));
    assert_eq!(house.fake.status("DEMO-0000-0001"), OrderStatus::Cancelled);

    let response = house
        .post("/orders/NONE-0000-0000", &cookie, "action=ready")
        .await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let response = house
        .post("/orders/DEMO-0000-0002", &cookie, "action=explode")
        .await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(house.fake.status("DEMO-0000-0002"), OrderStatus::Paid);
}
