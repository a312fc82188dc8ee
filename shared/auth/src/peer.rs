use std::sync::Arc;

/// What the identities of our services begin with (SPIFFE ID: the trust domain is `garnitur`).
const DOMAIN: &str = "spiffe://garnitur/";

/// The service at the other end of the connection, known by its certificate. A request extension that a listener with
/// mutual TLS adds, and nothing else can: no header becomes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerService(Arc<str>);

impl PeerService {
    /// The service of `spiffe://garnitur/<service>`; `None` for identities of any other form.
    pub fn of_id(id: &str) -> Option<Self> {
        let name = id.strip_prefix(DOMAIN)?;
        let fits = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        fits.then(|| Self(Arc::from(name)))
    }

    /// The service's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_of_our_domain_and_name_one_service() {
        let name = |id: &str| PeerService::of_id(id).map(|peer| peer.as_str().to_owned());
        assert_eq!(name("spiffe://garnitur/orders").as_deref(), Some("orders"));
        for bad in [
            "orders",
            "spiffe://garnitur",
            "spiffe://garnitur/",
            "spiffe://garnitur/a/b",
            "spiffe://garnitur/Orders",
            "spiffe://other/orders",
            "spiffe://garnitur.evil/orders",
            "https://garnitur/orders",
        ] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }
}
