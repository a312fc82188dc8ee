use askama::Template;
use auth::{RoleSet as _, roles};
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use contracts::catalog::{StockCorrection, StockPage};
use http::StatusCode;
use serde::Deserialize;
use web::{Failure, Flash, Form};

use crate::clients::{CallError, StockQuery};
use crate::desk::Desk;
use crate::frame::Frame;
use crate::section::Section;

#[derive(Template)]
#[template(path = "stock.html")]
struct StockListPage<'a> {
    page: &'a Frame,
    wanted: Wanted,
    stock: StockPage,
    /// A correction that was refused, as it was entered.
    form: Form,
    /// The correction's idempotency key: pressing the button twice corrects once.
    key: String,
}

/// What to list, as the page's address says it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    warehouse: String,
    #[serde(default)]
    cursor: String,
}

impl Wanted {
    fn address(&self, cursor: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("q", self.q.as_str()),
            ("warehouse", &self.warehouse),
            ("cursor", cursor),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() {
            "/stock".to_owned()
        } else {
            format!("/stock?{query}")
        }
    }
}

impl StockListPage<'_> {
    fn is_filtered(&self) -> bool {
        self.wanted.address("") != "/stock"
    }

    /// Where a correction is sent: the list as it is shown now.
    fn here(&self) -> String {
        self.wanted.address(&self.wanted.cursor)
    }

    fn first_url(&self) -> String {
        self.wanted.address("")
    }

    fn next_url(&self, cursor: &str) -> String {
        self.wanted.address(cursor)
    }

    fn may_correct(&self) -> bool {
        may_correct(self.page)
    }

    /// Whether the refused correction was about this shelf.
    fn is_refused(&self, component: impl AsRef<str>, warehouse: &str) -> bool {
        !self.form.is_ok()
            && self.form.value("component_id") == component.as_ref()
            && self.form.value("warehouse") == warehouse
    }
}

fn may_correct(frame: &Frame) -> bool {
    frame
        .owned_roles()
        .iter()
        .any(|&role| <(roles::Warehouse, roles::Administrator)>::allows(role))
}

/// What lies in the warehouses (WH-1).
pub async fn show(
    State(desk): State<Desk>,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Response> {
    frame.require(Section::Stock).map_err(Failure::into_response)?;
    page(&desk, &frame, wanted, Form::default()).await
}

/// Corrects what lies on a shelf, then shows the list again.
pub async fn correct(
    State(desk): State<Desk>,
    frame: Frame,
    Query(wanted): Query<Wanted>,
    mut form: Form,
) -> Result<Response, Response> {
    frame.require(Section::Stock).map_err(Failure::into_response)?;
    let Some(correction) = correction(&frame, &mut form) else {
        return page(&desk, &frame, wanted, form).await;
    };
    let corrected = desk
        .catalog
        .correct(frame.lang(), frame.token(), form.value("key"), &correction)
        .await;
    match corrected {
        Ok(row) => Ok(frame.redirect_with(
            &wanted.address(&wanted.cursor),
            &Flash::good("flash-corrected").what(row.sku),
        )),
        Err(error) => match error
            .refusal()
            .filter(|problem| problem.status != 401 && problem.status != 403)
        {
            Some(problem) => {
                form.take_problem(problem, &[("delta", "delta"), ("reason", "reason")]);
                page(&desk, &frame, wanted, form).await
            }
            None => Err(desk.stop(&frame, error).await),
        },
    }
}

/// The correction that a form holds; `None`, with what is wrong noted, when it is none.
fn correction(frame: &Frame, form: &mut Form) -> Option<StockCorrection> {
    // A minus may be typed as the real one.
    let delta = form.value("delta").replace('−', "-").parse();
    if !matches!(delta, Ok(delta) if delta != 0) {
        form.fail("delta", frame.t("stock-delta-wrong"));
    }
    let reason = form.value("reason").to_owned();
    if reason.chars().count() < 3 {
        form.fail("reason", frame.t("stock-reason-missing"));
    }
    let component_id = form.get("component_id");
    if component_id.is_none() {
        form.fail("", frame.t("stock-component-unknown"));
    }
    form.is_ok().then_some(StockCorrection {
        component_id: component_id?,
        warehouse: form.value("warehouse").to_owned(),
        delta: delta.ok()?,
        reason,
    })
}

async fn page(desk: &Desk, frame: &Frame, wanted: Wanted, form: Form) -> Result<Response, Response> {
    let query = StockQuery {
        q: wanted.q.trim().to_owned(),
        warehouse: wanted.warehouse.clone(),
        cursor: wanted.cursor.clone(),
    };
    let stock: Result<StockPage, CallError> = desk.catalog.stock(frame.lang(), frame.token(), &query).await;
    let stock = match stock {
        Ok(stock) => stock,
        Err(error) => return Err(desk.stop(frame, error).await),
    };
    let status = if form.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(frame.html_with(
        status,
        &StockListPage {
            page: frame,
            wanted,
            stock,
            form,
            key: kernel::random::token(),
        },
    ))
}
