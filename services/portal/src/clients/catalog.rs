use balancer::{Client, Request};
use contracts::catalog::{StockCorrection, StockPage, StockRow};
use kernel::Lang;

use super::{CallError, call, filter};

const STOCK: &str = "/api/staff/v1/stock";

/// What to list of the stock.
#[derive(Debug, Clone, Default)]
pub struct StockQuery {
    /// Part of an article number or a name; empty for all.
    pub q: String,
    /// Code of a warehouse; empty for all.
    pub warehouse: String,
    /// Where the page begins; empty for the first one.
    pub cursor: String,
}

/// The catalog's staff face.
#[derive(Clone)]
pub struct Catalog(pub(crate) Client);

impl Catalog {
    /// One page of what lies in the warehouses.
    pub async fn stock(&self, lang: Lang, token: &str, query: &StockQuery) -> Result<StockPage, CallError> {
        let mut request = Request::get(STOCK).bearer(token);
        for (name, value) in [
            ("q", &query.q),
            ("warehouse", &query.warehouse),
            ("cursor", &query.cursor),
        ] {
            request = filter(request, name, value);
        }
        call(&self.0, lang, request).await
    }

    /// Corrects what lies on a shelf; with the same key again nothing changes.
    pub async fn correct(
        &self,
        lang: Lang,
        token: &str,
        key: &str,
        correction: &StockCorrection,
    ) -> Result<StockRow, CallError> {
        let request = Request::post(format!("{STOCK}/corrections"))
            .bearer(token)
            .header("idempotency-key", key)
            .json(correction)
            .repeatable();
        call(&self.0, lang, request).await
    }
}
