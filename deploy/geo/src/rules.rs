use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

/// Which site serves whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    default: String,
    countries: HashMap<String, String>,
}

/// Why rules are of no use.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not TOML, or other keys than `default` and `sites`.
    #[error("the rules are not valid: {0}")]
    Syntax(#[from] toml::de::Error),
    /// The default is none of the sites.
    #[error("default = \"{0}\" is none of the sites")]
    Default(String),
    /// A country is written in another way than ISO 3166-1 alpha-2.
    #[error("\"{country}\" of {site} is not a country code like RU")]
    Country {
        /// The site.
        site: String,
        /// What is written.
        country: String,
    },
    /// A country is said to belong to two sites, or twice to one.
    #[error("{0} stands in the rules twice")]
    Twice(String),
    /// A site's name could not stand in a map.
    #[error("\"{0}\" is not a site's name: letters, digits, - and _ only")]
    Name(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default: String,
    sites: BTreeMap<String, Vec<String>>,
}

impl Rules {
    /// Rules from their file:
    ///
    /// ```toml
    /// default = "site1"
    /// [sites]
    /// site1 = ["RU", "BY"]
    /// site2 = ["KZ"]
    /// ```
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: File = toml::from_str(text)?;
        if !file.sites.contains_key(&file.default) {
            return Err(RulesError::Default(file.default));
        }
        let mut countries = HashMap::new();
        let mut seen = HashSet::new();
        for (site, codes) in file.sites {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if site.is_empty() || !site.chars().all(plain) {
                return Err(RulesError::Name(site));
            }
            for country in codes {
                if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
                    return Err(RulesError::Country { site, country });
                }
                if !seen.insert(country.clone()) {
                    return Err(RulesError::Twice(country));
                }
                countries.insert(country, site.clone());
            }
        }
        Ok(Self {
            default: file.default,
            countries,
        })
    }

    /// The site of a country.
    pub fn site(&self, country: &str) -> &str {
        self.countries.get(country).unwrap_or(&self.default)
    }

    /// The site of everybody else.
    pub fn default_site(&self) -> &str {
        &self.default
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_without_a_rule_go_to_the_default() {
        let rules =
            Rules::parse("default = \"site1\"\n[sites]\nsite1 = [\"RU\"]\nsite2 = [\"KZ\"]\n").unwrap();
        assert_eq!(
            (rules.site("RU"), rules.site("KZ"), rules.site("AQ")),
            ("site1", "site2", "site1")
        );
    }

    #[test]
    fn rules_that_contradict_themselves_are_refused() {
        let refused = |text: &str| Rules::parse(text).unwrap_err().to_string();
        for (text, why) in [
            ("default = \"c\"\n[sites]\na = []", "none of the sites"),
            (
                "default = \"a\"\n[sites]\na = [\"RU\"]\nb = [\"RU\"]",
                "RU stands",
            ),
            ("default = \"a\"\n[sites]\na = [\"Russia\"]", "\"Russia\" of a"),
            (
                "default = \"a b\"\n[sites]\n\"a b\" = [\"RU\"]",
                "not a site's name",
            ),
            ("default = \"a\"\nsite = []\n[sites]\na = []", "unknown field"),
        ] {
            assert!(refused(text).contains(why), "{text}: {}", refused(text));
        }
    }
}
