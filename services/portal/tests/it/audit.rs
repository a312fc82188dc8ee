use crate::support::House;

#[tokio::test]
async fn the_audit_is_told_in_words_filtered_and_escaped() {
    let house = House::new().await;
    let cookie = house.sign_in("audit.orlova").await;
    let page = house.page("/audit", &cookie).await;
    for said in [
        "Вход отклонён",
        "Заказ: Собран",
        "Остаток исправлен",
        "settings.changed",
        "10.4.1.77",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(
        page.contains("&#60;b&#62;x") && !page.contains("<b>x"),
        "details are escaped"
    );
    assert!(!page.contains("Журнал цел"), "nobody has asked");

    let page = house.page("/audit?action=session.refused", &cookie).await;
    assert!(page.contains("Вход отклонён") && !page.contains("Остаток исправлен"));
    assert!(page.contains(r#"value="session.refused""#));
    let page = house.page("/audit?actor=nobody", &cookie).await;
    assert!(page.contains("Записей не найдено"));
    let page = house.page("/audit?subject=DEMO-0000-0001", &cookie).await;
    assert!(page.contains("Заказ: Оплачен") && !page.contains("Заказ: Собран"));
}

#[tokio::test]
async fn its_integrity_is_checked_on_request() {
    let house = House::new().await;
    let cookie = house.sign_in("admin.smirnov").await;
    let page = house.page("/audit?verify=yes", &cookie).await;
    assert!(page.contains("Журнал цел") && page.contains("Проверено 6 записей."));
    assert!(page.contains("<code>9f2c9f2c9f2c</code>"));
    house.fake.tamper(4);
    let page = house.page("/audit?verify=yes", &cookie).await;
    assert!(page.contains("Журнал изменён в обход системы") && page.contains("запись № 4"));
}
