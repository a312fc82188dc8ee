//! The face of other services: events into the audit, what operators ask, toggles. One operation a file.

mod audit_verification;
mod toggles_get;

use auth::{ServiceCallers, allow_services, require_service};
use axum::Router;
use backoffice_store::Store;
use events::{Receiver, Wake, dead_letter_routes, dead_letters_openapi};
use kernel::SharedClock;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi::bearer_scheme;

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Garnitur backoffice for services",
    description = "Events, verification of the audit, toggles."
))]
struct Description;

/// Services whose events are taken. Others that may call this face, such as the portal, read the toggles and no more.
const SENDERS: &[&str] = &["catalog", "orders"];

fn operations() -> OpenApiRouter<Store> {
    OpenApiRouter::with_openapi(Description::openapi()).routes(routes!(audit_verification::handler))
}

fn for_all() -> OpenApiRouter<Store> {
    OpenApiRouter::new().routes(routes!(toggles_get::handler))
}

/// The face's router: nothing in it answers to services that are not listed.
pub fn router(
    store: &Store,
    receiver: &Receiver,
    clock: SharedClock,
    wake: Wake,
    callers: ServiceCallers,
) -> Router {
    let router: OpenApiRouter = operations()
        .with_state(store.clone())
        .merge(receiver.routes())
        .merge(dead_letter_routes(store.pg().clone(), clock, wake))
        .route_layer(allow_services(SENDERS))
        .merge(for_all().with_state(store.clone()));
    Router::from(router).route_layer(require_service(callers))
}

/// The face's description. The face is protected as a whole, so its description says so once.
pub fn openapi() -> OpenApi {
    let mut openapi = operations()
        .into_openapi()
        .merge_from(for_all().into_openapi())
        .merge_from(Receiver::openapi())
        .merge_from(dead_letters_openapi());
    bearer_scheme(&mut openapi, "service", "Token of a service.");
    for item in openapi.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            operation.security = Some(vec![SecurityRequirement::new("service", [] as [&str; 0])]);
        }
    }
    openapi
}
