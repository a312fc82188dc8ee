//! Rebuilds when a migration is added: `sqlx::migrate!` cannot say so by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
