//! Backups become what HotFix may run on. Needs PostgreSQL: see docs/TESTING.md.

mod backups;
mod columns;
mod generate;
mod pseudonyms;
mod scans;
mod swaps;
mod whole;
mod world;
