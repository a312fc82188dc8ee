//! Roles as types: the parameter of [`Staff`](crate::Staff).
//!
//! ```
//! use auth::{RoleSet, roles};
//! use contracts::backoffice::Role;
//!
//! type StockKeepers = (roles::Warehouse, roles::Administrator);
//! assert!(StockKeepers::allows(Role::Warehouse));
//! assert!(!StockKeepers::allows(Role::Security));
//! ```

use contracts::backoffice::Role;

/// A set of roles, any one of which is enough. A tuple of sets is their union.
pub trait RoleSet: Send + Sync + 'static {
    /// Whether an employee with `role` is let in.
    fn allows(role: Role) -> bool;
}

macro_rules! roles {
    ($($(#[$meta:meta])* $name:ident)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;

        impl RoleSet for $name {
            fn allows(role: Role) -> bool {
                role == Role::$name
            }
        }
    )+};
}

roles! {
    /// Delivers orders.
    Courier
    /// Packs orders, keeps stock.
    Warehouse
    /// Creates the assortment.
    Assortment
    /// Administers users and settings.
    Administrator
    /// Reads the audit.
    Security
    /// Handles failure situations.
    Support
    /// Reads statistics.
    Analyst
}

/// Every role of the inner contour: all but the courier, who works from outside and sees a customer's data
/// only for orders they have claimed (COU-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnyStaff;

impl RoleSet for AnyStaff {
    fn allows(role: Role) -> bool {
        role != Role::Courier
    }
}

macro_rules! unions {
    ($(($($set:ident),+))+) => {$(
        impl<$($set: RoleSet),+> RoleSet for ($($set,)+) {
            fn allows(role: Role) -> bool {
                $($set::allows(role))||+
            }
        }
    )+};
}

unions! { (A, B) (A, B, C) (A, B, C, D) }

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Role; 7] = [
        Role::Courier,
        Role::Warehouse,
        Role::Assortment,
        Role::Administrator,
        Role::Security,
        Role::Support,
        Role::Analyst,
    ];

    fn allowed<R: RoleSet>() -> Vec<Role> {
        ALL.into_iter().filter(|&role| R::allows(role)).collect()
    }

    #[test]
    fn a_role_allows_itself_alone() {
        assert_eq!(allowed::<Warehouse>(), [Role::Warehouse]);
        assert_eq!(allowed::<Administrator>(), [Role::Administrator]);
    }

    #[test]
    fn any_staff_leaves_couriers_out() {
        assert_eq!(allowed::<AnyStaff>(), ALL[1..]);
    }

    #[test]
    fn a_tuple_is_the_union() {
        assert_eq!(
            allowed::<(Courier, Warehouse, Security)>(),
            [Role::Courier, Role::Warehouse, Role::Security]
        );
    }
}
