"""Least rights: Pod Security `restricted`, no Secret in the tree, images that cannot change, tokens for nobody."""

import re

from manifests import TREE, named, of_kind, rendered, services, workloads

DIGEST = re.compile(r"^[a-z0-9.-]+(:\d+)?/[a-z0-9/._-]+@sha256:[0-9a-f]{64}$")
# What `restricted` lets a pod mount (Pod Security Standards).
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def containers(template):
    spec = template["spec"]
    return spec["containers"] + spec.get("initContainers", [])


def faults(template):
    """Where a pod is not restricted, and where it could write into its own image."""
    spec, found = template["spec"], []
    context = spec.get("securityContext", {})
    if context.get("runAsNonRoot") is not True or context.get("runAsUser", 0) == 0:
        found.append("may be root")
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        found.append("no seccomp profile")
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(key):
            found.append(key)
    for volume in spec.get("volumes", []):
        kinds = set(volume) - {"name"}
        if not kinds <= VOLUMES:
            found.append(f"volume {volume['name']} is a {kinds}")
    for container in containers(template):
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False:
            found.append(f"{container['name']} may gain privileges")
        if own.get("privileged"):
            found.append(f"{container['name']} is privileged")
        if own.get("capabilities") != {"drop": ["ALL"]}:
            found.append(f"{container['name']} has capabilities")
        if own.get("readOnlyRootFilesystem") is not True:
            found.append(f"{container['name']} can write into its image")
        if any("hostPort" in port for port in container.get("ports", [])):
            found.append(f"{container['name']} has a port of the host")
    return found


def test_every_container_is_restricted(part):
    _, _, objects = part
    found = {item["metadata"]["name"]: faults(template) for item, template in workloads(objects)}
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_every_namespace_enforces_it(part):
    _, _, objects = part
    namespaces = of_kind(objects, "Namespace")
    assert namespaces
    for item in namespaces:
        assert item["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    own = {item["metadata"]["name"] for item in namespaces}
    assert {item["metadata"]["namespace"] for item in objects if "namespace" in item["metadata"]} == own


def test_there_is_no_secret_in_the_tree(part):
    _, _, objects = part
    assert not of_kind(objects, "Secret")
    # Nor one in disguise: what would be a secret is filled in by the vault.
    for item in of_kind(objects, "ExternalSecret"):
        for text in item["spec"]["target"].get("template", {}).get("data", {}).values():
            for line in text.splitlines():
                secret = re.search(r"(password|token|key|secret)\w*\s*=", line)
                assert not secret or "{{" in line or '"""' in line or line.strip().startswith("callers"), line
    for item, template in workloads(objects):
        for container in containers(template):
            for variable in container.get("env", []):
                assert "secretKeyRef" not in variable.get("valueFrom", {}), "secrets are files, not variables"


def test_no_file_of_the_tree_declares_a_secret():
    for path in TREE.rglob("*.yaml"):
        assert not re.search(r"^kind: Secret$", path.read_text(), re.MULTILINE), path
        assert "secretGenerator" not in path.read_text(), path


def test_every_image_is_named_by_its_digest(part):
    _, _, objects = part
    images = [container["image"] for _, template in workloads(objects) for container in containers(template)]
    images += [item["spec"]["imageName"] for item in of_kind(objects, "Cluster") if "imageName" in item["spec"]]
    assert images
    for image in images:
        assert DIGEST.match(image), image


def test_nobody_has_a_token_but_the_gate(part):
    _, _, objects = part
    for item, template in workloads(objects):
        mounted = template["spec"].get("automountServiceAccountToken")
        assert mounted is (item["metadata"]["name"] == "gate"), item["metadata"]["name"]
    for account in of_kind(objects, "ServiceAccount"):
        assert account["automountServiceAccountToken"] is False


def test_the_gate_only_reads():
    for part in ("edge-1", "edge-2", "staff"):
        for role in of_kind(rendered("prod", part), "Role"):
            for rule in role["rules"]:
                assert set(rule["verbs"]) <= {"get", "list"} and "secrets" not in rule["resources"]
    bound = of_kind(rendered("prod", "edge-1"), "RoleBinding")
    assert [binding["subjects"] for binding in bound] == [
        [{"kind": "ServiceAccount", "name": "gate", "namespace": "prod-staff"}]
    ]
    assert not of_kind(rendered("prod", "edge-2"), "RoleBinding"), "nobody asks about server 2"


def test_every_account_is_its_workloads_own(site):
    _, _, objects = site
    accounts = [template["spec"]["serviceAccountName"] for item, template in workloads(objects) if item["kind"] == "Deployment"]
    assert len(accounts) == len(set(accounts))
    for account in accounts:
        named(objects, "ServiceAccount", account)


def amount(text):
    for suffix, factor in (("m", 0.001), ("Ki", 2**10), ("Mi", 2**20), ("Gi", 2**30)):
        if str(text).endswith(suffix):
            return float(text.removesuffix(suffix)) * factor
    return float(text)


def test_the_quota_has_room_for_a_rollout_at_full_size(site):
    """Primary and canary side by side, both as large as the autoscaler makes them, and the migrations."""
    stand, name, objects = site
    quota = named(objects, "ResourceQuota", "site")["spec"]["hard"]
    most = {item["spec"]["scaleTargetRef"]["name"]: item["spec"]["maxReplicas"] for item in of_kind(objects, "HorizontalPodAutoscaler")}
    sums = {"requests.cpu": 0, "requests.memory": 0, "limits.memory": 0, "pods": 0}
    for item, template in workloads(objects):
        pods = 2 * most.get(item["metadata"]["name"], 1)
        sums["pods"] += pods
        for container in containers(template):
            resources = container["resources"]
            sums["requests.cpu"] += pods * amount(resources["requests"]["cpu"])
            sums["requests.memory"] += pods * amount(resources["requests"]["memory"])
            sums["limits.memory"] += pods * amount(resources["limits"]["memory"])
    for key, needed in sums.items():
        assert needed <= amount(quota[key]), f"{stand}/{name} needs {needed} of {key}"


def test_a_privileged_pod_is_found():
    """The check is worth something."""
    template = services(rendered("prod", "edge-1"))[0]["spec"]["template"]
    assert not faults(template)
    for change in (
        {"allowPrivilegeEscalation": True},
        {"privileged": True},
        {"capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}},
        {"readOnlyRootFilesystem": False},
    ):
        container = {**template["spec"]["containers"][0]}
        container["securityContext"] = {**container["securityContext"], **change}
        assert faults({"spec": {**template["spec"], "containers": [container]}}), change
    assert faults({"spec": {**template["spec"], "securityContext": {}}})
    assert faults({"spec": {**template["spec"], "volumes": [{"name": "host", "hostPath": {"path": "/"}}]}})
