use std::fmt;

use contracts::backoffice::Role;
use futures_util::future::BoxFuture;
use kernel::Personal;
use uuid::Uuid;

use crate::Unavailable;

/// Where employees are: a seam, so that a service can be tried without a network.
pub trait Directory: fmt::Debug + Send + Sync + 'static {
    /// Proves that the password belongs to the login (`sAMAccountName`, in any case but otherwise as it is
    /// spelt) and tells who it is.
    ///
    /// An employee without a role in the shop is signed in with none: what that means is the caller's matter.
    fn sign_in<'a>(
        &'a self,
        login: &'a str,
        password: &'a Personal<String>,
    ) -> BoxFuture<'a, Result<Employee, SignInError>>;

    /// Whether the directory answers the service account; for readiness.
    fn probe(&self) -> BoxFuture<'_, Result<(), Unavailable>>;
}

/// Somebody who has proved to work here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employee {
    /// `objectGUID`: stays when the login or the name changes.
    pub id: Uuid,
    /// `sAMAccountName` as the directory spells it, whatever was typed.
    pub login: String,
    /// `displayName`, to greet by; the login where there is none.
    pub name: Personal<String>,
    /// What the groups allow, each role once, in a fixed order.
    pub roles: Vec<Role>,
}

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Nobody has the login, or the password is another one: deliberately not told apart.
    #[error("the login is unknown or the password is wrong")]
    BadCredentials,
    /// The password is right, the account is switched off.
    #[error("the account is switched off")]
    Disabled,
    /// The password is right, the account's last day has passed.
    #[error("the account has expired")]
    Expired,
    /// Locked for a while after wrong passwords. A domain controller says so whatever the password.
    #[error("the account is locked")]
    Locked,
    /// The password is right, and too old.
    #[error("the password has expired")]
    PasswordExpired,
    /// The password is right, and was given by somebody else: it must be changed before it is of use.
    #[error("the password must be changed")]
    PasswordMustChange,
    /// The account may not sign in at this time or from this machine.
    #[error("the account may not sign in now or from here")]
    Restricted,
    /// Nothing is known about login and password.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
