use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str], folder: &Path) -> Output {
    let (command, rest) = arguments.split_first().expect("a command");
    Command::new(env!("CARGO_BIN_EXE_garnitur-ca"))
        .arg(command)
        .arg(folder)
        .args(rest)
        .output()
        .expect("it runs")
}

#[test]
fn from_nothing_to_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let issue = [
        "issue",
        "orders",
        "--dns",
        "orders.site1",
        "--ip",
        "10.1.0.7",
        "--days",
        "7",
    ];
    let refused = run(&issue, folder.path());
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("init"));
    for (said, arguments) in [
        ("is made", ["init"].as_slice()),
        ("stays", &["init"]),
        ("is made", &issue),
        ("stays", &issue),
        ("is renewed", &["issue", "orders"]),
    ] {
        let output = run(arguments, folder.path());
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(out.contains(said), "{arguments:?}: {out}");
    }
    let refused = run(&["issue", "../orders"], folder.path());
    assert!(!refused.status.success());
}
