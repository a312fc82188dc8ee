//! The vocabulary: what units and components refer to. All kinds have the same operations, so they are written once.

mod operations;
mod warehouses;

use axum::extract::DefaultBodyLimit;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Staff;
use operations::vocabulary;

/// Long enough for a property with all its choices.
const LONGEST: usize = 256 * 1024;

/// Which entry.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ByCode {
    /// Its code.
    #[param(example = "oak")]
    code: String,
}

vocabulary!(
    categories,
    contracts::catalog::CategoryContent,
    "/api/staff/v1/catalog/categories",
    "category",
    "categories"
);
vocabulary!(
    colors,
    contracts::catalog::ColorContent,
    "/api/staff/v1/catalog/colors",
    "color",
    "colors"
);
vocabulary!(
    materials,
    contracts::catalog::MaterialContent,
    "/api/staff/v1/catalog/materials",
    "material",
    "materials"
);
vocabulary!(
    properties,
    contracts::catalog::PropertyContent,
    "/api/staff/v1/catalog/properties",
    "property",
    "properties"
);
vocabulary!(
    component_types,
    contracts::catalog::ComponentTypeContent,
    "/api/staff/v1/catalog/component-types",
    "component_type",
    "types of components"
);
vocabulary!(
    rules,
    contracts::catalog::RuleContent,
    "/api/staff/v1/catalog/rules",
    "rule",
    "rules of compatibility"
);
vocabulary!(
    margins,
    contracts::catalog::MarginContent,
    "/api/staff/v1/catalog/margins",
    "margin",
    "margins, by the codes of their categories, `_default` for the rest"
);
vocabulary!(
    set_kinds,
    contracts::catalog::SetKindContent,
    "/api/staff/v1/catalog/set-kinds",
    "set_kind",
    "kinds of sets"
);
vocabulary!(
    warehouse_entries,
    contracts::catalog::WarehouseContent,
    "/api/staff/v1/catalog/warehouses",
    "warehouse",
    "warehouses"
);

/// The operations on the vocabulary.
pub(super) fn operations() -> OpenApiRouter<Staff> {
    macro_rules! all {
        ($($module:ident),*) => {
            OpenApiRouter::new()$(
                .routes(routes!($module::list, $module::create))
                .routes(routes!($module::get, $module::change, $module::delete))
                .routes(routes!($module::restore))
            )*
        };
    }
    all!(
        categories,
        colors,
        materials,
        properties,
        component_types,
        rules,
        margins,
        set_kinds
    )
    .routes(routes!(warehouses::list, warehouse_entries::create))
    .routes(routes!(
        warehouses::get,
        warehouse_entries::change,
        warehouse_entries::delete
    ))
    .routes(routes!(warehouse_entries::restore))
    .layer(DefaultBodyLimit::max(LONGEST))
}
