//! What catalog says of itself is tried by a program that reads only that: Schemathesis makes requests that fit the
//! description and requests that do not, and compares the answers with what is described.

use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{Employee, InOneProcess};

/// Requests per operation and phase. The same seed makes the same requests.
const EXAMPLES: &str = "15";
const SEED: &str = "20261125";

/// A face of catalog: where it listens, the paths it answers, and whose token opens it.
struct Face {
    name: &'static str,
    base: String,
    paths: &'static str,
    token: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs the tool against a face; answers what it found, or nothing.
fn try_face(description: &Path, face: &Face) -> Result<(), String> {
    let program = root().join("target/tools/schemathesis/bin/schemathesis");
    assert!(
        program.exists(),
        "{} is missing: scripts/prerequisites test",
        program.display()
    );
    let folder = tempfile::tempdir().expect("a folder for its files");
    let mut command = Command::new(program);
    command
        .arg("--config-file")
        .arg(root().join("e2e/schemathesis/schemathesis.toml"))
        .arg("run")
        .arg(description)
        .args(["--url", &face.base, "--include-path-regex", face.paths])
        .args(["--max-examples", EXAMPLES, "--seed", SEED])
        .args(["--phases", "examples,coverage,fuzzing", "--continue-on-failure"])
        .env("NO_COLOR", "1")
        .current_dir(folder.path());
    if let Some(token) = &face.token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let ran = command.output().expect("the tool runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    if ran.status.success() {
        assert!(said.contains("generated"), "{} was not tried: {said}", face.name);
        return Ok(());
    }
    Err(format!(
        "{}:\n{said}{}",
        face.name,
        String::from_utf8_lossy(&ran.stderr)
    ))
}

#[tokio::test]
async fn catalog_answers_as_it_is_described() {
    // A shop of its own: what is tried changes the stock.
    let shop = InOneProcess::open(1_200);
    let wiring = shop.wiring();
    let at = |port: u16| format!("http://127.0.0.1:{port}");
    let employee = Employee::sign_in(&at(wiring.ports.portal), "admin.smirnov").await;
    let faces = [
        Face {
            name: "edge",
            base: at(wiring.ports.customers),
            paths: "^/api/catalog/",
            token: None,
        },
        Face {
            name: "staff",
            base: at(wiring.ports.catalog_staff),
            paths: "^/api/staff/",
            token: Some(employee.api().token().expect("signed in").to_owned()),
        },
        Face {
            name: "internal",
            base: at(wiring.ports.catalog_internal),
            paths: "^/internal/",
            token: Some(wiring.secrets.tokens["orders"].clone()),
        },
    ];
    let description = root().join("docs/openapi/catalog.json");
    let found = tokio::task::spawn_blocking(move || {
        let tried = faces.iter().map(|face| try_face(&description, face));
        tried.filter_map(Result::err).collect::<Vec<_>>()
    });
    let found = found.await.expect("the faces are tried");
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
