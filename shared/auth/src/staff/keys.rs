use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use ed25519_dalek::{SigningKey, VerifyingKey};

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not an Ed25519 private key in PKCS#8 PEM.
    #[error("the signing key is not an Ed25519 private key in PKCS#8 PEM (BEGIN PRIVATE KEY)")]
    Private,
    /// The text holds no Ed25519 public key in PEM, or something else beside them.
    #[error("the verification key is not an Ed25519 public key in PEM (BEGIN PUBLIC KEY)")]
    Public,
}

/// A pair of Ed25519 keys as PEM text. Not printable: it holds the private key.
#[derive(Clone)]
pub struct KeyPair {
    /// PKCS#8 private key, for [`StaffSigner`](crate::StaffSigner); the backoffice alone has it.
    pub private_pem: String,
    /// Public key, for [`StaffVerifier`](crate::StaffVerifier); every staff face has it.
    pub public_pem: String,
}

/// A new pair of keys from the operating system's randomness.
pub fn generate_keys() -> KeyPair {
    let seed = URL_SAFE_NO_PAD
        .decode(kernel::random::token())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .expect("a token is 256 bits of unpadded base 64");
    let key = SigningKey::from_bytes(&seed);
    KeyPair {
        private_pem: key
            .to_pkcs8_pem(LineEnding::LF)
            .expect("an Ed25519 key has a PKCS#8 form")
            .to_string(),
        public_pem: key
            .verifying_key()
            .to_public_key_pem(LineEnding::LF)
            .expect("an Ed25519 key has an SPKI form"),
    }
}

/// The id (`kid`) of a key: the start of its SHA-256, so that several keys can be valid while one follows
/// another.
pub(super) fn key_id(key: &VerifyingKey) -> String {
    use sha2::Digest as _;
    URL_SAFE_NO_PAD.encode(&sha2::Sha256::digest(key.as_bytes())[..12])
}
