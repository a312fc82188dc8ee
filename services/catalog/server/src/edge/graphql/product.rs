use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use catalog_store::{BillOwner, NamedComponent, NamedLine, ProductRef, ProductSheet};
use contracts::catalog::{Availability, ProductCard, WarehouseAvailability};
use kernel::{ProductId, Text};
use problem::Problem;

use super::errors::{Refusal, bad_argument};
use super::loaders::{BillKey, SheetKey, StockKey, reads};
use super::property::PropertyEntry;
use super::values::{
    ColorValue, DimensionsValue, DocumentValue, ImageValue, Language, Long, MoneyValue, TermValue, list_cost,
    parse_count, say,
};
use crate::lookups::product_missing;

/// Lines of a bill that one field may ask for.
const MAX_LINES: i32 = 200;
/// Lines that it may leave out.
const MAX_SKIP: i32 = 10_000;
/// What a field costs that counts what is on the shelves.
pub const COUNTING: usize = 10;

/// A furniture unit.
pub struct Product {
    card: ProductCard,
    /// What lists do not have; read when it is asked for.
    sheet: Option<Arc<ProductSheet>>,
}

impl From<ProductCard> for Product {
    fn from(card: ProductCard) -> Self {
        Self { card, sheet: None }
    }
}

impl From<Arc<ProductSheet>> for Product {
    fn from(sheet: Arc<ProductSheet>) -> Self {
        Self {
            card: sheet.card.clone(),
            sheet: Some(sheet),
        }
    }
}

impl Product {
    /// The product that a key names; logs it when there is none.
    pub async fn find(ctx: &Context<'_>, key: SheetKey) -> Result<Option<Self>, Problem> {
        let found = reads(ctx).load_one(key.clone()).await?;
        if found.is_none() {
            // For the log alone: that there is none is an answer here.
            let _ = product_missing(&match key {
                SheetKey::Id(id) => ProductRef::Id(id),
                SheetKey::Slug(slug) => ProductRef::Slug(slug),
            });
        }
        Ok(found.map(Self::from))
    }

    const fn id(&self) -> ProductId {
        self.card.id
    }

    async fn sheet(&self, ctx: &Context<'_>) -> Result<Arc<ProductSheet>, Problem> {
        if let Some(sheet) = &self.sheet {
            return Ok(Arc::clone(sheet));
        }
        let found = reads(ctx).load_one(SheetKey::Id(self.id())).await?;
        // It went off sale since the list was read.
        found.ok_or_else(|| product_missing(&ProductRef::Id(self.id())))
    }
}

/// A furniture unit: what is sold.
#[Object(name = "Product")]
impl Product {
    /// Id.
    #[graphql(name = "id")]
    async fn id_field(&self) -> ID {
        self.id().into()
    }

    /// Readable id for addresses.
    async fn slug(&self) -> &str {
        &self.card.slug
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.card.name, lang)
    }

    /// Description.
    async fn description(&self, ctx: &Context<'_>, lang: Option<Language>) -> Result<String, Refusal> {
        Ok(say(ctx, &self.sheet(ctx).await?.description, lang))
    }

    /// Category.
    async fn category(&self) -> TermValue {
        TermValue(self.card.category.clone())
    }

    /// Colour.
    async fn color(&self) -> ColorValue {
        ColorValue(self.card.color.clone())
    }

    /// Material.
    async fn material(&self) -> TermValue {
        TermValue(self.card.material.clone())
    }

    /// Outer dimensions.
    async fn dimensions(&self) -> DimensionsValue {
        self.card.dimensions.into()
    }

    /// Weight in grams.
    async fn weight_g(&self, ctx: &Context<'_>) -> Result<Long, Refusal> {
        Ok(Long(self.sheet(ctx).await?.weight_g))
    }

    /// Price; null when it cannot be computed yet (CAT-10).
    async fn price(&self) -> Option<MoneyValue> {
        self.card.price.map(MoneyValue::from)
    }

    /// How many can be bought, right within three seconds of a change (STK-5).
    async fn available(&self) -> Long {
        Long(self.card.available)
    }

    /// Where it is in stock at this moment (CAT-6).
    #[graphql(complexity = "COUNTING + child_complexity * 10")]
    async fn availability(&self, ctx: &Context<'_>) -> Result<AvailabilityValue, Refusal> {
        let found = reads(ctx).load_one(StockKey(self.id())).await?;
        let found = found.ok_or_else(|| product_missing(&ProductRef::Id(self.id())))?;
        Ok(AvailabilityValue(found))
    }

    /// First image; null when there is none.
    async fn image(&self) -> Option<ImageValue> {
        self.card.image.clone().map(ImageValue)
    }

    /// All images.
    #[graphql(complexity = "list_cost(10, 10, child_complexity)")]
    async fn images(&self, ctx: &Context<'_>) -> Result<Vec<ImageValue>, Refusal> {
        let sheet = self.sheet(ctx).await?;
        Ok(sheet.images.iter().cloned().map(ImageValue).collect())
    }

    /// Drawings and assembly instructions.
    #[graphql(complexity = "child_complexity * 5 + 1")]
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<DocumentValue>, Refusal> {
        let sheet = self.sheet(ctx).await?;
        Ok(sheet.documents.iter().cloned().map(DocumentValue).collect())
    }

    /// Its properties that have a value (CAT-1).
    #[graphql(complexity = "child_complexity * 10 + 1")]
    async fn properties(&self, ctx: &Context<'_>) -> Result<Vec<PropertyEntry>, Refusal> {
        let sheet = self.sheet(ctx).await?;
        Ok(sheet.properties.iter().cloned().map(PropertyEntry).collect())
    }

    /// Lines of its bill of materials (CAT-3), `first` of at most 200 after `skip`.
    #[graphql(complexity = "list_cost(first, MAX_LINES, child_complexity)")]
    async fn components(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        #[graphql(default = 0)] skip: i32,
    ) -> Result<Vec<LineValue>, Refusal> {
        lines(ctx, BillOwner::Product(self.id()), first, skip).await
    }
}

async fn lines(
    ctx: &Context<'_>,
    owner: BillOwner,
    first: i32,
    skip: i32,
) -> Result<Vec<LineValue>, Refusal> {
    let first = parse_count("first", first, MAX_LINES)?;
    if !(0..=MAX_SKIP).contains(&skip) {
        let message = Text::new(format!("от 0 до {MAX_SKIP}"), format!("must be 0 to {MAX_SKIP}"));
        return Err(bad_argument("skip", "range", message).into());
    }
    let key = BillKey {
        owner,
        skip: skip.into(),
        first: first.into(),
    };
    let lines = reads(ctx).load_one(key).await?;
    let lines = lines.iter().flat_map(|lines| lines.iter());
    Ok(lines.cloned().map(LineValue).collect())
}

struct LineValue(NamedLine);

/// A line of a bill of materials.
#[Object(name = "BillLine")]
impl LineValue {
    /// The component.
    async fn component(&self) -> ComponentValue {
        ComponentValue(self.0.component.clone())
    }

    /// How many go into one unit.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// Whether a unit cannot be built without it.
    async fn required(&self) -> bool {
        self.0.required
    }

    /// Components that may take its place piece by piece, in order of preference.
    #[graphql(complexity = "child_complexity * 2")]
    async fn substitutes(&self) -> Vec<ComponentValue> {
        self.0.substitutes.iter().cloned().map(ComponentValue).collect()
    }
}

struct ComponentValue(NamedComponent);

/// Something that units are made of.
#[Object(name = "Component")]
impl ComponentValue {
    /// Id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Article number.
    async fn sku(&self) -> &str {
        &self.0.sku
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.name, lang)
    }

    /// Code of its type, such as `panel`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// Whether it is put together from components of its own.
    async fn assembly(&self) -> bool {
        self.0.assembly
    }

    /// Of an assembly, the lines of its bill; none of another component.
    #[graphql(complexity = "list_cost(first, MAX_LINES, child_complexity)")]
    async fn components(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10)] first: i32,
        #[graphql(default = 0)] skip: i32,
    ) -> Result<Vec<LineValue>, Refusal> {
        if !self.0.assembly {
            parse_count("first", first, MAX_LINES)?;
            return Ok(Vec::new());
        }
        lines(ctx, BillOwner::Assembly(self.0.id), first, skip).await
    }
}

pub struct AvailabilityValue(pub Arc<Availability>);

/// What can be put together of a product.
#[Object(name = "Availability")]
impl AvailabilityValue {
    /// Units from all warehouses together. Can exceed the sum over warehouses: parts may come from several.
    async fn total(&self) -> Long {
        Long(self.0.total)
    }

    /// Units from each warehouse alone.
    async fn warehouses(&self) -> Vec<WarehouseValue> {
        self.0.warehouses.iter().cloned().map(WarehouseValue).collect()
    }
}

struct WarehouseValue(WarehouseAvailability);

/// What can be put together in one warehouse alone.
#[Object(name = "WarehouseAvailability")]
impl WarehouseValue {
    /// Code of the warehouse.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.name, lang)
    }

    /// Units that its stock alone suffices for.
    async fn available(&self) -> Long {
        Long(self.0.available)
    }
}
