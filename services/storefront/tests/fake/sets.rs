//! Sets of the fake assortment, one in each state.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use contracts::catalog::{
    Availability, ProductCard, SetCard, SetDetail, SetLack, SetPage, SetRefusal, SetRule, SetStanding,
    SetState, SetUnit, Term,
};
use kernel::uuid::Uuid;
use kernel::{BadCursor, Currency, Money, Text};
use problem::{Json, Path, Problem, kinds};
use serde::Deserialize;

use super::{Data, Fake};

pub fn router() -> Router<Fake> {
    Router::new()
        .route("/api/catalog/v1/sets", get(list))
        .route("/api/catalog/v1/sets/{set}", get(one))
}

struct Plan {
    external_id: &'static str,
    kind: (&'static str, &'static str, &'static str),
    name: (&'static str, &'static str),
    /// Slugs; the first one's colour and material are the set's.
    units: &'static [(&'static str, i64)],
    state: SetState,
    lacks: Option<(&'static str, &'static str, &'static str, i64)>,
    /// Slug of a unit of another colour.
    stranger: Option<&'static str>,
}

const PLANS: [Plan; 4] = [
    Plan {
        external_id: "BEDROOM-ONEGA",
        kind: ("bedroom", "Спальня", "Bedroom"),
        name: ("Спальня «Онега»", "Onega bedroom"),
        units: &[("wardrobe-onega-walnut", 1), ("dresser-kama-walnut", 2)],
        state: SetState::Complete,
        lacks: None,
        stranger: None,
    },
    Plan {
        external_id: "DINING-LADOGA",
        kind: ("dining", "Столовая", "Dining room"),
        name: ("Столовая «Ладога»", "Ladoga dining room"),
        units: &[("table-ladoga-oak", 1), ("chair-oka-graphite", 4)],
        state: SetState::Incomplete,
        lacks: Some(("chairs", "Стулья", "Chairs", 4)),
        stranger: Some("chair-oka-graphite"),
    },
    Plan {
        external_id: "LIVING-NEVA",
        kind: ("living-room", "Гостиная", "Living room"),
        name: ("Гостиная «Нева»", "Neva living room"),
        units: &[
            ("sofa-neva-sage", 1),
            ("armchair-volga-sage", 2),
            ("bed-pechora-walnut", 1),
        ],
        state: SetState::CompleteWithExtras,
        lacks: None,
        stranger: None,
    },
    Plan {
        external_id: "HALL-DVINA",
        kind: ("hall", "Прихожая", "Hall"),
        name: ("Прихожая «Двина»", "Dvina hall"),
        units: &[],
        state: SetState::Empty,
        lacks: None,
        stranger: None,
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    kind: Option<String>,
    page_size: usize,
    cursor: Option<String>,
}

async fn list(State(fake): State<Fake>, Query(filter): Query<Filter>) -> Result<Json<SetPage>, Problem> {
    let start: usize = match &filter.cursor {
        Some(cursor) => cursor.parse().map_err(|_| BadCursor)?,
        None => 0,
    };
    let data = fake.data();
    let plans = PLANS.iter().enumerate();
    let wanted = plans.filter(|(_, plan)| filter.kind.as_deref().is_none_or(|kind| kind == plan.kind.0));
    let found: Vec<SetCard> = wanted
        .map(|(index, plan)| detail(&data, index, plan).card)
        .collect();
    let size = filter.page_size.min(data.most_sets.unwrap_or(usize::MAX));
    let end = found.len().min(start + size);
    Ok(Json(SetPage {
        items: found[start.min(end)..end].to_vec(),
        next_cursor: (end < found.len()).then(|| end.to_string()),
    }))
}

async fn one(State(fake): State<Fake>, Path(set): Path<String>) -> Result<Json<SetDetail>, Problem> {
    let data = fake.data();
    let mut plans = PLANS.iter().enumerate();
    let found = plans.find(|(index, plan)| plan.external_id == set || id(*index).to_string() == set);
    found
        .map(|(index, plan)| Json(detail(&data, index, plan)))
        .ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
}

/// Id of a set.
pub fn id(index: usize) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_9000_0000_0000_0000 + index as u128)
}

fn detail(data: &Data, index: usize, plan: &Plan) -> SetDetail {
    let card = |slug: &str| -> ProductCard {
        let product = data.products.iter().find(|product| product.card.slug == slug);
        product.expect("a product").card.clone()
    };
    let contents: Vec<SetUnit> = plan
        .units
        .iter()
        .map(|&(slug, quantity)| SetUnit {
            quantity,
            product: card(slug),
        })
        .collect();
    let model = plan.units.first().map_or("shelving-dvina-oak", |(slug, _)| *slug);
    let model = card(model);
    let prices = contents
        .iter()
        .map(|unit| Some(unit.product.price?.times(unit.quantity).expect("small")));
    let total = prices
        .collect::<Option<Vec<_>>>()
        .map(|prices| Money::sum(Currency::Rub, prices).expect("small"));
    let is_complete = matches!(plan.state, SetState::Complete | SetState::CompleteWithExtras);
    let max_discount_bp = if is_complete { 1_250 } else { 0 };
    let times = contents.iter().map(|unit| unit.product.available / unit.quantity);
    let times = times.min().unwrap_or(0);
    SetDetail {
        card: SetCard {
            id: id(index),
            external_id: plan.external_id.to_owned(),
            kind: term(plan.kind),
            name: Text::new(plan.name.0, plan.name.1),
            color: model.color.clone(),
            material: model.material.clone(),
            units: contents.iter().map(|unit| unit.quantity).sum(),
            standing: SetStanding {
                state: plan.state,
                missing: plan
                    .lacks
                    .iter()
                    .map(|&(code, ru, en, missing)| SetLack {
                        category: term((code, ru, en)),
                        missing,
                    })
                    .collect(),
                refusals: plan
                    .stranger
                    .iter()
                    .map(|slug| refusal(&model, &card(slug)))
                    .collect(),
                unpriced: contents
                    .iter()
                    .filter(|unit| unit.product.price.is_none())
                    .map(|unit| unit.product.id)
                    .collect(),
                total,
                discount: total.map(|total| Money::rub(total.amount * max_discount_bp / 10_000)),
                max_discount_bp: i32::try_from(max_discount_bp).expect("small"),
            },
        },
        description: Text::new("Подобраны друг к другу.", "Chosen to go together."),
        contents,
        availability: Availability {
            total: times,
            warehouses: Vec::new(),
        },
    }
}

fn refusal(model: &ProductCard, stranger: &ProductCard) -> SetRefusal {
    SetRefusal {
        product_id: stranger.id,
        rule: SetRule::Color,
        set: model.color.code.clone(),
        unit: stranger.color.code.clone(),
        message: Text::new("Цвет не тот, что у гарнитура", "Not of the set's colour"),
    }
}

fn term((code, ru, en): (&str, &str, &str)) -> Term {
    Term {
        code: code.to_owned(),
        name: Text::new(ru, en),
    }
}
