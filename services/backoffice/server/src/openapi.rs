//! What the descriptions of the faces share.

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

/// Describes a kind of bearer token that operations may name.
pub fn bearer_scheme(openapi: &mut OpenApi, name: &str, description: &str) {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(description))
        .build();
    openapi
        .components
        .get_or_insert_default()
        .add_security_scheme(name, SecurityScheme::Http(scheme));
}
