//! The employees web application, server-rendered.
