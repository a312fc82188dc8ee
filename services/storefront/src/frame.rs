use std::convert::Infallible;
use std::ops::Deref;

use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use contracts::catalog::Image;
use contracts::orders::Cart;
use http::request::Parts;
use kernel::CartId;
use time::Duration;
use web::{Cookie, Page, Site};

use crate::phone;
use crate::picture::{self, Source};

/// Holds the cart's id and, for the header, how many pieces are in it.
const CART_COOKIE: &str = "cart";
/// How long an untouched cart is remembered by the browser.
const CART_AGE: Duration = Duration::days(30);

/// A visit of one of the shop's pages: a [`Page`] whose header knows the visitor's cart.
#[derive(Debug, Clone)]
pub struct Frame {
    page: Page,
    cart: Option<(CartId, i64)>,
}

impl Deref for Frame {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl<S> FromRequestParts<S> for Frame
where
    S: Send + Sync,
    Site: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Ok(page) = Page::from_request_parts(parts, state).await;
        Ok(Self::new(page))
    }
}

impl Frame {
    /// The frame of a visit.
    pub fn new(page: Page) -> Self {
        let cart = page.cookie(CART_COOKIE).and_then(|value| {
            let (id, pieces) = value.split_once('.')?;
            Some((id.parse().ok()?, pieces.parse().ok()?))
        });
        Self { page, cart }
    }

    /// The visitor's cart, if there is one.
    pub fn cart_id(&self) -> Option<CartId> {
        self.cart.map(|(id, _)| id)
    }

    /// Pieces in the cart, as far as the browser knows.
    pub fn cart_pieces(&self) -> i64 {
        self.cart.map_or(0, |(_, pieces)| pieces.clamp(0, 99_999))
    }

    /// Shows what is in the cart now.
    pub fn saw_cart(&mut self, cart: &Cart) {
        self.cart = Some((cart.id, cart.lines.iter().map(|line| line.quantity).sum()));
    }

    /// Shows no cart: it does not exist any more.
    pub fn lost_cart(&mut self) {
        self.cart = None;
    }

    /// Adds the cookie that remembers the cart.
    #[must_use]
    pub fn remember_cart(&self, response: Response) -> Response {
        match self.cart {
            Some((id, pieces)) => {
                let cookie = Cookie::new(CART_COOKIE, format!("{id}.{pieces}")).max_age(CART_AGE);
                self.page.set_cookie(response, &cookie)
            }
            None => response,
        }
    }

    /// Takes the cookie away: the cart has become an order.
    #[must_use]
    pub fn forget_cart(&self, response: Response) -> Response {
        self.page.set_cookie(response, &Cookie::removal(CART_COOKIE))
    }

    /// Whether the visit is in a part of the site, to mark it in the menu.
    pub fn is_in(&self, path: &str) -> bool {
        self.path() == path || self.path().starts_with(&format!("{path}/"))
    }

    /// The address of a picture.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub fn media(&self, image: &Image) -> String {
        picture::url(&image.key)
    }

    /// What browsers may show instead of the picture itself.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub fn sources(&self, image: &Image) -> Vec<Source> {
        picture::sources(image)
    }

    /// A phone number in groups.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub fn phone(&self, number: &str) -> String {
        phone::readable(number)
    }
}
