//! Every operation of the description either needs a token, and refuses without one, or is in the list below.

use chassis::App as _;
use contracts::backoffice::Role;
use orders_server::Orders;
use reqwest::Method;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, PathItem};

use crate::world::{CATALOG_TOKEN, World};

/// Operations for everybody: a customer has no account, and who knows a cart's id or an order's number may use it.
const PUBLIC: [&str; 10] = [
    "DELETE /api/orders/v1/carts/{id}/lines/{product}",
    "GET /api/orders/v1/carts/{id}",
    "GET /api/orders/v1/track/{number}",
    "POST /api/orders/v1/carts",
    "POST /api/orders/v1/courier/sessions",
    "POST /api/orders/v1/delivery/quotes",
    "POST /api/orders/v1/orders",
    "POST /api/orders/v1/orders/{number}/payments",
    "POST /api/orders/v1/payments/webhook",
    "PUT /api/orders/v1/carts/{id}/lines/{product}",
];

fn operations(openapi: &OpenApi) -> Vec<(Method, String, Operation)> {
    let of = |item: &PathItem| {
        [
            (Method::GET, item.get.clone()),
            (Method::PUT, item.put.clone()),
            (Method::POST, item.post.clone()),
            (Method::DELETE, item.delete.clone()),
            (Method::PATCH, item.patch.clone()),
        ]
    };
    let all = openapi.paths.paths.iter().flat_map(|(path, item)| {
        of(item)
            .into_iter()
            .filter_map(move |(method, operation)| Some((method, path.clone(), operation?)))
    });
    all.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_public_needs_its_token() {
    let world = World::open().await;
    let mut public = Vec::new();
    let mut ids = std::collections::HashSet::new();
    for (face, openapi) in Orders::openapi() {
        let base = match face {
            chassis::Face::Edge => &world.edge,
            chassis::Face::Staff => &world.staff,
            chassis::Face::Internal => &world.internal,
        };
        for (method, path, operation) in operations(&openapi) {
            let id = operation.operation_id.clone().unwrap_or_default();
            assert!(ids.insert(id.clone()), "{id} names two operations");
            let name = format!("{method} {path}");
            if operation.security.is_none_or(|needed| needed.is_empty()) {
                public.push(name);
                continue;
            }
            let url = format!("{base}{}", path.replace(['{', '}'], ""));
            let asking = || world.http.request(method.clone(), &url);
            let mut strangers = vec![
                asking(),
                asking().bearer_auth("x"),
                asking().basic_auth("a", Some("b")),
            ];
            // One face's token opens no other.
            match face {
                chassis::Face::Staff => strangers.push(asking().bearer_auth(CATALOG_TOKEN)),
                _ => strangers.push(asking().bearer_auth(world.staff_token(&[Role::Warehouse]))),
            }
            if name == "DELETE /api/orders/v1/courier/sessions" {
                // Ending a session that is none succeeds, so that it can be repeated.
                strangers.truncate(1);
            }
            for stranger in strangers {
                let answer = world.send(stranger).await;
                assert_eq!(answer.status.as_u16(), 401, "{name}: {answer:?}");
            }
            if face == chassis::Face::Staff {
                for role in [
                    Role::Courier,
                    Role::Assortment,
                    Role::Administrator,
                    Role::Security,
                ] {
                    let answer = world.send(asking().bearer_auth(world.staff_token(&[role]))).await;
                    assert_eq!(answer.status.as_u16(), 403, "{name} as {role:?}: {answer:?}");
                }
            }
        }
    }
    public.sort();
    assert_eq!(public, PUBLIC);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_face_answers_only_its_own_paths() {
    let world = World::open().await;
    for url in [
        format!("{}/api/staff/v1/orders", world.edge),
        format!("{}/internal/v1/reconciliation", world.edge),
        format!("{}/metrics", world.edge),
        format!("{}/internal/v1/reconciliation", world.staff),
        format!("{}/api/orders/v1/track/X", world.staff),
        format!("{}/api/orders/v1/track/X", world.internal),
    ] {
        let token = world.staff_token(&[Role::Warehouse]);
        let answer = world.send(world.http.get(&url).bearer_auth(token)).await;
        assert_eq!(answer.status.as_u16(), 404, "{url}: {answer:?}");
    }
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json"] {
        let answer = world
            .send(world.http.get(format!("{}{path}", world.internal)))
            .await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {answer:?}");
    }
}
