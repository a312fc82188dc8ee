//! What a refused bind means.

use ldap3::LdapResult;

use crate::SignInError;
use crate::unavailable::Cause;

/// `invalidCredentials` (RFC 4511, appendix A).
pub(crate) const INVALID_CREDENTIALS: u32 = 49;
/// `noSuchObject`: the entry has gone since it was found.
const NO_SUCH_OBJECT: u32 = 32;

/// Why a bind was refused. Of these only "locked" is said whatever the password: the others need the right one
/// (MS-ADTS leaves them out for a wrong one), so they give nothing away to who is guessing.
///
/// A domain controller says why in the text, as the Windows error in hexadecimal: `… error, data 775, v4563`.
pub(crate) fn refusal(result: LdapResult) -> SignInError {
    match result.rc {
        INVALID_CREDENTIALS => match data(&result.text) {
            // ERROR_ACCOUNT_DISABLED
            Some(0x533) => SignInError::Disabled,
            // ERROR_ACCOUNT_EXPIRED
            Some(0x701) => SignInError::Expired,
            // ERROR_ACCOUNT_LOCKED_OUT
            Some(0x775) => SignInError::Locked,
            // ERROR_PASSWORD_EXPIRED
            Some(0x532) => SignInError::PasswordExpired,
            // ERROR_PASSWORD_MUST_CHANGE
            Some(0x773) => SignInError::PasswordMustChange,
            // ERROR_INVALID_LOGON_HOURS, ERROR_INVALID_WORKSTATION, ERROR_LOGON_TYPE_NOT_GRANTED
            Some(0x530 | 0x531 | 0x569) => SignInError::Restricted,
            // ERROR_LOGON_FAILURE, ERROR_NO_SUCH_USER, other directories
            _ => SignInError::BadCredentials,
        },
        NO_SUCH_OBJECT => SignInError::BadCredentials,
        _ => {
            let what = "check a password";
            SignInError::Unavailable(Cause::Refused { what, result }.into())
        }
    }
}

fn data(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once(", data ")?;
    let digits = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rc: u32, text: &str) -> String {
        let result = LdapResult {
            rc,
            matched: String::new(),
            text: text.to_owned(),
            refs: Vec::new(),
            ctrls: Vec::new(),
        };
        format!("{:?}", refusal(result))
    }

    fn by_data(data: &str) -> String {
        told(
            INVALID_CREDENTIALS,
            &format!(
                "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v4563"
            ),
        )
    }

    #[test]
    fn a_domain_controller_says_why() {
        let expected = [
            ("52e", "BadCredentials"),
            ("525", "BadCredentials"),
            ("530", "Restricted"),
            ("531", "Restricted"),
            ("532", "PasswordExpired"),
            ("533", "Disabled"),
            ("701", "Expired"),
            ("773", "PasswordMustChange"),
            ("775", "Locked"),
        ];
        for (data, meaning) in expected {
            assert_eq!(by_data(data), meaning, "{data}");
        }
    }

    #[test]
    fn without_a_reason_the_password_is_wrong() {
        for text in [
            "",
            "Invalid credentials",
            "comment, data , v1",
            "comment, data zzz",
        ] {
            assert_eq!(told(INVALID_CREDENTIALS, text), "BadCredentials", "{text}");
        }
    }

    #[test]
    fn another_code_says_nothing_about_the_password() {
        // busy, unavailable, strongerAuthRequired
        for rc in [51, 52, 8] {
            assert!(told(rc, "").starts_with("Unavailable"), "{rc}");
        }
    }
}
