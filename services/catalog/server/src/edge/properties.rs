use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use garde::Validate;
use kernel::Text;
use problem::{Problem, Query, kinds};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

/// What parameters begin with that narrow by a property.
pub(super) const PREFIX: &str = "prop.";
/// Filters by properties in one query.
const MOST: usize = 20;
/// Bytes of a value.
const LONGEST: usize = 100;

/// A query whose parameters are known beforehand, but for those that narrow by a property the assortment defines.
#[derive(Debug)]
pub(super) struct WithProperties<T> {
    pub query: T,
    /// Code, perhaps with `.min` or `.max`, and value; sorted.
    pub properties: Vec<(String, String)>,
}

impl<T, S> FromRequestParts<S> for WithProperties<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = parts.uri.query().unwrap_or_default().to_owned();
        if !text.contains(PREFIX) {
            let Query(query) = Query::<T>::from_request_parts(parts, state).await?;
            return Ok(Self {
                query,
                properties: Vec::new(),
            });
        }
        let (rest, properties) = part(&text)?;
        parts.uri = Uri::try_from(format!("{}?{}", parts.uri.path(), rest)).map_err(Problem::internal)?;
        let Query(query) = Query::<T>::from_request_parts(parts, state).await?;
        Ok(Self { query, properties })
    }
}

/// Parts what narrows by a property from the other parameters.
fn part(query: &str) -> Result<(String, Vec<(String, String)>), Problem> {
    let mut rest = form_urlencoded::Serializer::new(String::new());
    let mut properties: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(property) = name.strip_prefix(PREFIX) else {
            rest.append_pair(&name, &value);
            continue;
        };
        if value.len() > LONGEST || value.contains(['\0', '\u{fffd}']) {
            return Err(refuse(
                &name,
                "invalid",
                "неверное значение",
                "is no value of a property",
            ));
        }
        if properties.iter().any(|(known, _)| known == property) {
            return Err(refuse(&name, "duplicate", "указано дважды", "is given twice"));
        }
        if properties.len() == MOST {
            return Err(refuse(
                &name,
                "too_many",
                "слишком много свойств",
                "too many properties",
            ));
        }
        properties.push((property.to_owned(), value.into_owned()));
    }
    properties.sort();
    Ok((rest.finish(), properties))
}

fn refuse(name: &str, code: &'static str, ru: &str, en: &str) -> Problem {
    Problem::new(&kinds::VALIDATION).field(name, code, Text::new(ru, en))
}
