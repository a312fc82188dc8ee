use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use catalog_store::{ProductRef, SetRef};
use contracts::catalog::{Recommendation, RecommendationSource};
use kernel::{ProductId, Text};

use super::Shared;
use super::category::{self, Category};
use super::errors::{Refusal, bad_argument};
use super::list::{self, Connection, FilterInput, MAX_FIRST, SortInput};
use super::loaders::{SetKey, SheetKey};
use super::product::Product;
use super::set::{ProductSet, StandingValue};
use super::set_list::{self, SetConnection, SetFilterInput, SetInput};
use super::values::{list_cost, parse_id};
use crate::lookups::{product_ref, set_ref};
use crate::problems;

/// What looking for recommendations costs: unlike other reads it is not gathered.
const RECOMMENDING: usize = 1_000;

/// What judging units as a set costs: it is not gathered, either.
const CHECKING: usize = 1_000;

/// Why a product is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "RecommendationSource")]
enum Source {
    /// Paid orders have both together, more often than by chance.
    Orders,
    /// It is of the same category, in stock, and near in colour, material and price.
    Similar,
}

/// A recommended product.
#[derive(SimpleObject)]
#[graphql(name = "Recommendation")]
struct Recommended {
    /// Why it is recommended.
    source: Source,
    /// The product.
    product: Product,
}

impl From<Recommendation> for Recommended {
    fn from(found: Recommendation) -> Self {
        Self {
            source: match found.source {
                RecommendationSource::Orders => Source::Orders,
                RecommendationSource::Similar => Source::Similar,
            },
            product: found.product.into(),
        }
    }
}

/// What can be asked for.
pub struct Query;

/// The assortment, as customers see it.
#[Object(name = "Query")]
impl Query {
    /// Products, a page of at most 30, and what the list can be narrowed by.
    #[graphql(complexity = "list_cost(first, MAX_FIRST, child_complexity)")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        filter: Option<FilterInput>,
        #[graphql(default)] sort: SortInput,
        #[graphql(default = 30)] first: i32,
        after: Option<String>,
    ) -> Result<Connection, Refusal> {
        Ok(list::page(ctx, filter.unwrap_or_default(), sort, first, after).await?)
    }

    /// Products in whose names or descriptions the words are found, Russian or English.
    #[graphql(complexity = "list_cost(first, MAX_FIRST, child_complexity)")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        text: String,
        #[graphql(default = 10)] first: i32,
        after: Option<String>,
    ) -> Result<Connection, Refusal> {
        Ok(list::page(ctx, FilterInput::words(text), SortInput::default(), first, after).await?)
    }

    /// The product with this id or this slug; null when there is none.
    async fn product(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> Result<Option<Product>, Refusal> {
        let key = match (id, slug) {
            (Some(id), None) => SheetKey::Id(parse_id("id", &id)?),
            // What cannot be a slug names no product.
            (None, Some(slug)) => match product_ref(&slug) {
                Ok(_) => SheetKey::Slug(slug),
                Err(_) => return Ok(None),
            },
            _ => {
                let message = Text::new("укажите либо id, либо slug", "give either id or slug");
                return Err(bad_argument("id", "choice", message).into());
            }
        };
        Ok(Product::find(ctx, key).await?)
    }

    /// Sets, last added first, a page of at most 30.
    #[graphql(complexity = "list_cost(first, MAX_FIRST, child_complexity)")]
    async fn sets(
        &self,
        ctx: &Context<'_>,
        filter: Option<SetFilterInput>,
        #[graphql(default = 30)] first: i32,
        after: Option<String>,
    ) -> Result<SetConnection, Refusal> {
        Ok(set_list::page(ctx, filter.unwrap_or_default(), first, after).await?)
    }

    /// The set with this id or this external id; null when there is none.
    async fn set(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        external_id: Option<String>,
    ) -> Result<Option<ProductSet>, Refusal> {
        let key = match (id, external_id) {
            (Some(id), None) => SetKey::Id(parse_id("id", &id)?),
            (None, Some(external)) => match set_ref(&external) {
                Ok(SetRef::External(external)) => SetKey::External(external),
                // What cannot be an external id names no set.
                Ok(SetRef::Id(_)) | Err(_) => return Ok(None),
            },
            _ => {
                let message = Text::new("укажите либо id, либо externalId", "give either id or externalId");
                return Err(bad_argument("id", "choice", message).into());
            }
        };
        Ok(ProductSet::find(ctx, key).await?)
    }

    /// What units would make of a set: its state, its total, and of each unit that may not be in it the rule and the
    /// values that speak against it (CAT-8). Nothing is stored.
    #[graphql(complexity = "CHECKING + child_complexity")]
    async fn check_set(&self, ctx: &Context<'_>, set: SetInput) -> Result<StandingValue, Refusal> {
        Ok(set_list::check(ctx, set).await?)
    }

    /// At most three products that go with one (CRT-1); none where there is no such product.
    #[graphql(complexity = "RECOMMENDING + list_cost(3, 3, child_complexity)")]
    async fn recommendations(&self, ctx: &Context<'_>, product_id: ID) -> Result<Vec<Recommended>, Refusal> {
        let product = ProductRef::Id(parse_id("productId", &product_id)?);
        let pg = &ctx.data_unchecked::<Shared>().pg;
        let found = catalog_store::recommendations(pg, &product)
            .await
            .map_err(problems::database)?;
        let items = found.into_iter().flat_map(|found| found.items);
        Ok(items.map(Recommended::from).collect())
    }

    /// The categories at the root of the tree.
    #[graphql(complexity = "child_complexity * 10 + 1")]
    async fn categories(&self, ctx: &Context<'_>) -> Result<Vec<Category>, Refusal> {
        Ok(category::roots(ctx).await?)
    }

    #[graphql(entity)]
    async fn product_entity(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Product>, Refusal> {
        let id: ProductId = parse_id("id", &id)?;
        Ok(Product::find(ctx, SheetKey::Id(id)).await?)
    }

    #[graphql(entity)]
    async fn set_entity(&self, ctx: &Context<'_>, id: ID) -> Result<Option<ProductSet>, Refusal> {
        Ok(ProductSet::find(ctx, SetKey::Id(parse_id("id", &id)?)).await?)
    }
}
