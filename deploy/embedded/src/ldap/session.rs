//! One connection.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{
    LdapBindCred, LdapBindRequest, LdapBindResponse, LdapExtendedRequest, LdapExtendedResponse, LdapMsg,
    LdapOp, LdapResult, LdapSearchRequest,
};
use ldap3_proto::{DisconnectionNotice, LdapCodec, LdapResultCode};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::codec::Framed;

use super::bind::{self, Bound};
use super::change;
use super::directory::Directory;
use super::domain::Domain;
use super::entry::Tree;
use super::search::{Page, result, search, success};

/// "Who am I?" (RFC 4532).
pub(super) const WHO_AM_I: &str = "1.3.6.1.4.1.4203.1.11.3";
/// `StartTLS` (RFC 4511, 4.14).
const START_TLS: &str = "1.3.6.1.4.1.1466.20037";

/// After this long without a request the connection is closed (AD's `MaxConnIdleTime`).
const MAX_IDLE: Duration = Duration::from_mins(15);

/// Answers one connection until it ends. What is not LDAP ends it, and it alone.
pub(super) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, directory: &Directory) {
    let mut framed = Framed::new(stream, LdapCodec::default());
    let mut session = Session {
        directory,
        login: None,
    };
    while let Ok(Some(message)) = tokio::time::timeout(MAX_IDLE, framed.next()).await {
        let answers = match message {
            Ok(message) => match session.answer(message) {
                Some(answers) => answers,
                None => return,
            },
            Err(error) => {
                tracing::debug!(%error, "not LDAP, the connection is closed");
                let notice =
                    DisconnectionNotice::gen_response(LdapResultCode::ProtocolError, "malformed request");
                // The peer may be gone already.
                let _ = framed.send(notice).await;
                return;
            }
        };
        for answer in answers {
            if framed.feed(answer).await.is_err() {
                return;
            }
        }
        if framed.flush().await.is_err() {
            return;
        }
    }
}

struct Session<'a> {
    directory: &'a Directory,
    /// Who is bound; `None` is anonymous.
    login: Option<String>,
}

impl Session<'_> {
    /// The answers to a request; `None` ends the connection.
    fn answer(&mut self, message: LdapMsg) -> Option<Vec<LdapMsg>> {
        let LdapMsg { msgid, op, ctrl } = message;
        let critical = ctrl.iter().any(is_critical);
        let unavailable = || result(LdapResultCode::UnavailableCriticalExtension, "", "");
        let refused = || {
            let message = "0000209A: SvcErr: DSID-031A1081, problem 5003 (WILL_NOT_PERFORM), data 0";
            result(LdapResultCode::UnwillingToPerform, "", message)
        };
        let op = match op {
            // Searches are answered before the next request is read: there is nothing left to abandon.
            LdapOp::AbandonRequest(_) => return Some(Vec::new()),
            LdapOp::BindRequest(request) => LdapOp::BindResponse(LdapBindResponse {
                res: if critical {
                    unavailable()
                } else {
                    self.bind(&request)
                },
                saslcreds: None,
            }),
            LdapOp::SearchRequest(_) if critical => LdapOp::SearchResultDone(unavailable()),
            LdapOp::SearchRequest(request) => {
                return Some(self.search(msgid, &request, page(&ctrl)));
            }
            LdapOp::ExtendedRequest(request) => LdapOp::ExtendedResponse(self.extended(&request)),
            LdapOp::ModifyRequest(request) => {
                LdapOp::ModifyResponse(self.change(|domain, tree| change::modify(domain, tree, &request)))
            }
            LdapOp::AddRequest(request) => {
                LdapOp::AddResponse(self.change(|domain, tree| change::add(domain, tree, &request)))
            }
            LdapOp::DelRequest(name) => {
                LdapOp::DelResponse(self.change(|domain, tree| change::delete(domain, tree, &name)))
            }
            LdapOp::ModifyDNRequest(_) => LdapOp::ModifyDNResponse(refused()),
            LdapOp::CompareRequest(_) => LdapOp::CompareResult(refused()),
            // Unbind; or answers, which a client has no business to send.
            _ => return None,
        };
        Some(vec![reply(msgid, op)])
    }

    fn search(&self, msgid: i32, request: &LdapSearchRequest, page: Option<Page>) -> Vec<LdapMsg> {
        let tree = self.directory.tree();
        let (entries, mut done) = search(&tree, request, self.login.is_none(), page);
        let mut ctrl = Vec::new();
        if let Some(Page { start, .. }) = page {
            let mut cookie = Vec::new();
            if done.code == LdapResultCode::SizeLimitExceeded && !entries.is_empty() {
                done = success();
                cookie = (start + entries.len()).to_string().into_bytes();
            }
            ctrl.push(LdapControl::SimplePagedResults { size: 0, cookie });
        }
        let entries = entries.into_iter().map(LdapOp::SearchResultEntry);
        let mut answers: Vec<LdapMsg> = entries.map(|op| reply(msgid, op)).collect();
        answers.push(LdapMsg {
            ctrl,
            ..reply(msgid, LdapOp::SearchResultDone(done))
        });
        answers
    }

    /// Programs may administer employees; nobody else may change anything.
    fn change(&self, change: impl FnOnce(&mut Domain, &Tree) -> Result<(), LdapResult>) -> LdapResult {
        let tree = self.directory.tree();
        let is_service = |login: &String| {
            let mut accounts = tree.accounts.iter();
            accounts.any(|account| account.service && account.login == *login)
        };
        if !self.login.as_ref().is_some_and(is_service) {
            return change::forbidden();
        }
        match self.directory.change(change) {
            Ok(()) => success(),
            Err(refused) => refused,
        }
    }

    fn bind(&mut self, request: &LdapBindRequest) -> LdapResult {
        // Whatever comes of it, the identity before is gone (RFC 4511, 4.2.1).
        self.login = None;
        if request.version != 3 {
            return result(LdapResultCode::ProtocolError, "", "only LDAP version 3 is spoken");
        }
        let LdapBindCred::Simple(password) = &request.cred else {
            return result(
                LdapResultCode::AuthMethodNotSupported,
                "",
                "only simple binds are supported",
            );
        };
        match bind::simple(&self.directory.tree(), &request.dn, password) {
            Bound::As(login) => {
                self.login = Some(login);
                success()
            }
            Bound::Anonymous => success(),
            Bound::Refused { code, message } => result(code, "", &message),
        }
    }

    fn extended(&self, request: &LdapExtendedRequest) -> LdapExtendedResponse {
        let (res, value) = match request.name.as_str() {
            WHO_AM_I => {
                let tree = self.directory.tree();
                let domain = tree.dns_name.split('.').next().unwrap_or_default().to_uppercase();
                let identity = self
                    .login
                    .as_ref()
                    .map_or_else(String::new, |login| format!("u:{domain}\\{login}"));
                (success(), Some(identity.into_bytes()))
            }
            START_TLS => (
                result(LdapResultCode::Unavailable, "", "no certificate is installed"),
                None,
            ),
            _ => (
                result(LdapResultCode::ProtocolError, "", "unknown extended request"),
                None,
            ),
        };
        LdapExtendedResponse {
            res,
            name: (request.name == START_TLS).then(|| START_TLS.to_owned()),
            value,
        }
    }
}

const fn reply(msgid: i32, op: LdapOp) -> LdapMsg {
    LdapMsg {
        msgid,
        op,
        ctrl: Vec::new(),
    }
}

/// Which page is asked for. A cookie that is none of ours begins anew.
fn page(controls: &[LdapControl]) -> Option<Page> {
    controls.iter().find_map(|control| match control {
        LdapControl::SimplePagedResults { size, cookie } => Some(Page {
            start: std::str::from_utf8(cookie).ok()?.parse().unwrap_or(0),
            size: usize::try_from(*size).unwrap_or(1).max(1),
        }),
        _ => None,
    })
}

/// Whether a control may not be ignored that is not implemented (RFC 4511, 4.1.11).
const fn is_critical(control: &LdapControl) -> bool {
    match control {
        LdapControl::SyncRequest { criticality, .. }
        | LdapControl::ManageDsaIT { criticality }
        | LdapControl::PasswordPolicyRequest { criticality }
        | LdapControl::SearchOptions { criticality, .. }
        | LdapControl::ShowDeleted { criticality }
        | LdapControl::SdFlags { criticality, .. }
        | LdapControl::ExtendedDn { criticality, .. }
        | LdapControl::Unknown { criticality, .. } => *criticality,
        _ => false,
    }
}
