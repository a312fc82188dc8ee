"""What the scenarios do with a cluster: bring a release to a stand, and look at how far it is."""

import json
import re
import subprocess
import threading

from control_plane import TOOLS, eventually
from stands import made_by_operators

SERVICES = {"edge-1": ("storefront", "catalog", "orders"), "edge-2": ("storefront", "catalog", "orders")}
SERVICES["staff"] = ("portal", "backoffice", "catalog", "orders")


class Rollouts:
    def __init__(self, plane, answers, tree):
        self.plane, self.answers, self.tree = plane, answers, tree

    def release(self, stand, change, seed, parts=("staff", "edge-1", "edge-2"), hold=False):
        """Writes a release and applies it, in the order in which `garnitur-release deploy` does. With `hold`, its
        migrations do not run yet."""
        written = self.tree.release(stand, change, seed)
        assert written.returncode == 0, written.stderr
        for part in parts:
            self.apply(self.tree.objects(stand, part), hold)

    def apply(self, objects, hold=False):
        namespaces = [item for item in objects if item["kind"] == "Namespace"]
        self.plane.apply(namespaces)
        self.plane.apply(list(made_by_operators(objects)))
        others = [item for item in objects if item["kind"] != "Namespace"]
        if hold:
            for item in others:
                if item["kind"] == "Job":
                    item["spec"]["suspend"] = True
        self.plane.apply(others)

    def phases(self):
        """{(namespace, canary): phase}, of one moment."""
        return {
            (item["metadata"]["namespace"], item["metadata"]["name"]): item.get("status", {}).get("phase", "")
            for item in self.plane.get("canaries.flagger.app", everywhere=True)
        }

    def wait_for_phase(self, namespace, phase, names=None, limit=180):
        names = names or SERVICES[namespace.split("-", 1)[1]]

        def there():
            phases = self.phases()
            return all(phases.get((namespace, name)) == phase for name in names) or phases

        def reached():
            return there() is True

        try:
            eventually(f"{namespace} is {phase}", reached, limit)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.phases()}\n{self.events(namespace)}") from None

    def events(self, namespace):
        return self.plane.kubectl("get", "events", "-n", namespace, "--field-selector=involvedObject.kind=Canary")[-3000:]

    def image(self, namespace, deployment):
        found = self.plane.get("deployment", deployment, namespace)
        return found["spec"]["template"]["spec"]["containers"][0]["image"]

    def route(self, namespace, name):
        return self.plane.get("httproute", name, namespace)

    def watch_weights(self, namespace, name):
        return Weights(self.plane, namespace, name)


class Weights:
    """Every weight of the canary that its route has had, in order, while this is open."""

    def __init__(self, plane, namespace, name):
        self.name, self.seen = name, []
        self.process = subprocess.Popen(
            [
                TOOLS / "kubectl",
                f"--kubeconfig={plane.kubeconfig}",
                *("get", "httproute", name, "-n", namespace, "--watch", "-o", "json"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        decoder, text = json.JSONDecoder(), ""
        for line in self.process.stdout:
            text += line
            try:
                route, end = decoder.raw_decode(text.lstrip())
            except json.JSONDecodeError:
                continue
            text = text.lstrip()[end:]
            weight = weight_of(route, f"{self.name}-canary")
            if not self.seen or self.seen[-1] != weight:
                self.seen.append(weight)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def weight_of(route, backend):
    """The weight of a backend in the rule that shares traffic out."""
    shared = [rule for rule in route["spec"]["rules"] if len(rule["backendRefs"]) == 2]
    found = [item["weight"] for rule in shared for item in rule["backendRefs"] if item["name"] == backend]
    return found[-1] if found else 0


def backend_for(route, path="/", headers=None):
    """Where a request goes, by the rules of the Gateway API: {backend: weight} without those of weight 0."""
    headers = headers or {}

    def matches(match):
        wanted = match.get("path", {"type": "PathPrefix", "value": "/"})
        if not path.startswith(wanted["value"].rstrip("/") or "/"):
            return False
        for header in match.get("headers", []):
            value = headers.get(header["name"].lower())
            if value is None:
                return False
            exact = header.get("type", "Exact") == "Exact"
            if not (value == header["value"] if exact else re.fullmatch(header["value"], value)):
                return False
        return True

    def rank(match):
        return (len(match.get("path", {}).get("value", "/")), len(match.get("headers", [])))

    candidates = [
        (rank(match), -number, rule)
        for number, rule in enumerate(route["spec"]["rules"])
        for match in rule.get("matches", [{}])
        if matches(match)
    ]
    rule = max(candidates, key=lambda item: item[:2])[2]
    return {item["name"]: item["weight"] for item in rule["backendRefs"] if item.get("weight", 1) > 0}
