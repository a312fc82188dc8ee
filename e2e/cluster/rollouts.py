"""What the scenarios do with a cluster: bring a release to a stand, and look at how far it is."""

import contextlib
import itertools
import json
import re
import subprocess
import threading

from control_plane import TOOLS, eventually
from stands import made_by_operators, manifests

SERVICES = {"edge-1": ("storefront", "catalog", "orders"), "edge-2": ("storefront", "catalog", "orders")}
SERVICES["staff"] = ("portal", "backoffice", "catalog", "orders")
# What employees' calls go to: names without an address of their own (INF-5).
CALLED = SERVICES["staff"][1:]


class Rollouts:
    def __init__(self, plane, answers, tree):
        self.plane, self.answers, self.tree = plane, answers, tree

    def release(self, stand, change, seed):
        """Writes a release and deploys it, with the project's own command."""
        written = self.tree.release(stand, change, seed)
        assert written.returncode == 0, written.stderr
        with self.deploying(stand) as deploy:
            assert deploy.wait(600) == 0, self.deployed()

    @contextlib.contextmanager
    def deploying(self, stand):
        """`garnitur-release deploy` of what was written last, begun and not awaited."""
        for part in manifests.parts(stand):
            self.operators(self.tree.objects(stand, part))
        with self.log().open("wb") as log:
            deploy = self.tree.deploy(stand, self.plane.kubeconfig, TOOLS, log)
        try:
            yield deploy
        finally:
            deploy.kill()
            deploy.wait()

    def log(self):
        return self.plane.folder / f"deploy-{self.tree.version}.log"

    def deployed(self):
        return self.log().read_text()[-3000:]

    def operators(self, objects):
        """What is there before anything of ours starts."""
        self.plane.apply([item for item in objects if item["kind"] == "Namespace"])
        made = list(made_by_operators(objects))
        if made:
            self.plane.apply(made)

    def apply(self, stand, part):
        """Brings a part to the cluster as somebody would who does not use our command, but knows the order."""
        objects = self.tree.objects(stand, part)
        self.operators(objects)
        services = [item for item in objects if item["metadata"].get("labels", {}).get("garnitur.example/kind") == "service"]
        self.plane.apply([item for item in objects if item not in services])
        self.plane.apply(services)

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
            return all(phases.get((namespace, name)) == phase for name in names)

        self.wait(namespace, f"is {phase}", there, limit)

    def wait_for_version(self, namespace, seed):
        """Waits until primaries have a release's images and their rollouts have ended well: the phase alone could be that of
        the version before, until Flagger looks again."""
        names = SERVICES[namespace.split("-", 1)[1]]

        def taken():
            images = {
                item["metadata"]["name"]: item["spec"]["template"]["spec"]["containers"][0]["image"]
                for item in self.plane.get("deployment", namespace=namespace)
            }
            return all(images[f"{name}-primary"].endswith(digest(seed)) for name in names)

        self.wait(namespace, f"takes {digest(seed)[:12]}…", taken, 240)
        self.wait_for_phase(namespace, "Succeeded", limit=240)

    def wait(self, namespace, what, check, limit):
        try:
            eventually(f"{namespace} {what}", check, limit)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.phases()}\n{self.events(namespace)}") from None

    def events(self, namespace):
        return self.plane.kubectl("get", "events", "-n", namespace, "--field-selector=involvedObject.kind=Canary")[-3000:]

    def image(self, namespace, deployment):
        found = self.plane.get("deployment", deployment, namespace)
        return found["spec"]["template"]["spec"]["containers"][0]["image"]

    def route(self, namespace, name):
        return self.plane.get("httproute", name, namespace)

    def watch(self, kind, namespace, *which):
        return Watch(self.plane, kind, namespace, which)


class Watch:
    """Every state that some objects have had while this is open, in order; the first is there when it opens."""

    def __init__(self, plane, kind, namespace, which):
        self.seen = []
        self.process = subprocess.Popen(
            [
                TOOLS / "kubectl",
                f"--kubeconfig={plane.kubeconfig}",
                *("get", kind, *which, "-n", namespace, "--watch", "--output-watch-events", "-o", "json"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        eventually(f"{kind} {which} in {namespace} is watched", lambda: self.seen)

    def read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            self.seen.append((event["type"], event["object"]))

    def weights(self, name):
        """Those of the canary `name` in its route, without repetitions."""
        routes = [route for _, route in list(self.seen) if route["metadata"]["name"] == name]
        weights = [weight_of(route, f"{name}-canary") for route in routes]
        return [weight for weight, _ in itertools.groupby(weights)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.reader.join()


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


def resolved(slices, service):
    """The pods that a Service without an address stood for, state by state: those of which DNS would give addresses."""
    ready, states = {}, []
    for kind, item in slices:
        if item["metadata"]["labels"]["kubernetes.io/service-name"] == service:
            served = [] if kind == "DELETED" else item.get("endpoints") or []
            ready[item["metadata"]["name"]] = {
                endpoint["targetRef"]["name"] for endpoint in served if endpoint["conditions"].get("ready", True)
            }
            states.append(set().union(*ready.values()))
    return states


def digest(seed):
    return f"@sha256:{seed * 64}"


def versions_together(pods):
    """The most versions that ran at one moment, by a watch of pods."""
    running, most = {}, 0
    for kind, pod in pods.seen:
        name = pod["metadata"]["name"]
        if kind == "DELETED" or pod["status"]["phase"] != "Running":
            running.pop(name, None)
        else:
            running[name] = pod["spec"]["containers"][0]["image"]
        most = max(most, len(set(running.values())))
    return most
