use askama::Template;
use axum::extract::State;
use axum::response::Response;
use contracts::orders::{Cart, PlaceOrder, Quote, QuoteRequest, Slot};
use http::StatusCode;
use kernel::{Money, SlotId};
use web::{Failure, Flash, Form};

use super::delivery::orderable;
use super::draft::Draft;
use super::placed::Placed;
use crate::clients::CallError;
use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "slot.html")]
struct SlotPage<'a> {
    page: &'a Frame,
    cart: Cart,
    draft: Draft,
    quote: Quote,
    total: Money,
    form: Form,
    /// The order's idempotency key: sending this page twice places one order.
    key: String,
}

/// Days shown at once; the others unfold.
const DAYS_AT_ONCE: usize = 5;

/// The windows of one day.
struct Day<'a> {
    label: String,
    windows: Vec<Window<'a>>,
}

/// A window to choose.
struct Window<'a> {
    slot: &'a Slot,
    chosen: bool,
}

impl SlotPage<'_> {
    /// The next days and the later ones.
    fn days(&self) -> (Vec<Day<'_>>, Vec<Day<'_>>) {
        let chosen = self.form.get::<SlotId>("slot");
        let mut days: Vec<Day<'_>> = Vec::new();
        for slot in &self.quote.slots {
            let label = self.page.weekday(&slot.starts_at);
            let window = Window {
                slot,
                chosen: chosen == Some(slot.id),
            };
            match days.last_mut().filter(|day| day.label == label) {
                Some(day) => day.windows.push(window),
                None => days.push(Day {
                    label,
                    windows: vec![window],
                }),
            }
        }
        let later = days.split_off(days.len().min(DAYS_AT_ONCE));
        (days, later)
    }
}

#[derive(Template)]
#[template(path = "unconfirmed.html")]
struct UnconfirmedPage<'a> {
    page: &'a Frame,
    slot: SlotId,
    key: String,
}

/// Second step of ordering: what delivery costs, when it can be (CHK-1), and what it all comes to.
pub async fn show(State(shop): State<Shop>, page: Frame) -> Result<Response, Failure> {
    render(&shop, &page, StatusCode::OK, Form::default()).await
}

/// Places the order (CHK-2).
pub async fn place(State(shop): State<Shop>, page: Frame, mut form: Form) -> Result<Response, Failure> {
    let Some(draft) = Draft::load(&page) else {
        return Ok(page.redirect("/delivery"));
    };
    let Some(cart_id) = page.cart_id() else {
        return Ok(page.redirect("/cart"));
    };
    let Some(slot_id) = form.get::<SlotId>("slot") else {
        form.fail("slot", page.t("slot-missing"));
        return render(&shop, &page, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let key = key_of(&form);
    let order = PlaceOrder {
        cart_id,
        recipient: draft.recipient.clone(),
        address: draft.address.clone(),
        slot_id,
    };
    match shop.orders.place(page.lang(), &key, &order).await {
        Ok(placed) => {
            let to = page.redirect(&format!("/orders/{}", placed.number));
            let to = page.forget_cart(Draft::forget(&page, to));
            Ok(Placed::new(&placed, draft).keep(&page, to))
        }
        Err(error) => refused(&shop, &page, form, slot_id, key, error).await,
    }
}

async fn refused(
    shop: &Shop,
    page: &Frame,
    mut form: Form,
    slot: SlotId,
    key: String,
    error: CallError,
) -> Result<Response, Failure> {
    let problem = match error.refusal() {
        Some(problem) if problem.slug() != "in-progress" => problem,
        // Nobody knows whether the order was placed: the same request again, with the same key, finds out.
        _ => {
            tracing::warn!(%error, "no answer to an order");
            let template = UnconfirmedPage { page, slot, key };
            return Ok(page.html_with(StatusCode::SERVICE_UNAVAILABLE, &template));
        }
    };
    match problem.slug() {
        "slot-taken" => {
            form.set("slot", "");
            form.fail("slot", page.t("slot-taken"));
            render(shop, page, StatusCode::CONFLICT, form).await
        }
        "insufficient-stock" | "not-for-sale" | "cart-changed" | "cart-empty" | "not-found" => {
            Ok(page.redirect_with("/cart", &Flash::bad("flash-cart-changed")))
        }
        "no-delivery" | "validation" => {
            Ok(page.redirect_with("/delivery", &Flash::bad("flash-address-refused")))
        }
        _ => {
            form.fail("", problem.text());
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            render(shop, page, status, form).await
        }
    }
}

/// The key the page was rendered with; a new one when somebody has tampered with it.
fn key_of(form: &Form) -> String {
    let key = form.value("key");
    if (1..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        key.to_owned()
    } else {
        kernel::random::token()
    }
}

async fn render(shop: &Shop, page: &Frame, status: StatusCode, form: Form) -> Result<Response, Failure> {
    let cart = match orderable(shop, page).await? {
        Ok(cart) => cart,
        Err(redirect) => return Ok(redirect),
    };
    let Some(draft) = Draft::load(page) else {
        return Ok(page.redirect("/delivery"));
    };
    let request = QuoteRequest {
        cart_id: cart.id,
        address: draft.address.clone(),
    };
    let quote = match shop.orders.quote(page.lang(), &request).await {
        Ok(quote) => quote,
        Err(error) if error.refusal().is_some() => {
            return Ok(page.redirect_with("/delivery", &Flash::bad("flash-address-refused")));
        }
        Err(error) => return Err(error.into()),
    };
    let total = cart
        .total
        .plus(quote.price)
        .map_err(|error| Failure::internal(&error))?;
    let template = SlotPage {
        page,
        cart,
        draft,
        quote,
        total,
        form,
        // A refused order may come again with another window: that is another request.
        key: kernel::random::token(),
    };
    Ok(page.html_with(status, &template))
}
