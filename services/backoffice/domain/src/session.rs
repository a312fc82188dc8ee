use time::{Duration, OffsetDateTime};

/// How long an employee's session lives, and the access tokens it gives out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTerms {
    lifetime: Duration,
    idle: Duration,
    access: Duration,
}

/// The terms make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTerms {
    /// An access token that lives for no time opens nothing.
    #[error("an access token must live for some time")]
    NoAccess,
    /// A session is used when its access token is renewed: one that ends before is over for those who work, too.
    #[error("a session must stay open unused for longer than an access token lives")]
    IdleTooShort,
    /// The idle limit could never be met.
    #[error("a session must live at least as long as it may be unused")]
    LifetimeTooShort,
}

impl SessionTerms {
    /// A session ends `lifetime` after it began, whatever happens, and `idle` after it was used last; an access token
    /// after `access`.
    pub fn new(lifetime: Duration, idle: Duration, access: Duration) -> Result<Self, BadTerms> {
        if access <= Duration::ZERO {
            Err(BadTerms::NoAccess)
        } else if idle <= access {
            Err(BadTerms::IdleTooShort)
        } else if lifetime < idle {
            Err(BadTerms::LifetimeTooShort)
        } else {
            Ok(Self {
                lifetime,
                idle,
                access,
            })
        }
    }

    /// How long an access token lives. It cannot be taken back, so that is how long an employee who was shut out can
    /// go on.
    pub const fn access(self) -> Duration {
        self.access
    }

    /// When a session that begins at `opened_at` ends at the latest.
    pub fn ends_at(self, opened_at: OffsetDateTime) -> OffsetDateTime {
        opened_at + self.lifetime
    }

    /// A session that was used last at this moment or before is over at `now`.
    pub fn idle_since(self, now: OffsetDateTime) -> OffsetDateTime {
        now - self.idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_must_fit_each_other() {
        let terms = |lifetime, idle, access| {
            SessionTerms::new(
                Duration::minutes(lifetime),
                Duration::minutes(idle),
                Duration::minutes(access),
            )
        };
        assert_eq!(terms(720, 60, 0), Err(BadTerms::NoAccess));
        assert_eq!(terms(720, 5, 5), Err(BadTerms::IdleTooShort));
        assert_eq!(terms(59, 60, 5), Err(BadTerms::LifetimeTooShort));

        let terms = terms(720, 60, 5).expect("they fit");
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        assert_eq!(terms.ends_at(now) - now, Duration::hours(12));
        assert_eq!(now - terms.idle_since(now), Duration::hours(1));
        assert_eq!(terms.access(), Duration::minutes(5));
    }
}
