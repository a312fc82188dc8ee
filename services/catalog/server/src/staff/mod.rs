//! The employees' face. One operation a file.

mod assortment;
mod bulk;
mod media;
mod report_missing;
mod report_unsold;
mod spaces;
mod stock_correct;
mod stock_list;
mod stock_receive;
mod stock_shelf;

use std::time::Duration;

use auth::{StaffVerifier, roles};
use axum::Router;
use axum::extract::FromRef;
use events::{Subscriptions, Wake};
use kernel::SharedClock;
use pg::Pg;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use spaces::Spaces;

use crate::jobs::Signals;
use crate::media::Studio;
use crate::openapi::{open_parts, require_bearer};

/// Those who keep stock (WH-1).
type StockKeepers = (roles::Warehouse, roles::Administrator);
/// Those who are told what is missing and what does not sell (CAT-11).
type ReportReaders = (roles::Assortment, roles::Warehouse, roles::Administrator);
/// Those who make the assortment (CAT-7).
type AssortmentMakers = (roles::Assortment, roles::Administrator);

/// Operations that take in large files.
pub const SLOW: &[(&str, Duration)] = &[
    ("/api/staff/v1/catalog/imports/", Duration::from_mins(10)),
    (media::IMAGES, media::UPLOAD_WITHIN),
    (media::DOCUMENTS, media::UPLOAD_WITHIN),
];

/// What the face's operations need.
#[derive(Clone)]
pub struct Staff {
    /// The catalog database with the face's role.
    pub pg: Pg,
    /// How much of the warehouses' space is taken.
    pub spaces: Spaces,
    /// Checks employees' tokens.
    pub verifier: StaffVerifier,
    /// Who gets the events of what employees do.
    pub subscriptions: Subscriptions,
    /// Wakes the dispatcher, where it runs in this process.
    pub wake: Wake,
    /// Wakes the jobs, where they run in this process.
    pub signals: Signals,
    /// Takes pictures and documents in.
    pub studio: Studio,
    /// Where time comes from.
    pub clock: SharedClock,
}

impl FromRef<Staff> for StaffVerifier {
    fn from_ref(staff: &Staff) -> Self {
        staff.verifier.clone()
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Garnitur catalog for employees",
        description = "Stock, reports and assortment."
    ),
    components(schemas(
        contracts::catalog::ComponentRow,
        contracts::catalog::UnitRow,
        contracts::catalog::BillRow,
        contracts::catalog::StockLevelRow,
        contracts::catalog::RowFault,
        contracts::catalog::AssortmentKind,
        bulk::Format,
        bulk::Subject,
    ))
)]
struct Description;

fn operations() -> OpenApiRouter<Staff> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(stock_list::handler))
        .routes(routes!(stock_correct::handler))
        .merge(media::operations())
        .routes(routes!(report_missing::handler))
        .routes(routes!(report_unsold::handler))
        .routes(routes!(stock_receive::handler))
        .routes(routes!(stock_shelf::handler))
        .merge(assortment::operations())
        .merge(bulk::operations())
}

/// The face's router.
pub fn router(staff: Staff) -> Router {
    operations().with_state(staff).into()
}

/// The face's description.
pub fn openapi() -> OpenApi {
    let mut openapi = operations().into_openapi();
    open_parts(&mut openapi);
    require_bearer(
        &mut openapi,
        "staff",
        "Access token from `POST /api/staff/v1/sessions`.",
    );
    openapi
}
