//! An LDAP directory with Active Directory's attributes.
