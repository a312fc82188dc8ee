//! What the descriptions of the faces share.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A file, as descriptions call its bytes: a string of the format `binary`.
pub enum Binary {}

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .into()
    }
}

impl ToSchema for Binary {}

/// Says that every operation of a face asks for a bearer token. A face is protected as a whole, so its description
/// says so in one place, for the routes of shared crates too.
pub fn require_bearer(openapi: &mut OpenApi, name: &str, description: &str) {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(description))
        .build();
    openapi
        .components
        .get_or_insert_default()
        .add_security_scheme(name, SecurityScheme::Http(scheme));
    for operation in openapi.paths.paths.values_mut().flat_map(operations) {
        operation.security = Some(vec![SecurityRequirement::new(name, [] as [&str; 0])]);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// What is put together of several parts has the members of all of them, so none of the parts may say that there are no
/// others.
pub fn open_parts(openapi: &mut OpenApi) {
    let schemas = openapi
        .components
        .as_mut()
        .map(|components| &mut components.schemas);
    for schema in schemas.into_iter().flat_map(|schemas| schemas.values_mut()) {
        if let RefOr::T(Schema::AllOf(all)) = schema {
            for part in &mut all.items {
                if let RefOr::T(Schema::Object(object)) = part {
                    object.additional_properties = None;
                }
            }
        }
    }
}
