use kernel::Personal;
use ldap3::Mod;
use uuid::Uuid;

use super::create::attribute;
use super::record::Entry;
use super::{PersonnelError, Record};
use crate::connection::Change;
use crate::ldap::LdapDirectory;

impl LdapDirectory {
    /// Needs the right to reset passwords, and no knowledge of the old one.
    #[tracing::instrument(name = "directory.set_password", skip_all, fields(%id))]
    pub(super) async fn set_employees_password(
        &self,
        id: Uuid,
        password: &Personal<String>,
        must_change: bool,
    ) -> Result<Record, PersonnelError> {
        let Entry { dn, .. } = self.entry_of(id).await?;
        let (name, password) = attribute("unicodePwd", encoded(password));
        // -1 is "now".
        let (set, when) = attribute("pwdLastSet", if must_change { "0" } else { "-1" });
        let changes = vec![Mod::Replace(name, password), Mod::Replace(set, when)];
        self.make(Change::Modify(dn, changes)).await?;
        self.find_employee(id).await
    }
}

/// In quotes, in UTF-16LE (MS-ADTS, 3.1.1.3.1.5).
pub(super) fn encoded(password: &Personal<String>) -> Vec<u8> {
    let quoted = format!("\"{}\"", password.expose());
    quoted.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_quoted_utf_16() {
        let password = Personal::new("aя😀".to_owned());
        assert_eq!(
            encoded(&password),
            [0x22, 0, 0x61, 0, 0x4f, 0x04, 0x3d, 0xd8, 0x00, 0xde, 0x22, 0]
        );
    }
}
