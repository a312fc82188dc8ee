//! A payment provider: an HTTP API and a hosted card page.
