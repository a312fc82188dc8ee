//! What a refused change means.

use ldap3::LdapResult;

use super::PersonnelError;
use crate::connection::Change;
use crate::ldap::LdapDirectory;
use crate::unavailable::Cause;

/// Result codes of RFC 4511, appendix A.
const NO_SUCH_OBJECT: u32 = 32;
const CONSTRAINT_VIOLATION: u32 = 19;
const INSUFFICIENT_ACCESS_RIGHTS: u32 = 50;
const UNWILLING_TO_PERFORM: u32 = 53;
const ENTRY_ALREADY_EXISTS: u32 = 68;

/// Windows errors, with which the texts of a domain controller begin, as in `0000052D: SvcErr: …`.
const PASSWORD_RESTRICTION: u32 = 0x52d;
const USER_EXISTS: u32 = 0x524;
/// `ERROR_DS_CONSTRAINT_VIOLATION`, in Samba, and `ERROR_DS_UPN_VALUE_NOT_UNIQUE_IN_FOREST`, in Windows.
const NOT_UNIQUE: [u32; 2] = [0x202f, 0x21c8];

impl LdapDirectory {
    /// Makes a change; a refused one is an error.
    pub(super) async fn make(&self, change: Change) -> Result<(), PersonnelError> {
        let result = self.change(change).await?;
        if result.rc == 0 {
            Ok(())
        } else {
            Err(refusal(result))
        }
    }
}

fn refusal(result: LdapResult) -> PersonnelError {
    let windows = windows_error(&result.text);
    match result.rc {
        NO_SUCH_OBJECT => PersonnelError::NotFound,
        ENTRY_ALREADY_EXISTS => PersonnelError::LoginTaken,
        CONSTRAINT_VIOLATION | UNWILLING_TO_PERFORM if windows == Some(PASSWORD_RESTRICTION) => {
            PersonnelError::PasswordRefused
        }
        CONSTRAINT_VIOLATION | UNWILLING_TO_PERFORM
            if windows.is_some_and(|code| code == USER_EXISTS || NOT_UNIQUE.contains(&code)) =>
        {
            PersonnelError::LoginTaken
        }
        // The text would name the entry.
        INSUFFICIENT_ACCESS_RIGHTS => PersonnelError::Forbidden("insufficientAccessRights".to_owned()),
        rc => {
            let what = "make a change";
            // Texts of refused changes name entries, and so people.
            let text = windows
                .map(|code| format!("Windows error {code:#x}"))
                .unwrap_or_default();
            let result = LdapResult {
                rc,
                text,
                matched: String::new(),
                ..result
            };
            PersonnelError::Unavailable(Cause::Refused { what, result }.into())
        }
    }
}

fn windows_error(text: &str) -> Option<u32> {
    let (code, _) = text.split_once(':')?;
    u32::from_str_radix(code.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rc: u32, text: &str) -> String {
        let result = LdapResult {
            rc,
            matched: "CN=somebody".to_owned(),
            text: text.to_owned(),
            refs: Vec::new(),
            ctrls: Vec::new(),
        };
        format!("{:?}", refusal(result))
    }

    #[test]
    fn refusals_are_told_apart() {
        for (rc, text, meaning) in [
            (32, "00002030: objectclass: …", "NotFound"),
            (68, "00002071: samldb: …", "LoginTaken"),
            (19, "0000202F: samldb: userPrincipalName …", "LoginTaken"),
            (19, "000021C8: AtrErr: DSID-03200BBA, #1: …", "LoginTaken"),
            (
                53,
                "00000524: SvcErr: DSID-031A11E5, problem 5003 (WILL_NOT_PERFORM), data 0",
                "LoginTaken",
            ),
            (19, "0000052D: AtrErr: DSID-03191083, #1: …", "PasswordRefused"),
            (
                53,
                "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0",
                "PasswordRefused",
            ),
        ] {
            assert_eq!(told(rc, text), meaning, "{rc} {text}");
        }
        assert!(told(50, "00002098: SecErr: …").starts_with("Forbidden"));
    }

    #[test]
    fn what_else_goes_wrong_names_nobody() {
        let told = told(53, "0000001F: SvcErr: CN=somebody, problem 5003");
        assert!(told.starts_with("Unavailable") && told.contains("0x1f"), "{told}");
        assert!(!told.contains("somebody"), "{told}");
    }
}
