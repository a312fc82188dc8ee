use std::collections::HashSet;

use catalog_domain::{BUILT_IN, Kind};
use contracts::catalog::{AssortmentKind, ChoiceContent, Entry, PropertyContent, PropertyUse, ValueKind};
use kernel::Text;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Vocabulary;
use super::users::{NAMED, User, Users};
use super::{rules, values};
use crate::edit::{EditError, Editor, Fault};
use crate::rows::unexpected;

impl Vocabulary for PropertyContent {
    const KIND: AssortmentKind = AssortmentKind::Property;

    fn code(&self) -> &str {
        &self.code
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            r#"SELECT p.code, p.name_ru, p.name_en, p.kind, p.unit, p.filterable, p.position, p.version, p.deleted_at,
                      h.codes AS "codes!", h.names_ru AS "names_ru!", h.names_en AS "names_en!"
               FROM property p
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(h.code ORDER BY h.position), '{}') AS codes,
                          coalesce(array_agg(h.name_ru ORDER BY h.position), '{}') AS names_ru,
                          coalesce(array_agg(h.name_en ORDER BY h.position), '{}') AS names_en
                   FROM property_choice h WHERE h.property = p.code
               ) h
               WHERE $1::text IS NULL OR p.code = $1
               ORDER BY p.deleted_at NULLS FIRST, p.position, p.code"#,
            code,
        )
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let names = row.names_ru.into_iter().zip(row.names_en);
            let choices = row.codes.into_iter().zip(names);
            Ok(Entry {
                content: Self {
                    code: row.code,
                    name: Text::new(row.name_ru, row.name_en),
                    kind: kind(&row.kind)?,
                    unit: row.unit,
                    filterable: row.filterable,
                    position: row.position,
                    choices: choices
                        .map(|(code, (ru, en))| ChoiceContent {
                            code,
                            name: Text::new(ru, en),
                        })
                        .collect(),
                },
                version: row.version,
                deleted_at: row.deleted_at,
            })
        })
        .collect()
    }

    async fn check(&self, conn: &mut PgConnection, before: Option<&Self>) -> Result<(), EditError> {
        self.check_shape()?;
        let Some(before) = before else {
            return Ok(());
        };
        let (code, kind) = (self.code.clone(), domain_kind(self));
        rules::broken_by(&mut *conn, |known| _ = known.properties.insert(code, kind))
            .await?
            .none()?;
        if before.kind != self.kind {
            return values::users_of(conn, &self.code).await?.none();
        }
        let kept: HashSet<&str> = self.choices.iter().map(|choice| &*choice.code).collect();
        let gone = before.choices.iter().map(|choice| &*choice.code);
        let gone: Vec<&str> = gone.filter(|code| !kept.contains(code)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        values::users_of_choices(conn, &self.code, &gone).await?.none()
    }

    async fn write(&self, conn: &mut PgConnection, _: &Editor<'_>, version: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO property (code, name_ru, name_en, kind, unit, filterable, position, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (code) DO UPDATE
             SET name_ru = $2, name_en = $3, kind = $4, unit = $5, filterable = $6, position = $7, version = $8,
                 deleted_at = NULL",
            self.code,
            self.name.ru,
            self.name.en,
            self.kind.code(),
            self.unit,
            self.filterable,
            self.position,
            version,
        )
        .execute(&mut *conn)
        .await?;
        let codes: Vec<&str> = self.choices.iter().map(|choice| &*choice.code).collect();
        let ru: Vec<&str> = self.choices.iter().map(|choice| &*choice.name.ru).collect();
        let en: Vec<&str> = self.choices.iter().map(|choice| &*choice.name.en).collect();
        // Those that stay keep their rows: others may point at them.
        sqlx::query!(
            "DELETE FROM property_choice WHERE property = $1 AND code <> ALL ($2)",
            self.code,
            &codes as &[&str],
        )
        .execute(&mut *conn)
        .await?;
        sqlx::query!(
            "INSERT INTO property_choice (property, code, name_ru, name_en, position)
             SELECT $1, code, ru, en, position FROM unnest($2::text[], $3::text[], $4::text[])
                  WITH ORDINALITY AS e (code, ru, en, position)
             ON CONFLICT (property, code) DO UPDATE
             SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, position = EXCLUDED.position",
            self.code,
            &codes as &[&str],
            &ru as &[&str],
            &en as &[&str],
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn users(conn: &mut PgConnection, code: &str) -> Result<Users, EditError> {
        let rows = sqlx::query_as!(
            User,
            r#"WITH users AS (
                   SELECT 'category' AS kind, c.code, c.name_ru, c.name_en
                   FROM category_property u JOIN category c ON c.code = u.category
                   WHERE c.deleted_at IS NULL AND u.property = $1
                   UNION ALL
                   SELECT 'component_type', t.code, t.name_ru, t.name_en
                   FROM component_type_property u JOIN component_type t ON t.code = u.component_type
                   WHERE t.deleted_at IS NULL AND u.property = $1
                   UNION ALL
                   SELECT 'compatibility_rule', code, name_ru, name_en FROM compatibility_rule
                   WHERE deleted_at IS NULL
                     AND jsonb_path_exists(condition, '$.* ? (@ == $property)', jsonb_build_object('property', $1::text))
                   UNION ALL
                   SELECT 'component', sku, name_ru, name_en FROM component
                   WHERE deleted_at IS NULL AND properties ? $1
                   UNION ALL
                   SELECT 'product', slug, name_ru, name_en FROM product
                   WHERE deleted_at IS NULL AND properties ? $1
               )
               SELECT kind AS "kind!", code AS "code!", name_ru AS "name_ru!", name_en AS "name_en!",
                      count(*) OVER () AS "total!"
               FROM users ORDER BY kind, code LIMIT $2"#,
            code,
            NAMED,
        )
        .fetch_all(conn)
        .await?;
        Ok(Users::new(rows))
    }

    async fn mark_deleted(
        conn: &mut PgConnection,
        code: &str,
        version: i64,
        at: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE property SET version = $2, deleted_at = $3 WHERE code = $1",
            code,
            version,
            at,
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}

trait Shape {
    /// Units are of numbers, choices of choices, and each choice is there once.
    fn check_shape(&self) -> Result<(), EditError>;
}

impl Shape for PropertyContent {
    fn check_shape(&self) -> Result<(), EditError> {
        let mut faults = Vec::new();
        if BUILT_IN.contains(&&*self.code) {
            faults.push(Fault::taken("code"));
        }
        if self.unit.is_some() && self.kind != ValueKind::Number {
            let message = Text::new("единица бывает только у чисел", "only numbers have a unit");
            faults.push(Fault::new("unit", "unfit", message));
        }
        if self.choices.is_empty() == (self.kind == ValueKind::Choice) {
            let message = Text::new(
                "варианты нужны виду choice и только ему",
                "the kind choice needs choices, and no other kind has any",
            );
            faults.push(Fault::new("choices", "unfit", message));
        }
        let mut seen = HashSet::new();
        for (place, choice) in self.choices.iter().enumerate() {
            if !seen.insert(&*choice.code) {
                faults.push(twice(format!("choices[{place}].code")));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(EditError::Invalid(faults))
        }
    }
}

fn twice(field: String) -> Fault {
    Fault::new(
        field,
        "twice",
        Text::new("уже есть выше", "is listed above already"),
    )
}

/// The properties that a category or a type lists are there, each once.
pub(super) async fn check_uses(conn: &mut PgConnection, uses: &[PropertyUse]) -> Result<(), EditError> {
    if uses.is_empty() {
        return Ok(());
    }
    let codes: Vec<&str> = uses.iter().map(|u| &*u.property).collect();
    let known: HashSet<String> = sqlx::query_scalar!(
        "SELECT code FROM property WHERE code = ANY($1) AND deleted_at IS NULL",
        &codes as &[&str],
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .collect();
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    for (place, code) in codes.iter().enumerate() {
        let field = format!("properties[{place}].property");
        if !known.contains(*code) {
            faults.push(Fault::unknown(field));
        } else if !seen.insert(*code) {
            faults.push(twice(field));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(EditError::Invalid(faults))
    }
}

/// Read as arrays.
pub(super) fn uses(properties: Vec<String>, required: Vec<bool>) -> Vec<PropertyUse> {
    let pairs = properties.into_iter().zip(required);
    pairs
        .map(|(property, required)| PropertyUse { property, required })
        .collect()
}

fn kind(code: &str) -> Result<ValueKind, sqlx::Error> {
    use ValueKind::{Choice, Color, Flag, Material, Number, Text};
    [Text, Number, Choice, Color, Material, Flag]
        .into_iter()
        .find(|kind| kind.code() == code)
        .ok_or_else(|| unexpected("property.kind", code))
}

/// The property as the domain knows it.
pub(super) fn domain_kind(property: &PropertyContent) -> Kind {
    match property.kind {
        ValueKind::Text => Kind::Text,
        ValueKind::Number => Kind::Number(property.unit.clone()),
        ValueKind::Choice => Kind::Choice(
            property
                .choices
                .iter()
                .map(|choice| choice.code.clone())
                .collect(),
        ),
        ValueKind::Color => Kind::Color,
        ValueKind::Material => Kind::Material,
        ValueKind::Flag => Kind::Flag,
    }
}
