//! Access tokens of those who are signed in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use contracts::backoffice::{Role, StaffSession};
use kernel::{Lang, Personal, SharedClock};
use moka::Expiry;
use moka::future::Cache;
use time::OffsetDateTime;

use crate::clients::{Backoffice, CallError};

/// Access tokens are renewed this long before they end, so that none ends on its way to a service.
const MARGIN: time::Duration = time::Duration::seconds(20);
/// Sessions remembered at once; the others are renewed again.
const CAPACITY: u64 = 10_000;

/// What an employee may do, for some minutes.
#[derive(Debug)]
pub struct Access {
    /// For the staff faces of all services.
    pub token: Personal<String>,
    /// Login.
    pub login: String,
    /// Name to greet.
    pub name: Personal<String>,
    /// What the employee may do.
    pub roles: Vec<Role>,
    expires_at: OffsetDateTime,
}

impl From<StaffSession> for Access {
    fn from(session: StaffSession) -> Self {
        Self {
            token: session.access_token.into(),
            login: session.login,
            name: session.name.into(),
            roles: session.roles,
            expires_at: session.access_expires_at,
        }
    }
}

/// Exchanges session tokens for access tokens and remembers those, by the hash of the session token.
#[derive(Clone)]
pub struct Sessions {
    backoffice: Backoffice,
    known: Cache<[u8; 32], Arc<Access>>,
}

/// Remembers an access token until shortly before it ends.
struct UntilItEnds(SharedClock);

impl Expiry<[u8; 32], Arc<Access>> for UntilItEnds {
    fn expire_after_create(&self, _: &[u8; 32], access: &Arc<Access>, _: Instant) -> Option<Duration> {
        let left = access.expires_at - self.0.now() - MARGIN;
        Some(left.try_into().unwrap_or(Duration::ZERO))
    }
}

impl Sessions {
    /// An empty memory.
    pub fn new(backoffice: Backoffice, clock: SharedClock) -> Self {
        let known = Cache::builder()
            .max_capacity(CAPACITY)
            .expire_after(UntilItEnds(clock))
            .build();
        Self { backoffice, known }
    }

    /// The access that a session gives. Asks backoffice when none is known that still lasts; requests that ask at the
    /// same time share one renewal. Fails with 401 when the session is over.
    pub async fn access(&self, lang: Lang, session: &str) -> Result<Arc<Access>, Arc<CallError>> {
        let renew = async {
            let renewed = self.backoffice.renew(lang, session).await?;
            Ok(Arc::new(Access::from(renewed)))
        };
        self.known.try_get_with(auth::hash_token(session), renew).await
    }

    /// Remembers the access that came with a new session.
    pub async fn begin(&self, token: &str, session: StaffSession) {
        let access = Arc::new(Access::from(session));
        self.known.insert(auth::hash_token(token), access).await;
    }

    /// Forgets the access of a session.
    pub async fn forget(&self, session: &str) {
        self.known.invalidate(&auth::hash_token(session)).await;
    }
}
