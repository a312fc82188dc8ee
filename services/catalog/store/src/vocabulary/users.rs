use contracts::catalog::{AssortmentKind, UsedBy};
use kernel::Text;

use crate::edit::EditError;

/// How many users are named.
pub(super) const NAMED: i64 = 20;

/// Who needs an entry.
#[derive(Debug, Default)]
pub struct Users {
    named: Vec<UsedBy>,
    total: i64,
}

/// A row of a query for users: which kind, which thing, what it is called.
pub(super) struct User {
    pub kind: String,
    pub code: String,
    pub name_ru: String,
    pub name_en: String,
    /// Of all kinds together.
    pub total: i64,
}

impl Users {
    pub(super) fn new(rows: Vec<User>) -> Self {
        let total = rows.first().map_or(0, |row| row.total);
        let named = rows.into_iter().filter_map(|row| {
            Some(UsedBy {
                kind: kind(&row.kind)?,
                code: row.code,
                name: Text::new(row.name_ru, row.name_en),
            })
        });
        Self {
            named: named.collect(),
            total,
        }
    }

    /// Both together.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.total += others.total;
        self.named.extend(others.named);
        self.named.truncate(usize::try_from(NAMED).unwrap_or_default());
        self
    }

    /// Refuses when there is any.
    pub(super) fn none(self) -> Result<(), EditError> {
        if self.total == 0 {
            return Ok(());
        }
        Err(EditError::InUse {
            users: self.named,
            total: self.total,
        })
    }
}

fn kind(code: &str) -> Option<AssortmentKind> {
    use AssortmentKind::{
        Category, CompatibilityRule, Component, ComponentType, MarginRule, Product, Property, Set, SetKind,
    };
    [
        Category,
        Property,
        ComponentType,
        CompatibilityRule,
        MarginRule,
        Component,
        Product,
        SetKind,
        Set,
    ]
    .into_iter()
    .find(|kind| kind.code() == code)
}
