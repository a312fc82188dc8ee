use askama::Template;
use auth::Caller;
use axum::extract::State;
use axum::response::Response;
use contracts::orders::Credentials;
use http::StatusCode;
use web::{Failure, Form, Page};

use super::session::Courier;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "courier/sign_in.html")]
struct SignInPage<'a> {
    page: &'a Page,
    form: Form,
}

/// The sign-in page; who is signed in already goes on to the orders.
pub async fn show(page: Page) -> Response {
    if Courier::of(&page).is_some() {
        return page.redirect("/courier/");
    }
    let form = Form::default();
    page.html(&SignInPage { page: &page, form })
}

/// Signs a courier in with the directory's login and password.
pub async fn submit(
    State(shop): State<Shop>,
    page: Page,
    caller: Caller,
    mut form: Form,
) -> Result<Response, Failure> {
    if form.value("login").is_empty() {
        form.fail("login", page.t("courier-login-missing"));
    }
    if form.raw("password").is_empty() {
        form.fail("password", page.t("courier-password-missing"));
    }
    if !form.is_ok() {
        let template = SignInPage { page: &page, form };
        return Ok(page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template));
    }
    let credentials = Credentials {
        login: form.value("login").to_owned(),
        password: form.raw("password").to_owned().into(),
    };
    match shop.orders.sign_in(page.lang(), &caller, &credentials).await {
        Ok(session) => Ok(Courier::begin(&session, &page, page.redirect("/courier/"))),
        Err(error) => {
            let Some(problem) = error.refusal() else {
                return Err(error.into());
            };
            form.take_problem(problem, &[("login", "login"), ("password", "password")]);
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNAUTHORIZED);
            let template = SignInPage { page: &page, form };
            Ok(page.html_with(status, &template))
        }
    }
}
