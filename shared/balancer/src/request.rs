use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use url::form_urlencoded;

/// A request to whichever replica is chosen, with its whole body at hand.
///
/// GET, HEAD and OPTIONS are repeatable; others only when [`Request::repeatable`] says so. What cannot be expressed
/// in HTTP is reported by [`crate::Client::send`] as [`crate::Error::Request`].
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) method: Method,
    path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) repeatable: bool,
    pub(crate) deadline: Option<Duration>,
    fault: Option<String>,
}

impl Request {
    /// A request with a method, for a path with or without a query, such as `/api/v1/products?q=x`.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            repeatable: method.is_safe(),
            method,
            path: path.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            deadline: None,
            fault: None,
        }
    }

    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A POST.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// A PUT.
    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    /// A PATCH.
    pub fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// A DELETE.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Adds a name and value to the query, escaped.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        let start = self.path.len();
        self.path = form_urlencoded::Serializer::for_suffix(self.path, start)
            .append_pair(name, value)
            .finish();
        self
    }

    /// Sets a header, replacing one of the same name.
    #[must_use]
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            // The value may be secret, so neither is quoted.
            _ => self.fail("a header has a name or value that HTTP does not allow"),
        }
        self
    }

    /// Sets `Authorization: Bearer …`, kept out of debug output.
    #[must_use]
    pub fn bearer(mut self, token: &str) -> Self {
        match HeaderValue::try_from(format!("Bearer {token}")) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(AUTHORIZATION, value);
            }
            Err(_) => self.fail("the bearer token has characters that HTTP does not allow"),
        }
        self
    }

    /// The headers, to add to them.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Sets a JSON body and its type.
    #[must_use]
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => self.body("application/json", json),
            Err(error) => {
                self.fail(&error.to_string());
                self
            }
        }
    }

    /// Sets a body of any type.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = body.into();
        self
    }

    /// Says that acting on the request twice does no harm, so that it may be sent again after it was sent.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Bounds this call, retries included, instead of [`crate::Policy::deadline`].
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    fn fail(&mut self, why: &str) {
        self.fault.get_or_insert_with(|| why.to_owned());
    }

    /// The path, or what is wrong with the request.
    pub(crate) fn target(&self) -> Result<PathAndQuery, String> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if !self.path.starts_with('/') {
            return Err("the path does not start with a slash".to_owned());
        }
        PathAndQuery::try_from(self.path.as_str()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_values_are_escaped() {
        let request = Request::get("/products?sort=price")
            .query("q", "шкаф & co")
            .query("page", "2");
        assert_eq!(
            request.target().expect("a path").as_str(),
            "/products?sort=price&q=%D1%88%D0%BA%D0%B0%D1%84+%26+co&page=2"
        );
        let request = Request::get("/products").query("a", "b");
        assert_eq!(request.target().expect("a path").as_str(), "/products?a=b");
    }

    #[test]
    fn faults_are_reported_without_the_value() {
        assert!(Request::get("no-slash").target().is_err());
        assert!(Request::get("/with space").target().is_err());
        let fault = Request::get("/")
            .bearer("secret\n")
            .target()
            .expect_err("a newline");
        assert!(!fault.contains("secret"));
        assert!(Request::get("/").header("x y", "1").target().is_err());
    }

    #[test]
    fn only_safe_methods_are_repeatable_by_themselves() {
        assert!(Request::get("/").repeatable);
        assert!(!Request::post("/").repeatable);
        assert!(!Request::delete("/").repeatable);
        assert!(Request::post("/").repeatable().repeatable);
    }
}
