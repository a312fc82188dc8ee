use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use contracts::orders::{OrderStatus, StaffOrder, StaffStatusStep};
use http::StatusCode;
use web::{Failure, Flash, Form};

use super::picks::{FAR_END_FIRST, Warehouse, by_shelf, from_the_far_end};
use super::status::{actor_key, status_key, status_of, status_tone};
use crate::desk::Desk;
use crate::frame::Frame;
use crate::section::Section;

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    page: &'a Frame,
    order: StaffOrder,
    /// Why the button did not do what it says.
    refused: Option<String>,
    /// The pick list begins where one is farthest from the packing table.
    far_end_first: bool,
}

impl OrderPage<'_> {
    /// Whether it is to be packed now.
    fn is_to_pack(&self) -> bool {
        matches!(self.order.status, OrderStatus::Paid | OrderStatus::NeedsChange)
    }

    fn status(&self) -> String {
        self.page.t(status_key(self.order.status))
    }

    fn tone(&self) -> &'static str {
        status_tone(self.order.status)
    }

    fn step(&self, step: &StaffStatusStep) -> String {
        self.page.t(status_key(step.status))
    }

    fn by(&self, step: &StaffStatusStep) -> String {
        self.page.t(actor_key(step.by))
    }

    fn warehouses(&self) -> Option<Vec<Warehouse>> {
        let picks = self.order.picks.as_deref()?;
        Some(if self.far_end_first {
            from_the_far_end(by_shelf(picks))
        } else {
            by_shelf(picks)
        })
    }
}

/// An order with what is to be taken from which shelf.
pub async fn show(
    State(desk): State<Desk>,
    frame: Frame,
    Path(number): Path<String>,
) -> Result<Response, Response> {
    frame.require(Section::Orders).map_err(Failure::into_response)?;
    page(&desk, &frame, &number, None).await
}

/// Says that an order is packed, then shows it again. Who comes second is told where it stands now.
pub async fn pack(
    State(desk): State<Desk>,
    frame: Frame,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response, Response> {
    frame.require(Section::Orders).map_err(Failure::into_response)?;
    if form.value("action") != "ready" {
        return Err(Failure::new(StatusCode::BAD_REQUEST).into_response());
    }
    match desk.orders.ready(frame.lang(), frame.token(), &number).await {
        Ok(()) => Ok(frame.redirect_with(frame.path(), &Flash::good("flash-packed").what(number))),
        Err(error) if error.slug() == "status-conflict" => {
            let stands = error
                .refusal()
                .and_then(|problem| problem.extension::<String>("order_status"))
                .and_then(|code| status_of(&code));
            let text = match stands {
                Some(status) => frame.t1("pack-refused", "status", frame.t(status_key(status))),
                None => frame.t("pack-refused-unknown"),
            };
            page(&desk, &frame, &number, Some(text)).await
        }
        Err(error) => Err(desk.stop(&frame, error).await),
    }
}

async fn page(
    desk: &Desk,
    frame: &Frame,
    number: &str,
    refused: Option<String>,
) -> Result<Response, Response> {
    let order = match desk.orders.order(frame.lang(), frame.token(), number).await {
        Ok(order) => order,
        Err(error) => return Err(desk.stop(frame, error).await),
    };
    let context = frame.subject().context();
    let far_end_first = desk
        .toggles
        .get_bool_value(FAR_END_FIRST, Some(&context), None)
        .await;
    let status = if refused.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    Ok(frame.html_with(
        status,
        &OrderPage {
            page: frame,
            order,
            refused,
            far_end_first: far_end_first.unwrap_or(false),
        },
    ))
}
