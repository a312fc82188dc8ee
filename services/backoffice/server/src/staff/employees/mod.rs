//! Employees, administered in the directory (ADM-1). For the role administrator.

pub mod change;
pub mod create;
pub mod delete;
pub mod list;
mod outcome;
pub mod password;
mod refused;
pub mod show;
pub mod unlock;

use auth::{Staff, roles};
use backoffice_domain::{Administering, Happening};
use backoffice_store::role_name;
use contracts::backoffice::{Employee, Role};
use directory::{PersonnelError, Record};
use kernel::uuid::Uuid;
use problem::Problem;

use super::StaffFace;
use crate::problems;
use outcome::{code, problem};
use refused::Refused;

/// Who administers employees.
type Administrator = Staff<roles::Administrator>;

impl StaffFace {
    /// Does something to an employee. It is recorded first, so that nobody administers unseen, and when it comes to
    /// nothing, that is recorded after it.
    async fn administer<T>(
        &self,
        administrator: &Administrator,
        employee: &str,
        what: Administering<'_>,
        act: impl Future<Output = Result<T, PersonnelError>>,
    ) -> Result<T, Problem> {
        let record = |what| {
            self.record(Happening::EmployeeAdministered {
                what,
                employee,
                login: administrator.login(),
            })
        };
        self.store
            .append_audit(&record(what))
            .await
            .map_err(problems::database)?;
        match act.await {
            Ok(done) => Ok(done),
            Err(error) => {
                let failed = record(Administering::Failed(code(&error)));
                if let Err(error) = self.store.append_audit(&failed).await {
                    tracing::error!(%error, "that an employee could not be administered was not recorded");
                }
                Err(problem(error))
            }
        }
    }

    async fn employee(&self, id: Uuid) -> Result<Record, Problem> {
        self.personnel.employee(id).await.map_err(problem)
    }

    /// Signs an employee out everywhere: what the tokens say is no longer so. Access tokens given out before live on
    /// for minutes.
    async fn sign_out(&self, login: &str) -> Result<(), Problem> {
        let closed = self.store.close_sessions_of(login).await;
        closed.map(drop).map_err(problems::database)
    }
}

fn names(roles: &[Role]) -> Vec<String> {
    roles.iter().copied().map(role_name).collect()
}

fn shown(record: Record) -> Employee {
    let Record {
        id,
        login,
        given_name,
        surname,
        name,
        enabled,
        locked,
        password_expired,
        expires_at,
        roles,
    } = record;
    Employee {
        id,
        login,
        given_name,
        surname,
        name,
        roles,
        enabled,
        locked,
        password_expired,
        expires_at,
    }
}
