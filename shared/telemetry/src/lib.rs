//! Traces, metrics and logs; personal data kept out.
