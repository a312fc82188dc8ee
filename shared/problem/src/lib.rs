//! RFC 9457 problem answers and the extractors that produce them.
