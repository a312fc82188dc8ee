use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An HTTP interface and the token to call it with.
#[derive(Debug, Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON. Panics, showing it, when it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.status, String::from_utf8_lossy(&self.body))
        })
    }

    /// The body, which must come with this status.
    pub fn expect<T: DeserializeOwned>(&self, status: u16) -> T {
        self.expect_status(status);
        self.json()
    }

    /// Panics, showing the body, unless the status is this one.
    pub fn expect_status(&self, status: u16) {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
    }

    /// The slug of the problem's type (RFC 9457), after checking that it is a whole problem answer.
    pub fn problem(&self) -> String {
        let media_type = self
            .headers
            .get("content-type")
            .and_then(|value| value.to_str().ok());
        assert_eq!(
            media_type,
            Some("application/problem+json"),
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        let body: Value = self.json();
        assert_eq!(body["status"], self.status.as_u16(), "{body}");
        assert!(
            body["title"].as_str().is_some_and(|title| !title.is_empty()),
            "{body}"
        );
        let type_ = body["type"].as_str().unwrap_or_default();
        type_.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The fields that a problem names.
    pub fn fields(&self) -> Vec<String> {
        let body: Value = self.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .filter_map(|error| error["field"].as_str().map(str::to_owned))
            .collect()
    }
}

/// A client to build on.
pub fn client() -> reqwest::ClientBuilder {
    // Installing a second time is refused and harmless: the first provider stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(30));
    let Some(file) = std::env::var_os("GARNITUR_CA") else {
        return builder;
    };
    let pem = std::fs::read(&file).unwrap_or_else(|error| panic!("GARNITUR_CA={}: {error}", file.display()));
    let authority = reqwest::Certificate::from_pem(&pem).expect("GARNITUR_CA is a certificate");
    // Browsers know that names below `.localhost` are this machine; resolvers need not.
    ["shop.localhost", "portal.localhost"]
        .into_iter()
        .fold(builder.tls_certs_only([authority]), |builder, host| {
            builder.resolve(host, (std::net::Ipv4Addr::LOCALHOST, 0).into())
        })
}

impl Api {
    /// An interface at `base`, called without a token. Where the variable `GARNITUR_CA` names a certificate, servers
    /// with certificates of that authority are trusted, and no others.
    pub fn new(base: impl Into<String>) -> Self {
        Self::through(client(), base)
    }

    /// An interface that is called through a client of a special kind, as [`client`] makes them.
    pub fn through(client: reqwest::ClientBuilder, base: impl Into<String>) -> Self {
        Self {
            http: client
                .build()
                .expect("a client without special wishes can be made"),
            base: base.into(),
            token: None,
        }
    }

    /// The same interface with a bearer token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self {
            token: Some(token.into()),
            ..self.clone()
        }
    }

    /// An interface elsewhere, called with the same token.
    #[must_use]
    pub fn at(&self, base: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            ..self.clone()
        }
    }

    /// The bearer token it is called with.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Where it is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The client, for requests of other kinds.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// A request that [`Api::send`] sends.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request; an error is one of the connection.
    pub async fn try_send(request: RequestBuilder) -> reqwest::Result<Answer> {
        let answer = request
            .header("accept-language", HeaderValue::from_static("en"))
            .send()
            .await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok(Answer {
            status,
            headers,
            body: answer.bytes().await?.to_vec(),
        })
    }

    /// Sends a request. Panics when there is no answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Self::try_send(request)
            .await
            .unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// `POST` with an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, key: &str, body: &impl Serialize) -> Answer {
        self.send(
            self.request(Method::POST, path)
                .header("idempotency-key", key)
                .json(body),
        )
        .await
    }

    /// `POST` without a body.
    pub async fn act(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}
