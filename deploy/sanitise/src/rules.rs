//! The allow-list: what becomes of every column.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// What becomes of every column of one database. A file in `rules`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The database's name.
    pub database: String,
    /// Who owns it.
    pub owner: String,
    /// Who else may connect to it.
    pub roles: Vec<String>,
    /// Tables, with their schemas, whose rows go.
    pub empty: BTreeSet<String>,
    /// Statements that are run last, such as those for rows that an emptied table needs.
    #[serde(default)]
    pub after: Vec<String>,
    /// For each other table, with its schema, what becomes of each column.
    pub columns: BTreeMap<String, BTreeMap<String, Action>>,
}

/// What becomes of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It says nothing about a person.
    Keep,
    /// A person's name: another of the same form.
    Name,
    /// A phone: another that nobody has, written the same way.
    Phone,
    /// A mail address: one that reaches nobody.
    Mail,
    /// Street and house: others of the same form.
    Address,
    /// A flat or office: another number of as many digits. By itself it leads to nobody, so it is not looked for.
    Flat,
    /// A postcode: its region, and zeroes.
    Postcode,
    /// Free text or an identifier elsewhere: of the same form, without sense.
    Text,
    /// Nothing.
    Null,
}

impl Action {
    /// Whether originals of it must be found nowhere afterwards.
    pub const fn is_looked_for(self) -> bool {
        matches!(
            self,
            Self::Name | Self::Phone | Self::Mail | Self::Address | Self::Text
        )
    }

    /// Whether values become others, one by one.
    pub const fn is_pseudonymised(self) -> bool {
        !matches!(self, Self::Keep | Self::Null)
    }
}

impl Rules {
    /// Reads a file of rules; the error says where it is wrong.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}
