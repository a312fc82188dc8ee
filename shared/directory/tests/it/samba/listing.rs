use std::fmt::Write as _;

use contracts::backoffice::Role;
use directory::{LdapDirectory, Personnel as _};

use super::domain::{BASE, domain};

/// More than a domain controller gives in one answer, and not a whole number of pages.
const MANY: usize = 1_203;

#[tokio::test]
async fn all_of_many_employees_are_listed_with_their_roles() {
    let Some(domain) = domain().await else { return };
    let unit = format!("OU=Many,{BASE}");
    let mut entries = format!("dn: {unit}\nobjectClass: organizationalUnit\n\n");
    let mut members = format!("dn: CN=Garnitur-Analysts,OU=Groups,{BASE}\nchangetype: modify\nadd: member\n");
    for n in 0..MANY {
        let dn = format!("CN=many.{n:04},{unit}");
        write!(
            entries,
            "dn: {dn}\nobjectClass: user\nsAMAccountName: many.{n:04}\nuserAccountControl: 514\n\n"
        )
        .expect("a string takes it");
        writeln!(members, "member: {dn}").expect("a string takes it");
    }
    // In the server itself, past the network: in one transaction, so that it is quick.
    for (command, ldif) in [("ldbadd", entries), ("ldbmodify", members)] {
        let path = domain.share(&format!("{command}.ldif"), &ldif);
        let database = "/var/lib/samba/private/sam.ldb";
        domain.server.run(&[command, "-H", database, &path]).await;
    }

    let mut config = domain.config();
    config.employees_dn = Some(unit);
    let directory = LdapDirectory::new(&config).expect("complete");
    let all = directory.employees().await.expect("listed");
    assert_eq!(all.len(), MANY);
    for (n, record) in all.iter().enumerate() {
        assert_eq!(record.login, format!("many.{n:04}"));
        assert_eq!(record.roles, [Role::Analyst]);
        assert!(!record.enabled);
    }
}
