use axum::extract::FromRef;
use web::Site;

use crate::clients::{Catalog, Orders};

/// What the pages are made with.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Texts, files, settings.
    pub site: Site,
    /// The assortment.
    pub catalog: Catalog,
    /// Carts and orders.
    pub orders: Orders,
    /// Where customers may be sent to pay.
    pub payment_origins: Vec<String>,
}

impl FromRef<Shop> for Site {
    fn from_ref(shop: &Shop) -> Self {
        shop.site.clone()
    }
}
