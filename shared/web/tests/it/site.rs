use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use kernel::SystemClock;
use web::{Assets, Failure, Flash, Form, Page, Site, Texts, WebConfig};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "document.html" %}
{% import "ui.html" as ui %}
{% block title %}Test{% endblock %}
{% block header %}{% call ui::languages(page) %}{% endcall %}{% endblock %}
{% block content %}
{% call ui::notice(page) %}{% endcall %}
{% call ui::error_summary(page, form) %}{% endcall %}
{% call ui::field(form, "name", "Name", "text", "name", "", "as in the passport", true) %}{% endcall %}
{% endblock %}"#
)]
struct Plain {
    page: Page,
    form: Form,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "document.html" %}
{% import "ui.html" as ui %}
{% block title %}{{ failure.title(page) }}{% endblock %}
{% block header %}{% call ui::languages(page) %}{% endcall %}{% endblock %}
{% block content %}{% call ui::failure(page, failure, "/", "Home") %}{% endcall %}{% endblock %}"#
)]
struct Failed<'a> {
    page: &'a Page,
    failure: &'a Failure,
}

async fn home(page: Page) -> Response {
    let form = Form::default();
    page.html(&Plain {
        page: page.clone(),
        form,
    })
}

async fn form(page: Page, mut form: Form) -> Response {
    if form.value("name").contains('<') {
        form.fail("name", "no tags");
        let template = Plain {
            page: page.clone(),
            form,
        };
        return page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    page.redirect_with("/", &Flash::good("flash-done").what("7K2M"))
}

async fn breaks() -> Failure {
    Failure::internal("secret reason")
}

async fn panics() -> Failure {
    panic!("secret reason")
}

async fn down() -> Failure {
    Failure::unavailable("secret reason")
}

/// The site.
pub fn router() -> Router {
    let config = WebConfig {
        secure: false,
        utc_offset_hours: 3,
        cookie_key: None,
    };
    let texts = Texts::load(
        "test",
        "flash-done = Готово: { $what }",
        "flash-done = Done: { $what }",
    )
    .expect("valid Fluent");
    let targets = vec!["https://pay.example/".to_owned()];
    let site = Site::new(&config, texts, Assets::new(&[]), Arc::new(SystemClock), targets).expect("a site");
    let pages = Router::new()
        .route("/", get(home))
        .route("/form", post(form))
        .route("/breaks", get(breaks))
        .route("/panics", get(panics))
        .route("/down", get(down))
        .with_state(site.clone());
    web::finish(pages, &site, |page, failure| Failed { page, failure }.render())
}
