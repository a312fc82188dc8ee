//! Employees and couriers in Active Directory, over LDAP version 3 (INF-4, SEC-1).
//!
//! [`Directory`] is the seam; [`LdapDirectory`] is the directory behind it. A sign-in searches for the login
//! with the service account, binds as the entry found on a connection of its own, and translates the groups it
//! is in, also through other groups, into roles. [`Personnel`] is the seam to administer employees (ADM-1), which
//! needs a service account with more rights: `docs/SECURITY.md` lists them.
//!
//! Of several domain controllers the first that answers is asked; one that fails rests for a while.
//!
//! ```no_run
//! use directory::{Directory as _, DirectoryConfig, LdapDirectory, SignInError};
//! use kernel::Personal;
//!
//! # async fn example(config: &DirectoryConfig) -> Result<(), Box<dyn std::error::Error>> {
//! let directory = LdapDirectory::new(config)?;
//! match directory.sign_in("courier.petrov", &Personal::new("a password".to_owned())).await {
//!     Ok(employee) => println!("{} may be {:?}", employee.login, employee.roles),
//!     Err(SignInError::Unavailable(error)) => println!("try later: {error}"),
//!     Err(refused) => println!("{refused}"),
//! }
//! # Ok(())
//! # }
//! ```

mod config;
mod connection;
mod connector;
mod controllers;
mod entry;
mod identify;
mod ldap;
mod personnel;
mod pool;
mod refusal;
mod sign_in;
mod unavailable;

pub use config::{ConfigError, DirectoryConfig, GroupsConfig, Urls};
pub use ldap::LdapDirectory;
pub use personnel::{Name, NewEmployee, Personnel, PersonnelError, Record};
pub use sign_in::{Directory, Employee, SignInError};
pub use unavailable::Unavailable;
