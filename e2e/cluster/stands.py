"""The project's own stands, as they are applied: only intervals are shortened, or a rollout would take an hour."""

import base64
import os
import pathlib
import re
import shutil
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "k8s/tests"))

import manifests  # noqa: E402  (what the static tests know of rendering)

INTERVAL = "2s"
# Kinds whose definitions cannot be had here: the API server is given some that take any field.
PERMISSIVE = {
    ("external-secrets.io", "v1", "ExternalSecret", "externalsecrets"),
    ("cert-manager.io", "v1", "Certificate", "certificates"),
    ("monitoring.coreos.com", "v1", "PodMonitor", "podmonitors"),
    ("monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules"),
    ("k8gb.io", "v1beta1", "Gslb", "gslbs"),
}


class Tree:
    """A copy of `k8s` in which releases can be written."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "k8s"
        shutil.copytree(PROJECT / "k8s", self.folder, ignore=shutil.ignore_patterns("__pycache__", "release/src"))
        self.number = 0

    def release(self, stand, change, seed, begins="2026-11-29T03:00:00+03:00"):
        """Writes a release whose images all are those of `seed`; a Sunday night is in every window that matters."""
        self.number += 1
        version = f"9.0.{self.number}"
        text = (PROJECT / "k8s/releases/0.1.0.toml").read_text()
        text = re.sub("version = .*", f'version = "{version}"', text)
        text = re.sub("change = .*", f'change = "{change}"', text)
        text = re.sub("sha256:[0-9a-f]{64}", f"sha256:{seed * 64}", text)
        (self.folder / f"releases/{version}.toml").write_text(text)
        return self.command("write", version, stand, "--begins", begins)

    def command(self, *arguments):
        return subprocess.run(
            [os.environ["GARNITUR_RELEASE"], "--tree", str(self.folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    def objects(self, stand, part):
        objects = manifests.kustomize(self.folder / "stands" / stand / part)
        for item in objects:
            if item["kind"] == "Canary":
                item["spec"]["analysis"]["interval"] = INTERVAL
        return objects


def made_by_operators(objects):
    """What the operators of a real cluster would make of these objects: Secrets out of the vault, the authorities."""
    for item in objects:
        if item["kind"] == "Namespace":
            yield {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "garnitur-authorities", "namespace": item["metadata"]["name"]},
                "data": {"ca.pem": "none"},
            }
        if item["kind"] == "ExternalSecret":
            target = item["spec"]["target"]
            template = target.get("template", {})
            yield {
                "apiVersion": "v1",
                "kind": "Secret",
                "type": template.get("type", "Opaque"),
                "metadata": {
                    "name": target["name"],
                    "namespace": item["metadata"]["namespace"],
                    "annotations": template.get("metadata", {}).get("annotations", {}),
                },
                "data": {
                    key: base64.b64encode(text.encode()).decode() for key, text in template.get("data", {}).items()
                },
            }


def permissive():
    for group, version, kind, plural in PERMISSIVE:
        yield {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{group}"},
            "spec": {
                "group": group,
                "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
                "scope": "Namespaced",
                "versions": [
                    {
                        "name": version,
                        "served": True,
                        "storage": True,
                        "schema": {
                            "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                        },
                    }
                ],
            },
        }
