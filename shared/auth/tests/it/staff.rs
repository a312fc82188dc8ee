use std::sync::Arc;
use std::time::Duration;

use auth::{KeyPair, Staff, StaffClaims, StaffSigner, StaffVerifier, TokenError, generate_keys, roles};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::backoffice::Role;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Clock as _, Personal};
use serde_json::{Value, json};

use crate::support::{self, HeldClock};

const LIFETIME: Duration = Duration::from_mins(10);

struct House {
    keys: KeyPair,
    clock: HeldClock,
    signer: StaffSigner,
    verifier: StaffVerifier,
}

impl House {
    fn new() -> Self {
        let keys = generate_keys();
        let clock = HeldClock::new();
        Self {
            signer: StaffSigner::new(&keys.private_pem, LIFETIME).expect("a generated key"),
            verifier: StaffVerifier::new(&keys.public_pem, Arc::new(clock.clone())).expect("a generated key"),
            keys,
            clock,
        }
    }

    fn token(&self, roles: &[Role]) -> String {
        self.signer.issue(&claims(roles), &self.clock).token
    }

    /// A good set of claims as JSON, to be spoilt.
    fn wire(&self) -> Value {
        let now = self.clock.now().unix_timestamp();
        json!({
            "iss": "garnitur-backoffice", "aud": "garnitur-staff", "sub": "sklad.sidorov",
            "name": "Сидоров Сергей", "roles": ["warehouse"], "iat": now, "exp": now + 600,
        })
    }

    /// `claims` signed with the house's own key.
    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = self.kid();
        let key = EncodingKey::from_ed_pem(self.keys.private_pem.as_bytes()).expect("a generated key");
        jsonwebtoken::encode(&header, claims, &key).expect("plain claims")
    }

    fn kid(&self) -> Option<String> {
        jsonwebtoken::decode_header(self.token(&[]))
            .expect("a header")
            .kid
    }

    fn app(&self) -> Router {
        Router::new()
            .route(
                "/stock",
                get(async |staff: Staff<roles::Warehouse>| staff.login().to_owned()),
            )
            .route(
                "/orders",
                get(async |staff: Staff<roles::AnyStaff>| {
                    format!("{} {}", staff.name().expose(), staff.has::<roles::Security>())
                }),
            )
            .with_state(self.verifier.clone())
    }
}

fn claims(roles: &[Role]) -> StaffClaims {
    StaffClaims {
        sub: "sklad.sidorov".to_owned(),
        name: Personal::new("Сидоров Сергей".to_owned()),
        roles: roles.to_vec(),
    }
}

#[test]
fn a_token_brings_its_claims_back() {
    let house = House::new();
    let wanted = claims(&[Role::Warehouse, Role::Analyst]);
    let issued = house.signer.issue(&wanted, &house.clock);
    assert_eq!(issued.expires_at, house.clock.now() + LIFETIME);
    assert_eq!(house.verifier.verify(&issued.token), Ok(wanted));
}

#[test]
fn time_is_that_of_the_clock() {
    let house = House::new();
    let token = house.token(&[Role::Warehouse]);
    house.clock.advance(LIFETIME + Duration::from_secs(4));
    assert!(
        house.verifier.verify(&token).is_ok(),
        "clocks may differ a little"
    );
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.verifier.verify(&token), Err(TokenError::Expired));

    let mut early = house.wire();
    early["iat"] = json!(house.clock.now().unix_timestamp() + 60);
    assert_eq!(
        house.verifier.verify(&house.sign(&early)),
        Err(TokenError::NotYetValid)
    );
}

#[test]
fn claims_must_be_ours_and_complete() {
    let house = House::new();
    assert!(house.verifier.verify(&house.sign(&house.wire())).is_ok());
    for (claim, value, error) in [
        ("aud", json!("somebody-else"), TokenError::Foreign),
        ("iss", json!("somebody-else"), TokenError::Foreign),
        ("aud", json!(["garnitur-staff", "more"]), TokenError::Invalid),
        ("aud", Value::Null, TokenError::Invalid),
        ("iss", Value::Null, TokenError::Invalid),
        ("exp", Value::Null, TokenError::Invalid),
        ("exp", json!("never"), TokenError::Invalid),
        ("iat", Value::Null, TokenError::Invalid),
        ("sub", Value::Null, TokenError::Invalid),
        ("roles", json!("warehouse"), TokenError::Invalid),
    ] {
        let mut wire = house.wire();
        wire[claim] = value.clone();
        let verified = house.verifier.verify(&house.sign(&wire));
        assert_eq!(verified, Err(error), "{claim} = {value}");
    }
}

#[test]
fn unknown_roles_are_left_out() {
    let house = House::new();
    let mut wire = house.wire();
    wire["roles"] = json!(["night_watch", "warehouse"]);
    let claims = house.verifier.verify(&house.sign(&wire)).expect("a good token");
    assert_eq!(claims.roles, [Role::Warehouse]);
}

#[test]
fn a_changed_token_is_refused() {
    let house = House::new();
    let token = house.token(&[Role::Warehouse]);
    let mut wire = house.wire();
    wire["roles"] = json!(["administrator"]);
    let payload = URL_SAFE_NO_PAD.encode(wire.to_string());
    let parts: Vec<_> = token.split('.').collect();
    for forged in [
        format!("{}.{payload}.{}", parts[0], parts[2]),
        format!("{}.{payload}.", parts[0]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}x"),
        String::new(),
        "....".to_owned(),
    ] {
        assert_eq!(
            house.verifier.verify(&forged),
            Err(TokenError::Invalid),
            "{forged}"
        );
    }
}

#[test]
fn another_key_under_our_id_is_refused() {
    let (house, stranger) = (House::new(), House::new());
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = house.kid();
    let key = EncodingKey::from_ed_pem(stranger.keys.private_pem.as_bytes()).expect("a generated key");
    let forged = jsonwebtoken::encode(&header, &house.wire(), &key).expect("plain claims");
    assert_eq!(house.verifier.verify(&forged), Err(TokenError::Invalid));
    assert_eq!(
        house.verifier.verify(&stranger.token(&[Role::Warehouse])),
        Err(TokenError::Invalid)
    );
}

#[test]
fn the_token_does_not_choose_its_algorithm() {
    let house = House::new();
    // The public key is known to all: as an HMAC secret it would let anybody sign.
    let mut header = Header::new(Algorithm::HS256);
    header.kid = house.kid();
    let lines: String = house
        .keys
        .public_pem
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let der = base64::engine::general_purpose::STANDARD
        .decode(lines)
        .expect("PEM");
    for secret in [house.keys.public_pem.as_bytes(), &der, &der[12..]] {
        let forged = jsonwebtoken::encode(&header, &house.wire(), &EncodingKey::from_secret(secret))
            .expect("plain claims");
        assert_eq!(house.verifier.verify(&forged), Err(TokenError::Invalid));
    }

    let kid = house.kid();
    for alg in ["none", "None", "NONE", ""] {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "typ": "JWT", "kid": kid}).to_string());
        let payload = URL_SAFE_NO_PAD.encode(house.wire().to_string());
        for signature in ["", "AAAA"] {
            let forged = format!("{header}.{payload}.{signature}");
            assert_eq!(house.verifier.verify(&forged), Err(TokenError::Invalid), "{alg}");
        }
    }
}

#[test]
fn two_keys_are_good_while_one_follows_the_other() {
    let (old, new) = (House::new(), House::new());
    let both = format!("{}\n{}", old.keys.public_pem, new.keys.public_pem);
    let verifier = StaffVerifier::new(&both, Arc::new(old.clock.clone())).expect("two keys");
    assert!(verifier.verify(&old.token(&[])).is_ok());
    assert!(verifier.verify(&new.token(&[])).is_ok());
    assert!(verifier.verify(&House::new().token(&[])).is_err());
}

#[test]
fn bad_keys_are_named() {
    let KeyPair {
        private_pem,
        public_pem,
    } = generate_keys();
    assert!(StaffSigner::new(&public_pem, LIFETIME).is_err());
    let clock = Arc::new(HeldClock::new());
    for text in ["", "nonsense", &private_pem, &public_pem[..40]] {
        assert!(StaffVerifier::new(text, clock.clone()).is_err(), "{text}");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let house = House::new();
    let printed = format!("{:?} {:?} {:?}", house.signer, house.verifier, claims(&[]));
    assert!(!printed.contains("Сидоров"), "{printed}");
    assert!(!printed.contains("PRIVATE"), "{printed}");
}

#[tokio::test]
async fn a_handler_is_reached_with_the_role_only() {
    let house = House::new();
    let app = house.app();
    let call = async |path: &str, roles: &[Role]| {
        let bearer = format!("Bearer {}", house.token(roles));
        support::get(&app, path, &[("authorization", &bearer)]).await
    };

    let keeper = call("/stock", &[Role::Warehouse]).await;
    assert_eq!(
        (keeper.status, keeper.body.as_str()),
        (StatusCode::OK, "sklad.sidorov")
    );
    let both = call("/orders", &[Role::Warehouse, Role::Security]).await;
    assert_eq!(
        (both.status, both.body.as_str()),
        (StatusCode::OK, "Сидоров Сергей true")
    );

    for (path, roles) in [
        ("/stock", &[][..]),
        ("/stock", &[Role::Courier, Role::Administrator, Role::Assortment]),
        ("/orders", &[]),
        ("/orders", &[Role::Courier]),
    ] {
        let refused = call(path, roles).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path} {roles:?}");
        assert!(refused.body.contains("problems/forbidden"), "{}", refused.body);
    }
}

#[tokio::test]
async fn without_a_good_token_the_answer_is_a_challenge() {
    let house = House::new();
    let app = house.app();
    let token = house.token(&[Role::Warehouse]);

    let nobody = support::get(&app, "/stock", &[]).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"staff\"");

    let basic = support::get(&app, "/stock", &[("authorization", "Basic abc")]).await;
    assert_eq!(basic.status, StatusCode::UNAUTHORIZED);

    let bearer = format!("Bearer {token}");
    let double = [("authorization", bearer.as_str()), ("authorization", "Bearer x")];
    assert_eq!(
        support::get(&app, "/stock", &double).await.status,
        StatusCode::UNAUTHORIZED
    );

    house.clock.advance(LIFETIME * 2);
    let late = support::get(&app, "/stock", &[("authorization", &bearer)]).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    let challenge = late.headers[header::WWW_AUTHENTICATE].to_str().expect("text");
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert!(late.body.contains("problems/unauthenticated"), "{}", late.body);
}
