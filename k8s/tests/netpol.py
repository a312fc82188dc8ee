"""Evaluates NetworkPolicies: who reaches whom, as a network plugin would decide it."""

import dataclasses
import ipaddress

from manifests import ALL, PRODUCTION, as_primary, component, named, of_kind, rendered, selects, workloads


@dataclasses.dataclass(frozen=True)
class Pod:
    """A pod, or with `address` alone something outside every namespace."""

    namespace: str = ""
    name: str = ""
    labels: tuple = ()
    address: str = ""

    def __str__(self):
        return f"{self.namespace}/{self.name}" if self.namespace else self.address


class Network:
    """Namespaces, pods and policies of all stands in one cluster: the hardest case for telling stands apart."""

    def __init__(self, render=rendered):
        # What is not ours, and is named in policies.
        self.namespaces = {
            name: {"kubernetes.io/metadata.name": name}
            for name in ("kube-system", "monitoring", "gateway-system", "cnpg-system", "flagger-system", "default")
        }
        self.policies = []
        self.pods = []
        for stand, part in ALL:
            self.add(stand, part, render(stand, part))

    def add(self, stand, part, objects):
        for item in of_kind(objects, "Namespace"):
            name = item["metadata"]["name"]
            self.namespaces[name] = {**item["metadata"]["labels"], "kubernetes.io/metadata.name": name}
        self.policies += of_kind(objects, "NetworkPolicy")
        for item, template in workloads(objects):
            self.pod(item["metadata"]["namespace"], component(template), template["metadata"]["labels"])
            if stand in PRODUCTION and item["kind"] == "Deployment" and component(template) != "gate":
                self.pod(item["metadata"]["namespace"], component(template) + "-primary", as_primary(template))
        for item in of_kind(objects, "Cluster"):
            for role in ("primary", "replica"):
                labels = {
                    "cnpg.io/podRole": "instance",
                    "cnpg.io/cluster": item["metadata"]["name"],
                    "cnpg.io/instanceRole": role,
                }
                self.pod(item["metadata"]["namespace"], role, labels)

    def pod(self, namespace, name, labels):
        self.pods.append(Pod(namespace, name, tuple(sorted(labels.items()))))

    def of_namespace(self, namespace):
        return [pod for pod in self.pods if pod.namespace == namespace]

    def reaches(self, source, target, port, protocol="TCP"):
        """Both ends have to allow it."""
        return self.allows(source, target, port, protocol, "Egress") and self.allows(
            target, source, port, protocol, "Ingress"
        )

    def allows(self, pod, other, port, protocol, direction):
        if not pod.namespace:
            return True
        chosen = [
            policy["spec"]
            for policy in self.policies
            if policy["metadata"]["namespace"] == pod.namespace
            and selects(policy["spec"]["podSelector"], dict(pod.labels))
            and direction in policy["spec"]["policyTypes"]
        ]
        if not chosen:
            return True
        rules, peers = ("egress", "to") if direction == "Egress" else ("ingress", "from")
        return any(
            self.has_port(rule, port, protocol) and self.has_peer(rule.get(peers), other, pod.namespace)
            for spec in chosen
            for rule in spec.get(rules) or []
        )

    @staticmethod
    def has_port(rule, port, protocol):
        ports = rule.get("ports")
        return not ports or any(
            item.get("port", port) == port and item.get("protocol", "TCP") == protocol for item in ports
        )

    def has_peer(self, peers, other, own):
        return not peers or any(self.is_peer(peer, other, own) for peer in peers)

    def is_peer(self, peer, other, own):
        if "ipBlock" in peer:
            block = peer["ipBlock"]
            if not other.address:
                return False
            address = ipaddress.ip_address(other.address)
            inside = address in ipaddress.ip_network(block["cidr"])
            return inside and not any(address in ipaddress.ip_network(net) for net in block.get("except", []))
        if not other.namespace:
            return False
        if "namespaceSelector" in peer:
            if not selects(peer["namespaceSelector"], self.namespaces[other.namespace]):
                return False
        elif other.namespace != own:
            return False
        return selects(peer.get("podSelector", {}), dict(other.labels))


def address(stand, key):
    """An address that the stand names, without its prefix."""
    settings = named(rendered(stand, "edge-1"), "ConfigMap", "stand")["data"]
    return settings[key].removesuffix("/32")
