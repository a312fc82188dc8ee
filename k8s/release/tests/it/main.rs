//! The release command and the gate.

mod deploying;
mod gate;
mod matrix;
mod overlays;
mod releases;
mod windows;

use std::path::{Path, PathBuf};

use garnitur_release::{Release, Stand};

const STANDS: [&str; 5] = ["ift", "hotfix", "loadtest", "preprod", "prod"];

/// The tree `k8s` of the project.
fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("k8s")
        .to_owned()
}

/// The stand as it is committed.
fn stand(name: &str) -> Stand {
    let path = tree().join("stands").join(name).join("stand.toml");
    Stand::parse(&std::fs::read_to_string(path).expect("stand.toml")).expect("a stand")
}

/// The text of a release with that kind of change.
fn text(change: &str) -> String {
    let images: Vec<String> = garnitur_release::release::IMAGES
        .iter()
        .enumerate()
        .map(|(i, name)| format!("{name} = \"sha256:{i:064x}\""))
        .collect();
    format!(
        "version = \"1.4.0\"\nchange = \"{change}\"\nregistry = \"registry.example/garnitur\"\n[images]\n{}\n",
        images.join("\n")
    )
}

fn release(change: &str) -> Release {
    Release::parse(&text(change)).expect("a release")
}
