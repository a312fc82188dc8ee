//! Administering employees (ADM-1). One operation a file.

mod change;
mod create;
mod find;
mod name;
mod password;
mod record;
mod refusal;
mod roles;

use std::fmt;

use contracts::backoffice::Role;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use kernel::Personal;
use uuid::Uuid;

use crate::{LdapDirectory, Unavailable};
pub use name::{Name, NewEmployee};
pub use record::Record;

/// Those employees that the shop administers: the entries below `directory.employees_dn`, whatever else the
/// directory holds. A seam, as [`crate::Directory`] is.
pub trait Personnel: fmt::Debug + Send + Sync + 'static {
    /// All of them, by login.
    fn employees(&self) -> BoxFuture<'_, Result<Vec<Record>, PersonnelError>>;

    /// One of them.
    fn employee(&self, id: Uuid) -> BoxFuture<'_, Result<Record, PersonnelError>>;

    /// Makes an account that can be used at once: with a password that must be changed at the workplace first, and
    /// with roles. Fails with [`PersonnelError::LoginTaken`] when anything in the domain has the login.
    fn create<'a>(&'a self, new: &'a NewEmployee) -> BoxFuture<'a, Result<Record, PersonnelError>>;

    /// Names an employee anew. The login stays.
    fn rename<'a>(&'a self, id: Uuid, name: &'a Name) -> BoxFuture<'a, Result<Record, PersonnelError>>;

    /// Has an employee have these roles and no others.
    ///
    /// Fails with [`PersonnelError::Inherited`] when a role comes through a group in a group; what could be changed
    /// is changed then.
    fn set_roles<'a>(&'a self, id: Uuid, roles: &'a [Role]) -> BoxFuture<'a, Result<Record, PersonnelError>>;

    /// Gives an employee another password, which must be changed at the workplace before it is of use if
    /// `must_change`.
    fn set_password<'a>(
        &'a self,
        id: Uuid,
        password: &'a Personal<String>,
        must_change: bool,
    ) -> BoxFuture<'a, Result<Record, PersonnelError>>;

    /// Switches an account on or off. Who is signed in stays so until the session ends.
    fn set_enabled(&self, id: Uuid, enabled: bool) -> BoxFuture<'_, Result<Record, PersonnelError>>;

    /// Lets an employee try again who was locked out by wrong passwords.
    fn unlock(&self, id: Uuid) -> BoxFuture<'_, Result<Record, PersonnelError>>;

    /// Removes an account; it is returned as it was.
    fn delete(&self, id: Uuid) -> BoxFuture<'_, Result<Record, PersonnelError>>;
}

/// Why an employee was not administered. The texts are for the log: they name no one.
#[derive(Debug, thiserror::Error)]
pub enum PersonnelError {
    /// No employee has the id.
    #[error("there is no such employee")]
    NotFound,
    /// Somebody or something in the domain has the login already.
    #[error("the login is taken")]
    LoginTaken,
    /// Too short, too simple, or used before: the domain's policy decides.
    #[error("the password policy of the domain refuses the password")]
    PasswordRefused,
    /// The role comes through a group in a group, or the other way round cannot be had.
    #[error("the role {0:?} is inherited from a group in a group")]
    Inherited(Role),
    /// No group for the role is configured, or the directory has not the one that is.
    #[error("the directory has no group for the role {0:?}")]
    NoGroup(Role),
    /// The service account lacks a right.
    #[error("the service account may not do this: {0}")]
    Forbidden(String),
    /// `directory.employees_dn` is not set.
    #[error("directory.employees_dn is not set, and administering employees needs it")]
    NotConfigured,
    /// The directory gave no answer that can be used. Whether a change was made is not known.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl Personnel for LdapDirectory {
    fn employees(&self) -> BoxFuture<'_, Result<Vec<Record>, PersonnelError>> {
        self.list_employees().boxed()
    }

    fn employee(&self, id: Uuid) -> BoxFuture<'_, Result<Record, PersonnelError>> {
        self.find_employee(id).boxed()
    }

    fn create<'a>(&'a self, new: &'a NewEmployee) -> BoxFuture<'a, Result<Record, PersonnelError>> {
        self.create_employee(new).boxed()
    }

    fn rename<'a>(&'a self, id: Uuid, name: &'a Name) -> BoxFuture<'a, Result<Record, PersonnelError>> {
        self.rename_employee(id, name).boxed()
    }

    fn set_roles<'a>(&'a self, id: Uuid, roles: &'a [Role]) -> BoxFuture<'a, Result<Record, PersonnelError>> {
        self.set_employees_roles(id, roles).boxed()
    }

    fn set_password<'a>(
        &'a self,
        id: Uuid,
        password: &'a Personal<String>,
        must_change: bool,
    ) -> BoxFuture<'a, Result<Record, PersonnelError>> {
        self.set_employees_password(id, password, must_change).boxed()
    }

    fn set_enabled(&self, id: Uuid, enabled: bool) -> BoxFuture<'_, Result<Record, PersonnelError>> {
        self.enable_employee(id, enabled).boxed()
    }

    fn unlock(&self, id: Uuid) -> BoxFuture<'_, Result<Record, PersonnelError>> {
        self.unlock_employee(id).boxed()
    }

    fn delete(&self, id: Uuid) -> BoxFuture<'_, Result<Record, PersonnelError>> {
        self.delete_employee(id).boxed()
    }
}
