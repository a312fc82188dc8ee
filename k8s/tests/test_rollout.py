"""How each stand takes a version (DEP-1 … DEP-4, STD-1 … STD-5), by what is rendered."""

import copy
import os
import re
import shutil
import subprocess

import pytest
import yaml

from manifests import (
    PRODUCTION,
    STANDS,
    TREE,
    as_primary,
    component,
    kustomize,
    named,
    of_kind,
    parts,
    rendered,
    selects,
    services,
    workloads,
)

STEPS = ("stepWeight", "stepWeights", "maxWeight", "stepWeightPromotion", "sessionAffinity")
CHANGES = ("new-technology", "minor", "major")


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """{(change, site): objects}: production as garnitur-release writes it for each kind of change."""
    found = {}
    for change in CHANGES:
        tree = tmp_path_factory.mktemp(change) / "k8s"
        shutil.copytree(TREE, tree, ignore=shutil.ignore_patterns("release/target", "__pycache__"))
        text = (TREE / "releases/0.1.0.toml").read_text()
        text = re.sub('version = .*', 'version = "9.9.9"', text)
        text = re.sub('change = .*', f'change = "{change}"', text)
        (tree / "releases/9.9.9.toml").write_text(text)
        command = [os.environ["GARNITUR_RELEASE"], "--tree", str(tree), "write", "9.9.9", "prod"]
        # A Sunday night, in production's window.
        subprocess.run([*command, "--begins", "2026-11-29T03:00:00+03:00"], check=True)
        for site in ("edge-1", "edge-2", "staff"):
            found[change, site] = kustomize(tree / "stands/prod" / site)
    return found


def is_recreated(objects):
    return not of_kind(objects, "Canary") and all(
        item["spec"].get("strategy") == {"type": "Recreate"} for item in services(objects)
    )


def is_canary(objects):
    canaries = of_kind(objects, "Canary")
    return canaries and all(
        item["spec"]["analysis"].get("stepWeights")
        and "match" not in item["spec"]["analysis"]
        and "iterations" not in item["spec"]["analysis"]
        for item in canaries
    )


def is_ab(objects):
    canaries = of_kind(objects, "Canary")
    return canaries and all(
        item["spec"]["analysis"].get("match")
        and item["spec"]["analysis"]["iterations"] > 0
        and not any(step in item["spec"]["analysis"] for step in STEPS)
        for item in canaries
    )


@pytest.mark.parametrize("stand", ["ift", "hotfix", "loadtest"])
def test_stands_without_balancing_are_recreated(stand):
    for part in parts(stand):
        if part != "data":
            assert is_recreated(rendered(stand, part)), part
        assert not of_kind(rendered(stand, part), "Canary", "MetricTemplate", "Gslb")


def test_the_matrix_holds_in_what_is_rendered(production):
    """DEP-3, by outcome."""
    for site in ("edge-1", "edge-2"):
        assert is_canary(production["new-technology", site])
        assert is_canary(production["minor", site])
        assert is_ab(production["major", site])
    assert is_recreated(production["new-technology", "staff"])
    assert is_ab(production["minor", "staff"])
    assert is_ab(production["major", "staff"])


@pytest.mark.parametrize("stand", STANDS)
def test_what_is_committed_is_what_the_command_writes(stand):
    done = subprocess.run(
        [os.environ["GARNITUR_RELEASE"], "--tree", str(TREE), "check", "0.1.0", stand],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def every_rendering(production):
    yield from ((f"{stand}/{part}", rendered(stand, part)) for stand in STANDS for part in parts(stand) if part != "data")
    yield from ((f"{change}/{site}", objects) for (change, site), objects in production.items())


def test_every_service_has_exactly_one_route_and_one_owner(production):
    """Either Flagger makes the route of a service, or the stand does: never both, never none."""
    for name, objects in every_rendering(production):
        routed = {item["spec"]["targetRef"]["name"] for item in of_kind(objects, "Canary")}
        written = {item["metadata"]["name"] for item in of_kind(objects, "HTTPRoute")}
        assert not routed & written, name
        public = {"portal"} if name.endswith("staff") else {"storefront", "catalog", "orders"}
        assert public <= routed | written, name


def test_budgets_spread_monitors_and_policies_mean_primary_pods_too(production):
    """Flagger renames `app` to `app-primary`: whatever chooses pods has to choose both."""
    for name, objects in every_rendering(production):
        for deployment in services(objects):
            template = deployment["spec"]["template"]
            kinds = (template["metadata"]["labels"], as_primary(template))
            budgets = [
                item
                for item in of_kind(objects, "PodDisruptionBudget")
                if all(selects(item["spec"]["selector"], labels) for labels in kinds)
            ]
            assert len(budgets) == 1, f"{name}: {deployment['metadata']['name']} has {len(budgets)} budgets"
            assert budgets[0]["spec"]["maxUnavailable"] == 1
            constraints = template["spec"]["topologySpreadConstraints"]
            assert {item["topologyKey"] for item in constraints} == {
                "topology.kubernetes.io/zone",
                "kubernetes.io/hostname",
            }
            for constraint in constraints:
                assert all(selects(constraint["labelSelector"], labels) for labels in kinds)
                # Of this component, not of all of them; and by no label that Flagger would rename.
                assert constraint["matchLabelKeys"] == ["app.kubernetes.io/component"]
            monitors = of_kind(objects, "PodMonitor")
            assert all(selects(monitors[0]["spec"]["selector"], labels) for labels in kinds)
            for policy in of_kind(objects, "NetworkPolicy"):
                chosen = {selects(policy["spec"]["podSelector"], labels) for labels in kinds}
                assert len(chosen) == 1, f"{policy['metadata']['name']} tells primary from canary"


def test_services_are_as_flagger_would_leave_them(production):
    """So that applying a stand again moves no traffic, and Flagger has nothing to put right."""
    for name, objects in every_rendering(production):
        canaries = {item["spec"]["targetRef"]["name"]: item["spec"]["service"] for item in of_kind(objects, "Canary")}
        for deployment in services(objects):
            target = deployment["metadata"]["name"]
            service = named(objects, "Service", target)["spec"]
            ports = {port["name"]: port for port in service["ports"]}
            if target not in canaries:
                assert service["selector"] == deployment["spec"]["selector"]["matchLabels"], name
                continue
            asked = canaries[target]
            assert service["selector"] == {"app": f"{target}-primary"}, name
            assert asked["name"] == target and asked["portDiscovery"]
            assert ports["http"]["port"] == asked["port"]
            assert ports["http"]["targetPort"] == asked["targetPort"] == asked["portName"]
            # A discovered port has its number for a target, and all of them are discovered.
            assert (ports["internal"]["targetPort"], ports["probes"]["targetPort"]) == (8081, 8082)
            assert len(ports) == len(deployment["spec"]["template"]["spec"]["containers"][0]["ports"])


def test_the_selector_has_the_one_label_that_flagger_renames(site):
    _, _, objects = site
    for deployment in services(objects):
        assert deployment["spec"]["selector"]["matchLabels"] == {"app": deployment["metadata"]["name"]}
        assert component(deployment["spec"]["template"]) == deployment["metadata"]["name"]


def test_the_autoscaler_and_nobody_else_says_how_many(site):
    stand, name, objects = site
    scaled = {item["spec"]["scaleTargetRef"]["name"] for item in of_kind(objects, "HorizontalPodAutoscaler")}
    for deployment in services(objects):
        assert "replicas" not in deployment["spec"]
    # STD-1, STD-2: no balancing, one of each.
    expected = set() if stand in ("ift", "hotfix") else {item["metadata"]["name"] for item in services(objects)}
    assert scaled == expected
    for canary in of_kind(objects, "Canary"):
        assert canary["spec"]["autoscalerRef"]["name"] == canary["spec"]["targetRef"]["name"]


def hooks(canary, kind):
    return [hook for hook in canary["spec"]["analysis"]["webhooks"] if hook["type"] == kind]


def test_nothing_starts_before_its_schema_is_there(production):
    for (change, site), objects in production.items():
        for canary in of_kind(objects, "Canary"):
            name = canary["spec"]["targetRef"]["name"]
            image = named(objects, "Deployment", name)["spec"]["template"]["spec"]["containers"][0]["image"]
            asks = [hook for hook in hooks(canary, "confirm-rollout") if hook["metadata"]["ask"] == "schema"]
            before = [hook for hook in hooks(canary, "pre-rollout") if hook["metadata"]["ask"] == "schema"]
            owns = name in ("catalog", "orders", "backoffice")
            assert (len(asks), len(before)) == ((1, 1) if owns else (0, 0)), f"{change}/{site}/{name}"
            for hook in canary["spec"]["analysis"]["webhooks"]:
                assert hook["metadata"]["image"] == image
                assert hook["url"] == "http://gate.prod-staff.svc:8080/"


def test_flagger_has_nothing_to_fill_in(production):
    """It writes a Canary back to add its finalizer, with every field that its own type always has; lists are owned as a
    whole, so that one more field in a hook would make the next server-side apply a conflict."""
    for (change, site), objects in production.items():
        for canary in of_kind(objects, "Canary"):
            for hook in canary["spec"]["analysis"]["webhooks"]:
                assert {"name", "type", "url", "muteAlert"} <= set(hook), f"{change}/{site}"
            assert "portDiscovery" in canary["spec"]["service"]


def test_the_migration_of_the_image_that_is_rolled_out_is_there(site):
    stand, name, objects = site
    if name != "staff":
        return
    jobs = {item["metadata"]["labels"]["garnitur.example/migrates"]: item for item in of_kind(objects, "Job")}
    assert set(jobs) == {"catalog", "orders", "backoffice"}
    for service, job in jobs.items():
        image = job["spec"]["template"]["spec"]["containers"][0]["image"]
        for place in (rendered(stand, "edge-1"), objects):
            for deployment in services(place):
                if deployment["metadata"]["name"] == service:
                    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == image
        digest = image.split("@sha256:")[1]
        assert job["metadata"]["name"] == f"{service}-migrate-{digest[:12]}"


@pytest.mark.parametrize("stand", PRODUCTION)
def test_the_second_site_waits_for_the_first(stand):
    for site, expected in (("edge-1", 0), ("edge-2", 1)):
        for canary in of_kind(rendered(stand, site), "Canary"):
            for kind in ("confirm-rollout", "confirm-traffic-increase", "confirm-promotion"):
                asks = [hook for hook in hooks(canary, kind) if hook["metadata"]["ask"] == "first-site"]
                assert len(asks) == expected, f"{site}: {canary['metadata']['name']}: {kind}"


def test_customers_rollouts_have_business_gates_that_stay_shut_without_data(production):
    for (_, site), objects in production.items():
        templates = {item["metadata"]["name"] for item in of_kind(objects, "MetricTemplate")}
        for canary in of_kind(objects, "Canary"):
            metrics = {item["name"]: item for item in canary["spec"]["analysis"]["metrics"]}
            assert {item["templateRef"]["name"] for item in metrics.values()} <= templates
            assert {"error-share", "slow-answers"} <= set(metrics)
            if site != "staff":
                assert metrics["paid-share"]["thresholdRange"]["min"] > 0
                assert metrics["oversold"]["thresholdRange"] == {"max": 0}


def test_the_cohort_is_matched_by_header_and_by_cookie(production):
    for site in ("edge-1", "staff"):
        for canary in of_kind(production["major", site], "Canary"):
            matches = canary["spec"]["analysis"]["match"]
            assert [list(match["headers"]) for match in matches] == [["x-garnitur-cohort"], ["cookie"]]
            assert matches[0]["headers"]["x-garnitur-cohort"] == {"exact": "pilot"}
            cookie = re.compile(matches[1]["headers"]["cookie"]["regex"])
            for value in ("garnitur-cohort=pilot", "a=b; garnitur-cohort=pilot", "garnitur-cohort=pilot; a=b"):
                assert cookie.match(value), value
            for value in ("garnitur-cohort=pilots", "garnitur-cohort=public", "x_garnitur-cohort=pilot", "a=pilot"):
                assert not cookie.match(value), value


def test_browsers_stay_with_the_version_they_met():
    for canary in of_kind(rendered("prod", "edge-1"), "Canary"):
        sticky = "sessionAffinity" in canary["spec"]["analysis"]
        assert sticky == (canary["metadata"]["name"] == "storefront")


@pytest.mark.parametrize("stand", STANDS)
def test_one_name_for_both_sites_where_there_is_balancing(stand):
    hosts = [
        named(rendered(stand, site), "Gateway", "gateway")["spec"]["listeners"][0]["hostname"]
        for site in ("edge-1", "edge-2")
    ]
    balanced = [bool(of_kind(rendered(stand, site), "Gslb")) for site in ("edge-1", "edge-2")]
    if stand in PRODUCTION:
        assert balanced == [True, True] and hosts[0] == hosts[1]
        reference = of_kind(rendered(stand, "edge-1"), "Gslb")[0]["spec"]["resourceRef"]
        # Flagger makes the route; it bears the name of the Canary's service.
        assert reference["name"] in {
            item["spec"]["service"]["name"] for item in of_kind(rendered(stand, "edge-1"), "Canary")
        }
    else:
        assert balanced == [False, False] and hosts[0] != hosts[1]


def test_the_load_test_reads_hotfix_and_writes_nothing():
    """STD-3."""
    for site in ("edge-1", "edge-2"):
        objects = rendered("loadtest", site)
        assert not of_kind(objects, "Cluster", "Job")
        for deployment in services(objects):
            assert "--read-only" in deployment["spec"]["template"]["spec"]["containers"][0]["args"]
        for name in ("catalog", "orders"):
            there = named(objects, "Service", f"{name}-database")["spec"]["externalName"]
            assert there == f"{name}-ro.hotfix-db-{name}.svc.cluster.local"
    for stand in STANDS:
        if stand != "loadtest":
            for _, template in workloads(rendered(stand, "edge-1")):
                assert "--read-only" not in template["spec"]["containers"][0].get("args", [])


def plain(stand, part):
    """A rendering without what may differ between PreProd and Prod: names of the stand, images, sizes."""
    objects = copy.deepcopy(rendered(stand, part))
    for item in objects:
        spec = item.get("spec", {})
        if item["kind"] == "HorizontalPodAutoscaler":
            spec.pop("minReplicas"), spec.pop("maxReplicas")
        if item["kind"] == "ResourceQuota":
            spec.pop("hard")
        if item["kind"] == "Cluster":
            for size in ("resources", "storage", "walStorage"):
                spec.pop(size)
            spec["postgresql"]["parameters"].pop("shared_buffers")
        if item["kind"] == "ConfigMap" and item["metadata"]["name"] == "stand":
            item["data"] = sorted(item["data"])
    text = yaml.safe_dump_all(objects, sort_keys=True).replace("preprod.garnitur.example", "garnitur.example")
    text = re.sub(r"\b(preprod|prod)\b", "STAND", text)
    return re.sub(r"\d+\.\d+\.\d+\.\d+/32", "ADDRESS", text)



@pytest.mark.parametrize("part", parts("prod"))
def test_preprod_and_prod_differ_only_in_size_names_and_images(part):
    assert plain("preprod", part).splitlines() == plain("prod", part).splitlines()
    assert rendered("preprod", part) != rendered("prod", part)
