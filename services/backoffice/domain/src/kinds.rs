//! Kinds of what happens and of those who do it, with their names in the audit.

/// What an administrator does to an employee (ADM-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administering<'a> {
    /// An account is made, with these roles.
    Create(&'a [String]),
    /// These fields are changed.
    Change(&'a [&'static str]),
    /// The employee is to have these roles and no others.
    Roles(&'a [String]),
    /// Another password is given.
    Password,
    /// The account is switched on.
    Enable,
    /// The account is switched off.
    Disable,
    /// The account is unlocked.
    Unlock,
    /// The account is removed.
    Delete,
    /// What was recorded just before came to nothing, for this reason.
    Failed(&'static str),
}

impl Administering<'_> {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Create(_) => "employee.create",
            Self::Change(_) => "employee.change",
            Self::Roles(_) => "employee.roles",
            Self::Password => "employee.password",
            Self::Enable => "employee.enable",
            Self::Disable => "employee.disable",
            Self::Unlock => "employee.unlock",
            Self::Delete => "employee.delete",
            Self::Failed(_) => "employee.failed",
        }
    }
}

/// What kind of actor did something to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// The customer. Never by name or login: the login is a phone number (CUS-1).
    Customer,
    /// A warehouse employee.
    Employee,
    /// A courier.
    Courier,
    /// The payment provider.
    Payment,
    /// The system itself.
    System,
}

impl ActorKind {
    /// The kind's name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Employee => "employee",
            Self::Courier => "courier",
            Self::Payment => "payment",
            Self::System => "system",
        }
    }
}

/// Why an employee was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such login, or another password; the directory does not tell which.
    BadCredentials,
    /// The account is switched off or has expired.
    Disabled,
    /// The account is locked after wrong passwords.
    Locked,
    /// The password must be changed first.
    PasswordExpired,
    /// The account may not sign in now or from there.
    Restricted,
    /// The account has no role in the shop.
    NoRole,
    /// Too many failed attempts before this one; the password was not looked at.
    Throttled,
    /// The directory could not be asked.
    DirectoryDown,
}

impl Refusal {
    /// The reason's name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadCredentials => "bad_credentials",
            Self::Disabled => "disabled",
            Self::Locked => "locked",
            Self::PasswordExpired => "password_expired",
            Self::Restricted => "restricted",
            Self::NoRole => "no_role",
            Self::Throttled => "throttled",
            Self::DirectoryDown => "directory_down",
        }
    }

    /// Whether the directory told something about the account, so that the login is one and no password.
    pub const fn proves_login(self) -> bool {
        !matches!(self, Self::BadCredentials | Self::Throttled | Self::DirectoryDown)
    }
}
