use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use time::OffsetDateTime;

/// Signs what a site keeps in a visitor's own cookie, so that it comes back unchanged and only for a while.
/// The content is not hidden from the visitor: it is what the visitor has typed.
pub struct Seal {
    key: Vec<u8>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// A seal with a secret key. All replicas of a site need the same one.
    pub fn new(key: impl Into<Vec<u8>>) -> Self {
        Self { key: key.into() }
    }

    /// Cookie-safe text that [`Self::open`] takes for the same `purpose` until `expires`.
    pub fn seal(&self, purpose: &str, expires: OffsetDateTime, payload: &[u8]) -> String {
        let body = URL_SAFE_NO_PAD.encode(payload);
        let expires = expires.unix_timestamp();
        let mac = self.mac(purpose, expires, &body).finalize().into_bytes();
        format!("{expires}.{body}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The payload; `None` when the text was not sealed with this key for this purpose, or its time is over.
    pub fn open(&self, purpose: &str, now: OffsetDateTime, sealed: &str) -> Option<Vec<u8>> {
        let mut parts = sealed.splitn(3, '.');
        let expires: i64 = parts.next()?.parse().ok()?;
        let body = parts.next()?;
        let mac = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        self.mac(purpose, expires, body).verify_slice(&mac).ok()?;
        if now.unix_timestamp() >= expires {
            return None;
        }
        URL_SAFE_NO_PAD.decode(body).ok()
    }

    fn mac(&self, purpose: &str, expires: i64, body: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(&expires.to_be_bytes());
        mac.update(body.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn opens_only_what_it_sealed_in_time_and_for_the_same_purpose() {
        let seal = Seal::new("key");
        let now = datetime!(2026-11-23 09:00 UTC);
        let sealed = seal.seal("summary:1", now + time::Duration::minutes(30), "Анна".as_bytes());

        assert_eq!(seal.open("summary:1", now, &sealed), Some("Анна".into()));
        assert_eq!(seal.open("summary:2", now, &sealed), None);
        assert_eq!(
            seal.open("summary:1", now + time::Duration::minutes(30), &sealed),
            None
        );
        assert_eq!(Seal::new("other").open("summary:1", now, &sealed), None);
        assert_eq!(seal.open("summary:1", now, &sealed.replacen('.', ".A", 1)), None);
        assert_eq!(seal.open("summary:1", now, "no.such"), None);
    }
}
