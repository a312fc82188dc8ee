use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri, header};
use kernel::Text;
use problem::{Problem, kinds};

use crate::gate::{Gate, GateLayer};

/// A layer for sites whose sessions live in cookies: refuses with 403 what another site makes a browser send
/// (CSRF). Safe methods pass, so they must not change anything.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`. Without either it is
/// not a browser's form or script, and no cookie rides along unasked: it passes (a payment provider's
/// webhook, for one).
pub const fn cross_site_layer() -> GateLayer<CrossSite> {
    GateLayer(CrossSite)
}

/// The gate of [`cross_site_layer`].
#[derive(Debug, Clone, Copy)]
pub struct CrossSite;

impl Gate for CrossSite {
    fn admit(&self, request: &mut Request) -> Result<(), Problem> {
        if is_safe(request.method()) || is_own(request.headers(), request.uri()) {
            return Ok(());
        }
        tracing::warn!(path = request.uri().path(), "request from another site refused");
        Err(Problem::new(&kinds::FORBIDDEN).detail(Text::new(
            "Запрос пришёл с другого сайта. Откройте страницу заново и повторите.",
            "The request came from another site. Open the page again and repeat.",
        )))
    }
}

/// Methods that ask and do not change (RFC 9110, 9.2.1).
fn is_safe(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    )
}

fn is_own(headers: &HeaderMap, uri: &Uri) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        // `none` is the user: an address typed in, a bookmark. `same-site` is another host under the same
        // domain, which may not be ours.
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let own = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        // HTTP/2 carries the host in `:authority`.
        .or_else(|| uri.authority().map(Authority::as_str));
    let asking = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match (asking, own) {
        (Some((scheme, asking)), Some(own)) => {
            let port = if scheme == "https" { ":443" } else { ":80" };
            let strip = |host: &str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
            strip(asking) == strip(own)
        }
        // `Origin: null` (a sandboxed frame, a file) or nonsense.
        _ => false,
    }
}
