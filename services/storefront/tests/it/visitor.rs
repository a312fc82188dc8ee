//! A browser, as far as the site can tell.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use confique::Config as _;
use http::{HeaderMap, Method, Request, StatusCode, header};
use kernel::Lang;
use test_support::ManualClock;
use time::macros::datetime;
use tower::ServiceExt as _;

use crate::fake::Fake;

/// Where the made-up provider's page is.
pub const PAY: &str = "https://pay.example";

/// A shop with its services.
pub struct Shop {
    pub router: Router,
    pub services: Fake,
    pub clock: ManualClock,
}

impl Shop {
    /// Opens a shop whose services listen on a port of their own.
    pub async fn open() -> Self {
        let clock = ManualClock::at(datetime!(2026-11-23 09:00 UTC));
        let services = Fake::new(clock.shared(), PAY);
        Self::serve(services, clock).await
    }

    /// Opens a shop with services of its own.
    pub async fn open_with(services: Fake) -> Self {
        let clock = ManualClock::at(services.clock.now());
        Self::serve(services, clock).await
    }

    async fn serve(services: Fake, clock: ManualClock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let served = services.router();
        tokio::spawn(async { axum::serve(listener, served).await });
        Self {
            router: site(&address, &clock),
            services,
            clock,
        }
    }

    /// A shop whose services are down.
    pub fn without_services() -> Self {
        let clock = ManualClock::at(datetime!(2026-11-23 09:00 UTC));
        Self {
            // Nothing listens on the discard port.
            router: site("http://127.0.0.1:9", &clock),
            services: Fake::new(clock.shared(), PAY),
            clock,
        }
    }

    /// Someone new.
    pub fn visitor(&self) -> Visitor {
        Visitor {
            router: self.router.clone(),
            lang: Lang::Ru,
            cookies: BTreeMap::new(),
        }
    }

    /// Sets how many of a product can be bought.
    pub fn stock(&self, slug: &str, available: i64) {
        let mut data = self.services.data();
        let product = data.products.iter_mut().find(|product| product.card.slug == slug);
        product.expect("a product").card.available = available;
    }

    /// Id of a product.
    pub fn id(&self, slug: &str) -> String {
        let data = self.services.data();
        let product = data.products.iter().find(|product| product.card.slug == slug);
        product.expect("a product").card.id.to_string()
    }

    /// From now on calls to paths with this beginning are refused.
    pub fn refuse(&self, path: &str, kind: &'static problem::Kind) {
        self.services.data().refusals.push((path.to_owned(), kind));
    }

    /// Refuses nothing any more.
    pub fn recover(&self) {
        self.services.data().refusals.clear();
    }
}

fn site(services: &str, clock: &ManualClock) -> Router {
    let mut config = storefront::Config::builder().load().expect("defaults");
    config.catalog_urls = vec![services.to_owned()];
    config.orders_urls = vec![services.to_owned()];
    config.payment_origins = vec![PAY.to_owned()];
    storefront::router(&config, clock.shared(), &chassis::Outgoing::plain()).expect("a site")
}

/// A browser with its cookies.
pub struct Visitor {
    router: Router,
    pub lang: Lang,
    /// Name to value and path.
    pub cookies: BTreeMap<String, (String, String)>,
}

/// An answer.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Reply {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The `Set-Cookie` lines of a cookie.
    pub fn sets(&self, name: &str) -> String {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        let lines = lines.map(|value| value.to_str().expect("ASCII"));
        let own: Vec<_> = lines
            .filter(|line| line.starts_with(&format!("{name}=")))
            .collect();
        own.join("\n")
    }

    /// Value of the first input with this name.
    pub fn field(&self, name: &str) -> String {
        let input = self
            .html
            .split(&format!("name=\"{name}\""))
            .nth(1)
            .expect("the field");
        let value = input.split("value=\"").nth(1).expect("a value");
        value.split('"').next().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        // Spaces in numbers do not break lines.
        let html = self.html.replace('\u{a0}', " ");
        assert!(html.contains(text), "{text:?} is not on the page:\n{html}");
        self
    }

    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        let html = self.html.replace('\u{a0}', " ");
        assert!(!html.contains(text), "{text:?} is on the page:\n{html}");
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.html);
        self
    }

    #[track_caller]
    pub fn leads_to(&self, path: &str) -> &Self {
        self.is(303);
        assert_eq!(self.location(), path);
        self
    }
}

impl Visitor {
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], "").await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, &headers, &body.finish()).await
    }

    /// Sends a form and follows where it leads.
    pub async fn post_and_follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.post(path, fields).await;
        reply.is(303);
        self.get(reply.location()).await
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "shop.example")
            .header(header::ACCEPT_LANGUAGE, self.lang.tag());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent: Vec<_> = self
            .cookies
            .iter()
            .filter(|(_, (_, scope))| path.starts_with(scope.as_str()))
            .map(|(name, (value, _))| format!("{name}={value}"))
            .collect();
        if !sent.is_empty() {
            request = request.header(header::COOKIE, sent.join("; "));
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("never fails");
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        let reply = Reply {
            status: head.status,
            headers: head.headers,
            html: String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        };
        self.remember(&reply);
        reply
    }

    fn remember(&mut self, reply: &Reply) {
        for line in reply.headers.get_all(header::SET_COOKIE) {
            let mut parts = line.to_str().expect("ASCII").split("; ");
            let (name, value) = parts
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a cookie");
            let attributes: Vec<_> = parts.collect();
            assert!(attributes.contains(&"HttpOnly"), "{line:?}");
            if attributes.contains(&"Max-Age=0") {
                self.cookies.remove(name);
                continue;
            }
            let path = attributes
                .iter()
                .find_map(|attribute| attribute.strip_prefix("Path="));
            let path = path.expect("a path").to_owned();
            self.cookies.insert(name.to_owned(), (value.to_owned(), path));
        }
    }

    /// Puts one of a product into the cart.
    pub async fn buy(&mut self, slug: &str, quantity: &str) {
        let reply = self
            .post(&format!("/products/{slug}"), &[("quantity", quantity)])
            .await;
        reply.leads_to("/cart");
    }

    /// Orders one wardrobe and answers the order's number.
    pub async fn order(&mut self) -> String {
        self.buy("wardrobe-onega-walnut", "1").await;
        let slots = self.post_and_follow("/delivery", &ADDRESS).await;
        let fields = [("key", slots.field("key")), ("slot", slots.field("slot"))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let placed = self.post("/delivery/slot", &fields).await;
        placed.is(303);
        let number = placed.location().strip_prefix("/orders/").expect("an order");
        number.to_owned()
    }
}

/// An address the shop delivers to.
pub const ADDRESS: [(&str, &str); 6] = [
    ("name", "Анна Смирнова"),
    ("phone", "8 (999) 123-45-67"),
    ("postcode", "101000"),
    ("city", "Москва"),
    ("street", "Мясницкая ул., 13"),
    ("flat", "48"),
];

/// The address with one field changed.
pub fn address_with<'a>(name: &str, value: &'a str) -> Vec<(&'static str, &'a str)> {
    ADDRESS
        .iter()
        .map(|(field, usual)| (*field, if *field == name { value } else { usual }))
        .collect()
}
