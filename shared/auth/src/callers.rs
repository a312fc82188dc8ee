use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use kernel::Personal;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::ServiceTokenError;
use crate::peer::PeerService;
use crate::service::{ServiceName, check};
use crate::token::hash_token;

/// The services that may call an internal face, as a configuration lists them.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "expected names as in [\"orders\"], or names with tokens as in { orders = \"…\" }"
)]
pub enum Callers {
    /// By the names in their certificates.
    Certified(Vec<String>),
    /// By their names and tokens; the names hold for certificates too.
    Tokens(HashMap<String, Personal<String>>),
}

/// The services that may call an internal face. Of tokens it keeps only hashes; cheap to clone.
#[derive(Clone)]
pub struct ServiceCallers(Arc<[Caller]>);

struct Caller {
    name: ServiceName,
    token: Option<[u8; 32]>,
}

impl ServiceCallers {
    /// Those that a configuration lists. An empty list lets nobody in.
    pub fn new(listed: &Callers) -> Result<Self, ServiceTokenError> {
        match listed {
            Callers::Certified(names) => Self::collect(names.iter().map(|name| (name.as_str(), None))),
            Callers::Tokens(tokens) => {
                Self::with_tokens(tokens.iter().map(|(name, token)| (name, token.expose())))
            }
        }
    }

    /// From pairs of a service's name and its token.
    pub fn with_tokens<N: AsRef<str>, T: AsRef<str>>(
        tokens: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, ServiceTokenError> {
        let tokens: Vec<_> = tokens.into_iter().collect();
        Self::collect(
            tokens
                .iter()
                .map(|(name, token)| (name.as_ref(), Some(token.as_ref()))),
        )
    }

    fn collect<'a>(
        callers: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<Self, ServiceTokenError> {
        let (mut names, mut hashes) = (HashSet::new(), HashSet::new());
        let mut list = Vec::new();
        for (name, token) in callers {
            let hash = match token {
                Some(token) => {
                    check(name, token)?;
                    Some(hash_token(token))
                }
                None => None,
            };
            if !names.insert(name) || hash.is_some_and(|hash| !hashes.insert(hash)) {
                return Err(ServiceTokenError::Duplicate(name.to_owned()));
            }
            list.push(Caller {
                name: ServiceName::new(name),
                token: hash,
            });
        }
        Ok(Self(list.into()))
    }

    /// The service whose token this is. Takes the same time whichever it is, and when it is none.
    pub fn identify(&self, token: &str) -> Option<ServiceName> {
        let hash = hash_token(token);
        let mut found = None;
        for caller in self.0.iter() {
            if caller.token.is_some_and(|known| bool::from(known.ct_eq(&hash))) {
                found = Some(&caller.name);
            }
        }
        found.cloned()
    }

    /// The service of a certificate, if it is listed.
    pub fn certified(&self, peer: &PeerService) -> Option<ServiceName> {
        let mut names = self.0.iter().map(|caller| &caller.name);
        names.find(|name| name.as_str() == peer.as_str()).cloned()
    }

    /// Whether some of them can be known by their certificates alone.
    pub fn need_certificates(&self) -> bool {
        self.0.iter().any(|caller| caller.token.is_none())
    }
}

impl fmt::Debug for ServiceCallers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|caller| &caller.name))
            .finish()
    }
}
