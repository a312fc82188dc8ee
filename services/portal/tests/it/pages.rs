use std::path::Path;

use http::{StatusCode, header};

use crate::support::{House, text};

#[test]
fn the_texts_of_both_languages_fit_the_pages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wrong = web::check::texts(&web::check::Sources {
        ru: include_str!("../../locales/ru/portal.ftl"),
        en: include_str!("../../locales/en/portal.ftl"),
        folders: &[
            &folder.join("templates"),
            &folder.join("src"),
            &folder.join("../../shared/web/templates"),
        ],
    });
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn every_page_is_whole_in_both_languages() {
    let house = House::new().await;
    let chief = house.sign_in("chief.vasilyev").await;
    let analyst = house.sign_in("stat.fedorova").await;
    for (cookie, path, status, ru, en) in [
        (
            "",
            "/sign-in",
            StatusCode::OK,
            "Вход для сотрудников",
            "Staff sign-in",
        ),
        (&*chief, "/", StatusCode::OK, "Заказы", "Orders"),
        (
            &*chief,
            "/?status=delivered",
            StatusCode::OK,
            "Доставлен",
            "Delivered",
        ),
        (
            &*chief,
            "/orders/DEMO-0000-0001",
            StatusCode::OK,
            "Лист сборки",
            "Pick list",
        ),
        (
            &*chief,
            "/orders/DEMO-0000-0005",
            StatusCode::OK,
            "не показан",
            "is not shown",
        ),
        (
            &*chief,
            "/stock",
            StatusCode::OK,
            "Остатки",
            "Stock in the warehouses",
        ),
        (
            &*chief,
            "/stock?q=nothing-like-it",
            StatusCode::OK,
            "Ничего не найдено",
            "Nothing found",
        ),
        (
            &*chief,
            "/audit?verify=yes",
            StatusCode::OK,
            "Журнал цел",
            "The log is intact",
        ),
        (
            &*chief,
            "/settings/toggles",
            StatusCode::OK,
            "Переключатели функций",
            "Feature toggles",
        ),
        (&*analyst, "/", StatusCode::OK, "Здравствуйте", "Hello"),
        (
            &*analyst,
            "/audit",
            StatusCode::FORBIDDEN,
            "Сюда нельзя",
            "another role",
        ),
        (
            "",
            "/nowhere",
            StatusCode::NOT_FOUND,
            "Такой страницы нет",
            "page",
        ),
    ] {
        for (lang, said) in [("ru", ru), ("en", en)] {
            let response = house.get(path, &format!("{cookie}; lang={lang}")).await;
            assert_eq!(response.status(), status, "{path} {lang}");
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .expect("ASCII");
            assert!(policy.contains("default-src 'none'"), "{path}");
            assert_eq!(
                response.headers()[header::CACHE_CONTROL],
                "no-store, private",
                "{path}"
            );
            let page = text(response).await;
            assert!(page.contains(said), "{path} {lang}: {said}");
            assert!(page.contains(&format!(r#"<html lang="{lang}">"#)), "{path}");
            assert!(
                page.ends_with("</html>") || page.trim_end().ends_with("</html>"),
                "{path}"
            );
            // What the policy would block must not be there.
            assert!(!page.contains("style=\"") && !page.contains("<script>"), "{path}");
            // English pages have no Russian but names of people and things, and the language switch.
            assert!(!page.contains("{{") && !page.contains("{%"), "{path}");
        }
    }
}
