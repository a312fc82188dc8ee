"""The project's own stands, as they are applied; only that a rollout takes a minute or two, and not half an hour."""

import base64
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "k8s/tests"))

import manifests  # noqa: E402  (what the static tests know of rendering)

# What is shortened: {file: (what it says, what it says here)}. Flagger looks every 10 s at the most.
ROUNDS = {
    "rollout/edge/canaries.yaml": ("interval: 1m\n    threshold: 5", "interval: 10s\n    threshold: 2"),
    "rollout/staff/canaries.yaml": ("interval: 1m\n    threshold: 5", "interval: 10s\n    threshold: 2"),
    "rollout-ab/edge/kustomization.yaml": ("iterations, value: 10", "iterations, value: 3"),
    "rollout-ab/staff/kustomization.yaml": ("iterations, value: 10", "iterations, value: 3"),
}
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
        for name, (said, says) in ROUNDS.items():
            path = self.folder / "components" / name
            text = path.read_text()
            assert said in text, f"{name} has no {said}"
            path.write_text(text.replace(said, says))
        self.number = 0

    @property
    def version(self):
        return f"9.0.{self.number}"

    def release(self, stand, change, seed, begins="2026-11-29T03:00:00+03:00"):
        """Writes a release whose images all are those of `seed`; a Sunday night is in every window that matters."""
        self.number += 1
        text = (PROJECT / "k8s/releases/0.1.0.toml").read_text()
        text = re.sub("version = .*", f'version = "{self.version}"', text)
        text = re.sub("change = .*", f'change = "{change}"', text)
        text = re.sub("sha256:[0-9a-f]{64}", f"sha256:{seed * 64}", text)
        (self.folder / f"releases/{self.version}.toml").write_text(text)
        return self.command("write", self.version, stand, "--begins", begins)

    def command(self, *arguments):
        return subprocess.run(
            [os.environ["GARNITUR_RELEASE"], "--tree", str(self.folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    def deploy(self, stand, kubeconfig, tools, log):
        """Begins to deploy what was written last, with the project's own command: its order is what is tested."""
        return subprocess.Popen(
            [os.environ["GARNITUR_RELEASE"], "deploy", self.version, stand],
            cwd=self.folder.parent,
            env={**os.environ, "KUBECONFIG": str(kubeconfig), "PATH": f"{tools}:{os.environ['PATH']}"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    @contextlib.contextmanager
    def changed(self, path, old, new):
        """A file of the tree, for a while, with something else in it."""
        path = self.folder / path
        text = path.read_text()
        changed = re.sub(old, new, text)
        assert changed != text, f"{path} has no {old}"
        path.write_text(changed)
        try:
            yield
        finally:
            path.write_text(text)

    def always_open(self, stand):
        """The window of a stand is open, whenever the test runs."""
        hours = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nuntil = "00:00"'
        return self.changed(f"stands/{stand}/stand.toml", r'days = .*\nfrom = .*\nuntil = .*', hours)

    def objects(self, stand, part):
        return manifests.kustomize(self.folder / "stands" / stand / part)


def made_by_operators(objects):
    """What the operators of a real cluster would make of these objects: Secrets out of the vault, certificates, and the
    authorities, which their Bundle has to keep out of Flagger's sight (docs/ROLLOUT.md)."""
    for item in objects:
        if item["kind"] == "Namespace":
            yield {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {
                    "name": "garnitur-authorities",
                    "namespace": item["metadata"]["name"],
                    "annotations": {"flagger.app/config-tracking": "disabled"},
                },
                "data": {"ca.crt": "none"},
            }
        if item["kind"] == "Certificate":
            template = item["spec"].get("secretTemplate", {})
            yield {
                "apiVersion": "v1",
                "kind": "Secret",
                "type": "kubernetes.io/tls",
                "metadata": {
                    "name": item["spec"]["secretName"],
                    "namespace": item["metadata"]["namespace"],
                    "annotations": template.get("annotations", {}),
                },
                "stringData": {"tls.crt": "none", "tls.key": "none"},
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
