"""Who reaches what (INF-3 … INF-8, STD-3), by evaluating the policies that are applied."""

import copy

import pytest

from manifests import STANDS, rendered
from netpol import Network, Pod, address

SITES = ("edge-1", "edge-2", "staff")

# Which components of which contour each database admits.
ADMITTED = {
    "catalog": {("edge", "catalog"), ("staff", "catalog"), ("staff", "catalog-migrate")},
    "orders": {("edge", "orders"), ("staff", "orders"), ("staff", "orders-migrate")},
    "internal": {("staff", "backoffice"), ("staff", "backoffice-migrate")},
}


@pytest.fixture(scope="module")
def network():
    return Network()


def contour(pod):
    return "staff" if pod.namespace.endswith("-staff") else "edge"


def callers(network, target, port):
    """Every pod of every stand that reaches this one."""
    return {pod for pod in network.pods if pod.namespace != target.namespace and network.reaches(pod, target, port)}


@pytest.mark.parametrize("stand", [stand for stand in STANDS if stand != "loadtest"])
@pytest.mark.parametrize("database", ADMITTED)
def test_each_database_admits_only_its_services(network, stand, database):
    for target in network.of_namespace(f"{stand}-db-{database}"):
        if target.name not in ("primary", "replica"):
            continue
        found = callers(network, target, 5432)
        expected = {
            (f"{stand}-{site}", component)
            for site in SITES
            for side, component in ADMITTED[database]
            if side == ("staff" if site == "staff" else "edge")
        }
        if stand == "hotfix" and target.name == "replica" and database != "internal":
            # STD-3: the load test reads here, and at no primary.
            expected |= {(f"loadtest-{site}", database) for site in ("edge-1", "edge-2")}
        assert {(pod.namespace, pod.name.removesuffix("-primary")) for pod in found} == expected


def test_either_end_alone_would_keep_others_out_of_a_database(network):
    """Two policies stand before each database, one at either end: a hole in one of them opens nothing."""
    for database, admitted in ADMITTED.items():
        target = [pod for pod in network.of_namespace(f"prod-db-{database}") if pod.name == "primary"][0]
        for pod in network.pods:
            if pod.namespace in ("prod-edge-1", "prod-edge-2", "prod-staff"):
                expected = (contour(pod), pod.name.removesuffix("-primary")) in admitted
                assert network.allows(pod, target, 5432, "TCP", "Egress") == expected, f"out of {pod}"
                assert network.allows(target, pod, 5432, "TCP", "Ingress") == expected, f"{pod} into {target}"


def test_primary_pods_of_flagger_are_admitted_like_the_others(network):
    for database, side in (("catalog", "edge-1"), ("orders", "edge-2"), ("internal", "staff")):
        target = [pod for pod in network.of_namespace(f"prod-db-{database}") if pod.name == "primary"][0]
        names = {pod.name for pod in callers(network, target, 5432) if pod.namespace == f"prod-{side}"}
        assert any(name.endswith("-primary") for name in names) and len(names) >= 2, names


def test_nothing_of_the_internal_database_is_reachable_from_servers_1_and_2(network):
    """INF-7."""
    for target in network.pods:
        if target.namespace.endswith("-db-internal"):
            assert not [pod for pod in callers(network, target, 5432) if contour(pod) == "edge"]


@pytest.mark.parametrize("stand", STANDS)
def test_active_directory_and_files_are_reached_by_address_from_named_services(network, stand):
    """INF-4, INF-6."""
    directory, files = Pod(address=address(stand, "directory-cidr")), Pod(address=address(stand, "files-cidr"))
    own = [pod for pod in network.pods if pod.namespace.startswith(f"{stand}-") and "-db-" not in pod.namespace]
    asks = {(contour(pod), pod.name.removesuffix("-primary")) for pod in own if network.reaches(pod, directory, 636)}
    reads = {(contour(pod), pod.name.removesuffix("-primary")) for pod in own if network.reaches(pod, files, 2049)}
    staff = set() if stand == "loadtest" else {("staff", "backoffice")}
    assert asks == {("edge", "orders")} | staff
    assert reads == {("edge", "catalog")} | (set() if stand == "loadtest" else {("staff", "catalog")})
    # In clear to nobody.
    assert not [pod for pod in own if network.reaches(pod, directory, 389)]


@pytest.mark.parametrize("stand", STANDS)
def test_only_orders_reach_the_internet_and_nothing_inside_by_address(network, stand):
    provider, inside = Pod(address="93.184.216.34"), Pod(address="10.96.0.1")
    own = [pod for pod in network.pods if pod.namespace.startswith(f"{stand}-")]
    assert {pod.name.removesuffix("-primary") for pod in own if network.reaches(pod, provider, 443)} == {"orders"}
    assert not [pod for pod in own if network.reaches(pod, inside, 443)]


def test_servers_1_and_2_and_server_3_do_not_reach_each_other(network):
    """What they have to tell each other travels as events."""
    for target in network.pods:
        if target.namespace.startswith("prod-") and "-db-" not in target.namespace:
            for port in (8080, 8081, 8082):
                assert not {pod for pod in callers(network, target, port) if pod.namespace != target.namespace}


@pytest.mark.parametrize("stand", STANDS)
def test_events_are_reached_from_those_who_have_some(network, stand):
    events = Pod(address=address(stand, "events-cidr"))
    own = [pod for pod in network.pods if pod.namespace.startswith(f"{stand}-")]
    found = {(contour(pod), pod.name.removesuffix("-primary")) for pod in own if network.reaches(pod, events, 4222)}
    expected = {("edge", "catalog"), ("edge", "orders")}
    if stand != "loadtest":
        names = ("catalog", "orders", "backoffice")
        expected |= {("staff", name) for name in names} | {("staff", f"{name}-migrate") for name in names}
    assert found == expected


def test_employees_reach_services_through_the_portal_alone(network):
    gateway = Pod("gateway-system", "gateway")
    reached = {pod.name for pod in network.of_namespace("prod-staff") if network.reaches(gateway, pod, 8080)}
    assert reached == {"portal", "portal-primary"}
    portal = [pod for pod in network.of_namespace("prod-staff") if pod.name == "portal-primary"][0]
    reached = {pod.name for pod in network.of_namespace("prod-staff") if network.reaches(portal, pod, 8080)}
    assert {"backoffice-primary", "catalog-primary", "orders-primary"} <= reached
    assert "gate" not in reached
    # Toggles come from backoffice's internal face; nobody else's is the portal's business.
    internal = {pod.name for pod in network.of_namespace("prod-staff") if network.reaches(portal, pod, 8081)}
    assert {name.removesuffix("-primary") for name in internal} == {"backoffice"}


def test_stands_do_not_reach_each_other(network):
    for target in network.pods:
        stand = target.namespace.split("-")[0]
        for port in (5432, 8080, 8081):
            others = {pod for pod in callers(network, target, port) if pod.namespace.split("-")[0] != stand}
            if target.namespace.startswith("hotfix-db-") and target.name == "replica":
                others = {pod for pod in others if not pod.namespace.startswith("loadtest-")}
            assert not others, f"{target}:{port} is reached by {', '.join(map(str, others))}"


def test_the_gate_hears_flagger_and_nobody_else(network):
    gate = [pod for pod in network.of_namespace("prod-staff") if pod.name == "gate"][0]
    assert network.reaches(Pod("flagger-system", "flagger"), gate, 8080)
    assert not [pod for pod in network.pods if pod != gate and network.reaches(pod, gate, 8080)]


def test_every_namespace_denies_what_is_not_allowed(network):
    """A pod that nobody thought of reaches nothing, and nothing reaches it."""
    for namespace, labels in network.namespaces.items():
        if "garnitur.example/stand" not in labels:
            continue
        stranger = Pod(namespace, "stranger", (("app", "stranger"),))
        for other in network.pods:
            for port in (5432, 8080, 8081):
                assert not network.reaches(stranger, other, port), f"{stranger} -> {other}:{port}"
                assert not network.reaches(other, stranger, port), f"{other} -> {stranger}:{port}"


def test_the_evaluation_notices_a_policy_too_many():
    """The tests above can fail: admit the storefront to the orders' database, and it is found."""

    def loosened(stand, part):
        objects = copy.deepcopy(rendered(stand, part))
        for item in objects:
            if item["kind"] == "NetworkPolicy" and item["metadata"]["name"] in ("services", "orders-database"):
                if item["metadata"]["name"] == "services":
                    for peer in item["spec"]["ingress"][0]["from"]:
                        peer.pop("podSelector")
                else:
                    item["spec"]["podSelector"] = {}
        return objects

    loose = Network(loosened)
    target = [pod for pod in loose.of_namespace("prod-db-orders") if pod.name == "primary"][0]
    assert "storefront" in {pod.name for pod in callers(loose, target, 5432)}


@pytest.mark.parametrize(("stand", "component"), [("prod", "dump"), ("preprod", "dump"), ("hotfix", "restore")])
def test_what_handles_backups_reaches_its_own_database_and_nothing_else(network, stand, component):
    outside = [Pod(address="93.184.216.34"), Pod(address=address(stand, "directory-cidr"))]
    for database in ADMITTED:
        own = f"{stand}-db-{database}"
        pods = [pod for pod in network.of_namespace(own) if pod.name == component]
        assert len(pods) == 1
        for other in network.pods:
            if other != pods[0]:
                reached = network.reaches(pods[0], other, 5432)
                assert reached == (other.namespace == own and other.name in ("primary", "replica")), str(other)
        for there in outside:
            assert not any(network.reaches(pods[0], there, port) for port in (443, 636, 5432))
