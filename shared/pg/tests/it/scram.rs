//! Passwords as the server keeps them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use pg::sqlx;
use sha2::{Digest as _, Sha256};
use test_support::TestDb;

/// Whether the server would let `role` in with `password`. Computed as the server does it (RFC 5802, 3), since
/// a cluster for tests may trust whoever comes.
pub async fn opens(db: &TestDb, role: &str, password: &str) -> bool {
    let verifier: String = sqlx::query_scalar("SELECT rolpassword FROM pg_authid WHERE rolname = $1")
        .bind(role)
        .fetch_one(db.admin())
        .await
        .expect("the role has a password");
    let (salted, keys) = verifier
        .strip_prefix("SCRAM-SHA-256$")
        .and_then(|rest| rest.split_once('$'))
        .expect("passwords are kept as SCRAM verifiers");
    let (iterations, salt) = salted.split_once(':').expect("the salt follows");
    let (stored_key, _) = keys.split_once(':').expect("the server's key follows");
    let iterations: u32 = iterations.parse().expect("it is a number");
    let mut first = STANDARD.decode(salt).expect("it is base64");
    first.extend(1_u32.to_be_bytes());

    let mut block = mac(password.as_bytes(), &first);
    let mut salted_password = block;
    for _ in 1..iterations {
        block = mac(password.as_bytes(), &block);
        salted_password
            .iter_mut()
            .zip(block)
            .for_each(|(sum, byte)| *sum ^= byte);
    }
    let client_key = mac(&salted_password, b"Client Key");
    stored_key == STANDARD.encode(Sha256::digest(client_key))
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
