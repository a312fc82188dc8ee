use std::fmt;
use std::sync::Arc;

use contracts::backoffice::Role;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::DecodePublicKey as _;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::SharedClock;

use super::claims::{AUDIENCE, ISSUER, LEEWAY, StaffClaims, TokenError, Wire};
use super::keys::{KeyError, key_id};

const PEM_END: &str = "-----END PUBLIC KEY-----";

/// Checks the tokens of employees. Cheap to clone; a part of the state of every staff face.
#[derive(Clone)]
pub struct StaffVerifier {
    inner: Arc<Inner>,
}

struct Inner {
    keys: Vec<(String, DecodingKey)>,
    validation: Validation,
    clock: SharedClock,
}

impl StaffVerifier {
    /// A verifier with one or more Ed25519 public keys in PEM, one block after the other: while a new signing
    /// key is brought in, tokens of the old one stay good. Time comes from `clock`.
    pub fn new(public_pem: &str, clock: SharedClock) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        let mut rest = public_pem.trim();
        while !rest.is_empty() {
            let end = rest.find(PEM_END).ok_or(KeyError::Public)? + PEM_END.len();
            let (block, after) = rest.split_at(end);
            let id = VerifyingKey::from_public_key_pem(block).map_err(|_| KeyError::Public)?;
            let key = DecodingKey::from_ed_pem(block.as_bytes()).map_err(|_| KeyError::Public)?;
            keys.push((key_id(&id), key));
            rest = after.trim_start();
        }
        if keys.is_empty() {
            return Err(KeyError::Public);
        }

        // One algorithm: the header of a token must never choose how it is checked (RFC 8725, 3.1).
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // The library asks the wall clock; expiry is checked below, by ours.
        validation.validate_exp = false;
        Ok(Self {
            inner: Arc::new(Inner {
                keys,
                validation,
                clock,
            }),
        })
    }

    /// What `token` says, if it was signed by one of the keys, is meant for staff faces and has not expired.
    /// Roles that this version does not know are left out.
    pub fn verify(&self, token: &str) -> Result<StaffClaims, TokenError> {
        let kid = jsonwebtoken::decode_header(token)
            .map_err(|_| TokenError::Invalid)?
            .kid;
        let (_, key) = self
            .inner
            .keys
            .iter()
            .find(|(id, _)| Some(id) == kid.as_ref())
            .ok_or(TokenError::Invalid)?;
        let wire = jsonwebtoken::decode::<Wire>(token, key, &self.inner.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidIssuer | ErrorKind::InvalidAudience => TokenError::Foreign,
                _ => TokenError::Invalid,
            })?
            .claims;

        let now = self.inner.clock.now().unix_timestamp();
        if now >= wire.exp.saturating_add(LEEWAY) {
            return Err(TokenError::Expired);
        }
        if wire.iat > now.saturating_add(LEEWAY) {
            return Err(TokenError::NotYetValid);
        }
        Ok(StaffClaims {
            sub: wire.sub,
            name: wire.name,
            roles: wire.roles.into_iter().filter_map(role).collect(),
        })
    }
}

fn role(name: String) -> Option<Role> {
    serde_json::from_value(serde_json::Value::String(name)).ok()
}

impl fmt::Debug for StaffVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kids: Vec<_> = self.inner.keys.iter().map(|(id, _)| id).collect();
        f.debug_struct("StaffVerifier")
            .field("kids", &kids)
            .finish_non_exhaustive()
    }
}
