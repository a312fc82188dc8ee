//! Sessions, tokens, roles as types, cross-site request protection.
