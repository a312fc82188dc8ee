use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::Lang;
use time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::LANG_COOKIE;
use crate::cookie::Cookie;
use crate::failure::Failure;
use crate::page::Page;
use crate::site::Site;

/// Renders a [`Failure`] as a page of the site.
pub type RenderFailure = fn(&Page, &Failure) -> Result<String, askama::Error>;

#[derive(Clone)]
struct Around {
    site: Site,
    render: RenderFailure,
    policy: Arc<HeaderValue>,
}

/// Completes a site's pages. Adds `/assets/…`, a 404 page for unknown addresses (a catch-all route, not a fallback:
/// services may share the listener; below `/api/` it stays a bare 404 for their clients), and around everything,
/// outermost first: security headers, the language switch (`?lang=en` sets a cookie and goes to the same page without it),
/// error pages, a guard against panics.
pub fn finish(pages: Router, site: &Site, render: RenderFailure) -> Router {
    let around = Around {
        site: site.clone(),
        render,
        policy: Arc::new(content_security_policy(site.form_targets())),
    };
    pages
        .route("/assets/{file}", get(asset).with_state(site.clone()))
        .route("/{*unknown}", any(async || Failure::not_found()))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(around, surround))
        .layer(CompressionLayer::new())
}

async fn asset(State(site): State<Site>, file: Path<String>) -> Response {
    site.assets().serve(&file)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature tower-http asks for")]
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("panic");
    Failure::internal(cause).into_response()
}

async fn surround(State(around): State<Around>, request: Request, next: Next) -> Response {
    let page = Page::new(around.site.clone(), request.uri().clone(), request.headers());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match switch_language(&page, request.uri().query()).filter(|_| reads) {
        Some(switched) => switched,
        None => next.run(request).await,
    };
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed && !is_page(response.headers()) && !page.path().starts_with("/api/") {
        // Failures of our own, and the bare answers of extractors and of layers further in.
        let failure = response
            .extensions_mut()
            .remove::<Failure>()
            .unwrap_or_else(|| Failure::new(response.status()));
        response = render(&page, &failure, around.render, response.headers());
    }
    security_headers(response.headers_mut(), &around);
    response
}

/// Whether the answer is already what a visitor can read.
fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn render(page: &Page, failure: &Failure, template: RenderFailure, before: &HeaderMap) -> Response {
    let mut response = match template(page, failure) {
        Ok(html) => (failure.status(), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the error page could not be made");
            (failure.status(), failure.title(page)).into_response()
        }
    };
    page.page_headers(response.headers_mut());
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = before.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    if failure.status() == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .entry(header::RETRY_AFTER)
            .or_insert(HeaderValue::from_static("5"));
    }
    for cookie in before.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
}

fn switch_language(page: &Page, query: Option<&str>) -> Option<Response> {
    let mut wanted = None;
    let mut rest = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in url::form_urlencoded::parse(query?.as_bytes()) {
        if key == "lang" {
            wanted = Lang::from_tag(&value);
        } else {
            rest.append_pair(&key, &value);
        }
    }
    let lang = wanted?;
    let rest = rest.finish();
    let path = page.path();
    let to = if rest.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{rest}")
    };
    let cookie = Cookie::new(LANG_COOKIE, lang.tag()).max_age(Duration::days(365));
    Some(page.set_cookie(page.redirect(&to), &cookie))
}

fn content_security_policy(form_targets: &[String]) -> HeaderValue {
    let mut policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                      form-action 'self'"
        .to_owned();
    for origin in form_targets {
        let harmless = |c: char| c.is_ascii_graphic() && !matches!(c, ';' | ',' | '\'');
        if origin.starts_with("http") && origin.chars().all(harmless) {
            policy.push(' ');
            policy.push_str(origin.trim_end_matches('/'));
        }
    }
    HeaderValue::from_str(&policy).expect("made of printable characters")
}

fn security_headers(headers: &mut HeaderMap, around: &Around) {
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::clone(&around.policy),
    );
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Order numbers are in addresses; other sites need not learn them.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=()"),
    );
    if around.site.secure() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
}
