//! Faces, jobs and wiring of catalog.
