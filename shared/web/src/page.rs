use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use kernel::{Dimensions, Lang, Money, Text};
use time::OffsetDateTime;

use crate::cookie::{self, Cookie};
use crate::failure::Failure;
use crate::flash::{Flash, Notice};
use crate::site::Site;
use crate::texts::Arg;
use crate::{FLASH_COOKIE, LANG_COOKIE, format};

/// One visit of one page: who asks for what in which language. Handlers take it as an extractor, templates hold it as
/// their field `page` and call its methods (`{{ page.t("cart-title") }}`, `{{ page.price(product.price) }}`).
#[derive(Debug, Clone)]
pub struct Page {
    site: Site,
    lang: Lang,
    uri: Uri,
    cookies: HeaderMap,
    notice: Option<Notice>,
}

impl<S> FromRequestParts<S> for Page
where
    S: Send + Sync,
    Site: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::new(
            Site::from_ref(state),
            parts.uri.clone(),
            &parts.headers,
        ))
    }
}

impl Page {
    /// A visit of `uri`; the language comes from the cookie, else from `Accept-Language`.
    pub fn new(site: Site, uri: Uri, headers: &HeaderMap) -> Self {
        let lang = cookie::read(headers, LANG_COOKIE)
            .and_then(Lang::from_tag)
            .unwrap_or_else(|| {
                headers
                    .get(header::ACCEPT_LANGUAGE)
                    .and_then(|value| value.to_str().ok())
                    .map_or_else(Lang::default, Lang::from_accept_language)
            });
        let notice = cookie::read(headers, FLASH_COOKIE)
            .and_then(Flash::decode)
            .and_then(|flash| flash.notice(site.texts(), lang));
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .map(|line| (header::COOKIE, line.clone()))
            .collect();
        Self {
            site,
            lang,
            uri,
            cookies,
            notice,
        }
    }

    /// The site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The language of the visit.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Tag of the language, for the `lang` attribute and for `Accept-Language` of calls to services.
    pub fn tag(&self) -> &'static str {
        self.lang.tag()
    }

    /// The path asked for, as one may link to it: a second slash at its beginning, with which a browser would take it
    /// for another host, is left out.
    pub fn path(&self) -> &str {
        let mut path = self.uri.path();
        while path.starts_with("//") {
            path = &path[1..];
        }
        path
    }

    /// What the address asks for under a name; empty when it does not.
    pub fn asked(&self, name: &str) -> String {
        url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes())
            .find(|(key, _)| key == name)
            .map_or_else(String::new, |(_, value)| value.into_owned())
    }

    /// The present moment.
    pub fn now(&self) -> OffsetDateTime {
        self.site.clock().now()
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookie::read(&self.cookies, name)
    }

    /// A message left for this page by the action before it.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// Address of this very page in the other language.
    pub fn switch_url(&self, tag: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes()) {
            if key != "lang" {
                query.append_pair(&key, &value);
            }
        }
        query.append_pair("lang", tag);
        format!("{}?{}", self.path(), query.finish())
    }

    // ---- for templates -------------------------------------------------------------------------------------------

    /// A text without arguments.
    pub fn t(&self, key: &str) -> String {
        self.site.texts().get(self.lang, key, &[])
    }

    /// A text with one argument.
    pub fn t1(&self, key: &str, name: &str, value: impl Arg) -> String {
        self.site.texts().get(self.lang, key, &[(name, value.value())])
    }

    /// A text with two arguments.
    pub fn t2(&self, key: &str, name1: &str, value1: impl Arg, name2: &str, value2: impl Arg) -> String {
        let args = [(name1, value1.value()), (name2, value2.value())];
        self.site.texts().get(self.lang, key, &args)
    }

    /// The address of a style or script.
    pub fn asset(&self, name: &str) -> &str {
        self.site.assets().url(name)
    }

    /// A text of the assortment in the visit's language.
    pub fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// `1 240`.
    pub fn number(&self, value: &i64) -> String {
        format::number(self.lang, *value)
    }

    /// An amount with minor units: `1 999,00 ₽`.
    pub fn money(&self, value: &Money) -> String {
        format::money(self.lang, *value)
    }

    /// An amount, minor units only where there are any: `1 999 ₽`.
    pub fn price(&self, value: &Money) -> String {
        format::price(self.lang, *value)
    }

    /// Height × width × depth in centimetres.
    pub fn dimensions(&self, value: &Dimensions) -> String {
        format::dimensions(self.lang, *value)
    }

    /// Grams as kilograms.
    pub fn weight(&self, grams: &i64) -> String {
        format::weight(self.lang, *grams)
    }

    /// Litres as cubic metres.
    pub fn volume(&self, litres: &i64) -> String {
        format::volume(self.lang, *litres)
    }

    /// A decimal of up to three places: `1 240,5`.
    pub fn decimal(&self, value: &f64) -> String {
        format::decimal(self.lang, *value)
    }

    /// A unit of measurement, such as `мм` for `mm`.
    pub fn unit<'a>(&self, unit: &'a str) -> &'a str {
        format::unit(self.lang, unit)
    }

    /// The size of a file: `1,2 МБ`.
    pub fn bytes(&self, value: &i64) -> String {
        format::bytes(self.lang, *value)
    }

    /// `12 октября`.
    pub fn day(&self, at: &OffsetDateTime) -> String {
        format::day(self.lang, *at, self.site.offset())
    }

    /// `пн, 12 октября`.
    pub fn weekday(&self, at: &OffsetDateTime) -> String {
        format::weekday(self.lang, *at, self.site.offset())
    }

    /// `14:05`.
    pub fn clock(&self, at: &OffsetDateTime) -> String {
        format::clock(*at, self.site.offset())
    }

    /// `12 октября 2026, 14:05`.
    pub fn moment(&self, at: &OffsetDateTime) -> String {
        format::moment(self.lang, *at, self.site.offset())
    }

    /// `10:00–14:00`.
    pub fn hours(&self, from: &OffsetDateTime, to: &OffsetDateTime) -> String {
        format::hours(*from, *to, self.site.offset())
    }

    /// RFC 3339, for the `datetime` attribute.
    pub fn machine(&self, at: &OffsetDateTime) -> String {
        format::machine(*at)
    }

    // ---- answers -------------------------------------------------------------------------------------------------

    /// The rendered template with status 200.
    pub fn html(&self, template: &impl askama::Template) -> Response {
        self.html_with(StatusCode::OK, template)
    }

    /// The rendered template. Pages are never kept by caches: they show prices, stock and carts of now. A notice that
    /// the page has shown is taken away.
    pub fn html_with(&self, status: StatusCode, template: &impl askama::Template) -> Response {
        match template.render() {
            Ok(html) => {
                let mut response = (status, Html(html)).into_response();
                self.page_headers(response.headers_mut());
                response
            }
            Err(error) => Failure::internal(&error).into_response(),
        }
    }

    pub(crate) fn page_headers(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.tag()));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store, private"),
        );
        if self.notice.is_some() {
            let gone = Cookie::removal(FLASH_COOKIE).header(self.site.secure());
            headers.append(header::SET_COOKIE, gone);
        }
    }

    /// 303 to `to`, an address of this site or of a known payment provider.
    pub fn redirect(&self, to: &str) -> Response {
        match HeaderValue::from_str(to) {
            Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
            Err(error) => Failure::internal(&error).into_response(),
        }
    }

    /// 303 to `to`, where `flash` will be shown once.
    pub fn redirect_with(&self, to: &str, flash: &Flash) -> Response {
        let cookie = Cookie::new(FLASH_COOKIE, flash.encode()).max_age(time::Duration::minutes(1));
        self.set_cookie(self.redirect(to), &cookie)
    }

    /// Adds a cookie to an answer.
    #[must_use]
    pub fn set_cookie(&self, response: Response, cookie: &Cookie) -> Response {
        self.site.set_cookie(response, cookie)
    }
}
