use backoffice_domain::{Happening, Record};
use backoffice_store::Store;
use kernel::EventId;
use pg::{DatabaseSpec, RoleSpec};
use test_support::TestDb;
use time::OffsetDateTime;
use time::macros::datetime;

pub const NOW: OffsetDateTime = datetime!(2026-03-01 10:00 UTC);

pub const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "internal",
    owner: role("backoffice_owner"),
    roles: &[role("backoffice_staff"), role("backoffice_internal")],
};

const fn role(name: &'static str) -> RoleSpec<'static> {
    RoleSpec { name, password: name }
}

pub async fn database() -> TestDb {
    TestDb::new(&SPEC, backoffice_store::migrate).await
}

pub fn staff(db: &TestDb) -> Store {
    Store::new(db.pg("backoffice_staff"))
}

pub fn internal(db: &TestDb) -> Store {
    Store::new(db.pg("backoffice_internal"))
}

/// A record with an id of its own.
pub fn record(happening: Happening<'_>, at: OffsetDateTime) -> Record {
    happening.record(EventId::from(kernel::random::uuid()), at, "backoffice")
}

pub fn closed(login: &str) -> Record {
    record(Happening::SessionClosed { login }, NOW)
}
