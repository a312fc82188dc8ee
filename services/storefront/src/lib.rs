//! The customers site and the courier app, server-rendered.
