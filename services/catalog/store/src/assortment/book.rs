use std::collections::{BTreeMap, BTreeSet};

use catalog_domain::{
    Condition, Kind, MarginRule, Margins, Properties, PropertyError, Rule, Schema, Tree, ValueError,
    Vocabulary,
};
use kernel::Text;
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::edit::Fault;

/// Everything that the assortment defines, read at once: it is little, and checks need most of it.
pub(super) struct Book {
    pub vocabulary: Vocabulary,
    pub tree: Tree,
    pub rules: Vec<Rule>,
    /// What rules say, by their codes.
    pub says: BTreeMap<String, Text>,
    pub margins: Margins,
    margin_rows: Vec<MarginRow>,
    categories: BTreeSet<String>,
    types: BTreeSet<String>,
    of_category: Vec<Belongs>,
    of_type: Vec<Belongs>,
}

#[derive(Debug, Deserialize)]
struct PropertyRow {
    code: String,
    kind: String,
    unit: Option<String>,
    choices: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
struct CategoryRow {
    code: String,
    parent: Option<String>,
    gone: bool,
}

/// A property of a category or a type.
#[derive(Debug, Deserialize)]
struct Belongs {
    of: String,
    property: String,
    required: bool,
}

#[derive(Debug, Deserialize)]
struct RuleRow {
    code: String,
    name_ru: String,
    name_en: String,
    category: Option<String>,
    component_type: Option<String>,
    condition: Value,
}

#[derive(Debug, Clone, Deserialize)]
struct MarginRow {
    category: Option<String>,
    margin_bp: i32,
    step: i64,
}

impl Book {
    /// One statement.
    pub(super) async fn load(conn: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let row = sqlx::query!(
            r#"SELECT
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('code', p.code, 'kind', p.kind, 'unit', p.unit,
                      'choices', (SELECT coalesce(jsonb_agg(c.code), '[]') FROM property_choice c
                                  WHERE c.property = p.code))), '[]')
                  FROM property p WHERE p.deleted_at IS NULL) AS "properties!: Json<Vec<PropertyRow>>",
                 ARRAY(SELECT code FROM color WHERE deleted_at IS NULL) AS "colors!",
                 ARRAY(SELECT code FROM material WHERE deleted_at IS NULL) AS "materials!",
                 ARRAY(SELECT code FROM component_type WHERE deleted_at IS NULL) AS "types!",
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('code', code, 'parent', parent,
                      'gone', deleted_at IS NOT NULL)), '[]')
                  FROM category) AS "categories!: Json<Vec<CategoryRow>>",
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('of', category, 'property', property,
                      'required', required)), '[]')
                  FROM category_property) AS "of_category!: Json<Vec<Belongs>>",
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('of', component_type, 'property', property,
                      'required', required)), '[]')
                  FROM component_type_property) AS "of_type!: Json<Vec<Belongs>>",
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('code', code, 'name_ru', name_ru, 'name_en', name_en,
                      'category', category, 'component_type', component_type, 'condition', condition)
                      ORDER BY code), '[]')
                  FROM compatibility_rule WHERE deleted_at IS NULL) AS "rules!: Json<Vec<RuleRow>>",
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('category', category, 'margin_bp', margin_bp,
                      'step', step)), '[]')
                  FROM margin_rule) AS "margins!: Json<Vec<MarginRow>>""#,
        )
        .fetch_one(conn)
        .await?;
        let properties = row.properties.0.into_iter().map(|property| {
            let kind = match property.kind.as_str() {
                "number" => Kind::Number(property.unit),
                "choice" => Kind::Choice(property.choices),
                "color" => Kind::Color,
                "material" => Kind::Material,
                "flag" => Kind::Flag,
                _ => Kind::Text,
            };
            (property.code, kind)
        });
        let vocabulary = Vocabulary {
            properties: properties.collect(),
            colors: row.colors.into_iter().collect(),
            materials: row.materials.into_iter().collect(),
        };
        let alive = row.categories.0.iter().filter(|category| !category.gone);
        let categories = alive.map(|category| category.code.clone()).collect();
        let nodes = row.categories.0.into_iter();
        let tree = Tree::new(nodes.map(|node| (node.code, node.parent))).map_err(unsound)?;
        let mut says = BTreeMap::new();
        let mut rules = Vec::with_capacity(row.rules.0.len());
        for rule in row.rules.0 {
            let condition: Condition = serde_json::from_value(rule.condition).map_err(unsound)?;
            says.insert(rule.code.clone(), Text::new(rule.name_ru, rule.name_en));
            rules.push(Rule {
                check: condition.check(&vocabulary).map_err(unsound)?,
                code: rule.code,
                category: rule.category,
                component_type: rule.component_type,
            });
        }
        let mut margins = Vec::with_capacity(row.margins.0.len());
        for margin in &row.margins.0 {
            let rule = MarginRule::new(margin.margin_bp.cast_unsigned(), margin.step).map_err(unsound)?;
            margins.push((margin.category.clone(), rule));
        }
        Ok(Self {
            vocabulary,
            tree,
            rules,
            says,
            margins: Margins::new(margins),
            margin_rows: row.margins.0,
            categories,
            types: row.types.into_iter().collect(),
            of_category: row.of_category.0,
            of_type: row.of_type.0,
        })
    }

    /// Margin and rounding of units of a category, as they are written down.
    pub(super) fn margin(&self, category: &str) -> Option<(i32, i64)> {
        let find = |of: Option<&str>| {
            let row = self.margin_rows.iter().find(|row| row.category.as_deref() == of);
            row.map(|row| (row.margin_bp, row.step))
        };
        let own = self.tree.lineage(category).find_map(|code| find(Some(code)));
        own.or_else(|| find(None))
    }

    /// Notes a category that is none or is deleted.
    pub(super) fn check_category(&self, code: &str, faults: &mut Vec<Fault>) {
        note(self.categories.contains(code), "category", faults);
    }

    /// Notes a type that is none or is deleted.
    pub(super) fn check_type(&self, code: &str, faults: &mut Vec<Fault>) {
        note(self.types.contains(code), "kind", faults);
    }

    /// Notes a colour that is none or is deleted.
    pub(super) fn check_color(&self, code: &str, faults: &mut Vec<Fault>) {
        note(self.vocabulary.colors.contains(code), "color", faults);
    }

    /// Notes a material that is none or is deleted.
    pub(super) fn check_material(&self, code: &str, faults: &mut Vec<Fault>) {
        note(self.vocabulary.materials.contains(code), "material", faults);
    }

    /// The values of a unit of the category; notes those that are wrong.
    pub(super) fn unit_properties(
        &self,
        category: &str,
        values: &BTreeMap<String, Value>,
        faults: &mut Vec<Fault>,
    ) -> Properties {
        let lineage: BTreeSet<&str> = self.tree.lineage(category).collect();
        let own = self
            .of_category
            .iter()
            .filter(|p| lineage.contains(p.of.as_str()));
        self.read(own, values, faults)
    }

    /// The values of a component of the type; notes those that are wrong.
    pub(super) fn component_properties(
        &self,
        type_: &str,
        values: &BTreeMap<String, Value>,
        faults: &mut Vec<Fault>,
    ) -> Properties {
        self.read(self.of_type.iter().filter(|p| p.of == type_), values, faults)
    }

    fn read<'a>(
        &self,
        properties: impl Iterator<Item = &'a Belongs>,
        values: &BTreeMap<String, Value>,
        faults: &mut Vec<Fault>,
    ) -> Properties {
        // A property that was deleted since asks for nothing.
        let alive = properties.filter(|p| self.vocabulary.properties.contains_key(&p.property));
        let schema = Schema::new(alive.map(|p| (p.property.clone(), p.required)));
        let given = values.iter().filter(|(_, value)| !value.is_null());
        let read = schema.read(given.map(|(k, v)| (k.clone(), v.clone())), &self.vocabulary);
        read.unwrap_or_else(|errors| {
            faults.extend(errors.iter().map(fault));
            Properties::new()
        })
    }
}

fn note(known: bool, field: &str, faults: &mut Vec<Fault>) {
    if !known {
        faults.push(Fault::unknown(field));
    }
}

fn fault(error: &PropertyError) -> Fault {
    let (code, ru, en) = match &error.problem {
        ValueError::NotText => ("type", "нужен текст", "must be a text"),
        ValueError::Empty => ("too_short", "не должно быть пустым", "must not be empty"),
        ValueError::TooLong => ("too_long", "слишком длинно", "is too long"),
        ValueError::NotNumber => ("type", "нужно число", "must be a number"),
        ValueError::Number(_) => ("number", "число хранить точно нельзя", "cannot be kept exactly"),
        ValueError::NotChoice => (
            "unknown_value",
            "нет такого варианта",
            "is not one of the choices",
        ),
        ValueError::NotColor => ("unknown_value", "нет такого цвета", "is not a colour"),
        ValueError::NotMaterial => ("unknown_value", "нет такого материала", "is not a material"),
        ValueError::NotFlag => ("type", "нужно true или false", "must be true or false"),
        ValueError::Unknown => (
            "unknown_field",
            "такого свойства здесь нет",
            "is not a property of this",
        ),
        ValueError::Missing => ("required", "обязательное свойство", "is required"),
        ValueError::Twice => ("duplicate", "указано дважды", "is given twice"),
    };
    Fault::new(format!("properties.{}", error.code), code, Text::new(ru, en))
}

/// What the database holds is what its edits were checked to be.
pub(super) fn unsound(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
