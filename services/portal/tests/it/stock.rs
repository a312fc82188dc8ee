use http::StatusCode;

use crate::support::{House, location, text};

/// The component `HNG-110` of the made-up stock.
const HINGE: &str = "00000000-0000-0000-0000-000000000004";

fn form(key: &str, component: &str, delta: &str, reason: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("key", key),
            ("component_id", component),
            ("warehouse", "MSK"),
            ("delta", delta),
            ("reason", reason),
        ])
        .finish()
}

#[tokio::test]
async fn stock_is_found_and_corrected_once() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    let page = house
        .page("/stock?q=%D0%BF%D0%B5%D1%82%D0%BB%D1%8F", &cookie)
        .await;
    assert!(page.contains("HNG-110") && !page.contains("KIT-L"));
    let before = house.fake.on_hand("HNG-110");
    // The button is pressed twice; a minus is typed as printed.
    for _ in 0..2 {
        let response = house
            .post("/stock?q=HNG", &cookie, &form("key-1", HINGE, "−2", "Пересчёт"))
            .await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&response), "/stock?q=HNG");
    }
    assert_eq!(house.fake.on_hand("HNG-110"), before - 2);
}

#[tokio::test]
async fn a_refused_correction_comes_back_as_it_was_entered() {
    let house = House::new().await;
    let cookie = house.sign_in("admin.smirnov").await;
    let before = house.fake.on_hand("HNG-110");
    for (form, said) in [
        (form("k1", HINGE, "0", "Пересчёт"), "Укажите целое число"),
        (form("k2", HINGE, "два", "Пересчёт"), "Укажите целое число"),
        (form("k3", HINGE, "5", "ой"), "Назовите причину"),
        (form("k4", "nonsense", "5", "Пересчёт"), "Деталь не найдена"),
        (form("k5", HINGE, "-9999", "Пересчёт"), "Свободно меньше"),
    ] {
        let response = house.post("/stock", &cookie, &form).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        let page = text(response).await;
        assert!(page.contains(said), "{said}");
    }
    let response = house
        .post("/stock", &cookie, &form("k6", HINGE, "-9999", "Пересчёт"))
        .await;
    let page = text(response).await;
    assert!(page.contains(r#"value="-9999""#) && page.contains("<details open>"));
    assert_eq!(house.fake.on_hand("HNG-110"), before);
}
