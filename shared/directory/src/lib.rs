//! Active Directory over LDAP.
