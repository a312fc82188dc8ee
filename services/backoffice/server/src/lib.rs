//! Faces, jobs and wiring of backoffice.
