use askama::Template;
use auth::Caller;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use contracts::orders::Credentials;
use http::{StatusCode, header};
use serde::Deserialize;
use web::{Cookie, Failure, Form, Page};

use crate::desk::Desk;
use crate::frame::{COOKIE, local_path, session_of};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    page: &'a Page,
    form: Form,
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
}

/// The sign-in page; who is signed in already goes on.
pub async fn show(State(desk): State<Desk>, page: Page, Query(wanted): Query<Wanted>) -> Response {
    if let Some(session) = session_of(&page)
        && desk.sessions.access(page.lang(), session).await.is_ok()
    {
        return page.redirect(local_path(&wanted.next).unwrap_or("/"));
    }
    let mut form = Form::default();
    form.set("next", local_path(&wanted.next).unwrap_or_default());
    page.html(&SignInPage { page: &page, form })
}

/// Signs an employee in with the directory's login and password.
pub async fn submit(State(desk): State<Desk>, caller: Caller, page: Page, mut form: Form) -> Response {
    if form.value("login").is_empty() {
        form.fail("login", page.t("login-missing"));
    }
    if form.raw("password").is_empty() {
        form.fail("password", page.t("password-missing"));
    }
    if !form.is_ok() {
        let template = SignInPage { page: &page, form };
        return page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    let credentials = Credentials {
        login: form.value("login").to_owned(),
        password: form.raw("password").to_owned().into(),
    };
    let session = match desk.backoffice.sign_in(page.lang(), &caller, &credentials).await {
        Ok(session) => session,
        Err(error) => {
            let Some(problem) = error.refusal() else {
                return Failure::from(&error).into_response();
            };
            form.take_problem(problem, &[("login", "login"), ("password", "password")]);
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNAUTHORIZED);
            let template = SignInPage { page: &page, form };
            return page.html_with(status, &template);
        }
    };
    let Some(token) = session.session_token.clone() else {
        return Failure::internal("backoffice gave a session without its token").into_response();
    };
    desk.sessions.begin(&token, session).await;
    let next = local_path(form.value("next")).unwrap_or("/");
    let mut response = page.set_cookie(page.redirect(next), &Cookie::new(COOKIE, token).strict());
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}
