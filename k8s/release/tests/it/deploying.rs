use std::process::Command;

use garnitur_release::deploy::{Step, may_begin, steps};
use garnitur_release::overlay::migrations;
use garnitur_release::{Release, Stand};
use time::OffsetDateTime;
use time::macros::datetime;

use super::{release, stand, tree};

/// Inside the windows of all stands but PreProd: the night to Sunday.
const NIGHT: OffsetDateTime = datetime!(2026-11-29 03:00 +3);
const NOON: OffsetDateTime = datetime!(2026-11-26 12:00 +3);

#[test]
fn a_recreate_is_refused_outside_the_window() {
    for name in ["hotfix", "loadtest"] {
        let (stand, release) = (stand(name), release("minor"));
        may_begin(&release, &stand, NIGHT).expect("in the window");
        let error = may_begin(&release, &stand, NOON)
            .expect_err("refused")
            .to_string();
        assert!(
            error.contains("edge-1, edge-2") && error.contains("window"),
            "{error}"
        );
    }
}

#[test]
fn in_production_only_a_new_technology_needs_the_window_and_only_for_employees() {
    let stand = stand("prod");
    may_begin(&release("minor"), &stand, NOON).expect("no downtime");
    may_begin(&release("major"), &stand, NOON).expect("no downtime");
    let error = may_begin(&release("new-technology"), &stand, NOON)
        .expect_err("refused")
        .to_string();
    assert!(error.starts_with("staff would be recreated"), "{error}");
    may_begin(&release("new-technology"), &stand, NIGHT).expect("in the window");
}

/// The commands, with a site's name where its primaries are awaited.
fn commands(name: &str, stand: &Stand, release: &Release) -> Vec<Vec<String>> {
    let steps = steps(name, stand, release).into_iter();
    steps
        .map(|step| match step {
            Step::Run(command) => command,
            Step::AwaitPrimaries { namespace } => vec!["primaries".to_owned(), namespace],
        })
        .collect()
}

/// Positions of commands that contain all these words.
fn positions(commands: &[Vec<String>], words: &[&str]) -> Vec<usize> {
    let has = |command: &Vec<String>| words.iter().all(|word| command.iter().any(|part| part == word));
    commands
        .iter()
        .enumerate()
        .filter(|(_, command)| has(command))
        .map(|(i, _)| i)
        .collect()
}

#[test]
fn the_schema_comes_before_every_service_and_the_sites_in_order() {
    for name in ["ift", "prod"] {
        let stand = stand(name);
        let commands = commands(name, &stand, &release("minor"));
        let data = positions(&commands, &["-k", &format!("k8s/stands/{name}/data")]);
        let migrated = positions(&commands, &["wait", "--for=condition=complete"]);
        let staff = positions(&commands, &["-k", &format!("k8s/stands/{name}/staff")]);
        let first = positions(&commands, &["-k", &format!("k8s/stands/{name}/edge-1")]);
        let second = positions(&commands, &["-k", &format!("k8s/stands/{name}/edge-2")]);
        assert_eq!((data.len(), migrated.len(), staff.len()), (1, 1, 2));
        assert!(data[0] < staff[0] && staff[0] < migrated[0] && migrated[0] < staff[1]);
        assert!(staff[1] < first[0] && first[0] < second[0]);
        assert!(commands[staff[0]].contains(&"garnitur.example/kind!=service".to_owned()));
        // Those of this release, and no other: one that has failed for good would never be complete.
        let jobs = commands[migrated[0]]
            .iter()
            .filter(|word| word.starts_with("job"));
        let names: Vec<_> = migrations(&release("minor"))
            .map(|name| format!("job/{name}"))
            .collect();
        assert!(jobs.eq(names.iter()) && names.len() == 3);
    }
}

/// Flagger may look at any moment: it must not find a new Deployment with the last release's Canary, nor one that it has
/// not made a primary of.
#[test]
fn where_flagger_rolls_out_canaries_come_before_services_and_primaries_are_awaited() {
    let commands = commands("prod", &stand("prod"), &release("minor"));
    for site in ["staff", "edge-1", "edge-2"] {
        let applied = positions(&commands, &["-k", &format!("k8s/stands/prod/{site}")]);
        let awaited = positions(&commands, &["primaries", &format!("prod-{site}")]);
        assert_eq!((applied.len(), awaited.len()), (2, 1), "{site}");
        assert!(applied[0] < awaited[0] && awaited[0] < applied[1], "{site}");
        let selector = "garnitur.example/kind!=service".to_owned();
        assert!(commands[applied[0]].contains(&selector));
        assert!(!commands[applied[1]].contains(&selector));
    }
}

#[test]
fn only_primaries_of_what_runs_are_awaited() {
    assert_eq!(
        Step::await_primaries("prod-staff", " \n"),
        None,
        "a first installation"
    );
    let command = Step::await_primaries("prod-staff", "portal orders").expect("a command");
    assert!(command.ends_with(&[
        "canary.flagger.app/portal".to_owned(),
        "canary.flagger.app/orders".to_owned()
    ]));
}

#[test]
fn recreated_sites_are_awaited_one_by_one() {
    let commands = commands("loadtest", &stand("loadtest"), &release("minor"));
    let words: Vec<_> = commands.iter().map(|command| command[1].as_str()).collect();
    assert_eq!(words, ["apply", "rollout", "apply", "rollout"]);
}

/// A Canary must let go of its service before the stand writes a route of its own.
#[test]
fn in_production_a_recreate_takes_the_canaries_away_first() {
    let commands = commands("prod", &stand("prod"), &release("new-technology"));
    let gone = positions(&commands, &["delete", "canaries.flagger.app", "prod-staff"]);
    let staff = positions(&commands, &["-k", "k8s/stands/prod/staff"]);
    assert!(gone.len() == 1 && gone[0] < staff[0], "{commands:?}");
    let primaries = "app in (portal-primary, backoffice-primary, catalog-primary, orders-primary)";
    let services = "garnitur.example/kind=service";
    for what in [
        ["httproutes", "!app.kubernetes.io/part-of"],
        ["pods", primaries],
        ["--cascade=foreground", services],
    ] {
        let gone_too = positions(&commands, &[&what[..], &["prod-staff"]].concat());
        assert!(
            gone_too.len() == 1 && gone[0] < gone_too[0] && gone_too[0] < staff[0],
            "{what:?}"
        );
    }
    assert!(positions(&commands, &["delete", "prod-edge-1"]).is_empty());
}

/// The command itself, on a copy of the tree.
#[test]
fn the_command_writes_checks_and_refuses() {
    let folder = tempfile::tempdir().expect("a folder");
    let releases = folder.path().join("releases");
    std::fs::create_dir_all(&releases).expect("releases");
    std::fs::write(releases.join("1.4.0.toml"), super::text("minor")).expect("a release");
    for site in ["edge-1", "edge-2"] {
        std::fs::create_dir_all(folder.path().join("stands/loadtest").join(site).join("release"))
            .expect("a site");
    }
    std::fs::copy(
        tree().join("stands/loadtest/stand.toml"),
        folder.path().join("stands/loadtest/stand.toml"),
    )
    .expect("the stand");
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_garnitur-release"))
            .arg("--tree")
            .arg(folder.path())
            .args(arguments)
            .output()
            .expect("the command runs");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (ok, error) = run(&[
        "write",
        "1.4.0",
        "loadtest",
        "--begins",
        "2026-11-26T12:00:00+03:00",
    ]);
    assert!(!ok && error.contains("outside the maintenance window"), "{error}");
    let (ok, error) = run(&["check", "1.4.0", "loadtest"]);
    assert!(!ok, "nothing is written: {error}");
    let (ok, error) = run(&[
        "write",
        "1.4.0",
        "loadtest",
        "--begins",
        "2026-11-29T03:00:00+03:00",
    ]);
    assert!(ok, "{error}");
    let (ok, error) = run(&["check", "1.4.0", "loadtest"]);
    assert!(ok, "{error}");
    let file = folder
        .path()
        .join("stands/loadtest/edge-2/release/kustomization.yaml");
    let text = std::fs::read_to_string(&file).expect("written");
    std::fs::write(&file, text.replace("rollout-recreate", "rollout-canary")).expect("changed by hand");
    let (ok, error) = run(&["check", "1.4.0", "loadtest"]);
    assert!(!ok && error.contains("edge-2"), "{error}");
}
