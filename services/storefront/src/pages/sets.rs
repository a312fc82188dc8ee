use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use contracts::catalog::{SetCard, SetPage, Term};
use url::form_urlencoded;
use web::Failure;

use super::icons;
use super::standing::Standing;
use crate::clients::SetQuery;
use crate::frame::Frame;
use crate::shop::Shop;

/// Sets on one page: fills rows of two and three.
const PAGE_SIZE: u16 = 12;

#[derive(Template)]
#[template(path = "sets.html")]
struct SetsPage<'a> {
    page: &'a Frame,
    query: SetQuery,
    found: SetPage,
}

impl SetsPage<'_> {
    /// Kinds of the sets on this page.
    fn kinds(&self) -> Vec<&Term> {
        let kinds = self.found.items.iter().map(|set| (&*set.kind.code, &set.kind));
        kinds.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    /// Address of the first page with one kind, or with all.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn of_kind(&self, code: &str) -> String {
        url(code, "")
    }

    fn at(&self, cursor: &str) -> String {
        url(&self.query.kind, cursor)
    }

    fn standing(&self, set: &SetCard) -> Standing {
        Standing::of(self.page, &set.standing)
    }

    /// Path data of a kind's drawing.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn icon(&self, code: &str) -> &'static str {
        icons::of_set(code)
    }
}

fn url(kind: &str, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("kind", kind), ("cursor", cursor)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() {
        "/sets".to_owned()
    } else {
        format!("/sets?{query}")
    }
}

/// Sets, the newest first (CAT-8).
pub async fn show(
    State(shop): State<Shop>,
    page: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let mut wanted = SetQuery {
        page_size: PAGE_SIZE,
        ..SetQuery::default()
    };
    for (name, value) in form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()) {
        match &*name {
            "kind" => wanted.kind = value.trim().to_owned(),
            "cursor" => wanted.cursor = value.into_owned(),
            _ => {}
        }
    }
    match shop.catalog.sets(page.lang(), &wanted).await {
        Ok(found) => Ok(page.html(&SetsPage {
            page: &page,
            query: wanted,
            found,
        })),
        // A cursor or a kind from an old link; the list itself is still there.
        Err(error) if error.refusal().is_some() && !wanted.cursor.is_empty() => {
            Ok(page.redirect(&url(&wanted.kind, "")))
        }
        Err(error) if error.refusal().is_some() && !wanted.kind.is_empty() => Ok(page.redirect("/sets")),
        Err(error) => Err(error.into()),
    }
}
