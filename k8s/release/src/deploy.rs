//! The commands that bring a written release to a stand, and whether they may run now.

use time::OffsetDateTime;

use crate::stand::Deployment;
use crate::{Release, Site, Stand, Strategy, overlay};

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

/// What is done in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A command.
    Run(Vec<String>),
    /// Waits until Flagger has a primary for every service of a namespace that runs already. Where it has had one all
    /// along that is now; after a release that recreated services it makes them anew, of the versions that run. If a
    /// new version came before that, Flagger would take it for the one that was promoted, and never compare it.
    AwaitPrimaries {
        /// The namespace.
        namespace: String,
    },
}

impl Step {
    /// The question which services run already; its answer is for `await_primaries`.
    pub fn services_of(namespace: &str) -> Vec<String> {
        let names = "jsonpath={.items[*].metadata.name}";
        let which = ["-n", namespace, "-l", SERVICES, "-o", names];
        kubectl(&[&["get", "deployments"], which.as_slice()].concat())
    }

    /// The command that waits for the primaries of these services; Canaries bear the names of their Deployments.
    /// `None` when there are none: a first installation.
    pub fn await_primaries(namespace: &str, services: &str) -> Option<Vec<String>> {
        let canaries: Vec<String> = services
            .split_whitespace()
            .map(|name| format!("canary.flagger.app/{name}"))
            .collect();
        if canaries.is_empty() {
            return None;
        }
        // Written when Flagger has begun with a Canary, and from then on always there.
        let begun = "--for=jsonpath={.status.lastPromotedSpec}";
        let mut command = kubectl(&["wait", "-n", namespace, begun, "--timeout=10m"]);
        command.extend(canaries);
        Some(command)
    }
}

/// The Deployments and Services of services, which only change when everything that they need is there.
const SERVICES: &str = "garnitur.example/kind=service";
const ALL_BUT_SERVICES: &str = "garnitur.example/kind!=service";
/// What Flagger makes bears none of our labels.
const MADE_BY_FLAGGER: &str = "!app.kubernetes.io/part-of";

fn kubectl(arguments: &[&str]) -> Vec<String> {
    let whole = ["kubectl"].iter().chain(arguments);
    whole.map(|&part| part.to_owned()).collect()
}

/// The steps, in order. Server 3 comes first up to its services: the schema is expanded before any version that needs
/// it starts. Where Flagger rolls out, the gate sees to the order of the sites; where services are recreated, each site
/// is awaited before the next begins.
pub fn steps(stand_name: &str, stand: &Stand, release: &Release) -> Vec<Step> {
    let folder = |part: &str| format!("k8s/stands/{stand_name}/{part}");
    let mut steps = Vec::new();
    if stand.databases {
        steps.push(run(&["apply", "--server-side", "-k", &folder("data")]));
    }
    for &site in &stand.sites {
        let namespace = format!("{stand_name}-{}", site.name());
        let recreate = Strategy::on(stand, release.change, site.contour()) == Strategy::Recreate;
        let by_flagger = !recreate && stand.deployment == Deployment::Production;
        let mut apply = vec!["apply", "--server-side"];
        let folder = folder(site.name());
        if recreate && stand.deployment == Deployment::Production {
            steps.extend(take_back(site, &namespace));
            // Flagger owned some fields of what it gave back.
            apply.push("--force-conflicts");
        }
        apply.extend(["-k", &folder]);
        if site == Site::Staff || by_flagger {
            // Canaries before Deployments: the gate is asked about the image that a Canary names, and would else be
            // asked about the last one if Flagger looked in between.
            steps.push(run(&[apply.as_slice(), &["-l", ALL_BUT_SERVICES]].concat()));
        }
        if site == Site::Staff {
            // Of this release only: one that failed for another image does not become complete any more.
            let jobs: Vec<String> = overlay::migrations(release)
                .map(|name| format!("job/{name}"))
                .collect();
            let complete = ["--for=condition=complete", "--timeout=1h"];
            let mut wait = vec!["wait", "-n", &namespace];
            wait.extend(complete.into_iter().chain(jobs.iter().map(String::as_str)));
            steps.push(run(&wait));
        }
        if by_flagger {
            let namespace = namespace.clone();
            steps.push(Step::AwaitPrimaries { namespace });
        }
        steps.push(run(&apply));
        if recreate {
            let services = ["deployment", "-l", SERVICES];
            let status = ["rollout", "status", "-n", &namespace, "--timeout=10m"];
            steps.push(run(&[status.as_slice(), &services].concat()));
        }
    }
    steps
}

fn run(arguments: &[&str]) -> Step {
    Step::Run(kubectl(arguments))
}

/// Flagger gives Deployments and Services back when its Canaries go, but not routes: these still lead to primaries, and
/// those that it made are collected some time later, whoever has written them meanwhile. So they are taken away here.
/// Then everything old goes, primaries first; the Deployments too, because a server-side apply cannot turn one that has
/// rolled into one that recreates: what the API server has filled in for rolling stays, and is refused.
fn take_back(site: Site, namespace: &str) -> [Step; 4] {
    let primaries = site.services().join("-primary, ");
    let primaries = format!("app in ({primaries}-primary)");
    let done = ["--timeout=10m", "-n", namespace];
    let old = ["delete", "deployments", "-l", SERVICES];
    [
        run(&[&["delete", "canaries.flagger.app", "--all", "--wait"], &done[..]].concat()),
        run(&[
            &["delete", "httproutes", "-l", MADE_BY_FLAGGER, "--wait"],
            &done[..],
        ]
        .concat()),
        run(&[&["wait", "pods", "--for=delete", "-l", &primaries], &done[..]].concat()),
        run(&[&old[..], &["--cascade=foreground", "--wait"], &done].concat()),
    ]
}
