use axum::extract::FromRef;
use url::{Origin, Url};
use web::Site;

use crate::clients::{Catalog, Orders};

/// What the pages are made with.
#[derive(Clone)]
pub struct Shop {
    /// Texts, files, settings.
    pub site: Site,
    /// The assortment.
    pub catalog: Catalog,
    /// Carts and orders.
    pub orders: Orders,
    /// Where customers may be sent to pay.
    pub payment_origins: Vec<Origin>,
}

impl Shop {
    /// Whether an address is on one of the payment provider's origins.
    pub fn may_pay_at(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && self.payment_origins.contains(&url.origin())
        })
    }
}

impl FromRef<Shop> for Site {
    fn from_ref(shop: &Shop) -> Self {
        shop.site.clone()
    }
}
