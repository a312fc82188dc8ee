"""Every object is one that the API server would take, field by field."""

import copy

import kubernetes_validate
import pytest

import schemas
from manifests import named, rendered

KUBERNETES = "1.32"


def faults(item):
    custom = schemas.errors(item)
    if custom is not None:
        return custom
    if item["kind"] in schemas.WITHOUT_SCHEMA.get(item["apiVersion"], ()):
        return []
    try:
        kubernetes_validate.validate(item, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{'/'.join(map(str, error.path))}: {error.message}"]
    return []


def test_every_object_is_valid(part):
    stand, name, objects = part
    found = {
        f"{item['kind']} {item['metadata']['name']}": faults(item) for item in objects if faults(item)
    }
    assert not found


def test_names_are_unique(part):
    _, _, objects = part
    keys = [
        (item["apiVersion"], item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"])
        for item in objects
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("stand", "part", "kind", "name", "path"),
    [
        ("prod", "edge-1", "Deployment", "catalog", ("spec", "template", "spec", "containers", 0, "livnessProbe")),
        ("prod", "edge-1", "Canary", "catalog", ("spec", "analysis", "stepWieghts")),
        ("ift", "edge-1", "HTTPRoute", "catalog", ("spec", "rules", 0, "backends")),
        ("prod", "data", "Cluster", "orders", ("spec", "instancs")),
        ("prod", "data", "ObjectStore", "backups", ("spec", "configuration", "destination")),
    ],
)
def test_a_misspelt_field_is_found(stand, part, kind, name, path):
    """The validation is worth something: a typing error is an error."""
    objects = [item for item in rendered(stand, part) if item["kind"] == kind]
    item = copy.deepcopy([item for item in objects if item["metadata"]["name"] == name][0])
    place = item
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "x"
    assert faults(item)


def test_a_wrong_type_is_found():
    item = copy.deepcopy(named(rendered("prod", "edge-1"), "Canary", "catalog"))
    item["spec"]["analysis"]["threshold"] = "five"
    assert faults(item)
