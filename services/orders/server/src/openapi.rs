//! What the descriptions of the faces share.

use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

/// Adds the scheme of couriers' session tokens.
pub struct Courier;

/// Adds the scheme of employees' access tokens.
pub struct Staff;

/// Adds the scheme of services' tokens.
pub struct Service;

impl Modify for Courier {
    fn modify(&self, openapi: &mut OpenApi) {
        bearer(openapi, "courier", "Session token from `POST /api/orders/v1/courier/sessions`.");
    }
}

impl Modify for Staff {
    fn modify(&self, openapi: &mut OpenApi) {
        bearer(openapi, "staff", "Access token from `POST /api/staff/v1/sessions`.");
    }
}

impl Modify for Service {
    fn modify(&self, openapi: &mut OpenApi) {
        bearer(openapi, "service", "Token of a service.");
    }
}

fn bearer(openapi: &mut OpenApi, name: &str, description: &str) {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
    openapi
        .components
        .get_or_insert_default()
        .add_security_scheme(name, SecurityScheme::Http(scheme));
}
