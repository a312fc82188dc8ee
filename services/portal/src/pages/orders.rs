use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use contracts::orders::{OrderStatus, StaffOrderPage, StaffOrderRow};
use serde::Deserialize;
use web::Failure;

use super::status::{STATUSES, status_code, status_key, status_of, status_tone};
use crate::desk::Desk;
use crate::frame::Frame;
use crate::section::Section;

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage<'a> {
    page: &'a Frame,
    status: Option<OrderStatus>,
    first: bool,
    orders: StaffOrderPage,
}

#[derive(Template)]
#[template(path = "nothing.html")]
struct NothingPage<'a> {
    page: &'a Frame,
}

/// A tab above the list.
struct Tab {
    title: String,
    url: String,
    current: bool,
}

impl OrdersPage<'_> {
    fn tabs(&self) -> Vec<Tab> {
        let all = Tab {
            title: self.page.t("orders-all"),
            url: "/".to_owned(),
            current: self.status.is_none(),
        };
        let of_status = STATUSES.map(|status| Tab {
            title: self.page.t(status_key(status)),
            url: address(Some(status), ""),
            current: self.status == Some(status),
        });
        std::iter::once(all).chain(of_status).collect()
    }

    fn first_url(&self) -> String {
        address(self.status, "")
    }

    fn next_url(&self, cursor: &str) -> String {
        address(self.status, cursor)
    }

    fn status(&self, order: &StaffOrderRow) -> String {
        self.page.t(status_key(order.status))
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn tone(&self, order: &StaffOrderRow) -> &'static str {
        status_tone(order.status)
    }
}

/// The address of a list.
fn address(status: Option<OrderStatus>, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(status) = status {
        query.append_pair("status", &status_code(status));
    }
    if !cursor.is_empty() {
        query.append_pair("cursor", cursor);
    }
    let query = query.finish();
    if query.is_empty() {
        "/".to_owned()
    } else {
        format!("/?{query}")
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    status: String,
    #[serde(default)]
    cursor: String,
}

/// Orders, newest first (WH-2). Who does not pack orders is led to what they may see.
pub async fn show(
    State(desk): State<Desk>,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Response> {
    match frame.menu().first() {
        Some(Section::Orders) => {}
        Some(other) => return Ok(frame.redirect(other.path())),
        None => return Ok(frame.html(&NothingPage { page: &frame })),
    }
    let status = status_of(&wanted.status);
    if status.is_none() && !wanted.status.is_empty() {
        return Err(Failure::not_found().into_response());
    }
    let listed = desk
        .orders
        .list(frame.lang(), frame.token(), &wanted.status, &wanted.cursor)
        .await;
    let orders = match listed {
        Ok(orders) => orders,
        Err(error) => return Err(desk.stop(&frame, error).await),
    };
    Ok(frame.html(&OrdersPage {
        page: &frame,
        status,
        first: wanted.cursor.is_empty(),
        orders,
    }))
}
