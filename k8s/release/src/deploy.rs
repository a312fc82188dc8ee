//! The commands that bring a written release to a stand, and whether they may run now.

use time::OffsetDateTime;

use crate::stand::Deployment;
use crate::{Release, Site, Stand, Strategy};

/// Why a release may not be deployed now.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refused {
    /// Services would be away outside the hours set aside for it.
    #[error("{sites} would be recreated, and be away meanwhile, outside the maintenance window: {window}")]
    OutsideWindow {
        /// The sites that would be.
        sites: String,
        /// When it would be right.
        window: String,
    },
}

/// Whether a rollout that begins at `moment` is allowed: one that recreates services is in the window only.
pub fn may_begin(release: &Release, stand: &Stand, moment: OffsetDateTime) -> Result<(), Refused> {
    let recreated: Vec<&str> = stand
        .sites
        .iter()
        .filter(|site| Strategy::on(stand, release.change, site.contour()) == Strategy::Recreate)
        .map(|site| site.name())
        .collect();
    if recreated.is_empty() || stand.window.contains(moment) {
        return Ok(());
    }
    Err(Refused::OutsideWindow {
        sites: recreated.join(", "),
        window: stand.window.to_string(),
    })
}

/// The commands, in order. Server 3 comes first up to its services: the schema is expanded before any version that
/// needs it starts. Where Flagger rolls out, the gate sees to the order of the sites; where services are recreated,
/// each site is awaited before the next begins.
pub fn commands(stand_name: &str, stand: &Stand, release: &Release) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let mut kubectl = |arguments: &[&str]| {
        let whole = ["kubectl"].iter().chain(arguments);
        commands.push(whole.map(|&part| part.to_owned()).collect());
    };
    let folder = |part: &str| format!("k8s/stands/{stand_name}/{part}");
    if stand.databases {
        kubectl(&["apply", "--server-side", "-k", &folder("data")]);
    }
    for site in &stand.sites {
        let (folder, namespace) = (folder(site.name()), format!("{stand_name}-{}", site.name()));
        let recreate = Strategy::on(stand, release.change, site.contour()) == Strategy::Recreate;
        if recreate && stand.deployment == Deployment::Production {
            // Flagger gives Deployments and routes back to the stand before they are written anew.
            kubectl(&[
                "delete",
                "canaries.flagger.app",
                "--all",
                "-n",
                &namespace,
                "--wait",
            ]);
        }
        if *site == Site::Staff {
            let all_but_services = "garnitur.example/kind!=service";
            kubectl(&["apply", "--server-side", "-k", &folder, "-l", all_but_services]);
            let migrations = ["job", "-l", "garnitur.example/migrates"];
            let wait = [
                "wait",
                "-n",
                &namespace,
                "--for=condition=complete",
                "--timeout=1h",
            ];
            kubectl(&[wait.as_slice(), &migrations].concat());
        }
        kubectl(&["apply", "--server-side", "-k", &folder]);
        if recreate {
            let services = ["deployment", "-l", "garnitur.example/kind=service"];
            let status = ["rollout", "status", "-n", &namespace, "--timeout=10m"];
            kubectl(&[status.as_slice(), &services].concat());
        }
    }
    commands
}
