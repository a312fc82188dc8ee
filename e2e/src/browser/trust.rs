use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A home folder in which Chromium finds an authority to trust. It checks everything else as ever: names, dates, the
/// chain.
pub(super) fn home_that_trusts(authority: &Path) -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join(".pki/nssdb");
    std::fs::create_dir_all(&store).expect("the folder is ours");
    let store = format!("sql:{}", store.display());
    certutil(&["-d", &store, "-N", "--empty-password"]);
    let file = authority.display().to_string();
    certutil(&["-d", &store, "-A", "-t", "C,,", "-n", "garnitur", "-i", &file]);
    home
}

fn certutil(words: &[&str]) {
    let done = Command::new("certutil").args(words).output();
    let done = done.expect("certutil is installed (make test installs libnss3-tools)");
    assert!(
        done.status.success(),
        "certutil {words:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}
