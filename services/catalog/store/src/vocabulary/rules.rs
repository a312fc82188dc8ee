use catalog_domain::{Condition, ConditionError, Side};
use contracts::catalog::{AssortmentKind, Entry, PropertyContent, RuleContent};
use kernel::Text;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Vocabulary;
use super::properties::domain_kind;
use super::users::{User, Users};
use crate::edit::{EditError, Editor, Fault};

impl Vocabulary for RuleContent {
    const KIND: AssortmentKind = AssortmentKind::CompatibilityRule;

    fn code(&self) -> &str {
        &self.code
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            "SELECT code, name_ru, name_en, category, component_type, condition, version, deleted_at
             FROM compatibility_rule
             WHERE $1::text IS NULL OR code = $1 ORDER BY deleted_at NULLS FIRST, code",
            code,
        )
        .map(|row| Entry {
            content: Self {
                code: row.code,
                name: Text::new(row.name_ru, row.name_en),
                category: row.category,
                component_type: row.component_type,
                condition: row.condition,
            },
            version: row.version,
            deleted_at: row.deleted_at,
        })
        .fetch_all(conn)
        .await
    }

    async fn check(&self, conn: &mut PgConnection, _: Option<&Self>) -> Result<(), EditError> {
        let known = sqlx::query!(
            r#"SELECT $1::text IS NULL OR EXISTS (SELECT FROM category WHERE code = $1 AND deleted_at IS NULL)
                          AS "category!",
                      $2::text IS NULL OR EXISTS (SELECT FROM component_type WHERE code = $2 AND deleted_at IS NULL)
                          AS "component_type!""#,
            self.category,
            self.component_type,
        )
        .fetch_one(&mut *conn)
        .await?;
        let mut faults = Vec::new();
        if !known.category {
            faults.push(Fault::unknown("category"));
        }
        if !known.component_type {
            faults.push(Fault::unknown("component_type"));
        }
        match serde_json::from_value::<Condition>(self.condition.clone()) {
            Ok(condition) => {
                let vocabulary = domain(conn).await?;
                if let Err(error) = condition.check(&vocabulary) {
                    faults.push(senseless(&condition, error));
                }
            }
            Err(error) => {
                let message = Text::new(
                    format!("не условие: {error}"),
                    format!("is no condition: {error}"),
                );
                faults.push(Fault::new("condition", "malformed", message));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(EditError::Invalid(faults))
        }
    }

    async fn write(&self, conn: &mut PgConnection, _: &Editor<'_>, version: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO compatibility_rule (code, name_ru, name_en, category, component_type, condition, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (code) DO UPDATE
             SET name_ru = $2, name_en = $3, category = $4, component_type = $5, condition = $6, version = $7,
                 deleted_at = NULL",
            self.code,
            self.name.ru,
            self.name.en,
            self.category,
            self.component_type,
            self.condition,
            version,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn users(_: &mut PgConnection, _: &str) -> Result<Users, EditError> {
        Ok(Users::default())
    }

    async fn mark_deleted(
        conn: &mut PgConnection,
        code: &str,
        version: i64,
        at: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE compatibility_rule SET version = $2, deleted_at = $3 WHERE code = $1",
            code,
            version,
            at,
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// The rules that would make no sense any more after a change of the vocabulary. Two rounds of statements.
pub(super) async fn broken_by(
    conn: &mut PgConnection,
    change: impl FnOnce(&mut catalog_domain::Vocabulary) + Send,
) -> Result<Users, sqlx::Error> {
    let rules = RuleContent::load(&mut *conn, None).await?;
    let mut rules: Vec<RuleContent> = rules
        .into_iter()
        .filter(|rule| rule.deleted_at.is_none())
        .map(|rule| rule.content)
        .collect();
    if rules.is_empty() {
        return Ok(Users::default());
    }
    let mut vocabulary = domain(conn).await?;
    change(&mut vocabulary);
    rules.retain(|rule| {
        let condition = serde_json::from_value::<Condition>(rule.condition.clone());
        condition.is_ok_and(|condition| condition.check(&vocabulary).is_err())
    });
    let total = i64::try_from(rules.len()).unwrap_or(i64::MAX);
    let users = rules.into_iter().map(|rule| User {
        kind: RuleContent::KIND.code().to_owned(),
        code: rule.code,
        name_ru: rule.name.ru,
        name_en: rule.name.en,
        total,
    });
    Ok(Users::new(users.collect()))
}

/// Properties, colours and materials as the domain's rules see them, deleted ones left out. Two statements.
pub(crate) async fn domain(conn: &mut PgConnection) -> Result<catalog_domain::Vocabulary, sqlx::Error> {
    let properties = PropertyContent::load(&mut *conn, None).await?;
    let mut vocabulary = catalog_domain::Vocabulary {
        properties: properties
            .into_iter()
            .filter(|property| property.deleted_at.is_none())
            .map(|property| (property.content.code.clone(), domain_kind(&property.content)))
            .collect(),
        ..Default::default()
    };
    let codes = sqlx::query!(
        r#"SELECT true AS "color!", code AS "code!" FROM color WHERE deleted_at IS NULL
           UNION ALL SELECT false, code FROM material WHERE deleted_at IS NULL"#
    )
    .fetch_all(conn)
    .await?;
    for row in codes {
        let of = if row.color {
            &mut vocabulary.colors
        } else {
            &mut vocabulary.materials
        };
        of.insert(row.code);
    }
    Ok(vocabulary)
}

/// Where a condition makes no sense.
fn senseless(condition: &Condition, error: ConditionError) -> Fault {
    let field = |side| match (side, condition) {
        (Side::Component, _) => "condition.component",
        (Side::Unit, Condition::OneOf { .. }) => "condition.when.unit",
        (Side::Unit, _) => "condition.unit",
    };
    // Which of the two lists of values a property's name belongs to.
    let values = |code: &str| match condition {
        Condition::OneOf { component, .. } if component == code => "condition.values",
        _ => "condition.when.values",
    };
    match error {
        ConditionError::Unknown { side, .. } => Fault::unknown(field(side)),
        ConditionError::NotNumber { side, .. } => Fault::new(
            field(side),
            "not_number",
            Text::new("не числовое свойство", "is not a number"),
        ),
        ConditionError::Incomparable { unit, component } => Fault::new(
            "condition",
            "incomparable",
            Text::new(
                format!("{unit} и {component} нельзя сравнить"),
                format!("{unit} and {component} cannot be compared"),
            ),
        ),
        ConditionError::Value { code, index, problem } => Fault::new(
            format!("{}[{index}]", values(&code)),
            "unfit",
            Text::new(format!("не значение свойства {code}"), format!("{problem}")),
        ),
        ConditionError::NoValues { code } => Fault::new(
            values(&code),
            "empty",
            Text::new("нужно хотя бы одно значение", "needs at least one value"),
        ),
        ConditionError::Bounds => Fault::new(
            "condition",
            "bounds",
            Text::new(
                "нужна хотя бы одна граница, нижняя не больше верхней",
                "needs a bound, and the lower one not above the upper one",
            ),
        ),
    }
}
