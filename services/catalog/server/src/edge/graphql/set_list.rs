use async_graphql::{Context, ID, InputObject, Object};
use catalog_store::{ListError, SetFilter};
use contracts::catalog::{MAX_QUANTITY, SetCheck, SetCheckUnit, SetPage};
use kernel::{PageSize, Text};
use problem::Problem;

use super::Shared;
use super::errors::bad_argument;
use super::list::{MAX_CURSOR, MAX_FIRST, PageInfo, bad_cursor, check_code};
use super::set::{MAX_UNITS, ProductSet, StandingValue};
use super::values::{Long, parse_count, parse_id};
use crate::edge::set_check::refuse;
use crate::problems;

/// What a list of sets is narrowed to; everything given must hold.
#[derive(Debug, Default, InputObject)]
#[graphql(name = "SetFilter")]
pub struct SetFilterInput {
    /// Code of a kind of sets.
    kind: Option<String>,
    /// Code of a colour.
    color: Option<String>,
    /// Code of a material.
    material: Option<String>,
}

/// Reads a page of sets.
pub async fn page(
    ctx: &Context<'_>,
    filter: SetFilterInput,
    first: i32,
    after: Option<String>,
) -> Result<SetConnection, Problem> {
    let size = PageSize::new(parse_count("first", first, MAX_FIRST)?).unwrap_or_default();
    if after.as_ref().is_some_and(|cursor| cursor.len() > MAX_CURSOR) {
        return Err(bad_cursor());
    }
    check_code("filter.kind", filter.kind.as_deref())?;
    check_code("filter.color", filter.color.as_deref())?;
    check_code("filter.material", filter.material.as_deref())?;
    let filter = SetFilter {
        kind: filter.kind,
        color: filter.color,
        material: filter.material,
    };
    let pg = &ctx.data_unchecked::<Shared>().pg;
    let page = catalog_store::list_sets(pg, &filter, after.as_deref(), size).await;
    page.map(SetConnection).map_err(|error| match error {
        ListError::Cursor(_) => bad_cursor(),
        error => problems::list(error),
    })
}

/// A page of sets.
pub struct SetConnection(SetPage);

/// A page of a list of sets, last added first.
#[Object(name = "SetConnection")]
impl SetConnection {
    /// The sets.
    async fn nodes(&self) -> Vec<ProductSet> {
        self.0.items.iter().cloned().map(ProductSet::from).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(self.0.next_cursor.clone())
    }
}

/// A unit that is to be in a set.
#[derive(Debug, InputObject)]
#[graphql(name = "SetUnitInput")]
pub struct UnitInput {
    /// Id of the unit.
    product_id: ID,
    /// How many of it.
    quantity: Long,
}

/// What units would make of a set.
#[derive(Debug, InputObject)]
#[graphql(name = "SetInput")]
pub struct SetInput {
    /// Code of the kind of set.
    kind: String,
    /// Code of the set's colour.
    color: String,
    /// Code of the set's material.
    material: String,
    /// At most 50; the same unit may come twice.
    units: Vec<UnitInput>,
}

impl SetInput {
    fn check(self) -> Result<SetCheck, Problem> {
        check_code("set.kind", Some(&self.kind))?;
        check_code("set.color", Some(&self.color))?;
        check_code("set.material", Some(&self.material))?;
        if self.units.len() > MAX_UNITS.unsigned_abs() as usize {
            let message = Text::new(
                format!("не более {MAX_UNITS}"),
                format!("must be at most {MAX_UNITS}"),
            );
            return Err(bad_argument("set.units", "length", message));
        }
        let unit = |(at, unit): (usize, UnitInput)| {
            if !(1..=MAX_QUANTITY).contains(&unit.quantity.0) {
                let message = Text::new(
                    format!("от 1 до {MAX_QUANTITY}"),
                    format!("must be 1 to {MAX_QUANTITY}"),
                );
                return Err(bad_argument(
                    &format!("set.units[{at}].quantity"),
                    "range",
                    message,
                ));
            }
            Ok(SetCheckUnit {
                product_id: parse_id(&format!("set.units[{at}].productId"), &unit.product_id)?,
                quantity: unit.quantity.0,
            })
        };
        Ok(SetCheck {
            kind: self.kind,
            color: self.color,
            material: self.material,
            units: self
                .units
                .into_iter()
                .enumerate()
                .map(unit)
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Judges units as a set. Three statements.
pub async fn check(ctx: &Context<'_>, set: SetInput) -> Result<StandingValue, Problem> {
    let set = set.check()?;
    let pg = &ctx.data_unchecked::<Shared>().pg;
    let standing = catalog_store::check_set(pg, &set).await;
    standing.map(StandingValue).map_err(|error| {
        refuse(
            error,
            |field| format!("set.{field}"),
            |at| format!("set.units[{at}].productId"),
        )
    })
}
