"""Releases that recreate services (DEP-3, STD-1), and what comes after one."""

from rollouts import CALLED, SERVICES, backend_for, digest, resolved, versions_together

NOON = "2026-11-26T12:00:00+03:00"


def test_a_new_technology_recreates_the_employees_server(cluster):
    """DEP-3: in the window; Flagger lets go first."""
    refused = cluster.tree.release("prod", "new-technology", "2", begins=NOON)
    assert refused.returncode != 0 and "outside the maintenance window" in refused.stderr
    with cluster.watch("pods", "prod-staff", "-l", "app.kubernetes.io/component=portal") as pods:
        with cluster.tree.always_open("prod"):
            cluster.release("prod", "new-technology", "2")
    assert versions_together(pods) == 1
    for name in SERVICES["staff"]:
        assert cluster.image("prod-staff", name).endswith(digest("2"))
        assert cluster.plane.get("service", name, "prod-staff")["spec"]["selector"] == {"app": name}
    for name in CALLED:
        assert cluster.plane.get("service", name, "prod-staff")["spec"]["clusterIP"] == "None"
    assert backend_for(cluster.route("prod-staff", "portal")) == {"portal": 1}
    # Nothing is left that Flagger made: only the stand's own route, the services and the gate.
    assert [item["metadata"]["name"] for item in cluster.plane.get("httproutes", namespace="prod-staff")] == ["portal"]
    deployments = {item["metadata"]["name"] for item in cluster.plane.get("deployments", namespace="prod-staff")}
    assert deployments == {*SERVICES["staff"], "gate"}


def test_flagger_takes_over_after_a_recreate_and_nobody_is_away(cluster):
    """The release after it is compared again, and employees are served all the while."""
    with cluster.watch("endpointslices", "prod-staff") as slices:
        with cluster.watch("httproute", "prod-staff", "portal") as routes:
            cluster.release("prod", "minor", "5")
            cluster.wait_for_version("prod-staff", "5")
    for name in SERVICES["staff"]:
        assert cluster.plane.get("service", name, "prod-staff")["spec"]["selector"] == {"app": f"{name}-primary"}
    pilot = {"x-garnitur-cohort": "pilot"}
    assert any(backend_for(route, "/", pilot) == {"portal-canary": 100} for _, route in routes.seen)
    for _, route in routes.seen:
        assert set(backend_for(route)) in ({"portal"}, {"portal-primary"})
    for name in SERVICES["staff"]:
        states = resolved(slices.seen, name)
        assert states and all(states), f"{name} has nobody to answer"


def test_recreating_leaves_no_moment_with_two_versions(cluster):
    """STD-1: in the window all of the old goes before the new comes."""
    with cluster.tree.always_open("ift"):
        cluster.release("ift", "minor", "3")
    refused = cluster.tree.release("ift", "minor", "4", begins=NOON)
    assert refused.returncode != 0 and "outside the maintenance window" in refused.stderr
    with cluster.watch("pods", "ift-edge-1", "-l", "app=catalog") as pods:
        with cluster.tree.always_open("ift"):
            cluster.release("ift", "minor", "4")
    images = {pod["spec"]["containers"][0]["image"][-64:] for _, pod in pods.seen}
    assert images == {"3" * 64, "4" * 64} and versions_together(pods) == 1
    assert cluster.image("ift-edge-1", "catalog").endswith(digest("4"))
