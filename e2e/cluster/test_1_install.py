"""What the API server takes, and the first installation of production (STD-1 … STD-5)."""

import json

from control_plane import eventually
from rollouts import CALLED, SERVICES, backend_for, digest, resolved
from stands import manifests

SITES = ("edge-1", "edge-2", "staff")


def test_every_stand_is_accepted_by_the_api_server(cluster):
    """Field by field, and by Pod Security admission, which warns of what it would refuse."""
    for stand in manifests.STANDS:
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

        def counted(name=name):
            pods = cluster.plane.get("pods", namespace="prod-edge-1")
            primary = [pod for pod in pods if pod["metadata"]["labels"].get("app") == f"{name}-primary"]
            budget = cluster.plane.get("poddisruptionbudget", name, "prod-edge-1")
            # As many as production's autoscaler wants at least.
            return len(primary) == 3 == budget["status"].get("currentHealthy") and primary

        primary = eventually(f"the budget of {name} counts them", counted)
        policy = cluster.plane.get("networkpolicy", name, "prod-edge-1")
        for pod in primary:
            assert manifests.selects(policy["spec"]["podSelector"], pod["metadata"]["labels"])


def test_the_portal_is_told_of_every_primary_pod(cluster):
    """INF-5: no balancer of the cluster's between its client library and server 3."""
    for name in CALLED:
        assert cluster.plane.get("service", name, "prod-staff")["spec"]["clusterIP"] == "None"
        # Flagger's own has an address: without pods it refuses at once.
        assert cluster.plane.get("service", f"{name}-canary", "prod-staff")["spec"]["clusterIP"] != "None"

        def all_of_them(name=name):
            pods = cluster.plane.get("pods", namespace="prod-staff")
            primary = {
                pod["metadata"]["name"] for pod in pods if pod["metadata"]["labels"].get("app") == f"{name}-primary"
            }
            slices = [("ADDED", item) for item in cluster.plane.get("endpointslices", namespace="prod-staff")]
            return len(primary) > 1 and resolved(slices, name)[-1:] == [primary]

        eventually(f"{name} stands for all of its primary's pods", all_of_them)
