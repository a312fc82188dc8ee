use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use web::{Failure, Form};

use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "track.html")]
struct TrackPage<'a> {
    page: &'a Frame,
    form: Form,
}

/// Finds an order by its number (ORD-1).
pub async fn show(
    State(shop): State<Shop>,
    page: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let mut form = Form::parse(query.unwrap_or_default().as_bytes())?;
    let number = form.value("number").to_owned();
    if number.is_empty() {
        let template = TrackPage { page: &page, form };
        return Ok(page.html(&template));
    }
    match shop.orders.track(page.lang(), &number).await {
        Ok(order) => Ok(page.redirect(&format!("/orders/{}", order.number))),
        Err(error) if error.refusal().is_some() => {
            form.fail("number", page.t("track-unknown"));
            let template = TrackPage { page: &page, form };
            Ok(page.html_with(StatusCode::NOT_FOUND, &template))
        }
        Err(error) => Err(error.into()),
    }
}
