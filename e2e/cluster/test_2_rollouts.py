"""Releases that Flagger rolls out (DEP-1 … DEP-4)."""

import contextlib
import json

import pytest

from control_plane import eventually
from rollouts import CALLED, SERVICES, backend_for, digest, resolved, weight_of

SITES = ("edge-1", "edge-2", "staff")
PATHS = {"catalog": "/api/catalog/v1/products", "orders": "/api/orders/v1/orders"}
JOBS = "base/staff/migrations/jobs.yaml"


def test_a_good_version_is_promoted_step_by_step_and_the_second_site_waits(cluster):
    with contextlib.ExitStack() as during:
        first = during.enter_context(cluster.watch("httproute", "prod-edge-1", "catalog"))
        second = during.enter_context(cluster.watch("httproute", "prod-edge-2", "catalog"))
        assert cluster.tree.release("prod", "minor", "b").returncode == 0
        with cluster.tree.changed(JOBS, "backoffLimit: 3", "backoffLimit: 3\n  suspend: true"):
            deploy = during.enter_context(cluster.deploying("prod"))
            jobs = [f"{service}-migrate-{'b' * 12}" for service in ("catalog", "orders", "backoffice")]
            eventually("the migrations are there", lambda: all(cluster.plane.get("job", job, "prod-staff") for job in jobs))
            # Somebody who does not wait for them is held by the gate; the storefront has no schema.
            for site in ("edge-1", "edge-2"):
                cluster.apply("prod", site)
            for site in ("edge-1", "edge-2"):
                cluster.wait_for_phase(f"prod-{site}", "Waiting", ("catalog", "orders"))
            assert deploy.poll() is None, "deploy waits for the migrations"
            for name in SERVICES["staff"]:
                assert cluster.image("prod-staff", name).endswith(digest("a"))
            assert first.weights("catalog") == [0]
            assert cluster.image("prod-edge-1", "catalog-primary").endswith(digest("a"))
        for job in jobs:
            cluster.plane.kubectl("patch", "job", job, "-n", "prod-staff", "-p", '{"spec":{"suspend":false}}')
        ahead = []

        def done():
            phases = cluster.phases()
            for name in SERVICES["edge-1"]:
                one, two = phases["prod-edge-1", name], phases["prod-edge-2", name]
                if one != "Succeeded" and two not in ("Initialized", "Waiting"):
                    ahead.append((name, one, two))
            return all(phases["prod-edge-1", name] == "Succeeded" for name in SERVICES["edge-1"])

        eventually("server 1 has the new version", done, 240)
        assert not ahead, "server 2 began before server 1 had succeeded"
        assert deploy.wait(300) == 0, cluster.deployed()
        for site in SITES:
            cluster.wait_for_version(f"prod-{site}", "b")
        for routes in (first, second):
            # Step by step, and all traffic is on the primary again.
            eventually("every step is seen", lambda routes=routes: routes.weights("catalog") == [0, 5, 10, 25, 50, 0], 5)


@pytest.mark.parametrize(
    ("metric", "value", "seed"),
    [
        ("error-share", 40.0, "c"),
        ("slow-answers", 3000.0, "d"),
        ("paid-share", 3.0, "e"),
        ("oversold", 1.0, "f"),
        ("oversold", None, "0"),
    ],
)
def test_a_bad_version_is_rolled_back_by_itself(cluster, metric, value, seed):
    """DEP-4: 5xx, slowness, each business gate, and no data at all."""
    cluster.answers.set("prod-edge-1", metric, value)
    try:
        asked = len(cluster.answers.asked)
        with cluster.watch("httproute", "prod-edge-1") as routes:
            cluster.release("prod", "minor", seed)
            # The phase alone could be that of the version before.
            for name in SERVICES["edge-1"]:
                eventually(f"{name} was tried and given up", lambda name=name: routes.weights(name) == [0, 5, 0])
            cluster.wait_for_phase("prod-edge-1", "Failed")
        assert ("prod-edge-1", metric) in cluster.answers.asked[asked:]
        for name in SERVICES["edge-1"]:
            assert cluster.image("prod-edge-1", name).endswith(digest(seed))
            assert cluster.image("prod-edge-1", f"{name}-primary").endswith(digest("b"))
            route = cluster.route("prod-edge-1", name)
            assert backend_for(route, PATHS.get(name, "/")) == {f"{name}-primary": 100}
            # Server 2 has not begun.
            assert cluster.image("prod-edge-2", f"{name}-primary").endswith(digest("b"))
        cluster.wait_for_phase("prod-edge-2", "Waiting")
    finally:
        cluster.answers.reset()


def test_a_browser_that_met_the_new_storefront_stays_with_it(cluster):
    """DEP-1: by a cookie that is taken away when the rollout has ended."""
    with cluster.watch("httproute", "prod-edge-1", "storefront") as routes:
        cluster.release("prod", "minor", "9")
        cluster.wait_for_version("prod-edge-1", "9")
        eventually("every step is seen", lambda: routes.weights("storefront") == [0, 5, 10, 25, 50, 0], 5)
    steps, cookies = {}, set()
    for _, route in routes.seen:
        for backend in route["spec"]["rules"][-1]["backendRefs"]:
            given = [item["responseHeaderModifier"]["add"][0] for item in backend.get("filters", [])]
            if given:
                assert backend["name"] == "storefront-canary", "who met the last version may meet the new one later"
                assert given[0]["name"] == "Set-Cookie"
                cookie, age = given[0]["value"].split("; ")
                assert cookie.startswith("garnitur-version=") and age == "Max-Age=21600"
                cookies.add(cookie)
                steps[backend["weight"]] = route
    assert set(steps) == {5, 10, 25, 50} and len(cookies) == 1
    (cookie,) = cookies
    for weight, route in steps.items():
        assert backend_for(route, "/", {"cookie": f"a=b; {cookie}; c=d"}) == {"storefront-canary": 100}
        for headers in ({}, {"cookie": "garnitur-version=another"}):
            assert backend_for(route, "/", headers) == {"storefront-primary": 100 - weight, "storefront-canary": weight}
    last = routes.seen[-1][1]
    assert backend_for(last, "/", {"cookie": cookie}) == {"storefront-primary": 100}
    taken = [item["responseHeaderModifier"]["add"][0]["value"] for item in last["spec"]["rules"][0]["filters"]]
    assert taken == [f"{cookie}; Max-Age=-1"]


def test_a_release_that_finds_server_2_busy_waits_there_too(cluster):
    """Flagger restarts what it was about, and does not ask again whether it may begin."""
    eventually("server 2 is busy", lambda: cluster.phases()["prod-edge-2", "catalog"] == "Progressing")
    with contextlib.ExitStack() as during:
        first = during.enter_context(cluster.watch("canaries.flagger.app", "prod-edge-1", "catalog"))
        second = during.enter_context(cluster.watch("httproute", "prod-edge-2", "catalog"))
        eventually("some traffic has moved", lambda: second.weights("catalog")[-1] > 0)
        cluster.release("prod", "minor", "8")
        for site in ("edge-1", "edge-2"):
            cluster.wait_for_version(f"prod-{site}", "8")
        eventually("every step is seen", lambda: second.weights("catalog")[-6:] == [0, 5, 10, 25, 50, 0], 5)
    # Revisions are the API server's, and of all objects.
    busy = [revision(canary) for _, canary in first.seen if canary["status"]["phase"] != "Succeeded"]
    steps = [revision(route) for _, route in second.seen if weight_of(route, "catalog-canary") == 5]
    assert steps[-1] > busy[-1], "server 2 began before server 1 had succeeded"


def revision(item):
    return int(item["metadata"]["resourceVersion"])


def test_the_pilot_cohort_meets_the_new_version_and_nobody_else(cluster):
    """DEP-3, a major change: A/B for customers and employees, by header and by cookie."""
    pilots = ({"x-garnitur-cohort": "pilot"}, {"cookie": "a=b; garnitur-cohort=pilot"})
    others = ({}, {"x-garnitur-cohort": "public"}, {"cookie": "garnitur-cohort=pilots"}, {"cookie": "a=b"})
    sites = ("edge-1", "staff")
    with contextlib.ExitStack() as during:
        watches = {site: during.enter_context(cluster.watch("httproute", f"prod-{site}")) for site in sites}
        slices = during.enter_context(cluster.watch("endpointslices", "prod-staff"))
        cluster.release("prod", "major", "1")
        for site in SITES:
            cluster.wait_for_version(f"prod-{site}", "1")
    for site in sites:
        for name in SERVICES[site]:
            path = PATHS.get(name, "/") if site == "edge-1" else "/"
            routes = [route for _, route in watches[site].seen if route["metadata"]["name"] == name]
            assert routes
            for headers in pilots:
                assert any(backend_for(route, path, headers) == {f"{name}-canary": 100} for route in routes), (name, headers)
            for headers in others:
                for route in routes:
                    assert backend_for(route, path, headers) == {f"{name}-primary": 100}, (name, headers)
            # No balancer between portal and server 3: the route's parent is the service itself (INF-5).
            parent = "Gateway" if site == "edge-1" or name == "portal" else "Service"
            assert routes[-1]["spec"]["parentRefs"][0]["kind"] == parent
    for name in CALLED:
        # Inside the portal makes the match: one name stands for pods of the primary only, the other for the canary's.
        everybody = resolved(slices.seen, name)
        assert all(state and all(pod.startswith(f"{name}-primary-") for pod in state) for state in everybody), everybody
        trial = set().union(*resolved(slices.seen, f"{name}-canary"))
        assert trial and not any(pod.startswith(f"{name}-primary-") for pod in trial)


def test_secrets_certificates_and_toggles_start_no_rollout(cluster):
    """A toggle is no object of the cluster at all: settings reach services at run time. So what Flagger looks at is the
    configuration of the version and the stand's addresses, and nothing that changes by itself."""
    for canary in cluster.plane.get("canaries.flagger.app", everywhere=True):
        name = canary["spec"]["targetRef"]["name"]
        tracked = set(canary["status"]["trackedConfigs"])
        assert {item for item in tracked if not item.startswith(f"configmap/{name}-config-")} <= {"configmap/stand"}
        assert len(tracked) <= 2
    with cluster.watch("canaries.flagger.app", "prod-edge-1", "orders") as orders:
        patch = ("patch", "-n", "prod-edge-1")
        cluster.plane.kubectl(*patch, "secret", "orders-secrets", "-p", '{"stringData":{"secrets.toml":"new"}}')
        cluster.plane.kubectl(*patch, "secret", "orders-tls", "-p", '{"stringData":{"tls.crt":"new","tls.key":"new"}}')
        cluster.plane.kubectl(*patch, "configmap", "garnitur-authorities", "-p", '{"data":{"ca.crt":"new"}}')
        # That Flagger looks is seen where a configuration of the version changes: all of a rollout goes by.
        volumes = cluster.plane.get("deployment", "storefront", "prod-edge-1")["spec"]["template"]["spec"]["volumes"]
        (config,) = [volume["configMap"]["name"] for volume in volumes if volume["name"] == "config"]
        cluster.plane.kubectl(*patch, "configmap", config, "-p", '{"data":{"another":"line"}}')
        eventually("a rollout begins", lambda: cluster.phases()["prod-edge-1", "storefront"] in ("Waiting", "Progressing"))
        cluster.wait_for_phase("prod-edge-1", "Succeeded", ("storefront",), limit=240)
    assert {canary["status"]["phase"] for _, canary in orders.seen} == {"Succeeded"}
