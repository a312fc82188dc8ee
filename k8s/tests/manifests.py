"""What the tests of the manifests know of rendering. Nothing here talks to a cluster."""

import functools
import os
import pathlib
import subprocess

import yaml

TREE = pathlib.Path(__file__).resolve().parent.parent
PROJECT = TREE.parent
STANDS = ("ift", "hotfix", "loadtest", "preprod", "prod")
PRODUCTION = ("preprod", "prod")
SITES = ("edge-1", "edge-2", "staff")


def parts(stand):
    """The folders of a stand that are applied: STD-3 has neither server 3 nor databases."""
    return ("edge-1", "edge-2") if stand == "loadtest" else (*SITES, "data")


ALL = [(stand, part) for stand in STANDS for part in parts(stand)]
ALL_SITES = [(stand, part) for stand, part in ALL if part != "data"]


def kustomize(folder):
    """What kustomize makes of a folder, as kubectl 1.32 would."""
    done = subprocess.run(
        [os.environ["KUSTOMIZE"], "build", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


@functools.cache
def rendered(stand, part):
    return kustomize(TREE / "stands" / stand / part)


def of_kind(objects, *kinds):
    return [item for item in objects if item["kind"] in kinds]


def named(objects, kind, name):
    found = [item for item in of_kind(objects, kind) if item["metadata"]["name"] == name]
    assert len(found) == 1, f"{kind} {name}: {len(found)} found"
    return found[0]


def workloads(objects):
    """Everything that makes pods, with its pod template."""
    for item in objects:
        if item["kind"] in ("Deployment", "Job", "StatefulSet", "DaemonSet"):
            yield item, item["spec"]["template"]
        elif item["kind"] == "CronJob":
            yield item, item["spec"]["jobTemplate"]["spec"]["template"]


def services(objects):
    """The Deployments of our services, without the gate."""
    return [item for item in of_kind(objects, "Deployment") if item["metadata"]["name"] != "gate"]


def component(template):
    return template["metadata"]["labels"]["app.kubernetes.io/component"]


def selects(selector, labels):
    """Whether a label selector of the API chooses something with these labels."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for rule in selector.get("matchExpressions") or []:
        value, operator = labels.get(rule["key"]), rule["operator"]
        fits = {
            "In": lambda: value in rule["values"],
            "NotIn": lambda: value not in rule["values"],
            "Exists": lambda: value is not None,
            "DoesNotExist": lambda: value is None,
        }[operator]()
        if not fits:
            return False
    return True


def as_primary(template):
    """The labels of the pods of the primary that Flagger makes of a Deployment: `app` gets a suffix."""
    labels = dict(template["metadata"]["labels"])
    labels["app"] += "-primary"
    return labels
