/// What the gate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Open,
    /// Not yet, and why.
    Shut(String),
}

/// A migration as the cluster knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The image it ran.
    pub image: String,
    /// Whether it has succeeded.
    pub complete: bool,
    /// Whether it has been given up.
    pub failed: bool,
}

/// Server 1's rollout of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSite {
    /// The phase of its Canary.
    pub phase: String,
    /// The image that its primary runs.
    pub image: String,
}

/// Whether the schema is what `image` of `service` needs: the Job that ran this very image has succeeded.
pub fn schema(service: &str, image: &str, jobs: &[Job]) -> Answer {
    let Some(job) = jobs.iter().find(|job| same(&job.image, image)) else {
        return Answer::Shut(format!("no migration of {service} has run with {image}"));
    };
    if job.complete {
        Answer::Open
    } else if job.failed {
        Answer::Shut(format!("the migration of {service} failed"))
    } else {
        Answer::Shut(format!("the migration of {service} has not finished"))
    }
}

/// Whether server 1 has taken `image`: its rollout has ended well, with the same digest.
pub fn first_site(image: &str, first: Option<&FirstSite>) -> Answer {
    let Some(first) = first else {
        return Answer::Shut("server 1 does not know this service".to_owned());
    };
    // `Initialized` is the first rollout of all, which had nothing to be compared with.
    if !matches!(first.phase.as_str(), "Succeeded" | "Initialized") {
        return Answer::Shut(format!("server 1 is {}", first.phase));
    }
    if same(&first.image, image) {
        Answer::Open
    } else {
        Answer::Shut("server 1 runs another image".to_owned())
    }
}

/// Whether two references are one image: they have digests, and these are equal. A tag proves nothing.
fn same(one: &str, other: &str) -> bool {
    match (one.split_once('@'), other.split_once('@')) {
        (Some((_, one)), Some((_, other))) => one == other,
        _ => false,
    }
}
