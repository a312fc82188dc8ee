use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use garnitur_release::gate::{Answer, Api, FirstSite, Job, first_site, router, schema};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const IMAGE: &str = "registry.example/garnitur/orders@sha256:aa";
const OTHER: &str = "registry.example/garnitur/orders@sha256:bb";

fn job(image: &str, complete: bool, failed: bool) -> Job {
    Job {
        image: image.to_owned(),
        complete,
        failed,
    }
}

fn shut(answer: &Answer, says: &str) {
    assert!(
        matches!(answer, Answer::Shut(why) if why.contains(says)),
        "{answer:?}"
    );
}

#[test]
fn the_schema_is_there_when_the_job_of_this_very_image_has_succeeded() {
    assert_eq!(
        schema(
            "orders",
            IMAGE,
            &[job(OTHER, true, false), job(IMAGE, true, false)]
        ),
        Answer::Open
    );
    // Pulled through a mirror it is the same image.
    let mirrored = "mirror.example/orders@sha256:aa";
    assert_eq!(
        schema("orders", mirrored, &[job(IMAGE, true, false)]),
        Answer::Open
    );
    shut(
        &schema("orders", IMAGE, &[job(OTHER, true, false)]),
        "no migration",
    );
    shut(
        &schema("orders", IMAGE, &[job(IMAGE, false, false)]),
        "has not finished",
    );
    shut(&schema("orders", IMAGE, &[job(IMAGE, false, true)]), "failed");
    let tag = "registry.example/garnitur/orders:1.4.0";
    shut(&schema("orders", tag, &[job(tag, true, false)]), "no migration");
}

#[test]
fn server_2_waits_for_server_1_to_take_the_same_image() {
    let first = |phase: &str, image: &str| FirstSite {
        phase: phase.to_owned(),
        image: image.to_owned(),
    };
    assert_eq!(first_site(IMAGE, Some(&first("Succeeded", IMAGE))), Answer::Open);
    assert_eq!(
        first_site(IMAGE, Some(&first("Initialized", IMAGE))),
        Answer::Open
    );
    shut(
        &first_site(IMAGE, Some(&first("Progressing", IMAGE))),
        "Progressing",
    );
    shut(&first_site(IMAGE, Some(&first("Failed", OTHER))), "Failed");
    shut(
        &first_site(IMAGE, Some(&first("Succeeded", OTHER))),
        "another image",
    );
    shut(&first_site(IMAGE, None), "does not know");
}

/// A Kubernetes API that knows these paths, with their query.
async fn api(known: HashMap<String, Value>) -> String {
    async fn answer(
        State(known): State<Arc<HashMap<String, Value>>>,
        OriginalUri(uri): OriginalUri,
    ) -> Result<String, StatusCode> {
        match known.get(&uri.to_string()) {
            Some(value) if value.is_u64() => Err(StatusCode::FORBIDDEN),
            Some(value) => Ok(value.to_string()),
            None => Err(StatusCode::NOT_FOUND),
        }
    }
    serve(Router::new().fallback(answer).with_state(Arc::new(known))).await
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// What Flagger posts.
fn hook(ask: &str, image: &str) -> Value {
    json!({
        "name": "orders", "namespace": "prod-edge-2", "phase": "Progressing", "checksum": "85d557f47b",
        "metadata": { "ask": ask, "service": "orders", "image": image },
    })
}

async fn ask(gate: &str, hook: &Value) -> u16 {
    let answer = reqwest::Client::new().post(gate).json(hook).send().await;
    answer.expect("the gate answers").status().as_u16()
}

fn workload(image: &str, status: &Value) -> Value {
    json!({
        "spec": { "template": { "spec": { "containers": [{ "name": "service", "image": image }] } } },
        "status": status,
    })
}

#[tokio::test]
async fn the_gate_reads_the_cluster_and_answers_flagger() {
    let jobs = "/apis/batch/v1/namespaces/prod-staff/jobs?labelSelector=garnitur.example/migrates%3Dorders";
    let canary = "/apis/flagger.app/v1beta1/namespaces/prod-edge-1/canaries/orders";
    let primary = "/apis/apps/v1/namespaces/prod-edge-1/deployments/orders-primary";
    let done = json!({ "conditions": [{ "type": "SuccessCriteriaMet", "status": "True" },
                                      { "type": "Complete", "status": "True" }] });
    let api = api(HashMap::from([
        (jobs.to_owned(), json!({ "items": [workload(IMAGE, &done)] })),
        (canary.to_owned(), json!({ "status": { "phase": "Succeeded" } })),
        (primary.to_owned(), workload(IMAGE, &json!({}))),
    ]))
    .await;
    let gate = serve(router(Api::plain(api).expect("a client"), "prod")).await;
    assert_eq!(ask(&gate, &hook("schema", IMAGE)).await, 200);
    assert_eq!(ask(&gate, &hook("schema", OTHER)).await, 409);
    assert_eq!(ask(&gate, &hook("first-site", IMAGE)).await, 200);
    assert_eq!(ask(&gate, &hook("first-site", OTHER)).await, 409);
    assert_eq!(ask(&gate, &hook("coffee", IMAGE)).await, 422);
    let health = reqwest::get(format!("{gate}/healthz")).await.expect("an answer");
    assert_eq!(health.status(), 200);
}

/// What it cannot learn holds the rollout.
#[tokio::test]
async fn without_the_api_the_gate_stays_shut() {
    let jobs = "/apis/batch/v1/namespaces/prod-staff/jobs?labelSelector=garnitur.example/migrates%3Dorders";
    let refusing = api(HashMap::from([(jobs.to_owned(), json!(403))])).await;
    let gate = serve(router(Api::plain(refusing).expect("a client"), "prod")).await;
    assert_eq!(ask(&gate, &hook("schema", IMAGE)).await, 503);
    assert_eq!(
        ask(&gate, &hook("first-site", IMAGE)).await,
        409,
        "no such Canary"
    );
    let gate = serve(router(
        Api::plain("http://127.0.0.1:1").expect("a client"),
        "prod",
    ))
    .await;
    assert_eq!(ask(&gate, &hook("first-site", IMAGE)).await, 503);
}
