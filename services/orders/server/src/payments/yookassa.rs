//! A provider with `YooKassa`'s HTTP API, version 3 (yookassa.ru/developers/api): the simulator speaks it too.

use std::time::Duration;

use anyhow::Context as _;
use confique::Config;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use kernel::{Currency, Money, PaymentId, Personal};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{GatewayError, NewPayment, PaymentGateway, ProviderPayment, ProviderStatus, Registered};

/// How to reach the payment provider. Nothing is required to load it, since not every face asks the provider.
#[derive(Debug, Clone, Config)]
pub struct YooKassaConfig {
    /// Base address of its API, as in `https://api.yookassa.ru/v3/`.
    pub api_url: Option<Url>,

    /// Identifier of the shop.
    pub shop_id: Option<String>,

    /// Secret key of the shop.
    pub secret_key: Option<Personal<String>>,
}

/// The provider's API.
pub struct YooKassa {
    http: reqwest::Client,
    api_url: Url,
    shop_id: String,
    secret_key: Personal<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Amount {
    value: String,
    currency: String,
}

impl Amount {
    fn of(money: Money) -> Self {
        let value = format!("{}.{:02}", money.amount / 100, money.amount % 100);
        Self {
            value,
            currency: money.currency.code().to_owned(),
        }
    }

    /// The amount in minor units; `None` when it is not a decimal number with at most two places.
    fn money(&self) -> Option<Money> {
        let (whole, minor) = self.value.split_once('.').unwrap_or((&self.value, "00"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(minor) || minor.len() != 2 {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let minor: i64 = minor.parse().ok()?;
        let amount = whole.checked_mul(100)?.checked_add(minor)?;
        Some(Money::new(amount, Currency::from_code(&self.currency)?))
    }
}

#[derive(Deserialize)]
struct PaymentAnswer {
    id: String,
    status: String,
    amount: Amount,
    #[serde(default)]
    confirmation: Option<Confirmation>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Confirmation {
    #[serde(default)]
    confirmation_url: Option<String>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    payment_id: Option<String>,
}

#[derive(Default, Deserialize)]
struct ErrorAnswer {
    #[serde(default)]
    code: String,
}

impl YooKassa {
    /// A client of the provider.
    ///
    /// # Errors
    /// Names the key that is missing; also when the HTTP client cannot be built.
    pub fn new(config: &YooKassaConfig) -> anyhow::Result<Self> {
        const NEEDS: &str = "is not set, and taking payments needs it";
        let mut api_url = config
            .api_url
            .clone()
            .with_context(|| format!("payment.api_url {NEEDS}"))?;
        let shop_id = config
            .shop_id
            .clone()
            .with_context(|| format!("payment.shop_id {NEEDS}"))?;
        let secret_key = config
            .secret_key
            .clone()
            .with_context(|| format!("payment.secret_key {NEEDS}"))?;
        // Installing a second time is refused and harmless: the first provider stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if !api_url.path().ends_with('/') {
            let path = format!("{}/", api_url.path());
            api_url.set_path(&path);
        }
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(8))
            .tcp_nodelay(true)
            .build()?;
        Ok(Self {
            http,
            api_url,
            shop_id,
            secret_key,
        })
    }

    fn url(&self, path: &str) -> Result<Url, GatewayError> {
        self.api_url
            .join(path)
            .map_err(|error| GatewayError::Unavailable(error.into()))
    }

    async fn send(&self, request: RequestBuilder) -> Result<PaymentAnswer, GatewayError> {
        let answer = request
            .basic_auth(&self.shop_id, Some(self.secret_key.expose()))
            .send()
            .await
            .map_err(|error| GatewayError::Unavailable(error.into()))?;
        if answer.status().is_success() {
            return answer
                .json()
                .await
                .map_err(|error| GatewayError::Unavailable(error.into()));
        }
        Err(refused(answer).await)
    }
}

async fn refused(answer: Response) -> GatewayError {
    let status = answer.status();
    let code = answer.json::<ErrorAnswer>().await.unwrap_or_default().code;
    if status == StatusCode::NOT_FOUND {
        GatewayError::NotFound
    } else if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        GatewayError::Unavailable(format!("status {status}").into())
    } else {
        GatewayError::Refused {
            status: status.as_u16(),
            code,
        }
    }
}

fn unreadable(what: &str) -> GatewayError {
    GatewayError::Refused {
        status: 200,
        code: format!("unreadable {what}"),
    }
}

impl PaymentGateway for YooKassa {
    fn register<'a>(&'a self, payment: &'a NewPayment) -> BoxFuture<'a, Result<Registered, GatewayError>> {
        async move {
            let request = self
                .http
                .post(self.url("payments")?)
                .header("Idempotence-Key", payment.id.to_string())
                .json(&json!({
                    "amount": Amount::of(payment.amount),
                    "capture": true,
                    "confirmation": { "type": "redirect", "return_url": payment.return_url },
                    "description": payment.order_number,
                    "metadata": { "payment_id": payment.id },
                }));
            let answer = self.send(request).await?;
            let url = answer
                .confirmation
                .and_then(|confirmation| confirmation.confirmation_url);
            Ok(Registered {
                provider_id: answer.id,
                confirmation_url: url.ok_or_else(|| unreadable("confirmation"))?,
            })
        }
        .boxed()
    }

    fn payment<'a>(&'a self, provider_id: &'a str) -> BoxFuture<'a, Result<ProviderPayment, GatewayError>> {
        async move {
            let sane = (1..=64).contains(&provider_id.len())
                && provider_id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !sane {
                return Err(GatewayError::NotFound);
            }
            let answer = self
                .send(self.http.get(self.url(&format!("payments/{provider_id}"))?))
                .await?;
            let status = match answer.status.as_str() {
                "pending" | "waiting_for_capture" => ProviderStatus::Pending,
                "succeeded" => ProviderStatus::Succeeded,
                "canceled" => ProviderStatus::Canceled,
                _ => return Err(unreadable("status")),
            };
            Ok(ProviderPayment {
                id: answer.metadata.payment_id.and_then(|id| id.parse().ok()),
                status,
                amount: answer.amount.money().ok_or_else(|| unreadable("amount"))?,
            })
        }
        .boxed()
    }

    fn refund<'a>(
        &'a self,
        id: PaymentId,
        provider_id: &'a str,
        amount: Money,
    ) -> BoxFuture<'a, Result<(), GatewayError>> {
        async move {
            let request = self
                .http
                .post(self.url("refunds")?)
                .header("Idempotence-Key", format!("refund-{id}"))
                .json(&json!({ "payment_id": provider_id, "amount": Amount::of(amount) }));
            self.send(request).await.map(drop)
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_kopeck_or_not_at_all() {
        let amount = |value: &str| {
            Amount {
                value: value.into(),
                currency: "RUB".into(),
            }
            .money()
        };
        assert_eq!(amount("1999.05"), Some(Money::rub(1_999_05)));
        assert_eq!(amount("7"), Some(Money::rub(7_00)));
        for bad in [
            "",
            ".",
            "1.5",
            "1.505",
            "-1.00",
            "1e3",
            "1,00",
            "99999999999999999999.00",
        ] {
            assert_eq!(amount(bad), None, "{bad}");
        }
        assert_eq!(Amount::of(Money::rub(1_999_05)).value, "1999.05");
    }
}
