"""Releases, driven through a real control plane with Flagger (DEP-1 … DEP-4, STD-1 … STD-5). The scenarios build upon
each other and run in this order."""

import json
import subprocess

import pytest

from control_plane import TOOLS, eventually
from rollouts import SERVICES, backend_for
from stands import manifests

STANDS = ("ift", "hotfix", "loadtest", "preprod", "prod")
SITES = ("edge-1", "edge-2", "staff")


def digest(seed):
    return f"@sha256:{seed * 64}"


def test_every_stand_is_accepted_by_the_api_server(cluster):
    """Field by field, and by Pod Security admission, which warns of what it would refuse."""
    for stand in STANDS:
        for part in manifests.parts(stand):
            objects = cluster.tree.objects(stand, part)
            cluster.plane.apply([item for item in objects if item["kind"] == "Namespace"])
            text = "\n---\n".join(json.dumps(item) for item in objects)
            done = cluster.plane.kubectl(
                "apply", "--server-side", "--dry-run=server", "--validate=strict", "--warnings-as-errors", "-f", "-", text=text
            )
            assert done.count("serverside-applied") == len(objects), f"{stand}/{part}"


def test_the_first_install(cluster):
    cluster.release("prod", "minor", "a")
    for site in SITES:
        namespace = f"prod-{site}"
        cluster.wait_for_phase(namespace, "Initialized")
        for name in SERVICES[site]:
            assert cluster.image(namespace, f"{name}-primary").endswith(digest("a"))
            service = cluster.plane.get("service", name, namespace)
            assert service["spec"]["selector"] == {"app": f"{name}-primary"}
            route = cluster.route(namespace, name)
            assert backend_for(route, "/api/catalog/" if name == "catalog" else "/api/orders/" if name == "orders" else "/") == {
                f"{name}-primary": 100
            }


def test_primary_pods_are_meant_by_budgets_and_policies(cluster):
    """The API server's own selectors, on the pods that Flagger has made."""
    for name in SERVICES["edge-1"]:
        budget = eventually(
            "the budget counts",
            lambda name=name: (found := cluster.plane.get("poddisruptionbudget", name, "prod-edge-1"))["status"].get("currentHealthy") and found,
        )
        pods = cluster.plane.get("pods", namespace="prod-edge-1")
        of_primary = [pod for pod in pods if pod["metadata"]["labels"].get("app") == f"{name}-primary"]
        assert of_primary and budget["status"]["currentHealthy"] >= len(of_primary)
        policy = cluster.plane.get("networkpolicy", name, "prod-edge-1")
        for pod in of_primary:
            assert manifests.selects(policy["spec"]["podSelector"], pod["metadata"]["labels"])


def test_a_good_version_is_promoted_step_by_step_and_the_second_site_waits(cluster):
    with cluster.watch_weights("prod-edge-1", "catalog") as first, cluster.watch_weights("prod-edge-2", "catalog") as second:
        cluster.release("prod", "minor", "b", hold=True)
        # Nothing starts before its schema is there; the storefront has none to wait for.
        cluster.wait_for_phase("prod-edge-1", "Waiting", ("catalog", "orders"))
        assert cluster.image("prod-edge-1", "catalog-primary").endswith(digest("a"))
        assert first.seen in ([], [0])
        for service in ("catalog", "orders", "backoffice"):
            job = f"{service}-migrate-{'b' * 12}"
            cluster.plane.kubectl("patch", "job", job, "-n", "prod-staff", "-p", '{"spec":{"suspend":false}}')
        ahead = []

        def done():
            phases = cluster.phases()
            one, two = phases["prod-edge-1", "catalog"], phases["prod-edge-2", "catalog"]
            if one != "Succeeded" and two not in ("Initialized", "Waiting"):
                ahead.append((one, two))
            return one == "Succeeded"

        eventually("server 1 has the new version", done, 240)
        assert not ahead, "server 2 began before server 1 had succeeded"
        for site in SITES:
            cluster.wait_for_phase(f"prod-{site}", "Succeeded", limit=240)
            for name in SERVICES[site]:
                assert cluster.image(f"prod-{site}", f"{name}-primary").endswith(digest("b"))
        for weights in (first.seen, second.seen):
            steps = [weight for weight in weights if weight]
            assert steps[:4] == [5, 10, 25, 50], weights
            assert weights[-1] == 0, "all traffic is on the primary again"


@pytest.mark.parametrize(
    ("metric", "value", "seed"),
    [("error-share", 40.0, "c"), ("slow-answers", 3000.0, "d"), ("paid-share", 3.0, "e"), ("oversold", 1.0, "f"), ("oversold", None, "0")],
)
def test_a_bad_version_is_rolled_back_by_itself(cluster, metric, value, seed):
    """DEP-4: 5xx, slowness, each business gate, and no data at all."""
    cluster.answers.set("prod-edge-1", metric, value)
    try:
        with cluster.watch_weights("prod-edge-1", "orders") as weights:
            cluster.release("prod", "minor", seed)
            cluster.wait_for_phase("prod-edge-1", "Failed")
        assert weights.seen[-1] == 0
        for name in SERVICES["edge-1"]:
            assert cluster.image("prod-edge-1", f"{name}-primary").endswith(digest("b"))
            path = {"catalog": "/api/catalog/v1", "orders": "/api/orders/v1"}.get(name, "/")
            assert backend_for(cluster.route("prod-edge-1", name), path) == {f"{name}-primary": 100}
            # Server 2 has not begun.
            assert cluster.image("prod-edge-2", f"{name}-primary").endswith(digest("b"))
        assert {phase for (namespace, _), phase in cluster.phases().items() if namespace == "prod-edge-2"} == {"Waiting"}
    finally:
        cluster.answers.reset()


def test_the_pilot_cohort_meets_the_new_version_and_nobody_else(cluster):
    """DEP-3, a major change: A/B for customers and employees, by header and by cookie."""
    cluster.release("prod", "major", "1")
    path = "/api/catalog/v1/products"

    def compared():
        route = cluster.route("prod-edge-1", "catalog")
        return backend_for(route, path, {"x-garnitur-cohort": "pilot"}) == {"catalog-canary": 100} and route

    route = eventually("the pilot cohort is on the canary", compared)
    primary = {"catalog-primary": 100}
    assert backend_for(route, path, {"cookie": "a=b; garnitur-cohort=pilot"}) == {"catalog-canary": 100}
    for headers in ({}, {"x-garnitur-cohort": "public"}, {"cookie": "garnitur-cohort=pilots"}, {"cookie": "a=b"}):
        assert backend_for(route, path, headers) == primary, headers

    def employees():
        route = cluster.route("prod-staff", "backoffice")
        return backend_for(route, "/", {"x-garnitur-cohort": "pilot"}) == {"backoffice-canary": 100} and route

    route = eventually("so are employees", employees)
    assert backend_for(route, "/", {}) == {"backoffice-primary": 100}
    # No balancer between portal and server 3: the route's parent is the service itself (INF-5).
    assert route["spec"]["parentRefs"][0]["kind"] == "Service"
    for site in SITES:
        cluster.wait_for_phase(f"prod-{site}", "Succeeded", limit=240)
        assert cluster.image(f"prod-{site}", f"{SERVICES[site][0]}-primary").endswith(digest("1"))


def test_a_new_secret_starts_no_rollout(cluster):
    """Nor does a toggle, which is no object of the cluster at all: settings reach services at run time."""
    generation = cluster.plane.get("deployment", "orders-primary", "prod-edge-1")["metadata"]["generation"]
    cluster.plane.kubectl("patch", "secret", "orders-secrets", "-n", "prod-edge-1", "-p", '{"stringData":{"secrets.toml":"new"}}')
    asked = len(cluster.answers.asked)
    # Flagger looks every two seconds; a configuration it tracks proves below that it would have seen it.
    config = [item for item in cluster.plane.get("configmaps", namespace="prod-edge-1") if item["metadata"]["name"].startswith("storefront-config-") and "primary" not in item["metadata"]["name"]]
    current = cluster.plane.get("deployment", "storefront", "prod-edge-1")["spec"]["template"]["spec"]["volumes"]
    name = [volume["configMap"]["name"] for volume in current if volume["name"] == "config"][0]
    assert name in {item["metadata"]["name"] for item in config}
    cluster.plane.kubectl("patch", "configmap", name, "-n", "prod-edge-1", "-p", '{"data":{"another":"line"}}')
    eventually("a tracked configuration starts one", lambda: cluster.phases()["prod-edge-1", "storefront"] in ("Waiting", "Progressing"))
    assert cluster.phases()["prod-edge-1", "orders"] == "Succeeded"
    assert cluster.plane.get("deployment", "orders-primary", "prod-edge-1")["metadata"]["generation"] == generation
    cluster.wait_for_phase("prod-edge-1", "Succeeded", ("storefront",), limit=240)
    assert len(cluster.answers.asked) > asked


def test_a_new_technology_recreates_the_employees_server(cluster):
    """DEP-3: in the window; Flagger lets go first, as `garnitur-release deploy` orders."""
    refused = cluster.tree.release("prod", "new-technology", "2", begins="2026-11-26T12:00:00+03:00")
    assert refused.returncode != 0 and "outside the maintenance window" in refused.stderr
    cluster.plane.kubectl("delete", "canaries.flagger.app", "--all", "-n", "prod-staff", "--wait", "--timeout=120s")
    cluster.release("prod", "new-technology", "2", parts=("staff",))
    for name in SERVICES["staff"]:
        cluster.plane.kubectl("rollout", "status", "deployment", name, "-n", "prod-staff", "--timeout=120s")
        assert cluster.image("prod-staff", name).endswith(digest("2"))
        service = cluster.plane.get("service", name, "prod-staff")
        assert service["spec"]["selector"] == {"app": name}
    eventually(
        "the route is the stand's own",
        lambda: backend_for(cluster.route("prod-staff", "portal")) == {"portal": 1},
    )


def test_recreating_leaves_no_moment_with_two_versions(cluster):
    """STD-1: in the window all of the old goes before the new comes."""
    parts = ("edge-1",)
    written = cluster.tree.release("ift", "minor", "3", begins="2026-11-27T21:00:00+03:00")
    assert written.returncode == 0, written.stderr
    cluster.apply(cluster.tree.objects("ift", parts[0]))
    cluster.plane.kubectl("rollout", "status", "deployment", "catalog", "-n", "ift-edge-1", "--timeout=120s")
    refused = cluster.tree.release("ift", "minor", "4", begins="2026-11-27T12:00:00+03:00")
    assert refused.returncode != 0 and "outside the maintenance window" in refused.stderr
    watch = subprocess.Popen(
        [
            *(TOOLS / "kubectl", f"--kubeconfig={cluster.plane.kubeconfig}"),
            *("get", "pods", "-n", "ift-edge-1", "-l", "app=catalog", "--watch", "--output-watch-events"),
            *("-o", "jsonpath={.type} {.object.metadata.name} {.object.status.phase} {.object.spec.containers[0].image}{'\\n'}"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    cluster.tree.release("ift", "minor", "4", begins="2026-11-27T21:00:00+03:00")
    cluster.apply(cluster.tree.objects("ift", parts[0]))
    cluster.plane.kubectl("rollout", "status", "deployment", "catalog", "-n", "ift-edge-1", "--timeout=120s")
    watch.terminate()
    running, both = {}, False
    for line in watch.stdout:
        kind, name, phase, image = line.split()
        if kind == "DELETED":
            running.pop(name, None)
        elif phase == "Running":
            running[name] = image
        both |= len(set(running.values())) > 1
    assert not both
    assert {image[-64:] for image in running.values()} == {"4" * 64}


def test_a_privileged_pod_is_refused(cluster):
    """By Pod Security admission, in every namespace of ours."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "intruder"},
        "spec": {"containers": [{"name": "a", "image": "a", "securityContext": {"privileged": True}}]},
    }
    for namespace in ("prod-edge-1", "prod-edge-2", "prod-staff", "prod-db-orders"):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            cluster.plane.kubectl("create", "-n", namespace, "-f", "-", text=json.dumps(pod))
        assert "violates PodSecurity" in refused.value.stderr


def test_more_than_the_quota_is_refused(cluster):
    pod = json.loads(json.dumps(cluster.plane.get("deployment", "catalog-primary", "prod-edge-1")["spec"]["template"]))
    pod |= {"apiVersion": "v1", "kind": "Pod"}
    pod["metadata"] = {"name": "glutton"}
    for container in pod["spec"]["containers"]:
        container["resources"] = {"requests": {"cpu": "100", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    with pytest.raises(subprocess.CalledProcessError) as refused:
        cluster.plane.kubectl("create", "-n", "prod-edge-1", "-f", "-", text=json.dumps(pod))
    assert "exceeded quota" in refused.value.stderr
