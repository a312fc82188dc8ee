use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use catalog_store::{ListError, ProductFilter, Sort};
use contracts::catalog::{FacetValue, Facets, ProductPage};
use kernel::{MAX_PAGE_SIZE, PageSize, Text};
use problem::Problem;

use super::Shared;
use super::errors::bad_argument;
use super::product::Product;
use super::property::{FacetOfProperty, PropertyInput, check_properties, place_of};
use super::values::{Language, Long, parse_count, say};
use crate::problems;

/// Products a page.
pub const MAX_FIRST: i32 = MAX_PAGE_SIZE as i32;
/// Characters of a search.
const MAX_WORDS: usize = 100;
pub const MAX_CURSOR: usize = 200;

/// What a list is narrowed to; everything given must hold.
#[derive(Debug, Default, InputObject)]
#[graphql(name = "ProductFilter")]
pub struct FilterInput {
    /// Words to find in names and descriptions, Russian or English.
    q: Option<String>,
    /// Code of a category.
    category: Option<String>,
    /// Code of a colour.
    color: Option<String>,
    /// Code of a material.
    material: Option<String>,
    /// Only what can be bought now.
    #[graphql(default)]
    available: bool,
    /// Lowest price in minor units.
    min_price: Option<Long>,
    /// Highest price in minor units.
    max_price: Option<Long>,
    /// Values of properties, at most 20.
    #[graphql(default)]
    properties: Vec<PropertyInput>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
#[graphql(name = "ProductSort")]
pub enum SortInput {
    /// Last added first.
    #[default]
    Newest,
    /// Cheapest first, those without a price last.
    Price,
    /// Dearest first, those without a price last.
    PriceDown,
}

impl FilterInput {
    /// Only words.
    pub fn words(text: String) -> Self {
        Self {
            q: Some(text),
            ..Self::default()
        }
    }

    fn check(self) -> Result<ProductFilter, Problem> {
        for (name, value) in [
            ("filter.category", &self.category),
            ("filter.color", &self.color),
            ("filter.material", &self.material),
        ] {
            check_code(name, value.as_deref())?;
        }
        for (name, value) in [
            ("filter.minPrice", self.min_price),
            ("filter.maxPrice", self.max_price),
        ] {
            if value.is_some_and(|price| price.0 < 0) {
                let message = Text::new("не может быть отрицательной", "must not be negative");
                return Err(bad_argument(name, "range", message));
            }
        }
        Ok(ProductFilter {
            q: self
                .q
                .map(|words| check_words("filter.q", &words))
                .transpose()?
                .flatten(),
            category: self.category,
            color: self.color,
            material: self.material,
            available: self.available,
            min_price: self.min_price.map(|price| price.0).filter(|price| *price > 0),
            max_price: self.max_price.map(|price| price.0),
            properties: check_properties(self.properties)?,
        })
    }
}

/// Refuses what cannot be a code; `name` is the argument it was given as.
pub fn check_code(name: &str, code: Option<&str>) -> Result<(), Problem> {
    if code.is_none_or(is_code) {
        return Ok(());
    }
    let message = Text::new(
        "нужен код: до 40 строчных латинских букв, цифр и дефисов",
        "must be a code: up to 40 lower-case letters, digits and hyphens",
    );
    Err(bad_argument(name, "pattern", message))
}

fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Words as the database is asked for them; `None` when there are none.
fn check_words(name: &str, text: &str) -> Result<Option<String>, Problem> {
    if text.chars().count() > MAX_WORDS {
        let message = Text::new(
            format!("не более {MAX_WORDS} знаков"),
            format!("must be at most {MAX_WORDS} characters"),
        );
        return Err(bad_argument(name, "length", message));
    }
    if text.contains('\0') {
        let message = Text::new(
            "содержит недопустимый знак",
            "holds a character that is not allowed",
        );
        return Err(bad_argument(name, "pattern", message));
    }
    let words = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    Ok((!words.is_empty()).then_some(words))
}

/// Reads a page of products.
pub async fn page(
    ctx: &Context<'_>,
    filter: FilterInput,
    sort: SortInput,
    first: i32,
    after: Option<String>,
) -> Result<Connection, Problem> {
    let size = PageSize::new(parse_count("first", first, MAX_FIRST)?).unwrap_or_default();
    if after.as_ref().is_some_and(|cursor| cursor.len() > MAX_CURSOR) {
        return Err(bad_cursor());
    }
    let codes: Vec<String> = filter
        .properties
        .iter()
        .map(|property| property.code.clone())
        .collect();
    let filter = filter.check()?;
    let sort = match sort {
        // Words ask for what they fit best, unless another order is asked for.
        SortInput::Newest if filter.q.is_some() => Sort::Relevance,
        SortInput::Newest => Sort::Newest,
        SortInput::Price => Sort::Price,
        SortInput::PriceDown => Sort::PriceDown,
    };
    let Shared { pg, words, .. } = ctx.data_unchecked::<Shared>();
    let words = words.get(pg).await.map_err(problems::database)?;
    let page = catalog_store::list_products(pg, &words, &filter, sort, after.as_deref(), size)
        .await
        .map_err(|error| match error {
            ListError::Cursor(_) => bad_cursor(),
            ListError::Property { name, reason } => {
                let (code, message) = problems::property_fault(reason);
                bad_argument(&place_of(&codes, &name, reason), code, message)
            }
            error @ ListError::Database(_) => problems::list(error),
        })?;
    Ok(Connection(page))
}

/// The cursor is of another list, or none.
pub fn bad_cursor() -> Problem {
    let message = Text::new(
        "не является курсором этого списка",
        "is not a cursor of this list",
    );
    bad_argument("after", "malformed", message)
}

/// A page of products.
pub struct Connection(ProductPage);

/// A page of a list of products.
#[Object(name = "ProductConnection")]
impl Connection {
    /// The products.
    async fn nodes(&self) -> Vec<Product> {
        self.0.items.iter().cloned().map(Product::from).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(self.0.next_cursor.clone())
    }

    /// Products in the whole list.
    async fn total_count(&self) -> Long {
        Long(self.0.facets.total)
    }

    /// What the list can be narrowed by.
    async fn facets(&self) -> FacetsValue {
        FacetsValue(self.0.facets.clone())
    }
}

/// Where a page stands in its list.
#[derive(Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there is a page after this one.
    pub has_next_page: bool,
    /// Pass as `after` for the next page; null on the last one.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page whose next one has this cursor.
    pub const fn of(next_cursor: Option<String>) -> Self {
        Self {
            has_next_page: next_cursor.is_some(),
            end_cursor: next_cursor,
        }
    }
}

struct FacetsValue(Facets);

/// What a list can be narrowed by.
#[Object(name = "Facets")]
impl FacetsValue {
    /// Whether the counts are exact; else they are upper bounds, or of what a search looked at.
    async fn exact(&self) -> bool {
        self.0.exact
    }

    /// Categories.
    async fn categories(&self) -> Vec<FacetEntry> {
        self.0.categories.iter().cloned().map(FacetEntry).collect()
    }

    /// Colours.
    async fn colors(&self) -> Vec<FacetEntry> {
        self.0.colors.iter().cloned().map(FacetEntry).collect()
    }

    /// Materials.
    async fn materials(&self) -> Vec<FacetEntry> {
        self.0.materials.iter().cloned().map(FacetEntry).collect()
    }

    /// Properties of the chosen category; none while none is chosen.
    #[graphql(complexity = "child_complexity * 5 + 1")]
    async fn properties(&self) -> Vec<FacetOfProperty> {
        self.0.properties.iter().cloned().map(FacetOfProperty).collect()
    }

    /// Products that can be bought now.
    async fn available(&self) -> Long {
        Long(self.0.available)
    }

    /// Lowest price in minor units: where `exact` is false, of more than matches, or of what a search looked at. Null
    /// when nothing is found, or it is not known.
    async fn min_price(&self) -> Option<Long> {
        self.0.min_price.map(Long)
    }

    /// Highest price in minor units: where `exact` is false, of more than matches, or of what a search looked at. Null
    /// when nothing is found, or it is not known.
    async fn max_price(&self) -> Option<Long> {
        self.0.max_price.map(Long)
    }
}

/// A value that a list can be narrowed by.
pub struct FacetEntry(pub FacetValue);

/// How many products of the whole list carry a value.
#[Object(name = "FacetValue")]
impl FacetEntry {
    /// Code to filter by.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.name, lang)
    }

    /// Colours only: sRGB value, else null.
    async fn hex(&self) -> Option<&str> {
        self.0.hex.as_deref()
    }

    /// Products that have it, with all other filters applied.
    async fn count(&self) -> Long {
        Long(self.0.count)
    }
}
