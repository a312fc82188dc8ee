use askama::Template;
use axum::extract::State;
use axum::response::Response;
use contracts::catalog::{MAX_QUANTITY, Shortage};
use contracts::orders::{Cart, CartLine};
use http::StatusCode;
use kernel::{CartId, ProductId};
use web::{Failure, Flash, Form};

use crate::clients::CallError;
use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage<'a> {
    page: &'a Frame,
    /// `None` when there is none or nothing is in it.
    cart: Option<Cart>,
    wrong: Option<Wrong>,
}

/// What is wrong with a change of one line.
struct Wrong {
    product: ProductId,
    message: String,
}

impl CartPage<'_> {
    fn error(&self, line: &CartLine) -> Option<&str> {
        self.wrong
            .as_ref()
            .filter(|wrong| wrong.product == line.product_id)
            .map(|wrong| wrong.message.as_str())
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn is_short(&self, line: &CartLine) -> bool {
        line.unit_price.is_some() && line.available < line.quantity
    }
}

/// The cart (CRT-2).
pub async fn show(State(shop): State<Shop>, page: Frame) -> Result<Response, Failure> {
    render(&shop, page, StatusCode::OK, None).await
}

/// Sets how many of a product are in the cart, or takes it out.
pub async fn change(State(shop): State<Shop>, mut page: Frame, form: Form) -> Result<Response, Failure> {
    let (Some(cart), Some(product)) = (page.cart_id(), form.get::<ProductId>("product")) else {
        return Ok(page.redirect("/cart"));
    };
    let changed = match wanted(&form) {
        Some(0) => shop.orders.remove_line(page.lang(), cart, product).await,
        Some(quantity) => shop.orders.set_line(page.lang(), cart, product, quantity).await,
        None => {
            let message = page.t1("quantity-invalid", "max", MAX_QUANTITY);
            let wrong = Wrong { product, message };
            return render(&shop, page, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong)).await;
        }
    };
    match changed {
        Ok(cart) => {
            page.saw_cart(&cart);
            Ok(page.remember_cart(page.redirect("/cart")))
        }
        Err(error) if error.is_not_found() => {
            let gone = page.redirect_with("/cart", &Flash::bad("flash-cart-gone"));
            Ok(gone)
        }
        Err(error) => {
            let Some(problem) = error.refusal() else {
                return Err(error.into());
            };
            let shortage = problem
                .extension::<Vec<Shortage>>("shortages")
                .and_then(|shortages| shortages.first().copied());
            let message = shortage.map_or_else(
                || problem.text().to_owned(),
                |shortage| page.t1("cart-shortage", "available", shortage.available),
            );
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            render(&shop, page, status, Some(Wrong { product, message })).await
        }
    }
}

/// How many the form asks for: the number in it, changed by the step of the button pressed; 0 takes the line out.
fn wanted(form: &Form) -> Option<i64> {
    if form.value("action") == "remove" {
        return Some(0);
    }
    let step = form.get::<i64>("step").unwrap_or(0).clamp(-1, 1);
    let quantity = form.get::<i64>("quantity")?.checked_add(step)?;
    (0..=MAX_QUANTITY).contains(&quantity).then_some(quantity)
}

async fn render(
    shop: &Shop,
    mut page: Frame,
    status: StatusCode,
    wrong: Option<Wrong>,
) -> Result<Response, Failure> {
    let cart = of_visitor(shop, &page).await?;
    let known = page.cart_id().is_some();
    if let Some(cart) = &cart {
        page.saw_cart(cart);
    } else {
        page.lost_cart();
    }
    let template = CartPage {
        page: &page,
        cart: cart.filter(|cart| !cart.lines.is_empty()),
        wrong,
    };
    let response = page.html_with(status, &template);
    Ok(if known && page.cart_id().is_none() {
        page.forget_cart(response)
    } else {
        page.remember_cart(response)
    })
}

/// The visitor's cart; `None` when there is none, or none any more.
pub async fn of_visitor(shop: &Shop, page: &Frame) -> Result<Option<Cart>, CallError> {
    match page.cart_id() {
        Some(id) => find(shop, page, id).await,
        None => Ok(None),
    }
}

/// The cart; `None` when it does not exist any more.
pub async fn find(shop: &Shop, page: &Frame, id: CartId) -> Result<Option<Cart>, CallError> {
    match shop.orders.cart(page.lang(), id).await {
        Ok(cart) => Ok(Some(cart)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
