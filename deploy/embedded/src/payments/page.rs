use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use kernel::{Clock as _, Lang, SystemClock, Text};
use serde::Deserialize;

use super::Provider;
use super::card::{self, BadCard, DECLINED_CARD};
use super::ledger::{Payment, Status};

/// The hosted page: the only place where a card is entered.
pub fn router(provider: Provider) -> Router {
    Router::new()
        .route("/checkout/{id}", get(show).post(submit))
        .with_state(provider)
}

#[derive(Deserialize)]
struct Entered {
    #[serde(default)]
    action: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    expiry: String,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "checkout.html")]
struct Page<'a> {
    lang: Lang,
    title: &'a str,
    amount: String,
    order: &'a str,
    labels: Labels,
    error: Option<(BadCard, String)>,
}

impl Page<'_> {
    fn wrong(&self, field: &str) -> bool {
        let of = match self.error {
            Some((BadCard::Number, _)) => "number",
            Some((BadCard::Expiry, _)) => "expiry",
            Some((BadCard::Code, _)) => "code",
            None => "",
        };
        of == field
    }
}

struct Labels {
    order: String,
    number: String,
    expiry: String,
    code: String,
    pay: String,
    cancel: String,
    test: String,
}

async fn show(State(provider): State<Provider>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    match provider.ledger.payment(&id) {
        Some(payment) => page(&payment, language(&headers), None),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn submit(
    State(provider): State<Provider>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(entered): Form<Entered>,
) -> Response {
    let Some(payment) = provider.ledger.payment(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (status, reason) = if entered.action == "cancel" {
        (Status::Canceled, Some("canceled_by_customer"))
    } else {
        let today = SystemClock.now().date();
        match card::check(&entered.number, &entered.expiry, &entered.code, today) {
            Ok(number) if number == DECLINED_CARD => (Status::Canceled, Some("insufficient_funds")),
            Ok(_) => (Status::Succeeded, None),
            Err(bad) => return page(&payment, language(&headers), Some(bad)),
        }
    };
    match provider.ledger.finish(&id, status, reason) {
        Ok(Some((payment, finished))) => {
            if finished {
                let event = if status == Status::Succeeded {
                    "payment.succeeded"
                } else {
                    "payment.canceled"
                };
                provider.webhooks.send(event, &payment.answer(&provider.base));
            }
            Redirect::to(payment.return_url.as_str()).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "the payment journal cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn page(payment: &Payment, lang: Lang, bad: Option<BadCard>) -> Response {
    if payment.status != Status::Pending {
        return Redirect::to(payment.return_url.as_str()).into_response();
    }
    let text = |ru: &str, en: &str| Text::new(ru, en).get(lang).to_owned();
    let error = bad.map(|bad| {
        let message = match bad {
            BadCard::Number => text(
                "Проверьте номер карты: в нём 16–19 цифр.",
                "Check the card number: it has 16 to 19 digits.",
            ),
            BadCard::Expiry => text(
                "Проверьте срок действия: ММ/ГГ, не в прошлом.",
                "Check the expiry date: MM/YY, not past.",
            ),
            BadCard::Code => text(
                "Код – три цифры с оборота карты.",
                "The code is three digits on the back of the card.",
            ),
        };
        (bad, message)
    });
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let html = Page {
        lang,
        title: &text("Оплата заказа", "Pay for the order"),
        amount: payment.amount.display(),
        order: &payment.description,
        labels: Labels {
            order: text("Заказ", "Order"),
            number: text("Номер карты", "Card number"),
            expiry: text("Срок действия (ММ/ГГ)", "Valid until (MM/YY)"),
            code: text("Код CVC/CVV", "CVC/CVV code"),
            pay: text("Оплатить", "Pay"),
            cancel: text("Отказаться от оплаты", "Cancel the payment"),
            test: text(
                "Тестовая страница: деньги не списываются. Подойдёт карта 4111 1111 1111 1111 с любым будущим сроком \
                 и кодом; карте 4000 0000 0000 0002 будет отказано.",
                "A test page: no money is taken. The card 4111 1111 1111 1111 works with any future date and any \
                 code; the card 4000 0000 0000 0002 is declined.",
            ),
        },
        error,
    }
    .render()
    .expect("the template only writes to memory");
    // The form's answer is a redirect back to the shop, which `form-action` would forbid.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(html)).into_response()
}

fn language(headers: &HeaderMap) -> Lang {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Lang::from_accept_language(accepted.unwrap_or_default())
}
