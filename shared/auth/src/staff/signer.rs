use std::fmt;
use std::time::Duration;

use contracts::backoffice::Role;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::Clock;
use time::OffsetDateTime;

use super::claims::{AUDIENCE, ISSUER, StaffClaims, Wire};
use super::keys::{KeyError, key_id};

/// Signs the tokens of employees (JWT, `EdDSA`). Only the service that owns their sessions has one.
#[derive(Clone)]
pub struct StaffSigner {
    key: EncodingKey,
    header: Header,
    lifetime: Duration,
    public_pem: String,
}

/// A signed token.
#[derive(Clone)]
pub struct IssuedToken {
    /// The token, for `Authorization: Bearer`.
    pub token: String,
    /// When it ends, to the second.
    pub expires_at: OffsetDateTime,
}

impl StaffSigner {
    /// A signer with an Ed25519 private key in PKCS#8 PEM, whose tokens live for `lifetime`. Keep that to
    /// minutes: a token cannot be taken back, only not renewed.
    pub fn new(private_pem: &str, lifetime: Duration) -> Result<Self, KeyError> {
        let signing = SigningKey::from_pkcs8_pem(private_pem.trim()).map_err(|_| KeyError::Private)?;
        let key = EncodingKey::from_ed_pem(private_pem.trim().as_bytes()).map_err(|_| KeyError::Private)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key_id(&signing.verifying_key()));
        jsonwebtoken::encode(&header, &(), &key).map_err(|_| KeyError::Private)?;
        let public_pem = signing.verifying_key().to_public_key_pem(LineEnding::LF);
        Ok(Self {
            key,
            header,
            lifetime,
            public_pem: public_pem.map_err(|_| KeyError::Private)?,
        })
    }

    /// The public key, PEM: what a [`StaffVerifier`](crate::StaffVerifier) needs to accept this signer's tokens.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// A token that says `claims` from now until the signer's lifetime is over.
    pub fn issue(&self, claims: &StaffClaims, clock: &dyn Clock) -> IssuedToken {
        let issued_at = clock.now().unix_timestamp();
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let exp = issued_at.saturating_add(lifetime);
        let wire = Wire {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: claims.sub.clone(),
            name: claims.name.clone(),
            roles: claims.roles.iter().copied().filter_map(role_name).collect(),
            iat: issued_at,
            exp,
        };
        IssuedToken {
            token: jsonwebtoken::encode(&self.header, &wire, &self.key)
                .expect("the key signed once already, and the claims are plain data"),
            expires_at: OffsetDateTime::from_unix_timestamp(exp).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        }
    }
}

fn role_name(role: Role) -> Option<String> {
    serde_json::to_value(role).ok()?.as_str().map(str::to_owned)
}

impl fmt::Debug for StaffSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffSigner")
            .field("kid", &self.header.kid)
            .finish_non_exhaustive()
    }
}
