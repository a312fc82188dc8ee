"""Schemas of custom resources, out of the modules that define them."""

import copy
import functools
import json
import pathlib
import subprocess

import jsonschema
import yaml

from manifests import PROJECT

# Where each module keeps its definitions.
MODULES = {
    "github.com/fluxcd/flagger": "artifacts/flagger/crd.yaml",
    "sigs.k8s.io/gateway-api": "config/crd/standard/*.yaml",
    "github.com/cloudnative-pg/cloudnative-pg": "config/crd/bases/*.yaml",
    "github.com/cloudnative-pg/plugin-barman-cloud": "config/crd/bases/*.yaml",
}
# Kinds whose definitions no module that can be had here ships. They are looked at by the policy tests only.
WITHOUT_SCHEMA = {
    "external-secrets.io/v1": {"ExternalSecret"},
    "cert-manager.io/v1": {"Certificate"},
    "monitoring.coreos.com/v1": {"PodMonitor", "PrometheusRule"},
    "k8gb.io/v1beta1": {"Gslb"},
}


@functools.cache
def definitions():
    """{(apiVersion, kind): schema}, with unknown fields refused."""
    found = {}
    for module, pattern in MODULES.items():
        for path in sorted(pathlib.Path(folder(module)).glob(pattern)):
            for definition in yaml.safe_load_all(path.read_text()):
                if not definition or definition["kind"] != "CustomResourceDefinition":
                    continue
                spec = definition["spec"]
                for version in spec["versions"]:
                    key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                    found[key] = closed(version["schema"]["openAPIV3Schema"])
    return found


def folder(module):
    done = subprocess.run(
        ["go", "mod", "download", "-json", module],
        cwd=PROJECT / "e2e/cluster/tools/crds",
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)["Dir"]


def closed(schema):
    """The schema as the API server reads it with strict field validation: what is not named is refused."""
    schema = copy.deepcopy(schema)
    schema["properties"]["metadata"] = {"type": "object"}
    close(schema)
    return schema


def close(schema):
    if schema.pop("nullable", False) and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    if schema.get("x-kubernetes-int-or-string"):
        schema.pop("type", None)
    properties = schema.get("properties")
    if properties is not None:
        keep = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
        if not keep and schema.get("type") == "object":
            schema["additionalProperties"] = False
        for inner in properties.values():
            close(inner)
    if isinstance(schema.get("additionalProperties"), dict):
        close(schema["additionalProperties"])
    if isinstance(schema.get("items"), dict):
        close(schema["items"])


def errors(item):
    """What is wrong with a custom resource; None where there is no schema for it."""
    schema = definitions().get((item["apiVersion"], item["kind"]))
    if schema is None:
        return None
    found = jsonschema.Draft202012Validator(schema).iter_errors(item)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]
