use std::collections::BTreeMap;

use catalog_domain::{Objection, Set, SetKind, TotalError, Tree, set_discount, total};
use contracts::catalog::{SetLack, SetRefusal, SetRule, SetStanding, SetState, SetUnit, Term};
use kernel::{Currency, Money, ProductId, Text};
use sqlx::PgConnection;

/// What sets are judged by besides themselves: the tree of categories, and what they are called.
pub(super) struct Frame {
    tree: Tree,
    names: BTreeMap<String, Text>,
}

impl Frame {
    /// One statement, which reads the categories as a whole: they are few.
    pub(super) async fn load(conn: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query!("SELECT code, parent, name_ru, name_en FROM category")
            .fetch_all(conn)
            .await?;
        let tree =
            Tree::new(rows.iter().map(|row| (row.code.clone(), row.parent.clone()))).map_err(decode)?;
        let names = rows
            .into_iter()
            .map(|row| (row.code, Text::new(row.name_ru, row.name_en)))
            .collect();
        Ok(Self { tree, names })
    }

    fn term(&self, code: String) -> Term {
        let name = self.names.get(&code).cloned();
        Term {
            name: name.unwrap_or_else(|| Text::new(&code, &code)),
            code,
        }
    }
}

/// What these units make of a set, by the rules of the domain.
pub(super) fn standing(
    kind: &SetKind,
    color: &str,
    material: &str,
    contents: &[SetUnit],
    frame: &Frame,
) -> Result<SetStanding, sqlx::Error> {
    let units: Vec<catalog_domain::SetUnit> = contents.iter().map(domain_unit).collect();
    let state = Set {
        kind,
        color,
        material,
    }
    .state(&units, &frame.tree);
    let (total, unpriced) = match total(&units, Currency::default()) {
        Ok(total) => (Some(total), Vec::new()),
        Err(TotalError::Unpriced(unpriced)) => (None, unpriced),
        Err(error) => return Err(decode(error)),
    };
    // Nothing is known of the delivery yet: what comes off at most.
    let discount = total.map(|total| {
        let near_by = Money::new(0, total.currency);
        set_discount(kind, &state, total, near_by).map_err(decode)
    });
    let (state, missing, refusals) = wire(state, frame);
    Ok(SetStanding {
        state,
        missing,
        refusals,
        unpriced,
        total,
        discount: discount.transpose()?,
        max_discount_bp: i32::try_from(kind.max_discount_bp).unwrap_or(i32::MAX),
    })
}

pub(super) fn domain_unit(unit: &SetUnit) -> catalog_domain::SetUnit {
    let card = &unit.product;
    catalog_domain::SetUnit {
        product: card.id,
        category: card.category.code.clone(),
        color: card.color.code.clone(),
        material: card.material.code.clone(),
        quantity: unit.quantity,
        price: card.price,
    }
}

fn wire(state: catalog_domain::SetState, frame: &Frame) -> (SetState, Vec<SetLack>, Vec<SetRefusal>) {
    use catalog_domain::SetState as State;
    match state {
        State::Empty => (SetState::Empty, Vec::new(), Vec::new()),
        State::Complete => (SetState::Complete, Vec::new(), Vec::new()),
        State::CompleteWithExtras => (SetState::CompleteWithExtras, Vec::new(), Vec::new()),
        State::Incomplete { unmet, foreign } => {
            let missing = unmet.into_iter().map(|unmet| SetLack {
                category: frame.term(unmet.category),
                missing: unmet.missing,
            });
            let refusals = foreign.into_iter().flat_map(|(product, objections)| {
                let refuse = move |objection| refusal(product, objection);
                objections.into_iter().map(refuse)
            });
            (SetState::Incomplete, missing.collect(), refusals.collect())
        }
    }
}

/// The rule's name, as it is written everywhere.
pub(super) const fn rule_code(rule: SetRule) -> &'static str {
    match rule {
        SetRule::Color => "color",
        SetRule::Material => "material",
    }
}

pub(super) fn refusal(product_id: ProductId, objection: Objection) -> SetRefusal {
    let (rule, set, unit) = match objection {
        Objection::Color { set, unit } => (SetRule::Color, set, unit),
        Objection::Material { set, unit } => (SetRule::Material, set, unit),
    };
    let message = match rule {
        SetRule::Color => Text::new(
            format!("цвет предмета – {unit}, а гарнитура – {set}"),
            format!("the unit's colour is {unit}, the set's is {set}"),
        ),
        SetRule::Material => Text::new(
            format!("материал предмета – {unit}, а гарнитура – {set}"),
            format!("the unit's material is {unit}, the set's is {set}"),
        ),
    };
    SetRefusal {
        product_id,
        rule,
        set,
        unit,
        message,
    }
}

pub(super) fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}
