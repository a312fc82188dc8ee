//! What the descriptions of the faces share.

use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};

/// Adds the scheme of couriers' session tokens.
pub struct CourierScheme;

/// Adds the scheme of employees' access tokens.
pub struct StaffScheme;

/// Adds the scheme of services' tokens.
pub struct ServiceScheme;

impl Modify for CourierScheme {
    fn modify(&self, openapi: &mut OpenApi) {
        bearer(
            openapi,
            "courier",
            "Session token from `POST /api/orders/v1/courier/sessions`.",
        );
    }
}

impl Modify for StaffScheme {
    fn modify(&self, openapi: &mut OpenApi) {
        bearer(
            openapi,
            "staff",
            "Access token from `POST /api/staff/v1/sessions`.",
        );
    }
}

impl Modify for ServiceScheme {
    fn modify(&self, openapi: &mut OpenApi) {
        bearer(openapi, "service", "Token of a service.");
    }
}

/// Says that every operation of a face needs a token of the scheme `name`.
pub fn require(openapi: &mut OpenApi, name: &str) {
    for item in openapi.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            operation.security = Some(vec![SecurityRequirement::new(name, std::iter::empty::<String>())]);
        }
    }
}

fn bearer(openapi: &mut OpenApi, name: &str, description: &str) {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(description))
        .build();
    openapi
        .components
        .get_or_insert_default()
        .add_security_scheme(name, SecurityScheme::Http(scheme));
}
