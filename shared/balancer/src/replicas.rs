use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderMap;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::client::Inner;
use crate::health::Standing;
use crate::member::{Member, Ticket};
use crate::{Endpoint, Unavailable, selection};

type Fits = Box<dyn Fn(&HeaderMap) -> bool + Send + Sync>;

/// Replicas of a version on trial, and whose calls go there.
pub(crate) struct Canary {
    pub(crate) discovered: watch::Receiver<Arc<[Endpoint]>>,
    pub(crate) fits: Fits,
}

/// All that discovery knows, with what the client has learnt of each.
pub(crate) struct Replicas {
    discovered: watch::Receiver<Arc<[Endpoint]>>,
    canary: Option<Canary>,
    set: RwLock<Arc<Set>>,
}

/// The replicas of one state of discovery.
pub(crate) struct Set {
    list: Arc<[Endpoint]>,
    trial: Arc<[Endpoint]>,
    pub(crate) members: Vec<Arc<Member>>,
    canaries: Vec<Arc<Member>>,
}

impl Set {
    /// Every replica, those of a version on trial last.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Member>> {
        self.members.iter().chain(&self.canaries)
    }
}

impl Replicas {
    pub(crate) fn new(discovered: watch::Receiver<Arc<[Endpoint]>>, canary: Option<Canary>) -> Self {
        Self {
            discovered,
            canary,
            set: RwLock::new(Arc::new(Set {
                list: Arc::new([]),
                trial: Arc::new([]),
                members: Vec::new(),
                canaries: Vec::new(),
            })),
        }
    }

    /// Whether a call with these headers goes to the version on trial.
    pub(crate) fn is_on_trial(&self, headers: &HeaderMap) -> bool {
        self.canary.as_ref().is_some_and(|canary| (canary.fits)(headers))
    }

    /// The replicas of the newest lists; those known before keep what is known of them.
    pub(crate) fn now(&self) -> Arc<Set> {
        let list = Arc::clone(&self.discovered.borrow());
        let trial = self
            .canary
            .as_ref()
            .map(|canary| Arc::clone(&canary.discovered.borrow()));
        let set = Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner));
        let is_same = |trial: &Arc<[Endpoint]>| Arc::ptr_eq(&set.trial, trial);
        if Arc::ptr_eq(&set.list, &list) && trial.as_ref().is_none_or(is_same) {
            return set;
        }
        let now = Instant::now();
        let mut current = self.set.write().unwrap_or_else(PoisonError::into_inner);
        let trial = trial.unwrap_or_else(|| Arc::clone(&current.trial));
        *current = Arc::new(Set {
            members: members(&list, &current.members, now),
            canaries: members(&trial, &current.canaries, now),
            list,
            trial,
        });
        Arc::clone(&current)
    }
}

/// Members for the endpoints of a list, each once.
fn members(list: &[Endpoint], known: &[Arc<Member>], now: Instant) -> Vec<Arc<Member>> {
    let mut members: Vec<Arc<Member>> = Vec::with_capacity(list.len());
    for endpoint in list {
        if members.iter().any(|member| member.endpoint == *endpoint) {
            continue;
        }
        let known = known.iter().find(|member| member.endpoint == *endpoint);
        members.push(
            known
                .cloned()
                .unwrap_or_else(|| Arc::new(Member::new(endpoint.clone(), now))),
        );
    }
    members
}

impl Inner {
    /// A place at the replica that is best now, none of `tried`: of a version on trial where the call is for that and one
    /// of its replicas can be used, else of all others.
    pub(crate) fn pick(
        self: &Arc<Self>,
        tried: &[Arc<Member>],
        repeatable: bool,
        on_trial: bool,
    ) -> Result<Ticket, Unavailable> {
        let set = self.replicas.now();
        if on_trial {
            // What cannot be repeated does not find out whether they are there again: others certainly are.
            let ticket = self.pick_among(&set.canaries, tried, repeatable, false);
            if ticket.is_ok() {
                return ticket;
            }
        }
        self.pick_among(&set.members, tried, repeatable, true)
    }

    /// A replica that is due for a probe gets requests that can be repeated elsewhere, others only if nothing else is left
    /// and there is no way around them (`must`).
    fn pick_among(
        self: &Arc<Self>,
        members: &[Arc<Member>],
        tried: &[Arc<Member>],
        repeatable: bool,
        must: bool,
    ) -> Result<Ticket, Unavailable> {
        let now = Instant::now();
        let mut candidates = Vec::with_capacity(members.len());
        let mut costs = Vec::with_capacity(members.len());
        let (mut due, mut busy) = (None, false);
        for member in members {
            if tried.iter().any(|other| Arc::ptr_eq(other, member)) {
                continue;
            }
            match member.appraise(&self.policy, now) {
                (Standing::Serving, _) if member.in_flight() >= self.policy.max_in_flight => busy = true,
                (Standing::Serving, cost) => {
                    candidates.push(member);
                    costs.push(cost);
                }
                (Standing::Due, _) => due = Some(member),
                (Standing::Out, _) => {}
            }
        }
        let may_probe = repeatable || (must && candidates.is_empty());
        let probe = due.filter(|member| may_probe && member.admit(now));
        let chosen =
            probe.or_else(|| selection::choose(&costs, &mut rand::rng()).map(|index| candidates[index]));
        match chosen {
            Some(member) => Ok(Ticket::new(Arc::clone(self), Arc::clone(member), now)),
            None if busy => Err(Unavailable::AllBusy),
            None if members.is_empty() => Err(Unavailable::NoneKnown),
            None => Err(Unavailable::AllEjected),
        }
    }

    /// Whether no other replica than `member` serves everybody.
    pub(crate) fn is_last(&self, member: &Arc<Member>, now: Instant) -> bool {
        let set = self.replicas.now();
        set.members
            .iter()
            .all(|other| Arc::ptr_eq(other, member) || other.standing(now) != Standing::Serving)
    }

    /// Whether `member` is of a version on trial.
    pub(crate) fn is_canary(&self, member: &Arc<Member>) -> bool {
        let set = self.replicas.now();
        set.canaries.iter().any(|canary| Arc::ptr_eq(canary, member))
    }
}
