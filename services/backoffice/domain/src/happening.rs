use std::net::IpAddr;

use kernel::EventId;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::kinds::{ActorKind, Administering, Refusal};
use crate::login::{attempted, canonical};
use crate::record::{Record, tidy, to_microseconds};

/// Stands for a login that is not kept, since it could be a password.
const WITHHELD: &str = "unknown";

/// Something the audit records (AUD-1, CUS-3).
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// An employee signed in.
    SessionOpened {
        /// Login, as the directory has it.
        login: &'a str,
        /// Names of the roles.
        roles: &'a [String],
        /// Where from, if known.
        client: Option<IpAddr>,
    },
    /// Somebody tried to sign in as an employee.
    SessionRefused {
        /// Login, as it was typed.
        typed: &'a str,
        /// Whether it is a login: [`Refusal::proves_login`], or the audit names it already.
        known: bool,
        /// Why not.
        refusal: Refusal,
        /// Where from, if known.
        client: Option<IpAddr>,
    },
    /// An employee signed out.
    SessionClosed {
        /// Login.
        login: &'a str,
    },
    /// A courier signed in, or somebody tried to.
    CourierSignIn {
        /// Login, as it was typed.
        typed: &'a str,
        /// Whether it is a login, since the audit names it already. One that was let in is.
        known: bool,
        /// Whether it was let in.
        accepted: bool,
    },
    /// An order has a new status.
    OrderStatus {
        /// Number of the order.
        number: &'a str,
        /// Name of the status before; `None` for a new order.
        from: Option<&'a str>,
        /// Name of the status now.
        to: &'a str,
        /// What kind of actor did it.
        by: ActorKind,
        /// Login of the actor, if it has one.
        login: Option<&'a str>,
    },
    /// An employee corrected the stock.
    StockCorrected {
        /// Id of the component.
        component: &'a str,
        /// Code of the warehouse.
        warehouse: &'a str,
        /// Change of what lies there.
        delta: i64,
        /// Why.
        reason: &'a str,
        /// Login of the employee.
        login: &'a str,
    },
    /// An employee changed the assortment.
    AssortmentChanged {
        /// Name of the kind of thing.
        kind: &'a str,
        /// Code or id of the thing.
        code: &'a str,
        /// Version that came to be.
        version: i64,
        /// Name of what was done.
        action: &'a str,
        /// Names of the fields that are different.
        fields: &'a [String],
        /// Login of the employee.
        login: &'a str,
    },
    /// An administrator does something to an employee.
    EmployeeAdministered {
        /// What.
        what: Administering<'a>,
        /// Login of the employee it is done to.
        employee: &'a str,
        /// Login of the administrator.
        login: &'a str,
    },
    /// An administrator put other toggles into force (CFG-1).
    TogglesChanged {
        /// Version of the definitions from now on.
        version: i64,
        /// Keys of the toggles that are new, gone or otherwise.
        toggles: &'a [String],
        /// Why.
        reason: &'a str,
        /// Login of the administrator.
        login: &'a str,
    },
}

impl Happening<'_> {
    /// The record of what happened at `at`, as `source` reports it.
    pub fn record(&self, id: EventId, at: OffsetDateTime, source: &str) -> Record {
        Record {
            id,
            at: to_microseconds(at),
            source: tidy(source),
            actor: tidy(&self.actor()),
            action: tidy(&self.action()),
            subject: self.subject().map(tidy),
            details: Value::Object(self.details()).to_string(),
        }
    }

    fn actor(&self) -> String {
        match *self {
            Self::SessionOpened { login, .. }
            | Self::SessionClosed { login }
            | Self::StockCorrected { login, .. }
            | Self::AssortmentChanged { login, .. }
            | Self::EmployeeAdministered { login, .. }
            | Self::TogglesChanged { login, .. } => canonical(login),
            Self::SessionRefused { typed, known, .. } => {
                attempted(typed, known).unwrap_or_else(|| WITHHELD.to_owned())
            }
            Self::CourierSignIn {
                typed,
                known,
                accepted,
            } => attempted(typed, known || accepted).unwrap_or_else(|| WITHHELD.to_owned()),
            Self::OrderStatus {
                by: by @ (ActorKind::Employee | ActorKind::Courier),
                login,
                ..
            } => login.map_or_else(|| by.code().to_owned(), canonical),
            Self::OrderStatus { by, .. } => by.code().to_owned(),
        }
    }

    fn action(&self) -> String {
        match *self {
            Self::SessionOpened { .. } => "session.opened".to_owned(),
            Self::SessionRefused { .. } => "session.refused".to_owned(),
            Self::SessionClosed { .. } => "session.closed".to_owned(),
            Self::CourierSignIn { accepted: true, .. } => "courier.signed_in".to_owned(),
            Self::CourierSignIn { accepted: false, .. } => "courier.refused".to_owned(),
            Self::OrderStatus { to, .. } => format!("order.{to}"),
            Self::StockCorrected { .. } => "stock.corrected".to_owned(),
            Self::AssortmentChanged { action, .. } => format!("assortment.{action}"),
            Self::EmployeeAdministered { what, .. } => what.code().to_owned(),
            Self::TogglesChanged { .. } => "toggles.changed".to_owned(),
        }
    }

    fn subject(&self) -> Option<&str> {
        match *self {
            Self::OrderStatus { number, .. } => Some(number),
            Self::StockCorrected { component, .. } => Some(component),
            Self::AssortmentChanged { code, .. } => Some(code),
            Self::EmployeeAdministered { employee, .. } => Some(employee),
            _ => None,
        }
    }

    fn details(&self) -> Map<String, Value> {
        let pairs = match *self {
            Self::SessionOpened { roles, client, .. } => {
                vec![("client", client.map(text)), ("roles", Some(json!(roles)))]
            }
            Self::SessionRefused { refusal, client, .. } => {
                vec![
                    ("client", client.map(text)),
                    ("reason", Some(json!(refusal.code()))),
                ]
            }
            Self::OrderStatus { from, by, .. } => vec![
                ("by", Some(json!(by.code()))),
                ("from", from.map(|from| json!(tidy(from)))),
            ],
            Self::StockCorrected {
                warehouse,
                delta,
                reason,
                ..
            } => vec![
                ("delta", Some(json!(delta))),
                ("reason", Some(json!(tidy(reason)))),
                ("warehouse", Some(json!(tidy(warehouse)))),
            ],
            Self::AssortmentChanged {
                kind,
                version,
                fields,
                ..
            } => vec![
                ("fields", Some(json!(fields))),
                ("kind", Some(json!(tidy(kind)))),
                ("version", Some(json!(version))),
            ],
            Self::EmployeeAdministered { what, .. } => match what {
                Administering::Create(roles) | Administering::Roles(roles) => {
                    vec![("roles", Some(json!(roles)))]
                }
                Administering::Change(fields) => vec![("fields", Some(json!(fields)))],
                Administering::Failed(reason) => vec![("reason", Some(json!(reason)))],
                _ => Vec::new(),
            },
            Self::TogglesChanged {
                version,
                toggles,
                reason,
                ..
            } => vec![
                ("reason", Some(json!(tidy(reason)))),
                ("toggles", Some(json!(toggles))),
                ("version", Some(json!(version))),
            ],
            Self::SessionClosed { .. } | Self::CourierSignIn { .. } => Vec::new(),
        };
        let known = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        known.collect()
    }
}

fn text(client: IpAddr) -> Value {
    client.to_canonical().to_string().into()
}
